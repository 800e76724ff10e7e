using Rayquest.JobCli.Console;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobModel.Policies;

namespace Rayquest.JobCli.Commands;

/// <summary>What a run of a workflow has to ask and do because it is one.</summary>
internal sealed partial class CommandServices
{
    /// <summary>The <c>repository_dispatch</c> that merge.yml listens to.</summary>
    internal const string MergeEvent = "ray-merge";

    private DefaultBranch? defaultBranch;

    /// <summary>The remote's default branch.</summary>
    /// <exception cref="UsageException">There is no remote.</exception>
    public DefaultBranch Default =>
        defaultBranch ??= new DefaultBranch(
            Git,
            Remote
                ?? throw new UsageException(
                    "the repository has no remote called origin",
                    "run in a clone of the GitHub repository"
                ),
            GitHub is null ? null : PushCredential
        );

    /// <summary>
    /// Whether GitHub is asked with the workflow's own token. What it pushes and merges starts no workflow; only a
    /// dispatch does.
    /// </summary>
    public bool HasWorkflowToken => IsInWorkflow && GitHub is not null && credential is GitHubToken;

    /// <summary>Whether GitHub is asked by the GitHub App, with a token of its own.</summary>
    public bool IsApp => GitHub is not null && credential is GitHubApp;

    private static bool IsInWorkflow => Environment.GetEnvironmentVariable("GITHUB_ACTIONS") is { Length: > 0 };

    /// <summary>Refuses to go on in a run that is older than the default branch's program and workflows.</summary>
    /// <exception cref="StaleRun">It is older.</exception>
    public void RequireCurrentRun()
    {
        if (!fetched && IsInWorkflow)
        {
            Default.RequireCurrent(Environment.GetEnvironmentVariable);
        }
    }

    /// <summary>Says what the policies ask for that the workflow's own token can't do as it should be done.</summary>
    public void ReportWhatNeedsTheApp()
    {
        if (!HasWorkflowToken)
        {
            return;
        }

        PlatformPolicy platform;
        try
        {
            platform = Platform;
        }
        catch (UsageException)
        {
            // The review says it of broken policies, on the pull request too.
            return;
        }

        if (platform.AutoMerge)
        {
            terminal.Error.WriteLine(
                "policies/platform.yaml: `autoMerge: true` needs the GitHub App: a merge by the workflow's own token starts no workflow, and an entry of a merge queue made with it is never checked; nothing is merged. Set the App up (docs/operations.md), or write `autoMerge: false`"
            );
        }

        if (platform.Lifecycle.Stop == LifecycleRoute.Commit || platform.Lifecycle.Rerun == LifecycleRoute.Commit)
        {
            terminal.Error.WriteLine(
                "policies/platform.yaml: `lifecycle` with `commit` needs the GitHub App: a protected branch takes no commit of the workflow's own token, and its commits start no workflow but by a dispatch. Set the App up (docs/operations.md), or write `pull-request`"
            );
        }
    }

    /// <summary>
    /// After a push to the default branch: with the workflow's own token it starts nothing by itself, so merge.yml is
    /// started by the dispatch it listens to.
    /// </summary>
    public async Task StartMergeWorkflow(CancellationToken cancel)
    {
        if (HasWorkflowToken)
        {
            await GitHub!.Repository.Dispatch(new NewRepositoryDispatch(MergeEvent), cancel);
            terminal.Out.WriteLine($"started the merge workflow ({MergeEvent})");
        }
    }
}

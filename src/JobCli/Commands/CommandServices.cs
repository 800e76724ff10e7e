using System.CommandLine;
using System.Globalization;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Cluster;
using Rayquest.JobHosts.Files;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobLint;
using Rayquest.JobLint.Output;
using Rayquest.JobModel.Policies;
using Rayquest.JobReport.Argo;

namespace Rayquest.JobCli.Commands;

/// <summary>Options of the commands that look at the cluster.</summary>
internal sealed class ClusterOptions
{
    public Option<string?> Kubeconfig { get; } =
        new("--kubeconfig")
        {
            Description = "The kubeconfig (default: RAYQUEST_KUBECONFIG, then kubectl's own).",
            HelpName = "FILE",
        };
    public Option<string?> Context { get; } =
        new("--context") { Description = "The context of the kubeconfig.", HelpName = "NAME" };

    public void AddTo(Command command)
    {
        command.Options.Add(Kubeconfig);
        command.Options.Add(Context);
    }
}

/// <summary>The repository, its policies, its ledger, and the ways to GitHub and the cluster, each opened when it is needed.</summary>
internal sealed partial class CommandServices : IDisposable
{
    private const string Origin = "origin";
    private readonly ParseResult parsed;
    private readonly ClusterOptions cluster;
    private readonly Terminal terminal;
    private string? kubeconfigFile;
    private GitHubClient? client;
    private GitHubCredential? credential;
    private LoadedPolicies? policies;
    private LedgerStore? ledger;
    private GitRepository? ledgerObjects;
    private readonly bool fetched;

    /// <param name="remoteOnly">
    /// There is no clone: the repository is read from GitHub into an empty folder (the in-cluster variant), policies from
    /// its main branch.
    /// </param>
    public CommandServices(
        ParseResult parsed,
        Option<string?> repo,
        ClusterOptions cluster,
        Terminal terminal,
        bool remoteOnly = false
    )
    {
        this.parsed = parsed;
        this.cluster = cluster;
        this.terminal = terminal;
        Root = RepositoryOption.Root(parsed.GetValue(repo), terminal);
        if (remoteOnly)
        {
            var name = Environment.GetEnvironmentVariable("GITHUB_REPOSITORY") is { Length: > 0 } variable
                ? variable
                : throw new UsageException(
                    "nobody says which repository to read",
                    "set GITHUB_REPOSITORY to owner/name"
                );
            var server = Environment.GetEnvironmentVariable("GITHUB_SERVER_URL") is { Length: > 0 } url
                ? url
                : "https://github.com";
            Git = GitRepository.InitBare(Path.Combine(Root, "rayquest.git"));
            RemoteUrl = $"{server.TrimEnd('/')}/{name}.git";
            Remote = RemoteUrl;
            fetched = true;
        }
        else
        {
            Git = GitRepository.Open(Root);
            RemoteUrl = Git.RemoteUrl(Origin);
            Remote = RemoteUrl is null ? null : Origin;
        }
    }

    /// <summary>
    /// Whether somebody waits at a terminal for what a command only reads: then it soon says that GitHub doesn't answer. A run of
    /// GitHub Actions sits an outage out.
    /// </summary>
    public bool IsReading { get; init; }

    public string Root { get; }
    public GitRepository Git { get; }
    public string? RemoteUrl { get; }

    /// <summary>What Git is given as the remote: its name, or its address where there is no clone.</summary>
    public string? Remote { get; }

    public PlatformPolicy Platform => Policies.Platform;

    /// <summary>The policies of the working tree.</summary>
    /// <exception cref="UsageException">They are broken.</exception>
    public PolicySet Policies
    {
        get
        {
            policies ??= LoadPolicies();
            return policies.IsBroken
                ? throw new UsageException(
                    "the platform's policies are broken",
                    "run `rayquest lint` to see where, and fix them first"
                )
                : policies.Policies;
        }
    }

    // A relative folder means one thing here and another there.
    private string Absolute(string url) =>
        Directory.Exists(Path.Combine(Root, url)) ? Path.GetFullPath(Path.Combine(Root, url)) : url;

    private LoadedPolicies LoadPolicies() => PolicyLoader.Load(fetched ? Main() : new FolderTree(Root));

    // Broken policies name nobody; the review tells of them, and needs the ledger for it.
    private static IReadOnlyList<string> AuthorsOf(LoadedPolicies loaded) =>
        loaded.IsBroken ? [] : loaded.Policies.Platform.Ledger.Authors;

    private CommitTree Main()
    {
        const string local = "refs/rayquest/main";
        var branch = Environment.GetEnvironmentVariable("RAYQUEST_BRANCH") is { Length: > 0 } name ? name : "main";
        var access = GitHub is null ? null : PushCredential;
        Git.Fetch(Remote!, $"+refs/heads/{branch}:{local}", access);
        return new CommitTree(Git, Git.Resolve(local));
    }

    /// <summary>
    /// The ledger. With a way to GitHub it is written through the API and believed only where it is ours; without one it is read
    /// as it stands.
    /// </summary>
    public LedgerStore Ledger => ledger ??= OpenLedger();

    private LedgerStore OpenLedger()
    {
        if (GitHub is not { } github || RemoteUrl is null)
        {
            if (RemoteUrl is not null)
            {
                terminal.Error.WriteLine(
                    "note: without a token GitHub can't be asked who wrote the ledger; it is shown as it stands"
                );
            }

            return new LedgerStore(Git, new LedgerStoreOptions { Remote = Remote });
        }

        // What is fetched of it lies beside the clone, which then needs none of it.
        ledgerObjects = GitRepository.InitBare(Path.Combine(Git.GitDirectory, "rayquest-ledger.git"));
        LedgerStoreOptions options = new() { Remote = Absolute(RemoteUrl), Credential = PushCredential };
        return new LedgerStore(
            ledgerObjects,
            options,
            new GitHubLedgerBranch(
                github,
                ledgerObjects,
                options,
                new LedgerAuthors(github, AuthorsOf(policies ??= LoadPolicies()))
            )
        );
    }

    public GitCredential? PushCredential => GitHub is { } github ? GitAccess.Of(github, credential!, RemoteUrl) : null;

    /// <summary>The client, or null when no credential is given.</summary>
    /// <exception cref="UsageException">There is a credential but nobody says for which repository.</exception>
    public GitHubClient? GitHub
    {
        get
        {
            if (client is not null)
            {
                return client;
            }

            credential ??= GitHubCredential.FromVariables(Environment.GetEnvironmentVariable);
            if (credential is null)
            {
                return null;
            }

            var name = Environment.GetEnvironmentVariable("GITHUB_REPOSITORY") is { Length: > 0 } variable
                ? variable
                : RepositoryOf(RemoteUrl)
                    ?? throw new UsageException(
                        "nobody says which GitHub repository this is",
                        "set GITHUB_REPOSITORY to owner/name"
                    );
            var options = new GitHubOptions
            {
                Repository = RepositoryName.Parse(name),
                Waits = ShowWait,
                Observe = terminal.IsTracing ? ShowCall : null,
            };
            if (Environment.GetEnvironmentVariable("GITHUB_API_URL") is { Length: > 0 } api)
            {
                options = options with { ApiUrl = new Uri(api) };
            }

            if (IsReading && Environment.GetEnvironmentVariable("GITHUB_ACTIONS") != "true")
            {
                options = options with
                {
                    RetryBudget = TimeSpan.FromSeconds(10),
                    MaxRetries = 3,
                    AttemptTimeout = TimeSpan.FromSeconds(10),
                };
            }

            return client = new GitHubClient(options, credential);
        }
    }

    private void ShowCall(GitHubCall call) =>
        terminal.Error.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"github {call.Status?.ToString(CultureInfo.InvariantCulture) ?? "---"} {call.Took.TotalMilliseconds, 6:F0} ms  {call.Method} {TerminalText.Line(call.Path)}"
            )
        );

    // A pause that nobody would notice needs no words.
    private void ShowWait(GitHubWait wait)
    {
        if (wait.Delay >= TimeSpan.FromSeconds(1))
        {
            terminal.Error.WriteLine(
                TerminalText.Line(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"GitHub {wait.Cause}; trying again in {wait.Delay.TotalSeconds:0} s (and for {wait.Left.TotalSeconds:0} s more)"
                    )
                )
            );
        }
    }

    /// <summary>The repository's page, or empty.</summary>
    public string PageUrl =>
        Environment.GetEnvironmentVariable("GITHUB_SERVER_URL") is { Length: > 0 } server
        && Environment.GetEnvironmentVariable("GITHUB_REPOSITORY") is { Length: > 0 } name
            ? $"{server.TrimEnd('/')}/{name}"
        : RepositoryOf(RemoteUrl) is { } repository && RemoteUrl!.Contains("github.com", StringComparison.Ordinal)
            ? $"https://github.com/{repository}"
        : "";

    public KubectlCluster Kubectl =>
        new(
            new KubectlOptions
            {
                Program = Environment.GetEnvironmentVariable("RAYQUEST_KUBECTL") is { Length: > 0 } program
                    ? program
                    : "kubectl",
                Kubeconfig = Kubeconfig(),
                Context = parsed.GetValue(cluster.Context),
            }
        );

    public ClusterReader Reader(ICluster kubectl)
    {
        var set = Policies;
        return new ClusterReader(
            kubectl,
            new ClusterReaderOptions
            {
                ArgoCdNamespace = set.Platform.ArgoCd.Namespace,
                Namespaces =
                [
                    .. ArgoBundle
                        .Teams(set.Platform, set.Quotas)
                        .Select(set.Platform.NamespaceOf)
                        .Distinct(StringComparer.Ordinal),
                ],
                Kueue = set.Platform.Scheduler == SchedulerKind.Kueue,
                Volcano = set.Platform.Scheduler == SchedulerKind.Volcano,
            }
        );
    }

    public void Dispose()
    {
        client?.Dispose();
        (credential as IDisposable)?.Dispose();
        ledgerObjects?.Dispose();
        Git.Dispose();
        if (kubeconfigFile is not null)
        {
            File.Delete(kubeconfigFile);
        }
    }

    /// <summary>A file; a workflow gives the content itself, which then lives in a private file until the command ends.</summary>
    private string? Kubeconfig()
    {
        if (parsed.GetValue(cluster.Kubeconfig) is { } asked)
        {
            return File.Exists(asked)
                ? Path.GetFullPath(asked)
                : throw new UsageException($"there is no file `{asked}`", "give `--kubeconfig` a kubeconfig");
        }

        if (Environment.GetEnvironmentVariable("RAYQUEST_KUBECONFIG") is not { Length: > 0 } value)
        {
            return null;
        }

        if (!value.Contains('\n', StringComparison.Ordinal) && !value.StartsWith('{'))
        {
            return value;
        }

        if (kubeconfigFile is null)
        {
            var file = Path.Combine(Path.GetTempPath(), $"rayquest-{Path.GetRandomFileName()}");
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var writer = new StreamWriter(file, options);
            writer.Write(value);
            kubeconfigFile = file;
        }

        return kubeconfigFile;
    }

    /// <summary>owner/name of a remote's address, or null.</summary>
    internal static string? RepositoryOf(string? url)
    {
        if (url is null)
        {
            return null;
        }

        var path =
            Uri.TryCreate(url, UriKind.Absolute, out var uri) && !uri.IsFile ? uri.AbsolutePath
            : url.Contains('@', StringComparison.Ordinal) && url.Contains(':', StringComparison.Ordinal)
                ? url[(url.IndexOf(':', StringComparison.Ordinal) + 1)..]
            : "";
        var parts = path.Trim('/').Split('/');
        return parts.Length == 2
            ? $"{parts[0]}/{(parts[1].EndsWith(".git", StringComparison.Ordinal) ? parts[1][..^4] : parts[1])}"
            : null;
    }
}

using Rayquest.JobModel.Policies;

namespace Rayquest.JobScaffold;

/// <summary>Something left to do by hand.</summary>
/// <param name="What">What it is, in one line.</param>
/// <param name="Command">The command that does it, or shows whether it is done.</param>
public sealed record ChecklistItem(string What, string Command);

/// <summary>What is left to do after the files are written, in order, each with its command.</summary>
public static class Checklist
{
    /// <summary>The items for a repository.</summary>
    public static IReadOnlyList<ChecklistItem> Of(RepositoryAnswers answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        string server = answers.Server.GetLeftPart(UriPartial.Authority);
        string name = $"{answers.Organization}/{answers.Repository}";
        string gh = answers.Server.Host == "github.com" ? "gh" : $"GH_HOST={answers.Server.Authority} gh";
        List<ChecklistItem> items = [];
        if (answers.Action.IsUnknown)
        {
            items.Add(
                new(
                    $"find the commit of version {answers.Action.Version} of the action",
                    $"git ls-remote {server}/{answers.Action.Name} 'refs/tags/v{answers.Action.Version}*'"
                )
            );
            items.Add(
                new(
                    "write it into the workflows",
                    $"sed -i 's/@{ActionReference.Unknown}/@COMMIT/' .github/workflows/*.yml"
                )
            );
        }

        items.Add(new("look at prices, limits and images", "${EDITOR:-vi} policies/*.yaml"));
        items.Add(new("write what follows from the policies", "rayquest argocd && rayquest check"));
        items.Add(
            new(
                "commit everything",
                "git init -b main && git add -A && git commit -m 'Begin the repository of Ray jobs'"
            )
        );
        items.Add(
            new("make the repository on GitHub and push", $"{gh} repo create {name} --private --source . --push")
        );
        items.Add(new("make the form's label", $"{gh} label create ray-job --repo {name}"));
        items.Add(
            new(
                "make the GitHub App (repository permissions contents, pull requests, checks, commit statuses, issues, deployments: write), and install it on this repository",
                $"open {server}/organizations/{answers.Organization}/settings/apps/new"
            )
        );
        items.Add(
            new(
                "say which App it is",
                $"{gh} variable set RAYQUEST_APP_ID --repo {name} && {gh} variable set RAYQUEST_APP_INSTALLATION_ID --repo {name}"
            )
        );
        foreach (string environment in new[] { "rayquest", "cluster" })
        {
            items.Add(
                new(
                    $"make the environment `{environment}`, for the branch main only",
                    $"{gh} api -X PUT repos/{name}/environments/{environment} -F 'deployment_branch_policy[protected_branches]=false' -F 'deployment_branch_policy[custom_branch_policies]=true' && {gh} api repos/{name}/environments/{environment}/deployment-branch-policies -f name=main"
                )
            );
            items.Add(
                new(
                    $"give `{environment}` the App's key",
                    $"{gh} secret set RAYQUEST_APP_PRIVATE_KEY --repo {name} --env {environment} < app.pem"
                )
            );
        }

        items.Add(
            new(
                "make the rules of main and ledger (the table in docs/operations.md of the program)",
                $"open {server}/{name}/settings/rules"
            )
        );
        foreach (string label in answers.Gpus.Select(gpu => gpu.Entry.Label(answers.Cloud).Key).Distinct())
        {
            items.Add(
                new($"compare the GPU nodes' label with policies/platform.yaml", $"kubectl get nodes -L {label}")
            );
        }

        if (answers.Scheduler == SchedulerKind.Kueue)
        {
            items.Add(new("see that each team has a LocalQueue", "kubectl get localqueues -A"));
        }
        else if (answers.Scheduler == SchedulerKind.Volcano)
        {
            items.Add(new("see that each team has a Queue", "kubectl get queues.scheduling.volcano.sh"));
        }

        if (answers.Kept.HasFlag(KeptOfArgoCd.Namespaces))
        {
            items.Add(new("see that the teams' namespaces are there", "kubectl get namespaces"));
        }

        items.Add(
            new(
                "let Argo CD read the repository",
                $"argocd repo add {server}/{name}.git --github-app-id ID --github-app-installation-id ID --github-app-private-key-path app.pem"
            )
        );
        items.Add(
            new(
                "apply Argo CD's side; a conflict names who else writes a key, and --force-conflicts takes it over",
                "kubectl apply --server-side -f argocd/"
            )
        );
        items.Add(
            new(
                "let the status sync read the cluster, and turn it on",
                $"{gh} secret set RAYQUEST_KUBECONFIG --repo {name} --env cluster < kubeconfig && {gh} variable set RAYQUEST_STATUS --repo {name} --body on"
            )
        );
        items.Add(new("ask whether anything gets past the gate", $"GITHUB_TOKEN=$({gh} auth token) rayquest doctor"));
        return items;
    }
}

namespace Rayquest.JobReport.Doctor.Checks;

using CheckRule = (DoctorCheck Check, Func<DoctorFacts, IEnumerable<Fault>> Evaluate);

/// <summary>Where the App's key and the cluster's credentials are, and who gets them.</summary>
internal static class SecretChecks
{
    /// <summary>The App's key.</summary>
    public const string Key = "RAYQUEST_APP_PRIVATE_KEY";

    /// <summary>The environment of the jobs that evaluate.</summary>
    public const string Gate = "rayquest";

    /// <summary>The environment of the job that reads the cluster.</summary>
    public const string Cluster = "cluster";

    /// <summary>What a branch's workflow must never read.</summary>
    public static IReadOnlyList<string> Protected { get; } = [Key, "RAYQUEST_KUBECONFIG"];

    public static IReadOnlyList<CheckRule> All { get; } =
    [
        (
            new("environments", "the environments with credentials are the default branch's alone", true, true),
            facts => OfEnvironments(facts, list => Limits(list, facts))
        ),
        (
            new("repository-secrets", "no credential of the pipeline is a secret of the repository", true, true),
            facts =>
                Shared(facts.Settings!.RepositorySecrets, "the repository", "Settings, Secrets and variables, Actions")
        ),
        (
            new("organization-secrets", "no credential of the pipeline is a secret of the organization", true, true),
            facts =>
                Shared(
                    facts.Settings!.OrganizationSecrets,
                    "the organization",
                    "the organization's Settings, Secrets and variables, Actions"
                )
        ),
        (
            new("app-key", $"the App's key is in the environment `{Gate}`", true, false),
            facts => OfEnvironments(facts, KeyIsThere)
        ),
        (
            new("environment-rules", "no environment makes a run wait, or lets administrators by", true, false),
            facts => OfEnvironments(facts, Rules)
        ),
    ];

    private static IEnumerable<Fault> OfEnvironments(
        DoctorFacts facts,
        Func<IReadOnlyList<DeploymentEnvironment>, IEnumerable<Fault>> check
    ) => Fault.In(facts.Settings!.Environments, "the environments", check);

    private static bool Is(DeploymentEnvironment environment, string name) =>
        environment.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static bool IsRayquest(DeploymentEnvironment environment) =>
        Is(environment, Gate) || Is(environment, Cluster);

    private static IEnumerable<Fault> Limits(IReadOnlyList<DeploymentEnvironment> all, DoctorFacts facts)
    {
        string branch = facts.DefaultBranch;
        if (!all.Any(environment => Is(environment, Gate)))
        {
            yield return Fault.Error(
                $"there is no environment `{Gate}`: the first run makes one that every branch may use",
                ToMake(Gate, branch)
            );
        }

        if (!all.Any(environment => Is(environment, Cluster)))
        {
            Reading<StatusSyncSettings> sync = facts.Settings!.StatusSync;
            yield return sync.Value is not { } reported
                ? new Fault(
                    DoctorState.Unread,
                    $"there is no environment `{Cluster}`, and whether status.yml makes one that every branch may use (the variable RAYQUEST_STATUS) could not be read: needs {sync.Needs}",
                    ToMake(Cluster, branch)
                )
            : reported.IsOn
                ? Fault.Error(
                    $"there is no environment `{Cluster}`: the first run of status.yml makes one that every branch may use",
                    ToMake(Cluster, branch)
                )
            : Fault.Warning(
                $"there is no environment `{Cluster}`: once RAYQUEST_STATUS is `on`, the first run of status.yml makes one that every branch may use",
                ToMake(Cluster, branch)
            );
        }

        foreach (DeploymentEnvironment environment in all)
        {
            string name = environment.Name;
            string remedy =
                $"Settings, Environments, `{name}`: Deployment branches and tags, Selected branches, {branch} alone";
            if (!IsRayquest(environment))
            {
                if (environment.Secrets.Value is not { } names)
                {
                    yield return Fault.Unread(
                        $"the names of the secrets in the environment `{name}`",
                        environment.Secrets.Needs!
                    );
                    continue;
                }

                if (!names.Any(Protected.Contains))
                {
                    continue;
                }
            }

            if (environment.OnlyProtected)
            {
                yield return Fault.Error(
                    $"the environment `{name}` is open to every protected branch, and a ruleset for all branches protects each of them",
                    remedy
                );
            }
            else if (environment.Branches is null)
            {
                yield return Fault.Error(
                    $"the environment `{name}` is open to every branch: anybody's workflow can print what it holds",
                    remedy
                );
            }
            else if (environment.Branches.Value is not { } patterns)
            {
                yield return Fault.Unread(
                    $"the branches that may use the environment `{name}`",
                    environment.Branches.Needs!
                );
            }
            else if (patterns.FirstOrDefault(pattern => pattern != branch) is { } other)
            {
                yield return Fault.Error(
                    $"the environment `{name}` is open to `{other}` too: a workflow there can print what it holds",
                    remedy
                );
            }
        }
    }

    private static string ToMake(string environment, string branch) =>
        $"Settings, Environments, New environment `{environment}`: Deployment branches and tags, Selected branches, {branch}";

    private static IEnumerable<Fault> Shared(Reading<IReadOnlyList<string>> names, string whose, string where) =>
        Fault.In(
            names,
            $"the names of the secrets of {whose}",
            all =>
                all.Where(Protected.Contains)
                    .Select(name =>
                        Fault.Error(
                            $"{name} is a secret of {whose}: any branch's workflow can print it",
                            $"make a new one, put it into {(name == Key ? $"the environments `{Gate}` and `{Cluster}`" : $"the environment `{Cluster}` alone")}, and delete this one ({where})"
                        )
                    )
        );

    private static IEnumerable<Fault> KeyIsThere(IReadOnlyList<DeploymentEnvironment> all)
    {
        foreach (DeploymentEnvironment environment in all.Where(environment => Is(environment, Gate)))
        {
            if (environment.Secrets.Value is not { } names)
            {
                yield return Fault.Unread(
                    $"the names of the secrets in the environment `{environment.Name}`",
                    environment.Secrets.Needs!
                );
            }
            else if (!names.Contains(Key, StringComparer.Ordinal))
            {
                yield return Fault.Warning(
                    $"the environment `{environment.Name}` doesn't hold {Key}: everything runs with the workflow's own token, which is for trying out",
                    $"Settings, Environments, `{environment.Name}`, Add environment secret {Key}: the App's PEM file"
                );
            }
        }
    }

    private static IEnumerable<Fault> Rules(IReadOnlyList<DeploymentEnvironment> all)
    {
        foreach (DeploymentEnvironment environment in all.Where(IsRayquest))
        {
            if (environment.Waits)
            {
                yield return Fault.Warning(
                    $"runs of the environment `{environment.Name}` wait for a reviewer or a timer, and every evaluation with them",
                    $"Settings, Environments, `{environment.Name}`: no required reviewers, no wait timer"
                );
            }

            if (environment.AdministratorsPass == true)
            {
                yield return Fault.Warning(
                    $"administrators pass the rules of the environment `{environment.Name}`",
                    $"Settings, Environments, `{environment.Name}`: take Allow administrators to bypass off"
                );
            }
        }
    }
}

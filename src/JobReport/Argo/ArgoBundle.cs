using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Canonical;
using static Rayquest.JobReport.Argo.BundleYaml;

namespace Rayquest.JobReport.Argo;

/// <summary>One file of the delivery bundle.</summary>
public sealed record BundleFile(string Path, byte[] Bytes);

/// <summary>
/// What Argo CD needs to deliver the jobs, from the platform's policy: the same policy gives the same bytes, so that
/// <c>rayquest argocd --check</c> can tell drift. The traps of 4.2 and 4.3 are closed here, each where it bites.
/// </summary>
public static class ArgoBundle
{
    public const string Folder = "argocd/";

    /// <summary>Who the in-cluster status sync is (deploy/status-cronjob.yaml); the Roles are bound to it.</summary>
    public const string StatusReaderAccount = "rayquest-status";

    /// <summary>Where that account lives.</summary>
    public const string StatusReaderNamespace = "rayquest";
    private const string ServiceName = "rayquest";
    private const int LongestName = 28;
    private const string Header =
        "# Rendered by `rayquest argocd` from policies/platform.yaml and policies/quotas.yaml; do not edit.\n";
    private static readonly string[] RayKinds = ["RayCluster", "RayCronJob", "RayJob", "RayService"];

    /// <summary>
    /// Name of a team's Application and AppProject. It carries the repository: two of them on one Argo CD would otherwise take
    /// each other's Applications for their own, and prune each other's jobs.
    /// </summary>
    public static string ApplicationOf(PlatformPolicy platform, string team)
    {
        ArgumentNullException.ThrowIfNull(platform);
        var instance = InstanceOf(platform);
        return $"{platform.ArgoCd.ProjectPrefix}{(instance.Length == 0 ? "" : instance + "-")}{team}";
    }

    /// <summary>
    /// What tells this repository's names from another's: <c>argocd.instance</c>, else owner and name of <c>argocd.repoURL</c> and
    /// five digits of its hash, which keep <c>a-b/c</c> and <c>a/b-c</c> apart. Empty where neither is said.
    /// </summary>
    public static string InstanceOf(PlatformPolicy platform)
    {
        ArgumentNullException.ThrowIfNull(platform);
        if (platform.ArgoCd.Instance is { } said)
        {
            return said;
        }

        if (platform.ArgoCd.RepoUrl is not { } url)
        {
            return "";
        }

        var address = url.ToLowerInvariant().TrimEnd('/');
        address = address.EndsWith(".git", StringComparison.Ordinal) ? address[..^4] : address;
        // git@host:owner/name, ssh://git@host/owner/name and https://host/owner/name are one repository.
        address = address[(address.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0)..];
        address = address[(address.IndexOf('@', StringComparison.Ordinal) + 1)..].Replace(':', '/');
        var parts = address.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var name = string.Concat(
            string.Join('-', parts.TakeLast(2)).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')
        );
        name = (name.Length > LongestName ? name[..LongestName] : name).Trim('-');
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('/', parts))));
        return $"{name}-{digest[..5]}".TrimStart('-');
    }

    /// <summary>The teams that get a namespace: those with a quota or a namespace of their own.</summary>
    public static IReadOnlyList<string> Teams(PlatformPolicy platform, QuotasPolicy quotas)
    {
        ArgumentNullException.ThrowIfNull(platform);
        ArgumentNullException.ThrowIfNull(quotas);
        return
        [
            .. quotas
                .Teams.Keys.Where(team => team != QuotasPolicy.DefaultTeam)
                .Concat(platform.Namespaces.Keys)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>All files, by path.</summary>
    /// <exception cref="ArgumentException">The policy does not say where Argo CD reads this repository from.</exception>
    public static IReadOnlyList<BundleFile> Render(PlatformPolicy platform, QuotasPolicy quotas)
    {
        ArgumentNullException.ThrowIfNull(platform);
        ArgumentNullException.ThrowIfNull(quotas);
        var repository =
            platform.ArgoCd.RepoUrl
            ?? throw new ArgumentException("policies/platform.yaml has no argocd.repoURL", nameof(platform));
        var teams = Teams(platform, quotas);
        return
        [
            File(
                "namespaces.yaml",
                [
                    .. teams.SelectMany(team => TeamNamespaces.Of(platform, quotas, team)),
                    .. TeamNamespaces.ArgoReader(platform),
                ]
            ),
            File("projects.yaml", teams.Select(team => Project(platform, repository, team))),
            File("applications.yaml", [Applications(platform, repository)]),
            .. QueueObjects.Of(platform, quotas, teams) is [_, ..] queues
                ? [File("queues.yaml", queues)]
                : Array.Empty<BundleFile>(),
            .. platform.ArgoCd.Settings == ArgoCdPart.Existing
                ? []
                : new[]
                {
                    File("argocd-cm.yaml", [Settings(platform)]),
                    File("argocd-notifications-cm.yaml", [Notifications(platform)]),
                },
        ];
    }

    private static BundleFile File(string name, IEnumerable<YamlNode> documents) =>
        new(Folder + name, [.. Encoding.UTF8.GetBytes(Header), .. CanonicalYaml.Write([.. documents])]);

    private static YamlMapping Project(PlatformPolicy platform, string repository, string team)
    {
        var kinds = new List<YamlNode> { Kind("", "ConfigMap") };
        kinds.AddRange(RayKinds.Select(kind => Kind("ray.io", kind)));
        if (platform.Scheduler == SchedulerKind.Volcano)
        {
            kinds.Add(Kind("batch.volcano.sh", "Job"));
        }

        return Object(
            "argoproj.io/v1alpha1",
            "AppProject",
            ApplicationOf(platform, team),
            platform.ArgoCd.Namespace,
            Labels(platform, team),
            (
                "spec",
                Map(
                    ("description", Text($"Ray jobs of team {team}: only the kinds we render, only its namespace")),
                    ("sourceRepos", List(Text(repository))),
                    (
                        "destinations",
                        List(
                            Map(
                                ("namespace", Text(platform.NamespaceOf(team))),
                                ("server", Text(platform.ArgoCd.Server))
                            )
                        )
                    ),
                    // Nothing cluster-wide can come from a team's folder, whatever is smuggled into it.
                    ("clusterResourceWhitelist", List()),
                    ("namespaceResourceWhitelist", List([.. kinds]))
                )
            )
        );
    }

    private static YamlMapping Applications(PlatformPolicy platform, string repository)
    {
        const string team = "{{ .path.basename }}";
        var instance = InstanceOf(platform);
        return Object(
            "argoproj.io/v1alpha1",
            "ApplicationSet",
            instance.Length == 0 ? "rayquest" : $"rayquest-{instance}",
            platform.ArgoCd.Namespace,
            Map(("app.kubernetes.io/managed-by", Text("rayquest"))),
            (
                "spec",
                Map(
                    ("goTemplate", True),
                    ("goTemplateOptions", List(Text("missingkey=error"))),
                    (
                        "generators",
                        List(
                            Map(
                                (
                                    "git",
                                    Map(
                                        ("repoURL", Text(repository)),
                                        ("revision", Text(platform.ArgoCd.Revision)),
                                        ("directories", List(Map(("path", Text("jobs/*")))))
                                    )
                                )
                            )
                        )
                    ),
                    (
                        "template",
                        Map(
                            (
                                "metadata",
                                Map(
                                    ("name", Text(ApplicationOf(platform, team))),
                                    (
                                        "annotations",
                                        Map(
                                            ($"notifications.argoproj.io/subscribe.on-ray-sync.{ServiceName}", Text(""))
                                        )
                                    ),
                                    (
                                        "labels",
                                        Map(
                                            ("app.kubernetes.io/managed-by", Text("rayquest")),
                                            ($"{platform.LabelPrefix}/team", Text(team))
                                        )
                                    ),
                                    // When the last job of a team is archived its folder leaves Git and the Application
                                    // goes; the finalizer takes the objects along.
                                    ("finalizers", List(Text("resources-finalizer.argocd.argoproj.io")))
                                )
                            ),
                            (
                                "spec",
                                Map(
                                    ("project", Text(ApplicationOf(platform, team))),
                                    (
                                        "source",
                                        Map(
                                            ("repoURL", Text(repository)),
                                            ("targetRevision", Text(platform.ArgoCd.Revision)),
                                            ("path", Text("{{ .path.path }}"))
                                        )
                                    ),
                                    (
                                        "destination",
                                        Map(
                                            ("server", Text(platform.ArgoCd.Server)),
                                            ("namespace", Text(NamespaceTemplate(platform)))
                                        )
                                    ),
                                    ("ignoreDifferences", List([.. IgnoredDifferences(platform)])),
                                    ("syncPolicy", SyncPolicy())
                                )
                            )
                        )
                    )
                )
            )
        );
    }

    private static YamlMapping SyncPolicy() =>
        Map(
            (
                "automated",
                // No selfHeal: an object deleted by hand would run again after five seconds (4.2). allowEmpty: archiving the
                // last job of a team must be able to remove it.
                Map(("prune", True), ("allowEmpty", True))
            ),
            (
                "syncOptions",
                List(
                    Text("ApplyOutOfSyncOnly=true"),
                    Text("FailOnSharedResource=true"),
                    Text("RespectIgnoreDifferences=true"),
                    // ConfigMaps with code outgrow the last-applied annotation (4.2).
                    Text("ServerSideApply=true")
                )
            ),
            (
                "retry",
                Map(
                    ("limit", Integer(5)),
                    ("backoff", Map(("duration", Text("10s")), ("factor", Integer(2)), ("maxDuration", Text("3m"))))
                )
            )
        );

    /// <summary>What others write into our objects: the autoscaler, Kueue, KubeRay (4.3).</summary>
    private static IEnumerable<YamlNode> IgnoredDifferences(PlatformPolicy platform)
    {
        string[] cluster = [".spec.workerGroupSpecs[].replicas", ".spec.workerGroupSpecs[].scaleStrategy"];
        string[] pods =
            platform.Scheduler == SchedulerKind.Kueue ? ["tolerations", "nodeSelector", "schedulingGates"] : [];
        // Who queues takes suspensions back; elsewhere a cluster's is the request's to say.
        string[] suspend = platform.Scheduler == SchedulerKind.Kueue ? ["/spec/suspend"] : [];
        yield return Ignored("RayCluster", suspend, [.. cluster, .. Templates(".spec", pods)]);
        yield return Ignored(
            "RayJob",
            ["/spec/jobId", "/spec/submitterPodTemplate", "/spec/suspend"],
            [.. Templates(".spec.rayClusterSpec", pods)]
        );
        yield return Ignored("RayService", ["/spec/suspend"], [.. Templates(".spec.rayClusterConfig", pods)]);

        static IEnumerable<string> Templates(string cluster, string[] fields) =>
            fields.SelectMany(field =>
                new[]
                {
                    $"{cluster}.headGroupSpec.template.spec.{field}",
                    $"{cluster}.workerGroupSpecs[].template.spec.{field}",
                }
            );
    }

    private static YamlMapping Ignored(string kind, string[] pointers, string[] expressions) =>
        Map(
            ("group", Text("ray.io")),
            ("kind", Text(kind)),
            ("jsonPointers", pointers.Length == 0 ? null : List([.. pointers.Select(Text)])),
            ("jqPathExpressions", expressions.Length == 0 ? null : List([.. expressions.Select(Text)]))
        );

    /// <summary>A Go template that knows the namespaces that do not follow the pattern.</summary>
    private static string NamespaceTemplate(PlatformPolicy platform)
    {
        const string team = "{{ .path.basename }}";
        var pattern = platform.NamespacePattern.Replace("{team}", team, StringComparison.Ordinal);
        if (platform.Namespaces.Count == 0)
        {
            return pattern;
        }

        var text = new StringBuilder("{{ ");
        var word = "if";
        foreach (var (name, ns) in platform.Namespaces.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            // Both are DNS labels by the policy's own check: nothing to escape.
            text.Append(CultureInfo.InvariantCulture, $"{word} eq .path.basename \"{name}\" }}}}{ns}{{{{ ");
            word = "else if";
        }

        return text.Append(CultureInfo.InvariantCulture, $"else }}}}{pattern}{{{{ end }}}}").ToString();
    }

    private static YamlMapping Settings(PlatformPolicy platform) =>
        Object(
            "v1",
            "ConfigMap",
            "argocd-cm",
            platform.ArgoCd.Namespace,
            Map(("app.kubernetes.io/name", Text("argocd-cm")), ("app.kubernetes.io/part-of", Text("argocd"))),
            (
                "data",
                Map([
                    ("application.resourceTrackingMethod", (YamlNode)Text("annotation")),
                    .. HealthScripts.All.Select(script =>
                        (script.Key, (YamlNode)Block(HealthScripts.Text(script.Name)))
                    ),
                ])
            )
        );

    /// <summary>The address of GitHub's API for the server that a repository lies on: an Enterprise Server has its own.</summary>
    public static string ApiOf(string? repository)
    {
        string host = "github.com";
        if (repository is not null)
        {
            // git@host:owner/name has no scheme.
            host =
                Uri.TryCreate(repository, UriKind.Absolute, out Uri? url) && url.Host.Length > 0
                    ? url.IsDefaultPort || url.Scheme is not ("https" or "http")
                        ? url.Host
                        : url.Authority
                    : repository[(repository.IndexOf('@', StringComparison.Ordinal) + 1)..].Split(':', '/')[0];
        }

        return host switch
        {
            "github.com" or "www.github.com" or "ssh.github.com" => "https://api.github.com",
            _ when host.EndsWith(".ghe.com", StringComparison.OrdinalIgnoreCase) => $"https://api.{host}",
            _ => $"https://{host}/api/v3",
        };
    }

    private static YamlMapping Notifications(PlatformPolicy platform)
    {
        // Templates see only the Application (4.5): the bell rings, what changed is read from the cluster.
        string service = $$"""
            url: {{ApiOf(platform.ArgoCd.RepoUrl)}}
            headers:
            - {name: Authorization, value: "Bearer $github-token"}
            - {name: Accept, value: application/vnd.github+json}
            - {name: Content-Type, value: application/json}

            """;
        const string template = """
            webhook:
              rayquest:
                method: POST
                path: /repos/{{call .repo.FullNameByRepoURL .app.spec.source.repoURL}}/dispatches
                body: |
                  {"event_type": "ray-status", "client_payload": {"app": "{{.app.metadata.name}}", "phase": "{{.app.status.operationState.phase}}"}}

            """;
        const string trigger = """
            - when: app.status?.operationState?.phase in ['Succeeded', 'Failed', 'Error']
              oncePer: app.status?.operationState?.syncResult?.revision
              send: [ray-sync]

            """;
        return Object(
            "v1",
            "ConfigMap",
            "argocd-notifications-cm",
            platform.ArgoCd.Namespace,
            Map(
                ("app.kubernetes.io/name", Text("argocd-notifications-cm")),
                ("app.kubernetes.io/part-of", Text("argocd"))
            ),
            (
                "data",
                Map(
                    ($"service.webhook.{ServiceName}", Block(service)),
                    ("template.ray-sync", Block(template)),
                    ("trigger.on-ray-sync", Block(trigger))
                )
            )
        );
    }
}

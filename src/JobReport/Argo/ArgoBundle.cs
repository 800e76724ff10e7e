using System.Globalization;
using System.Text;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Canonical;

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
    private const string Header =
        "# Rendered by `rayquest argocd` from policies/platform.yaml and policies/quotas.yaml; do not edit.\n";
    private static readonly string[] RayKinds = ["RayCluster", "RayCronJob", "RayJob", "RayService"];
    private static readonly SourceSpan Here = new(new SourceText("argocd", ""), default);

    /// <summary>Name of a team's Application and AppProject.</summary>
    public static string ApplicationOf(PlatformPolicy platform, string team)
    {
        ArgumentNullException.ThrowIfNull(platform);
        return platform.ArgoCd.ProjectPrefix + team;
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
                [.. teams.SelectMany(team => TeamNamespace(platform, quotas, team)), .. ArgoReader(platform)]
            ),
            File("projects.yaml", teams.Select(team => Project(platform, repository, team))),
            File("applications.yaml", [Applications(platform, repository)]),
            File("argocd-cm.yaml", [Settings(platform)]),
            File("argocd-notifications-cm.yaml", [Notifications(platform)]),
        ];
    }

    private static BundleFile File(string name, IEnumerable<YamlNode> documents) =>
        new(Folder + name, [.. Encoding.UTF8.GetBytes(Header), .. CanonicalYaml.Write([.. documents])]);

    private static IEnumerable<YamlNode> TeamNamespace(PlatformPolicy platform, QuotasPolicy quotas, string team)
    {
        var ns = platform.NamespaceOf(team);
        yield return Object("v1", "Namespace", ns, null, Labels(platform, team));
        if (Hard(platform, quotas.Of(team)) is { } hard)
        {
            // The backstop behind the review: whatever reaches the namespace, this is all it can hold.
            yield return Object(
                "v1",
                "ResourceQuota",
                "rayquest",
                ns,
                Labels(platform, team),
                ("spec", Map(("hard", hard)))
            );
        }

        foreach (var item in Reader(ns, Labels(platform, team), [.. ReaderRules(platform)]))
        {
            yield return item;
        }
    }

    /// <summary>The status reader may see why Argo CD has not applied something.</summary>
    private static IEnumerable<YamlNode> ArgoReader(PlatformPolicy platform) =>
        Reader(
            platform.ArgoCd.Namespace,
            Map(("app.kubernetes.io/managed-by", Text("rayquest"))),
            [Rule("argoproj.io", ["applications"], ["get", "list"])]
        );

    private static IEnumerable<YamlNode> Reader(string ns, YamlMapping labels, YamlNode[] rules)
    {
        const string name = "rayquest-status-reader";
        yield return Object("rbac.authorization.k8s.io/v1", "Role", name, ns, labels, ("rules", List(rules)));
        yield return Object(
            "rbac.authorization.k8s.io/v1",
            "RoleBinding",
            name,
            ns,
            labels,
            (
                "roleRef",
                Map(("apiGroup", Text("rbac.authorization.k8s.io")), ("kind", Text("Role")), ("name", Text(name)))
            ),
            (
                "subjects",
                List(
                    Map(
                        ("kind", Text("ServiceAccount")),
                        ("name", Text(StatusReaderAccount)),
                        ("namespace", Text(StatusReaderNamespace))
                    )
                )
            )
        );
    }

    private static IEnumerable<YamlNode> ReaderRules(PlatformPolicy platform)
    {
        yield return Rule("ray.io", ["rayjobs", "rayclusters", "rayservices", "raycronjobs"], ["get", "list"]);
        yield return Rule("", ["pods", "events"], ["get", "list"]);
        yield return Rule("", ["pods/log"], ["get"]);
        // kubectl logs job/NAME reads the submitter Job to find its pod.
        yield return Rule("batch", ["jobs"], ["get"]);
        if (platform.Scheduler == SchedulerKind.Kueue)
        {
            yield return Rule("kueue.x-k8s.io", ["workloads"], ["get", "list"]);
        }

        if (platform.Scheduler == SchedulerKind.Volcano)
        {
            yield return Rule("batch.volcano.sh", ["jobs"], ["get", "list"]);
        }
    }

    private static YamlMapping? Hard(PlatformPolicy platform, TeamPolicy? policy)
    {
        if (policy is null)
        {
            return null;
        }

        var hard = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var resource in platform.Gpus.GroupBy(pair => pair.Value.Resource, StringComparer.Ordinal))
        {
            // Types may share a resource name; the quota can only count the resource. An unlimited type lifts it.
            if (resource.All(pair => policy.Hard.Gpus.ContainsKey(pair.Key)))
            {
                hard[$"requests.{resource.Key}"] = resource
                    .Sum(pair => policy.Hard.Gpus[pair.Key])
                    .ToString(CultureInfo.InvariantCulture);
            }
        }

        if (policy.Hard.Cpu is { } cpu)
        {
            hard["requests.cpu"] = cpu.ToString();
        }

        if (policy.Hard.Memory is { } memory)
        {
            hard["requests.memory"] = memory.ToString();
        }

        return hard.Count == 0 ? null : Map([.. hard.Select(pair => (pair.Key, (YamlNode)Text(pair.Value)))]);
    }

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
        return Object(
            "argoproj.io/v1alpha1",
            "ApplicationSet",
            "rayquest",
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
                                    ("name", Text(platform.ArgoCd.ProjectPrefix + team)),
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
                                    ("project", Text(platform.ArgoCd.ProjectPrefix + team)),
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
        yield return Ignored("RayCluster", ["/spec/suspend"], [.. cluster, .. Templates(".spec", pods)]);
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
            ("jsonPointers", List([.. pointers.Select(Text)])),
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
                        (
                            script.Key,
                            (YamlNode)new YamlScalar(Here, HealthScripts.Text(script.Name), YamlScalarStyle.Block)
                        )
                    ),
                ])
            )
        );

    private static YamlMapping Notifications(PlatformPolicy platform)
    {
        // Templates see only the Application (4.5): the bell rings, what changed is read from the cluster.
        const string service = """
            url: https://api.github.com
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

        static YamlScalar Block(string text) => new(Here, text.ReplaceLineEndings("\n"), YamlScalarStyle.Block);
    }

    private static YamlMapping Labels(PlatformPolicy platform, string team) =>
        Map(("app.kubernetes.io/managed-by", Text("rayquest")), ($"{platform.LabelPrefix}/team", Text(team)));

    private static YamlMapping Object(
        string apiVersion,
        string kind,
        string name,
        string? ns,
        YamlMapping labels,
        params (string Key, YamlNode? Value)[] rest
    ) =>
        Map([
            ("apiVersion", Text(apiVersion)),
            ("kind", Text(kind)),
            ("metadata", Map(("name", Text(name)), ("namespace", ns is null ? null : Text(ns)), ("labels", labels))),
            .. rest,
        ]);

    private static YamlMapping Rule(string group, string[] resources, string[] verbs) =>
        Map(
            ("apiGroups", List(Text(group))),
            ("resources", List([.. resources.Select(Text)])),
            ("verbs", List([.. verbs.Select(Text)]))
        );

    private static YamlMapping Kind(string group, string kind) => Map(("group", Text(group)), ("kind", Text(kind)));

    private static YamlMapping Map(params (string Key, YamlNode? Value)[] entries) =>
        new(
            Here,
            [
                .. entries
                    .Where(entry => entry.Value is not null)
                    .Select(entry => new YamlEntry(
                        new YamlScalar(Here, entry.Key, YamlScalarStyle.Plain),
                        entry.Value!
                    )),
            ],
            isFlow: false
        );

    private static YamlSequence List(params YamlNode[] items) => new(Here, [.. items], isFlow: false);

    private static YamlScalar Text(string value) => new(Here, value, YamlScalarStyle.Quoted);

    private static YamlScalar Integer(int value) =>
        new(Here, value.ToString(CultureInfo.InvariantCulture), YamlScalarStyle.Plain);

    private static YamlScalar True => new(Here, "true", YamlScalarStyle.Plain);
}

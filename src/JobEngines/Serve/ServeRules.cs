using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Serve;

/// <summary>RQ4361–RQ4369: the Serve configuration inside a RayService, which KubeRay hands on unread.</summary>
public static class ServeRules
{
    private const string Late =
        "KubeRay checks nothing of `serveConfigV2`: it sends it to Ray once the cluster is up. The RayService is accepted, holds its GPUs, and is never ready; the reason stands in a warning event or in the application's status.";

    private const string App = "serveConfigV2: |\n  applications:\n    - name: app\n      import_path: app.main:app\n";

    /// <summary>RQ4361: SV1, SV5, SV6.</summary>
    public static RuleInfo NoConfig { get; } =
        Rule(
            "RQ4361",
            "serve-config-unreadable",
            Severity.Error,
            "SV1, SV5, SV6",
            "`serveConfigV2` is not a mapping with applications.",
            "It is text that must parse as a YAML mapping with the list `applications`; a single application at the root, the form of older versions, is refused. Without any application nothing serves, which is only warned of.\n\n"
                + Late,
            "serveConfigV2: |\n  import_path: app.main:app",
            App.TrimEnd()
        );

    /// <summary>RQ4362: §2.</summary>
    public static RuleInfo BadConfig { get; } =
        Rule(
            "RQ4362",
            "serve-config-invalid",
            Severity.Error,
            "SV3, SV4, SV5, SV6",
            "Ray Serve refuses something in `serveConfigV2`.",
            "Each application has an `import_path` of the form `module:attribute`; names and route prefixes are unique, and what isn't written is `default` and `/`; a prefix begins with `/`; `host` and `port` stand at the root. Numbers and words are those of Serve's own schema, and most keys may not stand there without a value; a number of replicas excludes `autoscaling_config`, whose bounds are in order (`max_replicas` is 1 where it isn't written). What only newer versions of Serve refuse, such as `num_replicas: \"2\"`, and what keeps the autoscaler from ever adding a replica, is warned of.\n\n"
                + Late,
            App + "      route_prefix: app",
            App + "      route_prefix: /app"
        );

    /// <summary>RQ4363: SV2, SV4.</summary>
    public static RuleInfo UnknownKey { get; } =
        Rule(
            "RQ4363",
            "serve-unknown-key",
            Severity.Warning,
            "SV2, SV4",
            "Ray Serve doesn't know a key in `serveConfigV2`, and ignores it without a word.",
            "Serve leaves out what it doesn't know, on purpose: with `num_replica: 4` there is one replica, with `num_gpu: 1` none has a GPU.",
            App + "      deployments:\n        - name: model\n          num_replica: 4",
            App
                + "      deployments:\n        - name: model\n          num_replicas: 1\n          ray_actor_options: {num_cpus: 0.1}"
        );

    /// <summary>RQ4364: SV20 to SV25.</summary>
    public static RuleInfo NoRoom { get; } =
        Rule(
            "RQ4364",
            "serve-no-room",
            Severity.Error,
            "SV20, SV21, SV22, SV23, SV25",
            "The cluster can't hold the replicas that Serve is asked for.",
            "A replica takes what its `ray_actor_options` say, one CPU where they don't, from one node; a node has what its container's limits, `rayStartParams` or the group's `resources` say. One that fits no group's node is never placed; nor are all of them where the sums don't reach. What only the largest number of replicas lacks is warned of. Deployments that only the code knows are not counted.\n\n"
                + Late,
            App + "      deployments:\n        - name: model\n          ray_actor_options: {num_gpus: 1}",
            App + "      deployments:\n        - name: model\n          ray_actor_options: {num_cpus: 0.5}",
            "resources:\n  limits:\n    cpu: \"2\"\n    memory: 4Gi"
        );

    /// <summary>RQ4365: SV12.</summary>
    public static RuleInfo OtherPort { get; } =
        Rule(
            "RQ4365",
            "serve-other-port",
            Severity.Warning,
            "SV12",
            "Serve listens on a port that the pods don't declare.",
            "KubeRay asks the pods for their health on the container port called `serve`, or 8000. With another `http_options.port`, head and workers need a port `serve` of that number, or none is ever ready.",
            App + "  http_options:\n    port: 9000",
            App + "  http_options:\n    port: 8000"
        );

    /// <summary>RQ4366: SV14.</summary>
    public static RuleInfo OldConfig { get; } =
        Rule(
            "RQ4366",
            "serve-config-of-v1",
            Severity.Error,
            "SV14",
            "`serveConfig` is gone since KubeRay 1.1.",
            "Its successor `serveConfigV2` is text in another form, so renaming the key is not enough: a list of applications, snake_case keys, the route prefix at the application, `user_config`, `runtime_env` and `resources` as mappings and not as text.",
            "serveConfig:\n  importPath: app.main:app\n  deployments:\n    - name: model\n      numReplicas: 2",
            App + "      deployments:\n        - name: model\n          num_replicas: 2"
        );

    /// <summary>All rules of this category, in the order of their codes.</summary>
    public static IReadOnlyList<RuleInfo> All { get; } =
    [NoConfig, BadConfig, UnknownKey, NoRoom, OtherPort, OldConfig];

    private static RuleInfo Rule(
        string code,
        string name,
        Severity severity,
        string facts,
        string summary,
        string why,
        string bad,
        string good,
        string container = ""
    ) =>
        new(code, name, severity, summary)
        {
            Why = why,
            Facts = facts,
            Bad = new ManifestExample
            {
                Kind = "RayService",
                Spec = bad,
                Container = container,
            },
            Good = new ManifestExample
            {
                Kind = "RayService",
                Spec = good,
                Container = container,
            },
        };
}

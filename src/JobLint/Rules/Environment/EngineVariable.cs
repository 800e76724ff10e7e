namespace Rayquest.JobLint.Rules.Environment;

/// <summary>RQ3028: a variable that belongs to Ray or KubeRay.</summary>
public sealed class EngineVariable : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3028", "engine-variable", Severity.Error, "An environment variable belongs to Ray or KubeRay.")
        {
            Category = RuleCategory.Environment,
            Why =
                "KubeRay sets these itself and relies on them. `RAY_REDIS_ADDRESS`, `REDIS_USERNAME` and `RAY_enable_autoscaler_v2` make the operator refuse the job; another `RAY_ADDRESS` sends it to another cluster, or nowhere. `NVIDIA_VISIBLE_DEVICES` and its like are the device plugin's: the container's own wins, and `all` is every GPU of the node, whatever was asked for and counted.",
            Facts = "C9, C10, C12, C14, C15",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nenv: {RAY_ADDRESS: auto}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nenv: {NCCL_DEBUG: INFO}\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach ((Located<string> name, Located<string> value) in context.Request.Env?.Value ?? [])
        {
            if ((Why(name.Value) ?? WhyOfDevices(name.Value, value.Value)) is { } why)
            {
                yield return At(name, why);
            }
        }

        foreach (Located<SecretRequest> secret in context.Request.Secrets?.Value ?? [])
        {
            if (secret.Value.Env is { } name && (Why(name.Value) ?? WhyOfDevices(name.Value, value: null)) is { } why)
            {
                yield return At(name, why);
            }
        }

        foreach (YamlEntry entry in (context.Request.RuntimeEnv?.Value["env_vars"] as YamlMapping)?.Entries ?? [])
        {
            if (Why(entry.Key.Value) is { } why)
            {
                yield return At(entry.Key.Span, why);
            }
        }
    }

    /// <summary>
    /// What is told of a variable of a plain manifest: of those that KubeRay sets for every pod. What makes fault tolerance, the
    /// autoscaler or authentication there is said of the fields it goes with.
    /// </summary>
    internal Finding? OfManifest(Located<string> name) =>
        name.Value
            is "RAY_ADDRESS"
                or "RAY_IP"
                or "FQ_RAY_IP"
                or "RAY_PORT"
                or "RAY_CLUSTER_NAME"
                or "RAY_CLUSTER_NAMESPACE"
                or "RAY_NODE_TYPE_NAME"
                or "KUBERAY_CRD_VER"
            ? At(name, Why(name.Value)!)
            : null;

    /// <summary>Whether container runtimes hand out the node's GPUs by the variable, past what the pod asked for.</summary>
    internal static bool HandsOutDevices(string name) => Devices.Contains(name);

    /// <summary>The variables by which container runtimes hand out devices: NVIDIA's, AMD's, Gaudi's and Ascend's.</summary>
    internal static IReadOnlyList<string> Devices { get; } =
    ["NVIDIA_VISIBLE_DEVICES", "AMD_VISIBLE_DEVICES", "HABANA_VISIBLE_DEVICES", "ASCEND_VISIBLE_DEVICES"];

    // Hiding all of them takes nothing from anybody.
    private static string? WhyOfDevices(string name, string? value) =>
        HandsOutDevices(name) && value is not ("" or "none" or "void")
            ? (Message)
                $"`{name}` is set by the device plugin, and another value takes GPUs of the node that nobody asked for; remove it, and ask for GPUs by `gpu` and `gpus` (`none` hides them)"
            : null;

    /// <summary>What is wrong with setting a variable; null for one that is nobody's.</summary>
    internal static string? Why(string name) =>
        name switch
        {
            "RAY_ADDRESS" =>
                "`RAY_ADDRESS` is set by KubeRay so that the job finds its own cluster; remove it, and call `ray.init()` without an address",
            "RAY_IP"
            or "FQ_RAY_IP"
            or "RAY_PORT"
            or "RAY_CLUSTER_NAME"
            or "RAY_CLUSTER_NAMESPACE"
            or "RAY_NODE_TYPE_NAME"
            or "KUBERAY_CRD_VER" => $"`{name}` is set by KubeRay, which relies on it; remove it",
            "RAY_REDIS_ADDRESS" or "REDIS_PASSWORD" or "REDIS_USERNAME" =>
                $"`{name}` configures fault tolerance of the cluster, and the operator refuses it here; remove it",
            "RAY_enable_autoscaler_v2" =>
                "`RAY_enable_autoscaler_v2` makes the operator refuse the job; write `autoscaling: {version: v2}` instead",
            "RAY_JOB_ID"
            or "RAY_JOB_SUBMISSION_ID"
            or "RAY_DASHBOARD_ADDRESS"
            or "RAY_AUTH_MODE"
            or "RAY_AUTH_TOKEN"
            or "RAY_external_storage_namespace"
            or "RAY_timeout_ms_task_wait_for_death_info" => $"`{name}` is set by Ray or KubeRay; remove it",
            _ => null,
        };
}

namespace Rayquest.JobEngines.Serve;

/// <summary>The keys that Ray Serve reads, from 2.4x on: a key is here as soon as any of these versions knows it.</summary>
internal static class ServeSchema
{
    private static readonly ServeKey Logging = new("logging_config", ServeType.Object)
    {
        IsClosed = true,
        Keys =
        [
            new("encoding", ServeType.Text, Words: ["TEXT", "JSON"]),
            new("log_level"),
            new("logs_dir", ServeType.Text) { IsNullable = true },
            new("enable_access_log", ServeType.Boolean),
            new("additional_log_standard_attrs", ServeType.List),
        ],
    };

    // A deployment's own may not be null; those above it may.
    private static readonly ServeKey LoggingOrNull = Logging with { IsNullable = true };

    private static readonly ServeKey Autoscaling = new("autoscaling_config", ServeType.Object)
    {
        IsNullable = true,
        Keys =
        [
            new("min_replicas", ServeType.Integer, Least: 0),
            new("initial_replicas", ServeType.Integer, Least: 0) { IsNullable = true },
            new("max_replicas", ServeType.Integer, Least: 1),
            new("target_ongoing_requests", ServeType.Number, Least: 0, IsAbove: true) { IsNullable = true },
            new("look_back_period_s", ServeType.Number, Least: 0, IsAbove: true),
            new("metrics_interval_s", ServeType.Number, Least: 0, IsAbove: true),
            new("upscale_delay_s", ServeType.Number, Least: 0),
            new("downscale_delay_s", ServeType.Number, Least: 0),
            new("downscale_to_zero_delay_s", ServeType.Number, Least: 0) { IsNullable = true },
            new("upscaling_factor", ServeType.Number, Least: 0, IsAbove: true) { IsNullable = true },
            new("downscaling_factor", ServeType.Number, Least: 0, IsAbove: true) { IsNullable = true },
            new("smoothing_factor", ServeType.Number, Least: 0, IsAbove: true),
            new("upscale_smoothing_factor", ServeType.Number, Least: 0, IsAbove: true) { IsNullable = true },
            new("downscale_smoothing_factor", ServeType.Number, Least: 0, IsAbove: true) { IsNullable = true },
            new("aggregation_function", ServeType.Text, Words: ["mean", "max", "min"]),
            new("prometheus_metrics", ServeType.List) { IsNullable = true },
            new("policy", ServeType.Object) { IsNullable = true },
        ],
    };

    private static readonly ServeKey ActorOptions = new("ray_actor_options", ServeType.Object)
    {
        Keys =
        [
            new("num_cpus", ServeType.Number, Least: 0) { IsNullable = true },
            new("num_gpus", ServeType.Number, Least: 0) { IsNullable = true },
            new("memory", ServeType.Number, Least: 0) { IsNullable = true },
            new("resources", ServeType.Object),
            new("accelerator_type", ServeType.Text) { IsNullable = true },
            new("runtime_env", ServeType.Object),
            new("label_selector", ServeType.Object) { IsNullable = true },
            new("fallback_strategy", ServeType.List) { IsNullable = true },
        ],
    };

    private static readonly ServeKey Deployments = new("deployments", ServeType.List)
    {
        Keys =
        [
            new("name", ServeType.Text),
            new("num_replicas") { IsNullable = true },
            new("max_ongoing_requests", ServeType.Integer, Least: 1),
            new("max_queued_requests", ServeType.PlainInteger, Least: -1),
            new("user_config", ServeType.Object) { IsNullable = true },
            Autoscaling,
            new("graceful_shutdown_wait_loop_s", ServeType.Number, Least: 0),
            new("graceful_shutdown_timeout_s", ServeType.Number, Least: 0),
            new("health_check_period_s", ServeType.Number, Least: 0, IsAbove: true),
            new("health_check_timeout_s", ServeType.Number, Least: 0, IsAbove: true),
            ActorOptions,
            new("placement_group_bundles", ServeType.List),
            new("placement_group_strategy", ServeType.Text, Words: ["PACK", "SPREAD", "STRICT_PACK", "STRICT_SPREAD"]),
            new("placement_group_bundle_label_selector", ServeType.List) { IsNullable = true },
            new("max_replicas_per_node", ServeType.Integer, Least: 1, Most: 100),
            Logging,
            new("request_router_config", ServeType.Object),
            new("gang_scheduling_config", ServeType.Object)
            {
                IsNullable = true,
                Keys =
                [
                    new("gang_size", ServeType.Integer, Least: 1),
                    new("gang_timeout_s", ServeType.Number, Least: 0, IsAbove: true),
                    new(
                        "gang_placement_strategy",
                        ServeType.Text,
                        Words: ["PACK", "SPREAD", "STRICT_PACK", "STRICT_SPREAD"]
                    ),
                    new("max_retries", ServeType.Integer, Least: 0),
                    new("runtime_failure_policy", ServeType.Text, Words: ["RESTART_GANG", "RESTART_REPLICA"]),
                ],
            },
            new("deployment_actors", ServeType.List) { IsNullable = true },
            new("rolling_update_percentage", ServeType.Number, Least: 0, Most: 1, IsAbove: true) { IsNullable = true },
            new("backpressure_config", ServeType.Object)
            {
                IsClosed = true,
                IsNullable = true,
                Keys = [new("status_code", ServeType.Integer), new("retry_after_s", ServeType.Number, Least: 0)],
            },
        ],
    };

    private static readonly ServeKey Applications = new("applications", ServeType.List)
    {
        Keys =
        [
            new("name", ServeType.Text),
            new("route_prefix", ServeType.Text) { IsNullable = true },
            new("import_path", ServeType.Text),
            new("runtime_env", ServeType.Object),
            Deployments,
            new("args", ServeType.Object),
            LoggingOrNull,
            new("autoscaling_policy", ServeType.Object) { IsNullable = true },
            new("external_scaler_enabled", ServeType.Boolean),
            // Known, and refused by a check of its own.
            new("host"),
            new("port"),
        ],
    };

    /// <summary>The keys at the root.</summary>
    public static IReadOnlyList<ServeKey> Root { get; } =
    [
        new("proxy_location", ServeType.Text, Words: ["Disabled", "HeadOnly", "EveryNode"]),
        new("http_options", ServeType.Object)
        {
            Keys =
            [
                new("host", ServeType.Text),
                new("port", ServeType.Integer),
                new("root_path", ServeType.Text),
                new("request_timeout_s", ServeType.Number) { IsNullable = true },
                new("keep_alive_timeout_s", ServeType.Integer),
                new("ssl_keyfile", ServeType.Text) { IsNullable = true },
                new("ssl_certfile", ServeType.Text) { IsNullable = true },
                new("ssl_keyfile_password", ServeType.Text) { IsNullable = true },
                new("ssl_ca_certs", ServeType.Text) { IsNullable = true },
            ],
        },
        new("grpc_options", ServeType.Object)
        {
            Keys =
            [
                new("port", ServeType.Integer),
                new("grpc_servicer_functions", ServeType.List),
                new("request_timeout_s", ServeType.Number) { IsNullable = true },
            ],
        },
        LoggingOrNull,
        Applications,
        new("target_capacity", ServeType.Number, Least: 0, Most: 100) { IsNullable = true },
        new("controller_options", ServeType.Object)
        {
            IsClosed = true,
            IsNullable = true,
            Keys = [new("runtime_env", ServeType.Object)],
        },
        new("tracing_config", ServeType.Object)
        {
            IsClosed = true,
            IsNullable = true,
            Keys =
            [
                new("enabled", ServeType.Boolean),
                new("exporter_import_path", ServeType.Text),
                new("sampling_ratio", ServeType.Number, Least: 0, Most: 1),
            ],
        },
    ];
}

using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Text;

namespace Rayquest.JobLint.Tests.Manifests;

/// <summary>What Ray Serve says of a RayService's configuration: each key and rule both ways, at the line inside the text.</summary>
public class ServeConfigTests
{
    private const string App = "applications:\n- name: app\n  import_path: app.main:app\n";
    private const string Model = App + "  deployments:\n  - name: model\n";

    [Theory]
    [InlineData("a: [", "RQ4361")]
    [InlineData("- a", "RQ4361")]
    [InlineData("hello", "RQ4361")]
    [InlineData("", "RQ4361")]
    [InlineData("import_path: a:b", "RQ4361")]
    [InlineData("importPath: a:b\ndeployments: []", "RQ4361")]
    [InlineData("applications:\n  - name: a\n    import_path: main:app\n   route_prefix: /\n", "RQ4361")]
    [InlineData("applications: []", "")]
    [InlineData("applications: {}", "RQ4362")]
    [InlineData(App, "")]
    [InlineData("applications:\n- import_path: a:b\n", "")]
    [InlineData("applications:\n- name: a\n", "RQ4362")]
    [InlineData("applications:\n- import_path: ''\n", "RQ4362")]
    [InlineData("applications:\n- import_path: app\n", "RQ4362")]
    [InlineData("applications:\n- import_path: a:b:c\n", "RQ4362")]
    [InlineData("applications:\n- import_path: a.b.c\n", "")]
    [InlineData("applications:\n- import_path: .app\n", "RQ4362")]
    [InlineData("applications:\n- import_path: 'a:'\n", "RQ4362")]
    [InlineData("applications:\n- import_path: ${MODULE}\n", "")]
    [InlineData("applications:\n- import_path: a:b\n- import_path: c:d\n", "RQ4362")]
    [InlineData("applications:\n- {name: a, import_path: 'a:b'}\n- {name: b, import_path: 'c:d'}\n", "RQ4362")]
    [InlineData(
        "applications:\n- {name: a, import_path: 'a:b'}\n- {name: b, import_path: 'c:d', route_prefix: /b}\n",
        ""
    )]
    [InlineData(
        "applications:\n- {name: a, import_path: 'a:b'}\n- {name: b, import_path: 'c:d', route_prefix: null}\n",
        ""
    )]
    [InlineData(
        "applications:\n- {name: a, import_path: 'a:b'}\n- {name: a, import_path: 'c:d', route_prefix: /b}\n",
        "RQ4362"
    )]
    [InlineData(App + "  route_prefix: app\n", "RQ4362")]
    [InlineData(App + "  route_prefix: /app/\n", "RQ4362")]
    [InlineData(App + "  route_prefix: /{x}\n", "RQ4362")]
    [InlineData(App + "  route_prefix: /app\n", "")]
    [InlineData(App + "  port: 8000\n", "RQ4362")]
    [InlineData(App + "  runtime_env: {working_dir: ./code}\n", "RQ4362")]
    [InlineData(App + "  runtime_env: {py_modules: [/opt/code]}\n", "RQ4362")]
    [InlineData(App + "  runtime_env: {working_dir: 'https://example.com/code.zip'}\n", "")]
    [InlineData(App + "proxy_location: Somewhere\n", "RQ4362")]
    [InlineData(App + "proxy_location: HeadOnly\n", "")]
    [InlineData(App + "target_capacity: 101\n", "RQ4362")]
    [InlineData(App + "target_capacity: 50\n", "")]
    [InlineData(App + "http_options: {ssl_keyfile: a}\n", "RQ4362")]
    [InlineData(App + "http_options: {keep_alive_timeout_s: soon}\n", "RQ4362")]
    [InlineData(App + "logging_config: {encoding: XML}\n", "RQ4362")]
    [InlineData(App + "logging_config: {level: INFO}\n", "RQ4362")]
    [InlineData(App + "logging_config: {log_level: INFO}\n", "")]
    [InlineData(Model + "    num_replicas: 0\n", "RQ4362")]
    [InlineData(Model + "    num_replicas: many\n", "RQ4362")]
    [InlineData(Model + "    num_replicas: auto\n", "")]
    [InlineData(Model + "    num_replicas: 2\n    autoscaling_config: {max_replicas: 2}\n", "RQ4362")]
    [InlineData(Model + "    num_replicas: auto\n    autoscaling_config: {min_replicas: 2}\n", "")]
    [InlineData(Model + "    autoscaling_config: {min_replicas: 2}\n", "RQ4362")]
    [InlineData(Model + "    autoscaling_config: {min_replicas: 2, max_replicas: 4, initial_replicas: 5}\n", "RQ4362")]
    [InlineData(Model + "    autoscaling_config: {min_replicas: 2, max_replicas: 4, initial_replicas: 3}\n", "")]
    [InlineData(Model + "    autoscaling_config: {min_replicas: -1}\n", "RQ4362")]
    [InlineData(Model + "    autoscaling_config: {target_ongoing_requests: 0}\n", "RQ4362")]
    [InlineData(Model + "    max_ongoing_requests: 0\n", "RQ4362")]
    [InlineData(Model + "    max_queued_requests: 0\n", "RQ4362")]
    [InlineData(Model + "    max_queued_requests: -1\n", "")]
    [InlineData(Model + "    health_check_period_s: 0\n", "RQ4362")]
    [InlineData(Model + "    ray_actor_options: {num_cpus: -1}\n", "RQ4362")]
    [InlineData(Model + "    max_replicas_per_node: 101\n", "RQ4362")]
    [InlineData(Model + "    placement_group_strategy: PACK\n", "RQ4362")]
    [InlineData(Model + "    placement_group_bundles: [{CPU: 1}]\n    placement_group_strategy: TIGHT\n", "RQ4362")]
    [InlineData(Model + "    placement_group_bundles: [{CPU: 1}]\n    placement_group_strategy: PACK\n", "")]
    [InlineData(App + "  deployments:\n  - num_replicas: 1\n", "RQ4362")]
    [InlineData(App + "  deployments: model\n", "RQ4362")]
    [InlineData(Model + "    num_replica: 4\n", "")]
    [InlineData("applications:\n- {name: app, import_path: 'a:b', name: other}\n", "")]
    [InlineData("applications:\n- {name: on, import_path: 'a:b'}\n", "RQ4362")]
    [InlineData(App + "logging_config: {log_level: DEBUG}\n", "")]
    [InlineData(App + "logging_config: {log_level: WARN}\n", "")]
    [InlineData(App + "logging_config: {log_level: FATAL}\n", "")]
    [InlineData(App + "logging_config: {log_level: NOTSET}\n", "")]
    [InlineData(App + "logging_config: {log_level: 10}\n", "")]
    [InlineData(App + "logging_config: {log_level: 50}\n", "")]
    [InlineData(App + "logging_config: {log_level: info}\n", "RQ4362")]
    [InlineData(App + "logging_config: {log_level: VERBOSE}\n", "RQ4362")]
    [InlineData(App + "logging_config: {log_level: 15}\n", "RQ4362")]
    [InlineData(App + "logging_config: {log_level: true}\n", "RQ4362")]
    [InlineData(App + "logging_config: {log_level: [INFO]}\n", "RQ4362")]
    [InlineData(App + "logging_config: {log_level: '15'}\n", "RQ4362")]
    [InlineData(App + "  logging_config: {log_level: trace}\n", "RQ4362")]
    [InlineData(Model + "    logging_config: {log_level: trace}\n", "RQ4362")]
    [InlineData(App + "logging_config: {additional_log_standard_attrs: [process, threadName]}\n", "")]
    [InlineData(App + "logging_config: {additional_log_standard_attrs: [pid]}\n", "RQ4362")]
    [InlineData(App + "logging_config: {enable_access_log: yes}\n", "")]
    [InlineData(App + "logging_config: {enable_access_log: 0}\n", "")]
    [InlineData(App + "logging_config: {enable_access_log: 'off'}\n", "")]
    [InlineData(App + "logging_config: {enable_access_log: False}\n", "")]
    [InlineData(App + "logging_config: {enable_access_log: 2}\n", "RQ4362")]
    [InlineData(App + "logging_config: {enable_access_log: never}\n", "RQ4362")]
    [InlineData(App + "logging_config:\n", "")]
    [InlineData(App + "  logging_config:\n", "")]
    [InlineData(Model + "    logging_config:\n", "RQ4362")]
    [InlineData(Model + "    num_replicas:\n", "")]
    [InlineData(Model + "    user_config:\n", "")]
    [InlineData(Model + "    autoscaling_config:\n", "")]
    [InlineData(Model + "    gang_scheduling_config:\n", "")]
    [InlineData(Model + "    max_ongoing_requests: null\n", "RQ4362")]
    [InlineData(Model + "    max_queued_requests: null\n", "RQ4362")]
    [InlineData(Model + "    graceful_shutdown_timeout_s: null\n", "RQ4362")]
    [InlineData(Model + "    health_check_period_s: null\n", "RQ4362")]
    [InlineData(Model + "    ray_actor_options: null\n", "RQ4362")]
    [InlineData(Model + "    placement_group_bundles: null\n", "RQ4362")]
    [InlineData(App + "  deployments:\n", "RQ4362")]
    [InlineData(App + "  runtime_env:\n", "RQ4362")]
    [InlineData(App + "  args:\n", "RQ4362")]
    [InlineData(App + "http_options: {port: null}\n", "RQ4362")]
    [InlineData(App + "http_options: {request_timeout_s: null}\n", "")]
    [InlineData(Model + "    autoscaling_config: {min_replicas: null}\n", "RQ4362")]
    [InlineData(Model + "    autoscaling_config: {initial_replicas: null}\n", "")]
    [InlineData(Model + "    num_replicas: '1'\n", "")]
    [InlineData(Model + "    num_replicas: '0'\n", "RQ4362")]
    [InlineData(Model + "    max_ongoing_requests: '5'\n", "")]
    [InlineData(Model + "    max_queued_requests: '5'\n", "RQ4362")]
    [InlineData(Model + "    max_queued_requests: 5.0\n", "")]
    [InlineData(Model + "    max_queued_requests: 5.5\n", "RQ4362")]
    [InlineData(Model + "    user_config: {threshold: 1}\n", "")]
    [InlineData(Model + "    user_config: [1, 2]\n", "RQ4362")]
    [InlineData(Model + "    user_config: fast\n", "RQ4362")]
    [InlineData(Model + "    graceful_shutdown_wait_loop_s: -1\n", "RQ4362")]
    [InlineData(Model + "    graceful_shutdown_wait_loop_s: 0\n", "")]
    [InlineData(Model + "    autoscaling_config: {prometheus_metrics: [a]}\n", "")]
    [InlineData(Model + "    placement_group_bundles: [CPU]\n", "RQ4362")]
    [InlineData(Model + "    placement_group_bundles: [{CPU: one}]\n", "RQ4362")]
    [InlineData(Model + "    backpressure_config: {status_code: 500}\n", "RQ4362")]
    [InlineData(Model + "    backpressure_config: {status_code: 429}\n", "")]
    [InlineData(Model + "    gang_scheduling_config: {gang_placement_strategy: PACK}\n", "RQ4362")]
    [InlineData(Model + "    num_replicas: 1\n    gang_scheduling_config: {gang_size: 2}\n", "RQ4362")]
    [InlineData(
        Model
            + "    num_replicas: 2\n    gang_scheduling_config: {gang_size: 2}\n    ray_actor_options: {num_cpus: 0.1}\n",
        ""
    )]
    [InlineData(Model + "    max_replicas_per_node: 1\n    gang_scheduling_config: {gang_size: 1}\n", "RQ4362")]
    [InlineData("applications:\n- {name: 7, import_path: 'a:b'}\n", "")]
    [InlineData(App + "  runtime_env: {working_dir: ''}\n", "RQ3022")]
    public void The_configuration_is_judged_as_Serve_judges_it(string config, string expected)
    {
        IReadOnlyList<Finding> findings = Lint.Text(Service(config));
        string.Join(' ', findings.Where(f => f.Severity == Severity.Error).Select(f => f.Rule.Code).Distinct())
            .ShouldBe(expected, Lint.Describe(findings));
    }

    /// <summary>What some version takes and another refuses, or only the controller's log tells of, is warned of.</summary>
    [Theory]
    [InlineData("    num_replicas: '1'\n", "without quotes")]
    [InlineData("    num_replicas: 1\n", "")]
    [InlineData("    logging_config: {log_level: '10'}\n", "without quotes")]
    [InlineData("    logging_config: {log_level: 10}\n", "")]
    [InlineData("    logging_config: {logs_dir: 7}\n", "quote it")]
    [InlineData("    logging_config: {logs_dir: '7'}\n", "")]
    [InlineData("    max_ongoing_requests: 1\n    autoscaling_config: {max_replicas: 1}\n", "below")]
    [InlineData("    max_ongoing_requests: 1\n    num_replicas: auto\n", "below")]
    [InlineData("    max_ongoing_requests: 1\n    autoscaling_config: {target_ongoing_requests: 1}\n", "")]
    [InlineData("    max_ongoing_requests: 1\n", "")]
    [InlineData("    autoscaling_config: {look_back_period_s: 10}\n", "metrics_interval_s")]
    [InlineData("    autoscaling_config: {metrics_interval_s: 30}\n", "look_back_period_s")]
    [InlineData("    autoscaling_config: {look_back_period_s: 11}\n", "")]
    public void What_only_some_version_takes_is_warned_of(string deployment, string says)
    {
        IReadOnlyList<Finding> findings = Lint.Text(Service(Model + deployment));
        Finding[] told = [.. findings.Where(f => f.Rule.Code == "RQ4362")];
        told.ShouldAllBe(f => f.Severity == Severity.Warning);
        told.Length.ShouldBe(says.Length == 0 ? 0 : 1, Lint.Describe(findings));
        told.ShouldAllBe(f => f.Message.Contains(says, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "    num_replica: 4\n", "num_replica", "did you mean `num_replicas`?")]
    [InlineData("", "    numReplicas: 4\n", "numReplicas", "did you mean `num_replicas`?")]
    [InlineData("", "    ray_actor_options: {num_gpu: 1}\n", "num_gpu", "did you mean `num_gpus`?")]
    [InlineData(
        "",
        "    autoscaling_config: {max_ongoing_requests: 1}\n",
        "max_ongoing_requests",
        "autoscaling_config"
    )]
    [InlineData("  args_: {}\n", "", "args_", "an item of `applications`")]
    public void An_unknown_key_is_told_at_its_place(string app, string deployment, string key, string says)
    {
        string text = Service(App + app + "  deployments:\n  - name: model\n" + deployment);
        Finding finding = Lint.Text(text).Single(f => f.Rule.Code == "RQ4363");
        finding.Severity.ShouldBe(Severity.Warning);
        finding.Message.ShouldContain(says);
        text.Substring(finding.Span.Span.Start, finding.Span.Span.Length).ShouldBe(key);
    }

    /// <summary>An application's and a deployment's runtime environment is told what a job's is.</summary>
    [Theory]
    [InlineData("  runtime_env: {env_vars: {A: 1}}\n", "RQ3024")]
    [InlineData("  runtime_env: {pip: [a==1], conda: {dependencies: [b]}}\n", "RQ3021")]
    [InlineData("  runtime_env: {workingdir: 'https://example.com/a.zip'}\n", "RQ3020")]
    [InlineData("  deployments:\n  - name: m\n    ray_actor_options: {runtime_env: {env_vars: {A: 1}}}\n", "RQ3024")]
    public void A_runtime_environment_is_told_at_its_line(string more, string code)
    {
        Finding finding = Lint.Text(Service(App + more)).Where(f => f.Rule.Code == code).ShouldHaveSingleItem();
        finding.Span.Start.Line.ShouldBeGreaterThan(5);
    }

    [Theory]
    [InlineData("", 9000, "is ready, by the name `serve`, and Serve listens on 8000")]
    [InlineData("http_options: {port: 9000}\n", 9000, "")]
    [InlineData("http_options: {port: 9000}\n", 8000, "and Serve listens on 9000")]
    public void The_port_that_is_asked_is_the_one_Serve_listens_on(string config, int declared, string expected)
    {
        string text = Service(App + config)
            .Replace(
                "resources:",
                $"ports: [{{name: serve, containerPort: {declared}}}], resources:",
                StringComparison.Ordinal
            );
        string told = string.Join('\n', Lint.Text(text).Where(f => f.Rule.Code == "RQ4365").Select(f => f.Message));
        told.ShouldContain(expected);
        told.Length.ShouldBe(expected.Length == 0 ? 0 : told.Length);
    }

    [Theory]
    [InlineData("cpu: 2", "", "ray_actor_options: {num_cpus: 3}", "RQ4364 Error")]
    [InlineData("cpu: 2", "cpu: 4", "ray_actor_options: {num_cpus: 3}", "")]
    [InlineData("cpu: 2", "cpu: 4", "ray_actor_options: {num_gpus: 1}", "RQ4364 Error")]
    [InlineData("cpu: 2", "cpu: 4, nvidia.com/gpu: 1", "ray_actor_options: {num_gpus: 1}", "")]
    [InlineData("cpu: 2", "cpu: 4, nvidia.com/gpu: 1", "ray_actor_options: {num_gpus: 0.5}, num_replicas: 2", "")]
    [InlineData(
        "cpu: 2",
        "cpu: 4, nvidia.com/gpu: 1",
        "ray_actor_options: {num_gpus: 0.5}, num_replicas: 3",
        "RQ4364 Error"
    )]
    [InlineData("cpu: 2", "cpu: 4", "num_replicas: 6", "")]
    [InlineData("cpu: 2", "cpu: 4", "num_replicas: 7", "RQ4364 Error")]
    [InlineData("cpu: 2", "cpu: 4", "autoscaling_config: {min_replicas: 1, max_replicas: 7}", "RQ4364 Warning")]
    [InlineData("cpu: 2", "cpu: 4", "ray_actor_options: {resources: {tpu: 1}}", "RQ4364 Error")]
    [InlineData("cpu: 2", "cpu: 4, google.com/tpu: 4", "ray_actor_options: {resources: {TPU: 4}}", "")]
    [InlineData("cpu: 2", "cpu: 4, google.com/tpu: 4", "ray_actor_options: {resources: {TPU-v6e-16-head: 1}}", "")]
    [InlineData("cpu: 2", "cpu: 4, aws.amazon.com/neuron: 6", "ray_actor_options: {resources: {neuron_cores: 2}}", "")]
    [InlineData("cpu: 2", "cpu: 4", "ray_actor_options: {resources: {neuron_cores: 2}}", "RQ4364 Error")]
    [InlineData("cpu: 2", "cpu: 4, habana.ai/gaudi: 8", "ray_actor_options: {resources: {HPU: 1}}", "")]
    [InlineData(
        "cpu: 2, memory: 8Gi",
        "cpu: 4, memory: 8Gi",
        "ray_actor_options: {memory: 20000000000}",
        "RQ4364 Error"
    )]
    [InlineData("cpu: 2, memory: 8Gi", "cpu: 4, memory: 32Gi", "ray_actor_options: {memory: 20000000000}", "")]
    [InlineData("cpu: 2", "cpu: 4", "ray_actor_options: {memory: 20000000000}", "")]
    [InlineData("cpu: 2", "cpu: 4", "ray_actor_options: {resources: {'accelerator_type:L4': 0.1}}", "")]
    [InlineData("memory: 2Gi", "memory: 2Gi", "num_replicas: 100", "")]
    [InlineData("cpu: 2", "cpu: 4", "placement_group_bundles: [{CPU: 5}]", "RQ4364 Error")]
    public void The_cluster_holds_the_replicas_or_not(string head, string worker, string deployment, string expected)
    {
        string groups = worker.Length == 0 ? "" : Group(worker);
        string text = Service(App + $"  deployments:\n  - {{name: model, {deployment}}}\n", head, groups);
        IReadOnlyList<Finding> findings = Lint.Text(text);
        string.Join(' ', findings.Where(f => f.Rule.Code == "RQ4364").Select(f => $"{f.Rule.Code} {f.Severity}"))
            .ShouldBe(expected, Lint.Describe(findings));
    }

    [Fact]
    public void With_the_autoscaler_the_largest_cluster_counts()
    {
        string text = Service(
            Model + "    num_replicas: 10\n",
            "cpu: 2",
            Group("cpu: 4").Replace("maxReplicas: 1", "maxReplicas: 2", StringComparison.Ordinal)
        );
        Lint.Errors(text).ShouldContain(f => f.Rule.Code == "RQ4364");
        Lint.Errors(
                text.Replace(
                    "rayClusterConfig:",
                    "rayClusterConfig:\n    enableInTreeAutoscaling: true",
                    StringComparison.Ordinal
                )
            )
            .ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("[{name: dashboard, containerPort: 8265}, {name: serve, containerPort: 9000}]", false)]
    [InlineData("[{name: dashboard, containerPort: 8265}, {name: serve, containerPort: 8000}]", true)]
    public void Another_port_wants_to_be_declared(string ports, bool warned)
    {
        string text = Service(App + "http_options: {port: 9000}\n");
        if (ports.Length > 0)
        {
            text = text.Replace("{name: ray-head,", $"{{name: ray-head, ports: {ports},", StringComparison.Ordinal);
        }

        Lint.Text(text).Any(f => f.Rule.Code == "RQ4365").ShouldBe(warned);
    }

    [Fact]
    public void The_old_configuration_is_told_with_the_new_one_and_not_renamed()
    {
        string text = Service("", name: "serveConfig")
            .Replace(
                "serveConfig: ''",
                "serveConfig:\n    importPath: m:app\n    deployments:\n    - {name: A, numReplicas: 2, maxConcurrentQueries: 5, routePrefix: /a, userConfig: 'key: hidden'}",
                StringComparison.Ordinal
            );
        Finding finding = Lint.Errors(text).ShouldHaveSingleItem();
        finding.Rule.Code.ShouldBe("RQ4366");
        finding.Fix.ShouldBeNull();
        finding.Message.ShouldContain(
            "serveConfigV2: '{applications: [{name: default, import_path: m:app, route_prefix: /a, deployments: [{name: A, num_replicas: 2, max_ongoing_requests: 5, user_config: {…}}]}]}'"
        );
        finding.Message.ShouldNotContain("hidden");
    }

    [Fact]
    public void What_is_no_YAML_is_told_at_its_line()
    {
        string text = Service("applications:\n  - name: a\n    import_path: main:app\n   route_prefix: /\n");
        Finding finding = Lint.Errors(text).ShouldHaveSingleItem();
        text.Split('\n')[finding.Span.Start.Line - 1].ShouldContain("route_prefix");
    }

    [Fact]
    public void A_service_without_configuration_is_warned_of() =>
        Lint.Text(Service("", name: "").Replace("  : ''\n", "", StringComparison.Ordinal))
            .ShouldContain(f => f.Rule.Code == "RQ4361" && f.Severity == Severity.Warning);

    private static string Service(
        string config,
        string head = "cpu: 8",
        string groups = "",
        string name = "serveConfigV2"
    )
    {
        string text =
            config.Length == 0
                ? "''"
                : "|\n    " + config.TrimEnd('\n').Replace("\n", "\n    ", StringComparison.Ordinal);
        return $"apiVersion: ray.io/v1\nkind: RayService\nmetadata: {{name: rs}}\nspec:\n  {name}: {text}\n  rayClusterConfig:\n    rayVersion: 2.52.0\n    headGroupSpec:\n      template:\n        spec:\n          containers: [{{name: ray-head, image: 'rayproject/ray:2.52.0', resources: {{limits: {{{head}}}}}}}]\n{groups}";
    }

    private static string Group(string limits) =>
        $"    workerGroupSpecs:\n    - groupName: w\n      replicas: 1\n      minReplicas: 1\n      maxReplicas: 1\n      template:\n        spec:\n          containers: [{{name: ray-worker, image: 'rayproject/ray:2.52.0', resources: {{limits: {{{limits}}}}}}}]\n";
}

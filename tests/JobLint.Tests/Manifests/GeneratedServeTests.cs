using System.Globalization;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Rules;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobLint.Tests.Manifests;

/// <summary>
/// Generated <c>serveConfigV2</c> texts against a small model of Ray Serve: whether it refuses them, which keys it ignores, and whether
/// the cluster has room. The model reads the plain values a text was written from; nothing of the linter's is used in it.
/// </summary>
public class GeneratedServeTests
{
    private const int Each = 5_000;

    private sealed class Serve(int seed)
    {
        private readonly Random random = new(seed);

        public List<string> Refused { get; } = [];

        public int Ignored { get; private set; }

        /// <summary>CPUs and GPUs that all replicas take at once, and the most that one takes.</summary>
        public double Cpus { get; private set; }

        public double Gpus { get; private set; }

        public bool NeverFits { get; private set; }

        public int HeadCpus { get; private set; }

        public int WorkerCpus { get; private set; }

        public int WorkerGpus { get; private set; }

        public int Workers { get; private set; }

        public string Text()
        {
            HeadCpus = Next(1, 4);
            Workers = Next(0, 3);
            WorkerCpus = Next(1, 8);
            WorkerGpus = One(2) ? Next(1, 4) : 0;
            List<string> lines = [];
            if (One(4))
            {
                Choice(lines, "proxy_location", ["EveryNode", "HeadOnly", "Disabled"], ["Everywhere", "everynode"]);
            }

            if (One(5))
            {
                Number(lines, "target_capacity", ["0", "50", "100"], ["101", "-1", "much"]);
            }

            if (One(5))
            {
                lines.Add(
                    One(4) ? Bad("closed keys", "logging_config: {level: INFO}") : "logging_config: {encoding: JSON}"
                );
            }

            if (One(6))
            {
                Ignored++;
                lines.Add($"{Pick("httpOptions", "aplications", "replicas")}: 1");
            }

            lines.Add("applications:");
            int count = Next(1, 3);
            List<string> names = [];
            List<string?> routes = [];
            for (int number = 0; number < count; number++)
            {
                Application(lines, names, routes, number);
            }

            return string.Join('\n', lines) + "\n";
        }

        private void Application(List<string> lines, List<string> names, List<string?> routes, int number)
        {
            List<string> app = [];
            string name = One(15) ? "app0" : $"app{number}";
            bool isNamed = !One(15);
            if (isNamed)
            {
                app.Add($"name: {name}");
            }

            name = isNamed ? name : "default";
            if (names.Contains(name))
            {
                Refused.Add("two applications of a name");
            }

            names.Add(name);
            string? route = Pick(
                $"/r{number}",
                $"/r{number}",
                $"/r{number}",
                $"/r{number}",
                $"/r{number}",
                $"/r{number}",
                "/",
                null,
                null,
                "bad",
                "/x/",
                "/{y}"
            );
            bool isRouted = !One(10);
            if (isRouted)
            {
                app.Add($"route_prefix: {(route is null ? "null" : $"\"{route}\"")}");
            }

            route = isRouted ? route : "/";
            if (route is "bad" or "/x/" or "/{y}")
            {
                Refused.Add("a prefix out of form");
            }

            if (route is not null && routes.Contains(route))
            {
                Refused.Add("two applications under a prefix");
            }

            routes.Add(route);
            string? path = Pick(
                "m:app",
                "a.b:app",
                "a.b.app",
                "m:app",
                "m:app",
                "a:app",
                "b:app",
                "a.b.c:app",
                "x:app",
                "m",
                ":app",
                "a:b:c",
                null
            );
            if (path is not null)
            {
                app.Add($"import_path: {path}");
            }

            if (path is null or "m" or ":app" or "a:b:c")
            {
                Refused.Add("an import path out of form");
            }

            if (One(20))
            {
                app.Add(Bad("host in an application", "host: 0.0.0.0"));
            }

            if (One(8))
            {
                app.Add(
                    One(3)
                        ? Bad(
                            "a local working directory",
                            $"runtime_env: {{working_dir: {Pick("./a", "/opt/a", ".")}}}"
                        )
                        : "runtime_env: {working_dir: \"https://example.com/a-1.0.zip\"}"
                );
            }

            if (One(12))
            {
                Ignored++;
                app.Add("runtimeEnv: {}");
            }

            int deployments = Next(0, 2);
            if (deployments > 0)
            {
                app.Add("deployments:");
                for (int at = 0; at < deployments; at++)
                {
                    app.Add($"- {{{string.Join(", ", Deployment($"d{at}"))}}}");
                }
            }

            lines.Add("- " + string.Join("\n  ", app));
        }

        private List<string> Deployment(string name)
        {
            List<string> parts = [];
            if (One(25))
            {
                Refused.Add("a deployment without a name");
            }
            else
            {
                parts.Add($"name: {name}");
            }

            double replicas = 1;
            bool scales = false;
            bool isCounted = One(2);
            if (isCounted)
            {
                string written = Pick("1", "2", "4", "auto", "0", "many");
                parts.Add($"num_replicas: {written}");
                if (written is "0" or "many")
                {
                    Refused.Add("a number of replicas out of bounds");
                }

                scales = written == "auto";
                replicas = int.TryParse(written, CultureInfo.InvariantCulture, out int number) ? number : 1;
            }

            if (One(4))
            {
                int least = Next(0, 3);
                int? most = One(5) ? null : Next(1, 4);
                int? first = One(3) ? Next(0, 5) : null;
                parts.Add(
                    $"autoscaling_config: {{min_replicas: {least}{(most is null ? "" : $", max_replicas: {most}")}{(first is null ? "" : $", initial_replicas: {first}")}}}"
                );
                if (isCounted && !scales)
                {
                    Refused.Add("a number beside autoscaling");
                }

                // Without a maximum it is 1, and 100 where the number is `auto`.
                int bound = most ?? (scales ? 100 : 1);
                if (least > bound || (first is { } begin && (begin < least || begin > bound)))
                {
                    Refused.Add("bounds in disorder");
                }

                replicas = least;
            }

            if (One(5))
            {
                Number(parts, "max_ongoing_requests", ["1", "5"], ["0", "-1", "1.5"]);
            }

            if (One(6))
            {
                Number(parts, "max_queued_requests", ["-1", "1"], ["0", "-2"]);
            }

            if (One(6))
            {
                Number(parts, "health_check_period_s", ["1", "0.5"], ["0", "-1"]);
            }

            if (One(8))
            {
                Number(parts, "max_replicas_per_node", ["1", "100"], ["0", "101"]);
            }

            if (One(10))
            {
                Ignored++;
                parts.Add($"{Pick("num_replica", "maxOngoingRequests", "gpus")}: 2");
            }

            double cpus = 1;
            double gpus = 0;
            if (One(2))
            {
                List<string> options = [];
                if (One(2))
                {
                    cpus = Pick(0.5, 1, 2, 4, 9);
                    options.Add(string.Create(CultureInfo.InvariantCulture, $"num_cpus: {cpus}"));
                }

                if (One(2))
                {
                    gpus = Pick(0.5, 1, 2, 6);
                    options.Add(string.Create(CultureInfo.InvariantCulture, $"num_gpus: {gpus}"));
                }

                if (One(10))
                {
                    Ignored++;
                    options.Add("num_gpu: 1");
                }

                parts.Add($"ray_actor_options: {{{string.Join(", ", options)}}}");
            }

            bool fits = (cpus <= HeadCpus && gpus == 0) || (Workers > 0 && cpus <= WorkerCpus && gpus <= WorkerGpus);
            if (!fits && replicas > 0)
            {
                NeverFits = true;
            }
            else if (fits)
            {
                Cpus += replicas * cpus;
                Gpus += replicas * gpus;
            }

            return parts;
        }

        public bool HasNoRoom => NeverFits || Cpus > HeadCpus + (Workers * WorkerCpus) || Gpus > Workers * WorkerGpus;

        private void Number(List<string> lines, string key, string[] good, string[] bad) =>
            Choice(lines, key, good, bad);

        private void Choice(List<string> lines, string key, string[] good, string[] bad) =>
            lines.Add(One(10) ? Bad($"{key} out of bounds", $"{key}: {Pick(bad)}") : $"{key}: {Pick(good)}");

        private string Bad(string why, string text)
        {
            Refused.Add(why);
            return text;
        }

        private int Next(int least, int most) => random.Next(least, most + 1);

        private bool One(int of) => random.Next(of) == 0;

        private T Pick<T>(params T[] values) => values[random.Next(values.Length)];
    }

    [Fact]
    public void Every_text_is_judged_as_Serve_judges_it()
    {
        List<string> faults = [];
        Dictionary<string, int> reasons = new(StringComparer.Ordinal);
        int taken = 0;
        int ignoring = 0;
        int full = 0;
        for (int seed = 0; seed < Each; seed++)
        {
            Serve serve = new(seed);
            string config = serve.Text();
            string text = Service(config, serve);
            IReadOnlyList<Finding> findings = Lint.Text(text);
            bool isRefused = findings.Any(f => f is { Rule.Code: "RQ4362", Severity: Severity.Error });
            int ignored = findings.Count(f => f.Rule.Code == "RQ4363");
            bool hasNoRoom = findings.Any(f => f is { Rule.Code: "RQ4364", Severity: Severity.Error });
            foreach (string reason in serve.Refused.Distinct())
            {
                reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
            }

            taken += serve.Refused.Count == 0 ? 1 : 0;
            ignoring += serve.Ignored > 0 ? 1 : 0;
            // What Serve refuses gets no replica.
            full += serve.Refused.Count == 0 && serve.HasNoRoom ? 1 : 0;
            if (
                isRefused != serve.Refused.Count > 0
                || ignored != serve.Ignored
                || (serve.Refused.Count == 0 && hasNoRoom != serve.HasNoRoom)
            )
            {
                faults.Add(
                    $"{seed}: {string.Join(", ", serve.Refused)}; {serve.Ignored} ignored; room {!serve.HasNoRoom}\n{Lint.Describe(findings)}\n{text}"
                );
            }
        }

        faults.ShouldBeEmpty($"{faults.Count} of {Each}");
        taken.ShouldBeInRange(Each / 10, Each - (Each / 10));
        ignoring.ShouldBeGreaterThan(Each / 10);
        full.ShouldBeGreaterThan(Each / 50);
        reasons.Where(r => r.Value < 50).ShouldBeEmpty();
        reasons.Count.ShouldBe(17, string.Join(", ", reasons.Keys));
    }

    private static string Service(string config, Serve serve)
    {
        string group =
            serve.Workers == 0
                ? ""
                : $"    workerGroupSpecs:\n    - groupName: w\n      replicas: {serve.Workers}\n      minReplicas: {serve.Workers}\n      maxReplicas: {serve.Workers}\n      template:\n        spec:\n          containers: [{{name: w, image: 'rayproject/ray:2.52.0-py312-cu128', resources: {{limits: {{cpu: {serve.WorkerCpus}, memory: 8Gi{(serve.WorkerGpus > 0 ? $", nvidia.com/gpu: {serve.WorkerGpus}" : "")}}}}}}}]\n";
        return $"apiVersion: ray.io/v1\nkind: RayService\nmetadata: {{name: rs}}\nspec:\n  serveConfigV2: |\n    {config.TrimEnd('\n').Replace("\n", "\n    ", StringComparison.Ordinal)}\n  rayClusterConfig:\n    rayVersion: 2.52.0\n    headGroupSpec:\n      template:\n        spec:\n          containers: [{{name: h, image: 'rayproject/ray:2.52.0', resources: {{limits: {{cpu: {serve.HeadCpus}, memory: 8Gi}}}}}}]\n{group}";
    }
}

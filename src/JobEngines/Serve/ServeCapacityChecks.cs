using System.Globalization;
using Rayquest.JobEngines.KubeRay;
using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Serve;

/// <summary>SV20 to SV25: whether the cluster's nodes hold the replicas that the configuration names. A lower bound: what only the code says isn't seen.</summary>
internal static class ServeCapacityChecks
{
    private const string Cpu = "CPU";
    private const string Gpu = "GPU";
    private const string Memory = "memory";

    // Resources that Ray finds on the node by itself, by what the device plugin calls the devices: how many isn't in the manifest.
    private static readonly (string Device, string Resource)[] FoundByRay =
    [
        ("aws.amazon.com/neuron", "neuron_cores"),
        ("habana.ai/gaudi", "HPU"),
        ("huawei.com/", "NPU"),
        ("rebellions.ai/", "RBLN"),
        ("google.com/tpu", "TPU-"),
    ];

    // What a node of a group has; a resource that isn't known of it has no bound.
    private sealed record Node(
        IReadOnlyDictionary<string, double> Has,
        bool KnowsCpu,
        IReadOnlyList<string> Found,
        double Most
    )
    {
        public bool Holds(string resource, double wanted) => Of(resource) is not { } has || has + 1e-9 >= wanted;

        public double? Of(string resource) =>
            Has.TryGetValue(resource, out double amount) ? amount
            : resource == Cpu && !KnowsCpu ? null
            : resource == Memory || Found.Any(f => resource.StartsWith(f, StringComparison.Ordinal)) ? null
            : 0;
    }

    private sealed record Demand(
        Field At,
        string Name,
        IReadOnlyDictionary<string, double> One,
        double Now,
        double Peak
    );

    /// <summary>Checks the deployments of all applications together.</summary>
    public static void Check(RayClusterContext cluster, Field root)
    {
        List<Node> nodes = [NodeOf(cluster.Head, most: 1)];
        foreach (Field group in cluster.Groups)
        {
            long hosts = Math.Max(group["numOfHosts"].Integer ?? 1, 1);
            long replicas = Math.Max(group["replicas"].Integer ?? 0, group["minReplicas"].Integer ?? 0);
            long most = cluster.Autoscaling ? group["maxReplicas"].Integer ?? int.MaxValue : replicas;
            nodes.Add(NodeOf(group, group["suspend"].IsTrue ? 0 : (double)most * hosts));
        }

        List<Demand> demands =
        [
            .. root["applications"]
                .Items()
                .SelectMany(a => a["deployments"].Items())
                .Where(d => d.Mapping is not null)
                .Select(DemandOf),
        ];
        List<Demand> placed = [.. demands.Where(d => Fits(d, nodes, cluster))];
        foreach (string resource in placed.SelectMany(d => d.One.Keys).Distinct(StringComparer.Ordinal))
        {
            Sum(resource, placed, nodes, cluster);
        }
    }

    // Whether one replica finds a node at all.
    private static bool Fits(Demand demand, List<Node> nodes, RayClusterContext cluster)
    {
        if (demand.Peak <= 0 || nodes.Any(n => n.Most > 0 && demand.One.All(w => n.Holds(w.Key, w.Value))))
        {
            return true;
        }

        string wants = string.Join(
            ", ",
            demand.One.Where(w => w.Value > 0).Select(w => $"{Show(w.Value)} {NameGrammar.Shorten(w.Key)}")
        );
        string message =
            $"a replica of `{NameGrammar.Shorten(demand.Name)}` takes {wants} of one node, and no node of the cluster has that: it is never placed; give a worker group that much, or ask for less";
        if (demand.Now > 0)
        {
            cluster.Add(ServeRules.NoRoom, demand.At, message);
        }
        else
        {
            cluster.Faults.Warn(ServeRules.NoRoom, demand.At, message);
        }

        return false;
    }

    private static void Sum(string resource, List<Demand> demands, List<Node> nodes, RayClusterContext cluster)
    {
        double room = 0;
        foreach (Node node in nodes.Where(n => n.Most > 0))
        {
            if (node.Of(resource) is not { } has)
            {
                return;
            }

            room += has * node.Most;
        }

        double now = demands.Sum(d => d.Now * d.One.GetValueOrDefault(resource));
        double peak = demands.Sum(d => d.Peak * d.One.GetValueOrDefault(resource));
        Demand largest = demands.MaxBy(d => d.Peak * d.One.GetValueOrDefault(resource))!;
        string cause = cluster.Autoscaling ? "at its largest" : "as it is";
        if (now > room + 1e-9)
        {
            cluster.Add(
                ServeRules.NoRoom,
                largest.At,
                $"the replicas take {Show(now)} {NameGrammar.Shorten(resource)} in all, and the cluster {cause} has {Show(room)}: some are never placed; give it more, or ask for less"
            );
        }
        else if (peak > room + 1e-9)
        {
            cluster.Faults.Warn(
                ServeRules.NoRoom,
                largest.At,
                $"at their peak the replicas take {Show(peak)} {NameGrammar.Shorten(resource)} in all, and the cluster {cause} has {Show(room)}: the peak is never reached"
            );
        }
    }

    private static string Show(double number) => Math.Round(number, 3).ToString(CultureInfo.InvariantCulture);

    private static Demand DemandOf(Field deployment)
    {
        Field options = deployment["ray_actor_options"];
        Dictionary<string, double> one = new(StringComparer.Ordinal);
        Field bundles = deployment["placement_group_bundles"];
        Field first = bundles.ItemAt(0);
        if (bundles.Count > 0 && first.Mapping is not null)
        {
            // Each bundle lies on one node; the first holds the replica itself.
            foreach ((YamlScalar key, Field amount) in first.Entries())
            {
                one[key.Value] = ServeNumber.Of(amount) ?? 0;
            }
        }
        else
        {
            one[Cpu] = ServeNumber.Of(options["num_cpus"]) ?? 1;
            one[Gpu] = ServeNumber.Of(options["num_gpus"]) ?? 0;
            one[Memory] = ServeNumber.Of(options[Memory]) ?? 0;
            foreach ((YamlScalar key, Field amount) in options["resources"].Entries())
            {
                // `node:…` and `accelerator_type:…` are Ray's own, by what it finds.
                one[key.Value] = key.Value.Contains(':', StringComparison.Ordinal) ? 0 : ServeNumber.Of(amount) ?? 0;
            }
        }

        Field scaling = deployment["autoscaling_config"];
        bool auto = deployment["num_replicas"].Text == "auto";
        bool scales = auto || scaling.Exists;
        double least = ServeNumber.Of(scaling["min_replicas"]) ?? 1;
        double now = scales ? least : ServeNumber.Of(deployment["num_replicas"]) ?? 1;
        double peak = scales ? Math.Max(ServeNumber.Of(scaling["max_replicas"]) ?? 1, least) : now;
        Field at =
            options["num_gpus"].Exists ? options["num_gpus"]
            : options["num_cpus"].Exists ? options["num_cpus"]
            : deployment["name"];
        return new Demand(
            at,
            deployment["name"].Text ?? "?",
            one.Where(w => w.Value > 0).ToDictionary(w => w.Key, w => w.Value, StringComparer.Ordinal),
            now,
            peak
        );
    }

    private static Node NodeOf(Field group, double most)
    {
        Dictionary<string, double> has = new(StringComparer.Ordinal);
        Field container = group["template"]["spec"]["containers"].ItemAt(0)["resources"];
        Field parameters = group["rayStartParams"];
        Field stated = group["resources"];
        foreach ((YamlScalar key, Field amount) in container["limits"].Entries())
        {
            // As the operator reads them; it makes custom resources of TPUs and Neuron cores itself.
            string? resource =
                key.Value.EndsWith("gpu", StringComparison.Ordinal)
                || key.Value.Contains("/mig-", StringComparison.Ordinal)
                    ? Gpu
                : key.Value == "google.com/tpu" ? "TPU"
                : key.Value == "aws.amazon.com/neuroncore" ? "neuron_cores"
                : null;
            if (resource is not null && Amount(amount) is { } devices)
            {
                has[resource] = has.GetValueOrDefault(resource) + devices;
            }
        }

        double? cpus =
            Amount(parameters["num-cpus"])
            ?? Amount(stated[Cpu])
            ?? Amount(container["limits"]["cpu"])
            ?? Amount(container["requests"]["cpu"]);
        if (cpus is { } number)
        {
            has[Cpu] = Math.Ceiling(number);
        }

        if ((Amount(parameters[Memory]) ?? Amount(stated[Memory]) ?? Amount(container["limits"][Memory])) is { } bytes)
        {
            has[Memory] = bytes;
        }

        if ((Amount(parameters["num-gpus"]) ?? Amount(stated[Gpu])) is { } own)
        {
            has[Gpu] = own;
        }

        foreach ((YamlScalar key, Field amount) in stated.Entries())
        {
            has.TryAdd(key.Value, Amount(amount) ?? 0);
        }

        Custom(parameters["resources"].Text, has);
        string[] found =
        [
            .. FoundByRay
                .Where(f =>
                    container["limits"].Entries().Any(l => l.Key.Value.StartsWith(f.Device, StringComparison.Ordinal))
                )
                .Select(f => f.Resource),
        ];
        return new Node(has, cpus is not null, found, most);
    }

    // `rayStartParams.resources` is JSON in quotes that a shell takes off: "'{\"a\": 1}'".
    private static void Custom(string? text, Dictionary<string, double> has)
    {
        if (text is null)
        {
            return;
        }

        try
        {
            using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(
                text.Trim('\'', '"', ' ').Replace("\\\"", "\"", StringComparison.Ordinal)
            );
            foreach (System.Text.Json.JsonProperty property in json.RootElement.EnumerateObject())
            {
                if (property.Value.TryGetDouble(out double amount))
                {
                    has[property.Name] = amount;
                }
            }
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or InvalidOperationException)
        {
            // Another check's business: then no custom resource is known.
        }
    }

    private static double? Amount(Field field) =>
        field.Json is { } json && Quantity.TryParse(json.Text, out Quantity amount) ? amount.ToDouble() : null;
}

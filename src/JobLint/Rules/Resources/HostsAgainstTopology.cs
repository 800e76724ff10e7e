namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2039: as many hosts as the slice doesn't have.</summary>
public sealed class HostsAgainstTopology : Rule
{
    private const string Topology = "gke-tpu-topology";

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2039", "hosts-against-topology", Severity.Error, "Hosts and chips don't make the slice of the TPU type.")
        {
            Category = RuleCategory.Resources,
            Why =
                "A slice is handed out whole: its topology, such as `4x4`, is the number of chips, and each host has a fixed part of them. With another number of hosts the pods wait for a slice that does not exist, or libtpu waits for the missing hosts.",
            Facts = "X9",
            Bad = Example.Request(
                "name: train\nimage: ray-tpu\nprofile: tpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: tpu-v6e-16, gpus: 4}\ntimeout: 1h\n"
            ),
            Good = Example.Request(
                "name: train\nimage: ray-tpu\nprofile: tpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: tpu-v6e-16, gpus: 4, numOfHosts: 4}\ntimeout: 1h\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (WorkerGroupPlan group in context.Groups)
        {
            if (!group.IsTpu)
            {
                continue;
            }

            string topology = TopologyOf(group.Gpu!);
            long chips = Chips(topology);
            if (chips > 0 && (long)group.GpusPerPod * group.Hosts != chips)
            {
                int perHost = group.Gpu!.PerNode > 0 ? group.Gpu.PerNode : group.GpusPerPod;
                long hosts = Math.Max(1, chips / perHost);
                yield return At(
                    group.Request.NumOfHosts?.Span ?? group.GpuSpan,
                    $"asks for {MessageText.Count(group.Hosts, "host")} with {group.GpusPerPod} chips, but a {topology} slice of {group.GpuName} has {chips} chips: write `gpus: {chips / hosts}` and `numOfHosts: {hosts}`"
                );
            }
        }
    }

    private static string TopologyOf(GpuType type) =>
        type.NodeSelector.FirstOrDefault(s => s.Key.EndsWith(Topology, StringComparison.Ordinal)).Value ?? "";

    // 0 when it is none.
    private static long Chips(string topology)
    {
        long chips = 1;
        foreach (string side in topology.Split('x'))
        {
            if (!int.TryParse(side, out int length) || length is < 1 or > 1000)
            {
                return 0;
            }

            chips *= length;
        }

        return chips;
    }
}

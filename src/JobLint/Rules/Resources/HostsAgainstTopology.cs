namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2039: as many hosts as the slice doesn't have.</summary>
public sealed class HostsAgainstTopology : Rule
{
    private const string Topology = "gke-tpu-topology";

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2039", "hosts-against-topology", Severity.Error, "Hosts and chips don't make the slice of the TPU type.")
        {
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
        foreach (GroupAsk group in context.Groups)
        {
            if (
                !group.IsTpu
                || group.Gpus == 0
                || ChipsOf(group.Type!, out string topology) is not (> 0 and long chips)
            )
            {
                continue;
            }

            if ((long)group.Gpus * group.Hosts != chips)
            {
                int perHost = group.Type!.PerNode > 0 ? group.Type.PerNode : group.Gpus;
                long hosts = Math.Max(1, chips / perHost);
                yield return At(
                    group.Group.NumOfHosts?.Span ?? group.GpuPlace,
                    $"asks for {Phrases.Count(group.Hosts, "host")} with {group.Gpus} chips, but a {topology} slice of {group.TypeName} has {chips} chips: write `gpus: {chips / hosts}` and `numOfHosts: {hosts}`"
                );
            }
        }
    }

    private static long ChipsOf(GpuType type, out string topology)
    {
        topology = "";
        foreach ((string key, string value) in type.NodeSelector)
        {
            if (key.EndsWith(Topology, StringComparison.Ordinal))
            {
                topology = value;
                long chips = 1;
                foreach (string side in value.Split('x'))
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

        return 0;
    }
}

namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2051: more CPUs for Ray than the pod has.</summary>
public sealed class CpusOverPod : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2051", "cpus-over-pod", Severity.Warning, "`num-cpus` is more than the CPUs of the pod.")
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "Ray places one task for each CPU it counts. With more than the container has they share its CPUs and slow each other down, which is meant at times, for tasks that wait.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 1, cpu: 8, rayStartParams: {num-cpus: 16}}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nhead: {rayStartParams: {num-cpus: 0}}\nworkers: {replicas: 1, cpu: 8}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (PodAmounts pod in PodAmounts.Of(context))
        {
            if (pod.Request?.RayStartParams?.Value.NumCpus is { } cpus && cpus.Value > pod.Cpu.Ceiling())
            {
                yield return At(
                    cpus,
                    $"{pod.Who} has {MessageText.Cpus(pod.Cpu)} CPUs, and Ray would place {cpus.Value} tasks there; lower `num-cpus`, or raise `cpu`"
                );
            }
        }
    }
}

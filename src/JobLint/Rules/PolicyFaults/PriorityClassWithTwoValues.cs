namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0625: a priority class with two values.</summary>
public sealed class PriorityClassWithTwoValues : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0625",
            "priority-class-with-two-values",
            Severity.Error,
            "Two priorities stand for one class and give it different values."
        )
        {
            Category = RuleCategory.Policy,
            Why =
                "A WorkloadPriorityClass has one value. `rayquest argocd` writes each class once, with the value of one of the priorities that name it.",
            Facts = "K20",
            Bad = Example.Policy(
                "# policies/platform.yaml\nscheduler: kueue\ngpus: {a100: {nodeSelector: {gpu: a100}}, l4: {nodeSelector: {gpu: l4}}, tpu-v6e: {nodeSelector: {gpu: v6e}}, tpu-v6e-16: {nodeSelector: {gpu: v6e-16}}}\npriorities: {high: {class: batch, value: 100}, low: {class: batch, value: 10}}\ndefaults: {image: ray}\n"
            ),
            Good = Example.Policy(
                "# policies/platform.yaml\nscheduler: kueue\ngpus: {a100: {nodeSelector: {gpu: a100}}, l4: {nodeSelector: {gpu: l4}}, tpu-v6e: {nodeSelector: {gpu: v6e}}, tpu-v6e-16: {nodeSelector: {gpu: v6e-16}}}\npriorities: {high: {class: batch-high, value: 100}, low: {class: batch-low, value: 10}}\ndefaults: {image: ray}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        foreach (
            var named in loaded
                .Policies.Platform.PriorityClasses.Where(p => p.Value.Value is not null)
                .GroupBy(p => p.Value.Class, StringComparer.Ordinal)
        )
        {
            (string first, PriorityClass kept) = named.First();
            foreach ((string name, PriorityClass other) in named.Where(p => p.Value.Value != kept.Value))
            {
                yield return At(
                    SpanOf(loaded, PolicyLoader.PlatformPath, "priorities", name, "value"),
                    $"`{named.Key}` has the value {kept.Value} by priority `{first}` and {other.Value} by `{name}`; write one value, or name another class"
                );
            }
        }
    }
}

namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2028: memory without a unit.</summary>
public sealed class MemoryInBytes : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2028", "memory-in-bytes", Severity.Error, "The memory is so small that a unit must be missing.")
        {
            Category = RuleCategory.Resources,
            Why =
                "A bare number is bytes to Kubernetes, and `512m` is half a byte. The container would be killed before Python has started, again and again.",
            Bad = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1, memory: 16}\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1, memory: 16Gi}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        MemorySizes.Of(context, memory => memory < MemorySizes.Implausible ? Judge(memory) : null, this.At);

    private static string Judge(Quantity memory) =>
        $"this is {(memory.IsWhole ? $"{memory.Ceiling()} bytes" : "a fraction of a byte")} of memory; write a unit, such as `16Gi`";

    private Finding At(Located<Quantity> place, string message)
    {
        string digits = place.Span.Text.TrimEnd('m');
        string better = digits + (digits.Length > 2 ? "Mi" : "Gi");
        bool plain = digits.Length > 0 && digits.All(char.IsAsciiDigit);
        return base.At(
            place,
            message,
            plain ? Replace($"Write `{better}`", place.Span, better, FixSafety.Unsafe) : null
        );
    }
}

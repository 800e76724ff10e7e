namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0615: a default that breaks a limit.</summary>
public sealed class DefaultOverLimit : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0615", "default-over-limit", Severity.Error, "The default timeout is longer than the longest allowed.")
        {
            Category = RuleCategory.Policy,
            Why = "Requests that say nothing would get a deadline that no request may ask for.",
            Bad = Example.Policy(
                "# policies/platform.yaml\ngpus: {a100: {}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\ndefaults: {image: ray, timeout: 30d}\n"
            ),
            Good = Example.Policy(
                "# policies/platform.yaml\ngpus: {a100: {}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\ndefaults: {image: ray, timeout: 4h}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        if (
            loaded.Policies.Rules.MaxTimeout is { } most
            && loaded.Policies.Platform.Defaults.Timeout is { } timeout
            && timeout > most
        )
        {
            yield return At(
                SpanOf(loaded, PolicyLoader.PlatformPath, "defaults", "timeout"),
                $"requests that say nothing may take {timeout}, but `maxTimeout` is {most}; lower the default, or raise `maxTimeout`"
            ) with
            {
                Related =
                [
                    new RelatedLocation(SpanOf(loaded, PolicyLoader.RulesPath, "maxTimeout"), "the longest timeout"),
                ],
            };
        }
    }
}

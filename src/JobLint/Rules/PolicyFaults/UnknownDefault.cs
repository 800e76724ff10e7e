namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0608: a default that isn't there.</summary>
public sealed class UnknownDefault : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0608", "unknown-default", Severity.Error, "`defaults` names something that does not exist.")
        {
            Category = RuleCategory.Policy,
            Why =
                "Requests that say nothing get the default; one that does not exist makes every such request fail, through no fault of its author.",
            Bad = Example.Policy(
                "# policies/platform.yaml\ngpus: {a100: {}}\npriorities: {normal: batch-normal}\ndefaults: {image: ray, gpu: a10, priority: norml}\n"
            ),
            Good = Example.Policy(
                "# policies/platform.yaml\ngpus: {a100: {}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\npriorities: {normal: batch-normal}\ndefaults: {image: ray, gpu: a100, priority: normal}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        PlatformPolicy platform = loaded.Policies.Platform;
        JobDefaults defaults = platform.Defaults;
        if (defaults.Gpu is { } gpu && !platform.Gpus.ContainsKey(gpu))
        {
            yield return Of(loaded, "gpu", gpu, "GPU type", platform.Gpus.Keys);
        }

        if (defaults.Priority is { } priority && !platform.Priorities.ContainsKey(priority))
        {
            yield return Of(loaded, "priority", priority, "priority", platform.Priorities.Keys);
        }

        if (defaults.Profile is { } profile && !loaded.Policies.Profiles.ContainsKey(profile))
        {
            yield return Of(loaded, "profile", profile, "profile", loaded.Policies.Profiles.Keys);
        }

        if (
            defaults.Image is { } image
            && Images.UnknownImageAlias.LooksLikeAlias(image)
            && !loaded.Policies.Images.Aliases.ContainsKey(image)
        )
        {
            yield return Of(loaded, "image", image, "image alias", loaded.Policies.Images.Aliases.Keys);
        }
    }

    private Finding Of(LoadedPolicies loaded, string key, string word, string what, IEnumerable<string> known)
    {
        SourceSpan span = SpanOf(loaded, PolicyLoader.PlatformPath, "defaults", key);
        return At(
            span,
            $"there is no {what} `{word}`{MessageText.Unknown(word, known)}",
            MessageText.Rename(span, word, known)
        );
    }
}

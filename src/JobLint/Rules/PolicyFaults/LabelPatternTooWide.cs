namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0632: a pattern of labels that opens what is nobody's, or nothing.</summary>
public sealed class LabelPatternTooWide : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0632",
            "label-pattern-too-wide",
            Severity.Error,
            "A pattern of labels has no domain of its own, or one that is an engine's."
        )
        {
            Category = RuleCategory.Policy,
            Why =
                "A label is opened by its key, or by `domain/*`. A `*` elsewhere would open labels that nobody thought of; labels of Kubernetes, Ray, the schedulers and our own are refused whatever is opened (RQ5036).",
            Bad = Example.Policy("# policies/rules.yaml\nlabels: {vision: [\"*\", ray.io/*, \"*.example.com/a\"]}\n"),
            Good = Example.Policy(
                "# policies/rules.yaml\nlabels: {vision: [vision.example.com/*, example.com/tier]}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        string prefix = loaded.Policies.Platform.LabelPrefix;
        foreach (Located<string> pattern in loaded.Policies.Rules.Labels.Values.SelectMany(l => l))
        {
            string text = pattern.Value;
            int star = text.IndexOf('*', StringComparison.Ordinal);
            if (star >= 0 && (star != text.Length - 1 || !text.Contains('/', StringComparison.Ordinal)))
            {
                yield return At(
                    pattern.Span,
                    $"`{MessageText.Shorten(text)}` has a `*` elsewhere than behind a domain; write `domain/*`, such as `vision.example.com/*`"
                );
            }
            else if (!KubernetesNames.IsQualifiedName(star < 0 ? text : text[..star] + "x"))
            {
                yield return At(pattern.Span, $"`{MessageText.Shorten(text)}` is not a label key, so it opens nothing");
            }
            else if (LabelGrant.IsReserved(star < 0 ? text : text[..star] + "x", prefix))
            {
                yield return At(
                    pattern.Span,
                    $"`{MessageText.Shorten(text)}` is the platform's or an engine's own, and is refused all the same; remove it"
                );
            }
        }
    }
}

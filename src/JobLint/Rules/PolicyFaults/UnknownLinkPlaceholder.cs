namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0614: a placeholder links don't have.</summary>
public sealed class UnknownLinkPlaceholder : PolicyRule
{
    private static readonly string[] Known = ["job", "namespace", "cluster", "team"];

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0614", "unknown-link-placeholder", Severity.Error, "A link holds a placeholder that is not filled in.")
        {
            Category = RuleCategory.Policy,
            Why =
                "Links fill `{job}`, `{namespace}`, `{cluster}` and `{team}`; anything else stays in the URL and leads nowhere.",
            Bad = Example.Policy(
                "# policies/platform.yaml\ngpus: {a100: {}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\nlinks: {logs: \"https://logs.example.com/{jobs}\"}\n"
            ),
            Good = Example.Policy(
                "# policies/platform.yaml\ngpus: {a100: {}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\nlinks: {logs: \"https://logs.example.com/{job}\"}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        PlatformPolicy platform = loaded.Policies.Platform;
        foreach (
            (string key, string? link) in new[] { ("dashboard", platform.DashboardLink), ("logs", platform.LogsLink) }
        )
        {
            for (
                int open = link?.IndexOf('{', StringComparison.Ordinal) ?? -1;
                open >= 0;
                open = link!.IndexOf('{', open + 1)
            )
            {
                int close = link!.IndexOf('}', open);
                string word = close < 0 ? link[(open + 1)..] : link[(open + 1)..close];
                if (close < 0 || !Known.Contains(word))
                {
                    yield return At(
                        SpanOf(loaded, PolicyLoader.PlatformPath, "links", key),
                        $"`{{{MessageText.Shorten(word)}}}` is not filled in{MessageText.Unknown(word, Known)}"
                    );
                }
            }
        }
    }
}

namespace Rayquest.JobLint.Rules.Environment;

/// <summary>RQ3021: two package managers at once.</summary>
public sealed class PackageManagersTogether : Rule
{
    private static readonly string[] Managers = ["pip", "uv", "conda"];

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ3021",
            "package-managers-together",
            Severity.Error,
            "`runtimeEnv` names more than one of `pip`, `uv` and `conda`."
        )
        {
            Category = RuleCategory.Environment,
            MayBeIgnored = true,
            IsCertain = true,
            Why = "Ray takes at most one of the three and refuses the job otherwise, after the cluster has come up.",
            Facts = "5.2",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nruntimeEnv:\n  pip: [torch==2.5.1]\n  uv: [numpy==2.1.3]\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nruntimeEnv:\n  uv: [torch==2.5.1, numpy==2.1.3]\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Request.RuntimeEnv is not { } runtime)
        {
            return [];
        }

        List<YamlEntry> given = [];
        foreach (YamlEntry entry in runtime.Value.Entries)
        {
            if (Managers.Contains(entry.Key.Value))
            {
                given.Add(entry);
            }
        }

        return given.Count < 2
            ? []
            :
            [
                At(
                    given[1].Key.Span,
                    $"{MessageText.List([.. given.Select(g => $"`{g.Key.Value}`")], "and")} are given, but Ray takes one of them; put all packages under one"
                ) with
                {
                    Related = [new RelatedLocation(given[0].Key.Span, "also given here")],
                },
            ];
    }
}

using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Tests.Manifests;

/// <summary>A placeholder is warned of in every typed position, and nothing else is said of it there.</summary>
public class PlaceholderTests
{
    private static readonly string[] Forms = ["$NAME", "${NAME}", "<name>"];

    private static readonly (string Where, Func<string, ManifestExample> Of)[] Positions =
    [
        ("name", p => new() { Name = p }),
        ("part of a name", p => new() { Name = $"job-{p}" }),
        ("namespace", p => new() { Metadata = $"namespace: {p}" }),
        ("label", p => new() { Metadata = $"labels: {{team: \"{p}\"}}" }),
        ("image", p => new() { ContainerHead = $"name: ray-head\nimage: {p}" }),
        ("tag", p => new() { ContainerHead = $"name: ray-head\nimage: rayproject/ray:{p}" }),
        ("registry", p => new() { ContainerHead = $"name: ray-head\nimage: {p}/ray:2.52.0" }),
        ("number", p => new() { Worker = $"replicas: {p}\nminReplicas: 0\nmaxReplicas: 4" }),
        ("seconds", p => new() { Spec = $"activeDeadlineSeconds: {p}" }),
        ("boolean", p => new() { Spec = $"shutdownAfterJobFinishes: {p}" }),
        ("quantity", p => new() { Container = $"resources: {{limits: {{cpu: \"{p}\", memory: 4Gi}}}}" }),
        ("part of a quantity", p => new() { Container = $"resources: {{limits: {{cpu: \"1\", memory: \"{p}Gi\"}}}}" }),
        ("node selector", p => new() { Pod = $"nodeSelector: {{pool: \"{p}\"}}" }),
        ("service account", p => new() { Pod = $"serviceAccountName: {p}" }),
        ("runtime class", p => new() { Pod = $"runtimeClassName: {p}" }),
        ("enumeration", p => new() { Spec = $"submissionMode: {p}" }),
        ("schedule", p => new() { Kind = "RayCronJob", Schedule = $"schedule: \"{p}\"" }),
    ];

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach ((string where, _) in Positions)
            {
                foreach (string form in Forms)
                {
                    cases.Add(where, form);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_is_a_warning_wherever_it_stands(string where, string placeholder)
    {
        string text = Positions.Single(p => p.Where == where).Of(placeholder).Text();
        IReadOnlyList<Finding> findings = Lint.Text(text);
        findings.Where(f => f.Severity == Severity.Error).ShouldBeEmpty(Lint.Describe(findings));
        Finding told = findings.Where(f => f.Rule.Code == "RQ4225").ShouldHaveSingleItem(text);
        told.Span.Text.ShouldContain(placeholder);
    }

    /// <summary>In texts that a shell, Ray or a program reads for itself, what can't be theirs is told, and nothing else of it.</summary>
    [Theory]
    [InlineData("entrypoint: python train.py --bucket <bucket>", "<bucket>")]
    [InlineData("entrypoint: ${CMD}", "${CMD}")]
    [InlineData("runtimeEnvYAML: |\n    working_dir: ${WD}", "${WD}")]
    [InlineData("runtimeEnvYAML: |\n    env_vars: {A: <value>}", "<value>")]
    [InlineData("entrypoint: python train.py --user $USER <in >out", "")]
    public void In_free_text_only_what_nobody_else_reads_is_told(string spec, string placeholder)
    {
        bool isEntrypoint = spec.StartsWith("entrypoint", StringComparison.Ordinal);
        string text = (
            isEntrypoint
                ? new ManifestExample { Entrypoint = spec }
                : new ManifestExample { Spec = spec.Replace("    ", "  ", StringComparison.Ordinal) }
        ).Text();
        string[] told = [.. Lint.Text(text).Where(f => f.Rule.Code == "RQ4225").Select(f => f.Span.Text)];
        if (placeholder.Length == 0)
        {
            told.ShouldBeEmpty();
            return;
        }

        told.ShouldHaveSingleItem().ShouldContain(placeholder);
        Lint.Errors(text).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("env: [{name: HF_TOKEN, value: \"<token>\"}]", 1)]
    [InlineData("env: [{name: URL, value: \"http://<host>:80/\"}]", 1)]
    [InlineData("env: [{name: \"${E}\", value: a}]", 1)]
    [InlineData("env: [{name: HTML, value: \"a<b>c\"}]", 0)]
    public void In_variables_as_well(string container, int count) =>
        Lint.Text(new ManifestExample { Container = container }.Text())
            .Count(f => f.Rule.Code == "RQ4225")
            .ShouldBe(count);

    [Fact]
    public void The_data_of_a_secret_may_be_one()
    {
        IReadOnlyList<Finding> findings = Lint.Text(
            "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {hf-token: $HF_TOKEN}\n"
        );
        findings.ShouldHaveSingleItem().Rule.Code.ShouldBe("RQ4225");
    }

    [Fact]
    public void What_is_filled_is_judged()
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal) { ["N"] = "-1", ["TAG"] = "2.52.0" };
        PlaceholderChecks
            .Fill("a: $N\nb: ray:${TAG}\nc: <N>\nd: $NO", values)
            .ShouldBe("a: -1\nb: ray:2.52.0\nc: -1\nd: $NO");
    }

    [Theory]
    [InlineData("RuntimeClass", "runtimeClassName: nvidia")]
    [InlineData("PriorityClass", "priorityClassName: nvidia")]
    public void What_is_out_of_sight_is_a_warning_that_names_the_flag(string kind, string pod)
    {
        string text = new ManifestExample { Pod = pod }.Text();
        Finding told = Lint.Text(text).Where(f => f.Rule.Code == "RQ4223").ShouldHaveSingleItem();
        told.Severity.ShouldBe(Severity.Warning);
        told.Message.ShouldContain($"`--known {kind}/nvidia`");
        Lint.Texts(ManifestOptions.Default with { IsWholeWorld = true }, text)
            .ShouldContain(f => f.Rule.Code == "RQ4223" && f.Severity == Severity.Error);
        Lint.Texts(
                ManifestOptions.Default with
                {
                    KnownObjects = new HashSet<string>(StringComparer.Ordinal) { $"{kind}/nvidia" },
                },
                text
            )
            .ShouldNotContain(f => f.Rule.Code == "RQ4223");
    }
}

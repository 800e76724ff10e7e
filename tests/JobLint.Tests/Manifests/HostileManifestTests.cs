using System.Text;
using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobLint.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobLint.Tests.Manifests;

/// <summary>No input makes the checks throw, and many manifests take little time.</summary>
public class HostileManifestTests
{
    private static readonly string[] Scraps =
    [
        "",
        "null",
        "~",
        "[]",
        "{}",
        "-1",
        "1e300",
        "99999999999999999999",
        "0.5",
        "\"\"",
        "\"a b\"",
        "true",
        "[null]",
        "{a: b}",
        "[[]]",
        "0x",
        ".",
        "0_",
        "'1e1.5'",
        "!!binary x",
        "*x",
        "&x y",
        "2026-01-01",
        "- a",
        "\t",
        "? a",
    ];

    [Fact]
    public void Mutated_manifests_never_throw()
    {
        Random random = new(7);
        string[] seeds =
        [
            .. ManifestRules
                .All.SelectMany(r => new[] { r.Bad, r.Good })
                .OfType<RuleExample>()
                .Select(e => e.Text)
                .Distinct(StringComparer.Ordinal),
        ];
        for (int i = 0; i < 6000; i++)
        {
            string text = seeds[random.Next(seeds.Length)];
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                text = Mutate(text, random);
            }

            Should.NotThrow(() => Lint.Text(text).Count, text);
        }
    }

    [Fact]
    public void Any_value_in_any_place_never_throws()
    {
        foreach (RuleInfo rule in ManifestRules.All.Where(r => r.Bad is not null))
        {
            string[] lines = rule.Bad!.Text.Split('\n');
            for (int i = 0; i < lines.Length; i++)
            {
                int colon = lines[i].IndexOf(": ", StringComparison.Ordinal);
                foreach (string scrap in colon < 0 ? [] : Scraps)
                {
                    string[] copy = [.. lines];
                    copy[i] = lines[i][..(colon + 2)] + scrap;
                    string text = string.Join('\n', copy);
                    Should.NotThrow(() => Lint.Text(text).Count, text);
                }
            }
        }
    }

    // Time depends on who else is on the machine; what is allocated does not, and it grows as the work does.
    [Fact]
    public void Work_grows_with_the_number_of_manifests()
    {
        YamlFile few = Jobs(100);
        YamlFile many = Jobs(1000);
        Allocated(few);
        long hundred = Allocated(few);
        long thousand = Allocated(many);
        thousand.ShouldBeLessThan(11 * hundred);
        thousand.ShouldBeLessThan(200_000_000);
    }

    private static long Allocated(YamlFile file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        ManifestLinter.Check(file, ManifestOptions.Default).ShouldBeEmpty();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static YamlFile Jobs(int count)
    {
        StringBuilder text = new();
        string job = new ManifestExample
        {
            Name = "NAME",
            Worker = "replicas: 1\nminReplicas: 1\nmaxReplicas: 2",
            Container = "env:\n  - name: A\n    value: \"1\"\nresources:\n  limits:\n    cpu: \"1\"\n    memory: 2Gi",
        }.Text();
        for (int i = 0; i < count; i++)
        {
            text.Append("---\n").Append(job.Replace("NAME", $"train-{i}", StringComparison.Ordinal));
        }

        return YamlReader.Parse(new SourceText("jobs.yaml", text.ToString()), YamlLimits.Manifest, new FindingBag());
    }

    [Theory]
    [InlineData("")]
    [InlineData("---\n---\n")]
    [InlineData("# nothing\n")]
    public void A_file_without_objects_is_silent(string text) =>
        ManifestLinter
            .Check(
                YamlReader.Parse(new SourceText("m.yaml", text), YamlLimits.Manifest, new FindingBag()),
                ManifestOptions.Default
            )
            .ShouldBeEmpty();

    [Theory]
    [InlineData("hello")]
    [InlineData("- a\n- b")]
    [InlineData("5")]
    public void A_file_of_something_else_is_an_error(string text) =>
        Lint.Errors(text).ShouldHaveSingleItem().Rule.ShouldBe(SchemaRules.UnknownKind);

    private static string Mutate(string text, Random random)
    {
        if (text.Length == 0)
        {
            return Scraps[random.Next(Scraps.Length)];
        }

        int at = random.Next(text.Length);
        int to = Math.Min(text.Length, at + random.Next(1, 12));
        return random.Next(4) switch
        {
            0 => text.Remove(at, to - at),
            1 => text.Insert(at, Scraps[random.Next(Scraps.Length)]),
            2 => text[..at] + Scraps[random.Next(Scraps.Length)] + text[to..],
            _ => text.Insert(at, text[at..to]),
        };
    }
}

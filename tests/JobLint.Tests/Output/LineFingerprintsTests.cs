using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Rayquest.JobLint.Output;
using Rayquest.JobModel.Text;

namespace Rayquest.JobLint.Tests.Output;

public class LineFingerprintsTests
{
    [Fact]
    public void An_empty_text_has_the_value_github_gives_it() =>
        new LineFingerprints(new SourceText("a.yaml", "")).Of(1).ShouldBe("c129715d7a2bc9a3:1");

    [Fact]
    public void Lines_alike_in_all_that_counts_are_told_apart_by_their_turn()
    {
        string[] values = All(string.Concat(Enumerable.Repeat("replicas: 1\n", 30)));
        values.Length.ShouldBe(31);
        values[..3].Select(v => v.Split(':')[0]).Distinct().Count().ShouldBe(1);
        values[..3].Select(v => v.Split(':')[1]).ShouldBe(["1", "2", "3"]);
        // The last lines see the end of the file, so they differ.
        values[29].ShouldNotStartWith(values[0].Split(':')[0]);
    }

    [Fact]
    public void Lines_added_far_above_and_indentation_change_nothing()
    {
        string body = string.Concat(Enumerable.Range(0, 40).Select(i => $"key{i}: value\n"));
        string before = All(body)[20];
        All("# new\n" + body)[21].ShouldBe(before);
        All(body.Replace("key", "\t  key", StringComparison.Ordinal))[20].ShouldBe(before);
        All(body.Replace("\n", "\r\n", StringComparison.Ordinal))[20].ShouldBe(before);
        All(body.Replace("key20:", "key2x:", StringComparison.Ordinal))[20].ShouldNotBe(before);
    }

    [Fact]
    public void The_value_is_the_polynomial_by_its_definition()
    {
        Gen<string> text = Gen.Elements(
                "a",
                "b: ",
                "\n",
                "\r",
                "\r\n",
                " ",
                "\t",
                "é",
                "\U0001F600",
                "a long word of text"
            )
            .ListOf(40)
            .Select(string.Concat);
        Prop.ForAll(
                text.ToArbitrary(),
                t =>
                {
                    string[] expected = [.. ByDefinition(t)];
                    All(t).ShouldBe(expected);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    private static string[] All(string text)
    {
        LineFingerprints lines = new(new SourceText("a.yaml", text));
        return
        [
            .. Enumerable.Range(1, int.MaxValue - 1).Select(lines.Of).TakeWhile(v => v is not null).Select(v => v!),
        ];
    }

    // Each line for itself: from its start the next hundred characters, without blanks and tabs, line breaks as one.
    private static IEnumerable<string> ByDefinition(string text)
    {
        string[] lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        Dictionary<string, int> seen = [];
        for (int i = 0; i < lines.Length; i++)
        {
            string rest = string.Join('\n', lines[i..])
                .Replace(" ", "", StringComparison.Ordinal)
                .Replace("\t", "", StringComparison.Ordinal);
            string block = (rest + '\uFFFF').PadRight(100, '\0')[..100];
            BigInteger value = 0;
            foreach (char c in block)
            {
                value = (value * 37) + c;
            }

            string hex = ((ulong)(value & ulong.MaxValue)).ToString(
                "x",
                System.Globalization.CultureInfo.InvariantCulture
            );
            seen[hex] = seen.GetValueOrDefault(hex) + 1;
            yield return $"{hex}:{seen[hex]}";
        }
    }
}

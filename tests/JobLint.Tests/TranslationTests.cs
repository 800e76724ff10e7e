using System.Text.RegularExpressions;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Languages;
using Rayquest.JobModel.Text;

namespace Rayquest.JobLint.Tests;

/// <summary>What the rules that people meet every day say is there in every language, in whole sentences.</summary>
public sealed partial class TranslationTests
{
    /// <summary>The rules of requests on form, names, resources, images, environment, and access: what people meet every day.</summary>
    private static readonly IReadOnlyList<RuleInfo> Everyday =
    [
        .. RuleCatalog.All.Where(rule =>
            rule.Bad is { Kind: ExampleKind.Request or ExampleKind.Repository }
            && (string.CompareOrdinal(rule.Code, "RQ4") < 0 || Further.Contains(rule.Code))
        ),
    ];

    public static TheoryData<string> Languages { get; } = [.. Language.Names.Skip(1)];

    // Of the engines' rules and those on access.
    private static HashSet<string> Further =>
        [
            "RQ4501",
            "RQ4502",
            "RQ4503",
            "RQ4506",
            "RQ4509",
            "RQ4515",
            "RQ4518",
            "RQ4608",
            "RQ5001",
            "RQ5002",
            "RQ5010",
            "RQ5012",
            "RQ5014",
            "RQ5020",
            "RQ5021",
            "RQ5023",
            "RQ5025",
            "RQ5034",
            "RQ5036",
            "RQ5040",
            "RQ5041",
            "RQ5043",
        ];

    [Fact]
    public void A_hundred_rules_are_held_to_it() => Everyday.Count.ShouldBeGreaterThanOrEqualTo(100);

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_message_of_their_bad_examples_is_in_the_table(string name)
    {
        Language language = Language.Of(name);
        SortedSet<string> gaps = new(StringComparer.Ordinal);
        foreach ((RuleInfo rule, Message message) in Said())
        {
            Gaps(rule.Code, message);

            void Gaps(string code, Message text)
            {
                if (HasWords(text.Template) && !language.Has(code, text.Template))
                {
                    gaps.Add($"msgctxt \"{code}\"\nmsgid \"{text.Template}\"\nmsgstr \"\"\n# {text.English}\n");
                }

                foreach (Message nested in text.Nested)
                {
                    Gaps(code, nested);
                }
            }
        }

        string.Join('\n', gaps).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void No_english_is_left_in_their_holes(string name)
    {
        Language language = Language.Of(name);
        SortedSet<string> left = new(StringComparer.Ordinal);
        // What the author of a template wrote (RQ0133) stays as it is.
        foreach ((RuleInfo rule, Message message) in Said().Where(said => said.Rule.Code != "RQ0133"))
        {
            string text = language.Text(rule.Code, message);
            if (English().IsMatch(Code().Replace(text, "")))
            {
                left.Add($"{rule.Code} {text}   {message.Template}");
            }
        }

        string.Join('\n', left).ShouldBeEmpty();
    }

    private static IEnumerable<(RuleInfo Rule, Message Text)> Said()
    {
        foreach (RuleInfo rule in Everyday)
        {
            foreach (Finding finding in Examples.Lint(rule.Bad!, rule).Where(f => f.Rule.Code == rule.Code))
            {
                yield return (rule, finding.Text);
                if (finding.Fix is { } fix)
                {
                    yield return (rule, fix.Text);
                }

                foreach (RelatedLocation related in finding.Related)
                {
                    yield return (rule, related.Text);
                }
            }
        }
    }

    // What is left without holes and code is a sentence, or nothing to translate.
    private static bool HasWords(string template) =>
        Code().Replace(Hole().Replace(template, ""), "").Any(char.IsAsciiLetter);

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex Code();

    [GeneratedRegex("\\{[0-9]+\\}")]
    private static partial Regex Hole();

    [GeneratedRegex(
        "\\b(the|a|an|of|or|and|is|are|in|to|at|with|not|no|more|by|it)\\b [a-z]+|[a-z]+ \\b(the|of|or|and|is|are|in|to|with|not)\\b"
    )]
    private static partial Regex English();
}

using System.Text.RegularExpressions;
using Rayquest.JobModel.Languages;
using Rayquest.JobModel.Text;

namespace Rayquest.JobCli.Tests.House;

/// <summary>A table of strings translates what the sources say, and nothing else.</summary>
public sealed partial class TranslationTests
{
    public static TheoryData<string> Languages { get; } = [.. Language.Names.Skip(1)];

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_sentence_of_a_table_is_in_the_sources(string name)
    {
        string sources = string.Join('\n', SourceCode.Files("src").Select(File.ReadAllText));
        // In an interpolated string a brace is written twice.
        sources = Unescaped(sources)
            .Replace("{{", "{", StringComparison.Ordinal)
            .Replace("}}", "}", StringComparison.Ordinal);
        Language
            .Entries(name)
            .Where(entry => !Parts(WithoutDefault(entry)).All(IsSaid))
            .Select(entry => $"line {entry.Line}: {entry.Id}")
            .ShouldBeEmpty();

        // The plural of a noun is made of it.
        bool IsSaid(string part) =>
            sources.Contains(part, StringComparison.Ordinal)
            || (part.EndsWith('s') && sources.Contains($"\"{part[..^1]}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void A_sentence_that_nothing_says_is_found() =>
        Parts("asks for {0} CPUs, {1}").ShouldBe(["asks for ", " CPUs, "]);

    // What a key means and what it is by default are two strings in the declaration.
    private static string WithoutDefault(PoEntry entry) =>
        entry.Context == "field" && entry.Id.IndexOf(" Default: ", StringComparison.Ordinal) is > 0 and var at
            ? entry.Id[..at]
            : entry.Id;

    private static IEnumerable<string> Parts(string template) => Hole().Split(template).Where(part => part.Length > 0);

    private static string Unescaped(string code) => code.Replace("\\\"", "\"", StringComparison.Ordinal);

    [GeneratedRegex("\\{[0-9]+\\}")]
    private static partial Regex Hole();
}

using System.Text.RegularExpressions;

namespace Rayquest.JobCli.Tests.House;

/// <summary>Identifiers use the field's words: those that were given up don't come back.</summary>
public sealed partial class VocabularyTests
{
    /// <summary>The word, by itself or as part of an identifier, and what to write instead.</summary>
    private static readonly Dictionary<string, string> Retired = new(StringComparer.Ordinal)
    {
        ["announcement"] = "publication",
        ["bell"] = "optimistic lock",
        ["desk"] = "report lease, or sink",
        ["judge"] = "evaluate, check or lint",
        ["judged"] = "evaluated, checked or linted",
        ["judgement"] = "evaluation",
        ["judges"] = "evaluates, checks or applies to",
        ["mend"] = "fix",
        ["mended"] = "fixed",
        ["mends"] = "fixes",
        ["phrases"] = "strings",
        ["rung"] = "locked",
        ["sight"] = "snapshot",
        ["situation"] = "snapshot",
        ["surroundings"] = "context",
        ["tell"] = "report",
        ["told"] = "reported, or stated",
        ["trouble"] = "failure or incident",
    };

    [Fact]
    public void No_identifier_of_the_sources_has_a_retired_word()
    {
        List<string> found = [];
        foreach (string file in SourceCode.Files("src", "tests", "tools", "bench"))
        {
            string code = SourceCode.Of(File.ReadAllText(file));
            int line = 0;
            foreach (string text in code.Split('\n'))
            {
                line++;
                found.AddRange(
                    Identifier()
                        .Matches(text)
                        .Where(identifier => !IsSentence(file, identifier.Value))
                        .Select(identifier => (identifier.Value, Word: RetiredIn(identifier.Value)))
                        .Where(pair => pair.Word is not null)
                        .Select(pair =>
                            $"{Path.GetRelativePath(RepositoryFiles.Root, file)}:{line}: {pair.Value}: "
                            + $"instead of \"{pair.Word}\" write \"{Retired[pair.Word!]}\""
                        )
                );
            }
        }

        found.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("GitHubStatusSink", "desk")]
    [InlineData("isJudged", "judged")]
    [InlineData("DESK_TIME", "desk")]
    [InlineData("Desktop", null)]
    [InlineData("Mandatory", null)]
    public void Words_are_found_as_parts_of_identifiers(string identifier, string? word) =>
        RetiredIn(identifier).ShouldBe(word);

    [Fact]
    public void Comments_and_literal_text_are_no_identifiers()
    {
        SourceCode.Of("a /* desk\n desk */ b // desk").ShouldBe("a \n b ");
        SourceCode.Of("""x = "desk" + $"{seen("desk")} desk" + 'd';""").ShouldBe("x =  +  seen() + ;");
    }

    /// <summary>Tests are named in sentences, which may say anything.</summary>
    private static bool IsSentence(string file, string identifier) =>
        identifier.Contains('_', StringComparison.Ordinal)
        && Path.GetRelativePath(RepositoryFiles.Root, file).StartsWith("tests", StringComparison.Ordinal);

    private static string? RetiredIn(string identifier) =>
        Part().Matches(identifier).Select(part => part.Value.ToLowerInvariant()).FirstOrDefault(Retired.ContainsKey);

    [GeneratedRegex(@"[A-Za-z_][A-Za-z0-9_]*", RegexOptions.NonBacktracking)]
    private static partial Regex Identifier();

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")]
    private static partial Regex Part();
}

using AngleSharp.Dom;
using Rayquest.JobReport.Markdown;

namespace Rayquest.JobReport.Tests.Markdown;

public sealed class MarkdownTextTests
{
    /// <summary>Every way a text can get into a comment.</summary>
    private static readonly (string Name, Func<string, MarkdownText> Put, string Selector, bool KeepsLines)[] Places =
    [
        ("prose in a paragraph", s => MarkdownText.Of($"{s}\n"), "body", false),
        ("prose after a word", s => MarkdownText.Of($"word {s} word\n"), "body", false),
        ("prose in a table", s => MarkdownText.Of($"| a | b |\n|---|---|\n| {s} | end |\n"), "tbody td", false),
        ("code in a paragraph", s => MarkdownText.Of($"{MarkdownText.Code(s)}\n"), "p", false),
        (
            "code in a table",
            s => MarkdownText.Of($"| a | b |\n|---|---|\n| {MarkdownText.Code(s)} | end |\n"),
            "tbody td",
            false
        ),
        ("label of a link", s => MarkdownText.Link(MarkdownText.Code(s), "https://git.example/x"), "a", false),
        ("fence", s => MarkdownText.Fence(s, "diff"), "pre", true),
        ("summary", s => MarkdownText.Folded($"Manifest of {s}", MarkdownText.Of($"body {s}")), "summary", false),
        ("fence in a folded part", s => MarkdownText.Folded($"x", MarkdownText.Fence(s, "diff")), "pre", true),
    ];

    [Fact]
    public void The_corpus_is_large_enough() => HostileText.Count.ShouldBeGreaterThan(200);

    [Theory]
    [
        InlineData(0),
        InlineData(1),
        InlineData(2),
        InlineData(3),
        InlineData(4),
        InlineData(5),
        InlineData(6),
        InlineData(7),
        InlineData(8)
    ]
    public void Nothing_of_the_authors_means_anything(int place)
    {
        (string name, Func<string, MarkdownText> put, _, _) = Places[place];
        List<string> faults = [];
        foreach (string hostile in HostileText.All)
        {
            IDocument document = GitHubReading.Read(put(hostile).ToString());
            IReadOnlyList<string> links = place == 5 ? ["A"] : [];
            faults.AddRange(
                GitHubReading.Meanings(document, links).Select(m => $"{name}: {Shown(hostile)} became {m}")
            );
            if (
                place == 5
                && document.QuerySelectorAll("a").Any(a => a.GetAttribute("href") != "https://git.example/x")
            )
            {
                faults.Add($"{name}: {Shown(hostile)} changed the address");
            }

            if (
                place is 2 or 4
                && (document.QuerySelectorAll("tr").Length != 2 || document.QuerySelectorAll("tbody td").Length != 2)
            )
            {
                faults.Add($"{name}: {Shown(hostile)} broke the table");
            }
        }

        faults.Take(20).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7)]
    public void Nothing_of_the_authors_is_lost(int place)
    {
        (string name, Func<string, MarkdownText> put, string selector, bool keepsLines) = Places[place];
        List<string> faults = [];
        foreach (string hostile in HostileText.All)
        {
            string text = GitHubReading.Read(put(hostile).ToString()).QuerySelector(selector)?.TextContent ?? "";
            string wanted = Squeezed(keepsLines ? VisibleText.Lines(hostile) : VisibleText.Line(hostile));
            // In running text backticks are Markdown's: what they enclose is shown as code, without them.
            string seen = Squeezed(text.Replace("␠", "", StringComparison.Ordinal));
            (wanted, seen) = place is 0 or 2 ? (WithoutTicks(wanted), WithoutTicks(seen)) : (wanted, seen);
            if (!seen.EndsWith(wanted, StringComparison.Ordinal))
            {
                faults.Add($"{name}: {Shown(wanted)} reads as {Shown(seen)}");
            }
        }

        faults.Take(20).ShouldBeEmpty();
    }

    [Fact]
    public void No_line_begins_like_a_command_of_some_bot()
    {
        foreach (
            (string name, Func<string, MarkdownText> put, _, _) in Places.Where(p =>
                p.Name is not ("fence" or "fence in a folded part")
            )
        )
        {
            foreach (string hostile in HostileText.All)
            {
                put(hostile)
                    .ToString()
                    .Split('\n')
                    .ShouldAllBe(
                        line => !line.StartsWith('/') && !line.StartsWith("::", StringComparison.Ordinal),
                        name
                    );
            }
        }
    }

    [Fact]
    public void Plain_sentences_stay_plain()
    {
        const string sentence =
            "asks for 16 a100, but team vision may hold 8 (6 in use): lower `gpus`, or ask bob or carol for quota";
        MarkdownText.Prose(sentence).ToString().ShouldBe(sentence);
        MarkdownText.Prose("学习率扫描（六月报告），第一轮。").ToString().ShouldBe("学习率扫描（六月报告），第一轮。");
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("//evil.example")]
    [InlineData("https://user:pass@evil.example/")]
    [InlineData("jobs/x.yaml")]
    public void Only_absolute_web_addresses_are_linked(string address) =>
        MarkdownText.Link(MarkdownText.Of($"x"), address).ToString().ShouldBe("x");

    [Fact]
    public void An_address_can_not_end_its_link() =>
        MarkdownText
            .Link(MarkdownText.Of($"x"), "https://git.example/a)b>c d|e\"f`g\u202e")
            .ToString()
            .ShouldBe("[x](<https://git.example/a%29b%3Ec%20d%7Ce%22f%60g%E2%80%AE>)");

    [Fact]
    public void Shortening_keeps_whole_characters()
    {
        MarkdownText.Prose("👍👍👍", 4).ToString().ShouldBe("👍…");
        MarkdownText.Code("abcdef", 4).ToString().ShouldBe("`abc…`");
    }

    private static string WithoutTicks(string text) => text.Replace("`", "", StringComparison.Ordinal);

    private static string Squeezed(string text) => new([.. text.Where(c => !char.IsWhiteSpace(c))]);

    private static string Shown(string text) =>
        System.Text.Json.JsonSerializer.Serialize(text.Length > 120 ? text[..120] : text);
}

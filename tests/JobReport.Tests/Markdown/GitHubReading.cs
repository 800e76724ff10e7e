using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Markdig;

namespace Rayquest.JobReport.Tests.Markdown;

/// <summary>
/// Reads a comment the way GitHub does, only more eagerly: every extension Markdig has, then a search for what GitHub
/// looks for in the text that is left (mentions, references, commits, shortcodes, formulas, addresses).
/// </summary>
internal static partial class GitHubReading
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UseAdvancedExtensions()
        .UseEmojiAndSmiley(enableSmileys: false)
        .Build();

    private static readonly HashSet<string> Ours = new(
        ["HTML", "HEAD", "BODY", "P", "CODE", "PRE", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "DETAILS", "SUMMARY"],
        StringComparer.Ordinal
    );

    /// <summary>The document a browser would hold.</summary>
    public static IDocument Read(string markdown) =>
        new HtmlParser().ParseDocument(Markdig.Markdown.ToHtml(markdown, Pipeline));

    /// <summary>Everything in the document that only an author of Markdown can make, not a supplier of text.</summary>
    public static IReadOnlyList<string> Meanings(IDocument document, params IReadOnlyList<string> alsoAllowed)
    {
        List<string> found = [];
        foreach (IElement element in document.All)
        {
            if (!Ours.Contains(element.TagName) && !alsoAllowed.Contains(element.TagName))
            {
                found.Add(element.OuterHtml.Length > 200 ? element.OuterHtml[..200] : element.OuterHtml);
            }
        }

        foreach (INode node in document.GetDescendants())
        {
            if (node is IComment comment)
            {
                found.Add($"<!--{comment.Data}-->");
            }

            if (node is IText text && !IsCode(text))
            {
                found.AddRange(Meaningful().Matches(text.Data).Select(m => m.Value));
            }
        }

        return found;
    }

    private static bool IsCode(INode node)
    {
        for (INode? at = node.Parent; at is not null; at = at.Parent)
        {
            if (at is IElement { TagName: "CODE" or "PRE" or "A" })
            {
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex(
        @"@[A-Za-z0-9]|#\d|\bGH-\d|(?-i:\b[A-Z]+-\d)|\b[0-9a-f]{7,40}\b|\w+://|\bwww\.|:[a-z0-9_+-]+:|\$\S|\$\s*`|\w@\w|\{\{|::\w+|^/\w|<!--|&\w+;",
        RegexOptions.IgnoreCase | RegexOptions.Multiline
    )]
    private static partial Regex Meaningful();
}

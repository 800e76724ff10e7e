using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Rayquest.JobRehearsal.Story;

/// <summary>A comment as a page that looks about as it does on GitHub. It reads what our own comments hold, nothing more.</summary>
internal static partial class CommentPage
{
    private const string Style =
        "body{font:14px/1.5 -apple-system,'Segoe UI','Noto Sans',Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif,'Noto Color Emoji';color:#1f2328;background:#f6f8fa;margin:24px}"
        + "article{max-width:900px;margin:auto;background:#fff;border:1px solid #d1d9e0;border-radius:6px;padding:16px 24px;overflow-wrap:anywhere}"
        + "header{max-width:900px;margin:0 auto 8px;color:#59636e}h3{font-size:1.25em;margin:8px 0 12px}h4{font-size:1em;margin:20px 0 8px}"
        + "table{border-collapse:collapse;margin:8px 0;display:block;overflow:auto}td,th{border:1px solid #d1d9e0;padding:6px 13px;text-align:left}th{font-weight:600}tr:nth-child(2n) td{background:#f6f8fa}"
        + "td a code{white-space:nowrap}code{background:#818b981f;border-radius:6px;padding:.15em .35em;font:85%/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace}pre{background:#f6f8fa;border-radius:6px;padding:12px;overflow:auto}pre code{background:none;padding:0;white-space:pre}"
        + "a{color:#0969da;text-decoration:none}details{margin:8px 0}summary{cursor:pointer}sub{color:#59636e;vertical-align:baseline;font-size:12px}";

    /// <summary>The page that links the others.</summary>
    public static string Index(IReadOnlyList<(string File, string Title)> pages)
    {
        StringBuilder html = new();
        Open("Rehearsal", html);
        html.Append("<h3>The comments, in the order they were written</h3><ol>");
        foreach ((string file, string title) in pages)
        {
            html.Append("<li><a href=\"")
                .Append(Uri.EscapeDataString(file))
                .Append("\">")
                .Append(WebUtility.HtmlEncode(title))
                .Append("</a></li>");
        }

        return html.Append("</ol></article></html>\n").ToString();
    }

    /// <summary>The page of a comment.</summary>
    public static string Of(string title, string markdown)
    {
        StringBuilder html = new();
        Open(title, html);
        Write(markdown.Split('\n'), html);
        return html.Append("</article></html>\n").ToString();
    }

    private static void Open(string title, StringBuilder html) =>
        html.Append(
                "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>"
            )
            .Append(WebUtility.HtmlEncode(title))
            .Append("</title><style>")
            .Append(Style)
            .Append("</style><header>")
            .Append(WebUtility.HtmlEncode(title))
            .Append("</header><article>");

    private static void Write(string[] lines, StringBuilder html)
    {
        string? fence = null;
        bool table = false;
        bool list = false;
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i];
            if (fence is not null)
            {
                if (line == fence)
                {
                    html.Append("</code></pre>");
                    fence = null;
                }
                else
                {
                    html.Append(WebUtility.HtmlEncode(line)).Append('\n');
                }

                continue;
            }

            if (table && !line.StartsWith('|'))
            {
                html.Append("</table>");
                table = false;
            }

            if (list && !line.StartsWith("- ", StringComparison.Ordinal))
            {
                html.Append("</ul>");
                list = false;
            }

            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                fence = new string('`', line.TakeWhile(c => c == '`').Count());
                html.Append("<pre><code>");
            }
            else if (
                line.StartsWith("|-", StringComparison.Ordinal)
                || line.StartsWith("<!--", StringComparison.Ordinal)
                || line.Length == 0
            )
            {
                continue;
            }
            else if (line.StartsWith('|'))
            {
                string cell = table ? "td" : "th";
                html.Append(table ? "<tr>" : "<table><tr>");
                table = true;
                foreach (string text in line.Trim().Trim('|').Split('|'))
                {
                    html.Append('<')
                        .Append(cell)
                        .Append('>')
                        .Append(Inline(text.Trim()))
                        .Append("</")
                        .Append(cell)
                        .Append('>');
                }

                html.Append("</tr>");
            }
            else if (line.StartsWith("- ", StringComparison.Ordinal))
            {
                html.Append(list ? "<li>" : "<ul><li>").Append(Inline(line[2..])).Append("</li>");
                list = true;
            }
            else if (line.StartsWith("#### ", StringComparison.Ordinal))
            {
                html.Append("<h4>").Append(Inline(line[5..])).Append("</h4>");
            }
            else if (line.StartsWith("### ", StringComparison.Ordinal))
            {
                html.Append("<h3>").Append(Inline(line[4..])).Append("</h3>");
            }
            else if (line.StartsWith("<details", StringComparison.Ordinal) || line == "</details>")
            {
                html.Append(line);
            }
            else
            {
                html.Append("<p>").Append(Inline(line)).Append("</p>");
            }
        }

        html.Append(table ? "</table>" : "").Append(list ? "</ul>" : "");
    }

    private static string Inline(string text) =>
        Parts()
            .Replace(
                text,
                match =>
                    match.Groups["code"].Success
                        ? $"<code>{WebUtility.HtmlEncode(match.Groups["code"].Value.Trim())}</code>"
                    : match.Groups["label"].Success
                        ? $"<a href=\"{WebUtility.HtmlEncode(match.Groups["url"].Value)}\">{Inline(match.Groups["label"].Value)}</a>"
                    : match.Groups["bold"].Success ? $"<strong>{Inline(match.Groups["bold"].Value)}</strong>"
                    : match.Groups["escaped"].Success ? WebUtility.HtmlEncode(match.Groups["escaped"].Value)
                    : match.Value
            );

    [GeneratedRegex(
        @"\[(?<label>[^\]]*)\]\(<(?<url>[^>]*)>\)|(?<fence>`+)(?<code>.+?)(?<!`)\k<fence>(?!`)|\*\*(?<bold>.+?)\*\*|\\(?<escaped>[!-/:-@\[-`{-~])"
    )]
    private static partial Regex Parts();
}

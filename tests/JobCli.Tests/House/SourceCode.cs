using System.Text;

namespace Rayquest.JobCli.Tests.House;

/// <summary>C# source without comments, directives and literal text; what an interpolated string fills in stays.</summary>
internal sealed class SourceCode
{
    private readonly string text;
    private readonly StringBuilder code = new();
    private int at;

    private SourceCode(string text) => this.text = text;

    /// <summary>The code alone. Lines keep their numbers.</summary>
    public static string Of(string source)
    {
        SourceCode reader = new(source);
        reader.Read(isHole: false);
        return reader.code.ToString();
    }

    /// <summary>All C# files of the repository, without what builds leave behind.</summary>
    public static IEnumerable<string> Files(params string[] folders) =>
        folders
            .SelectMany(folder =>
                Directory.EnumerateFiles(RepositoryFiles.Path(folder), "*.cs", SearchOption.AllDirectories)
            )
            .Where(file =>
                !Path.GetRelativePath(RepositoryFiles.Root, file)
                    .Split(Path.DirectorySeparatorChar)
                    .Any(part => part is "obj" or "bin")
            )
            .Order(StringComparer.Ordinal);

    private bool Has(string mark) => string.CompareOrdinal(text, at, mark, 0, mark.Length) == 0;

    private void Read(bool isHole)
    {
        int depth = 0;
        while (at < text.Length)
        {
            char c = text[at];
            if (Has("//"))
            {
                SkipTo("\n", inclusive: false);
            }
            else if (Has("/*"))
            {
                SkipTo("*/", inclusive: true);
            }
            else if (c == '#' && IsFirstOfLine())
            {
                SkipTo("\n", inclusive: false);
            }
            else if (c is '"' or '$' or '@' && String() is var (quotes, dollars, isVerbatim))
            {
                Literal(quotes, dollars, isVerbatim);
            }
            else if (c == '\'' && Character() is var end and > 0)
            {
                at = end;
            }
            else
            {
                depth += c is '{' or '(' or '[' ? 1 : 0;
                if (c is '}' or ')' or ']' && depth-- == 0 && isHole)
                {
                    return;
                }

                code.Append(c);
                at++;
            }
        }
    }

    private bool IsFirstOfLine()
    {
        int before = at - 1;
        while (before >= 0 && text[before] is ' ' or '\t')
        {
            before--;
        }

        return before < 0 || text[before] == '\n';
    }

    private void SkipTo(string mark, bool inclusive)
    {
        int found = text.IndexOf(mark, at, StringComparison.Ordinal);
        int end =
            found < 0 ? text.Length
            : inclusive ? found + mark.Length
            : found;
        KeepLines(end);
    }

    private void KeepLines(int end)
    {
        code.Append('\n', text.AsSpan(at, end - at).Count('\n'));
        at = end;
    }

    /// <summary>The start of a string here: how many quotes and dollars; null when none starts.</summary>
    private (int Quotes, int Dollars, bool IsVerbatim)? String()
    {
        int end = at;
        while (end < text.Length && text[end] is '$' or '@')
        {
            end++;
        }

        int quotes = 0;
        while (end + quotes < text.Length && text[end + quotes] == '"')
        {
            quotes++;
        }

        if (quotes == 0)
        {
            return null;
        }

        ReadOnlySpan<char> marks = text.AsSpan(at, end - at);
        return (quotes >= 3 ? quotes : 1, marks.Count('$'), marks.Contains('@'));
    }

    /// <summary>The end of a character literal, or 0.</summary>
    private int Character()
    {
        int close = text.IndexOf('\'', at + (at + 1 < text.Length && text[at + 1] == '\\' ? 3 : 2));
        return close > 0 && close - at <= 10 && !text.AsSpan(at, close - at).Contains('\n') ? close + 1 : 0;
    }

    private void Literal(int quotes, int dollars, bool isVerbatim)
    {
        while (text[at] != '"')
        {
            at++;
        }

        at += quotes;
        bool isRaw = quotes >= 3;
        while (at < text.Length)
        {
            char c = text[at];
            int run = Run(c);
            if (c == '"' && isVerbatim && run >= 2)
            {
                at += 2;
            }
            else if (c == '"' && (!isRaw || run >= quotes))
            {
                at += isRaw ? run : 1;
                return;
            }
            else if (c == '\\' && !isRaw && !isVerbatim)
            {
                at += 2;
            }
            else if (c == '{' && dollars > 0 && (isRaw ? run >= dollars : run % 2 == 1))
            {
                at += run;
                code.Append(' ');
                Read(isHole: true);
            }
            else if (c == '{')
            {
                at += run;
            }
            else
            {
                KeepLines(at + 1);
            }
        }
    }

    private int Run(char c)
    {
        int end = at;
        while (end < text.Length && text[end] == c)
        {
            end++;
        }

        return end - at;
    }
}

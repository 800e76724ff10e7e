namespace Rayquest.JobEngines.Ray;

/// <summary>What a shell sees at a place of a command line.</summary>
public enum ShellTokenKind
{
    /// <summary>A word, quotes removed.</summary>
    Word,

    /// <summary><c>; &amp; &amp;&amp; | || ( ) &lt; &gt;</c> and their kin.</summary>
    Operator,

    /// <summary>A line break outside quotes.</summary>
    LineBreak,

    /// <summary>From an unquoted <c>#</c> at the beginning of a word to the end of the line.</summary>
    Comment,
}

/// <summary>A piece of a command line: its text with quotes removed, and the range of the raw text.</summary>
public sealed record ShellToken(ShellTokenKind Kind, string Text, int Start, int End);

/// <summary>A place where the shell would put something else: a variable or the output of a command.</summary>
public sealed record ShellExpansion(int Start, int End, bool IsCommand);

/// <summary>
/// A command line read the way bash splits it into words: quotes, escapes, operators, comments, expansions. Knows nothing of
/// here-documents and compound commands; those begin with operators or reserved words anyway.
/// </summary>
public sealed class ShellText
{
    private readonly List<ShellToken> tokens = [];
    private readonly List<ShellExpansion> expansions = [];

    private ShellText() { }

    /// <summary>The pieces in order.</summary>
    public IReadOnlyList<ShellToken> Tokens => tokens;

    /// <summary>Expansions outside single quotes, in order.</summary>
    public IReadOnlyList<ShellExpansion> Expansions => expansions;

    /// <summary>Where a quote opens that nothing closes; negative when all are closed.</summary>
    public int OpenQuote { get; private set; } = -1;

    /// <summary>Whether the text ends with a backslash that escapes nothing.</summary>
    public bool EndsInBackslash { get; private set; }

    /// <summary>Whether a text holds anything a shell treats otherwise than as letters of words.</summary>
    public static bool IsPlain(ReadOnlySpan<char> text) => !text.ContainsAny(Special);

    private static readonly System.Buffers.SearchValues<char> Special = System.Buffers.SearchValues.Create(
        "'\"\\$`;&|()<>#\n\r"
    );

    /// <summary>Reads a command line; never fails.</summary>
    public static ShellText Read(string text)
    {
        ShellText shell = new();
        shell.Scan(text);
        return shell;
    }

    private void Scan(string text)
    {
        System.Text.StringBuilder word = new();
        int start = -1;
        int i = 0;
        void EndWord(int end)
        {
            if (start >= 0)
            {
                tokens.Add(new ShellToken(ShellTokenKind.Word, word.ToString(), start, end));
                word.Clear();
                start = -1;
            }
        }

        while (i < text.Length)
        {
            char c = text[i];
            switch (c)
            {
                case ' ' or '\t' or '\r':
                    EndWord(i++);
                    break;
                case '\n':
                    EndWord(i);
                    tokens.Add(new ShellToken(ShellTokenKind.LineBreak, "\n", i, ++i));
                    break;
                case '\\' when i + 1 < text.Length:
                    // A backslash before a line break joins the lines.
                    if (text[i + 1] != '\n')
                    {
                        start = start < 0 ? i : start;
                        word.Append(text[i + 1]);
                    }

                    i += 2;
                    break;
                case '\\':
                    EndsInBackslash = true;
                    i++;
                    break;
                case '\'':
                    start = start < 0 ? i : start;
                    i = SingleQuoted(text, i, word);
                    break;
                case '"':
                    start = start < 0 ? i : start;
                    i = DoubleQuoted(text, i, word);
                    break;
                case '$' or '`':
                    start = start < 0 ? i : start;
                    i = Expansion(text, i, word);
                    break;
                case '#' when start < 0:
                    int end = text.IndexOf('\n', i);
                    end = end < 0 ? text.Length : end;
                    tokens.Add(new ShellToken(ShellTokenKind.Comment, text[i..end], i, end));
                    i = end;
                    break;
                case ';' or '&' or '|' or '(' or ')' or '<' or '>':
                    // `2>` and `>&2`: the digit before belongs to the redirection.
                    EndWord(i);
                    int from = i;
                    while (
                        i < text.Length
                        && i - from < 3
                        && text[i] is ';' or '&' or '|' or '<' or '>'
                        && (i == from || text[i] == c || text[i] is '&' or '>' or '|')
                    )
                    {
                        i++;
                    }

                    i = i == from ? i + 1 : i;
                    tokens.Add(new ShellToken(ShellTokenKind.Operator, text[from..i], from, i));
                    break;
                default:
                    start = start < 0 ? i : start;
                    word.Append(c);
                    i++;
                    break;
            }
        }

        EndWord(text.Length);
    }

    private int SingleQuoted(string text, int open, System.Text.StringBuilder word)
    {
        int close = text.IndexOf('\'', open + 1);
        if (close < 0)
        {
            OpenQuote = OpenQuote < 0 ? open : OpenQuote;
            word.Append(text.AsSpan(open + 1));
            return text.Length;
        }

        word.Append(text.AsSpan(open + 1, close - open - 1));
        return close + 1;
    }

    private int DoubleQuoted(string text, int open, System.Text.StringBuilder word)
    {
        int i = open + 1;
        while (i < text.Length)
        {
            switch (text[i])
            {
                case '"':
                    return i + 1;
                case '\\' when i + 1 < text.Length && text[i + 1] is '"' or '\\' or '$' or '`' or '\n':
                    if (text[i + 1] != '\n')
                    {
                        word.Append(text[i + 1]);
                    }

                    i += 2;
                    break;
                case '$' or '`':
                    i = Expansion(text, i, word);
                    break;
                default:
                    word.Append(text[i++]);
                    break;
            }
        }

        OpenQuote = OpenQuote < 0 ? open : OpenQuote;
        return text.Length;
    }

    // A sweep's placeholder is filled before any shell sees it, and is kept as a part of the word.
    private int Expansion(string text, int at, System.Text.StringBuilder word)
    {
        if (text[at] == '`')
        {
            int close = text.IndexOf('`', at + 1);
            int end = close < 0 ? text.Length : close + 1;
            OpenQuote = close < 0 && OpenQuote < 0 ? at : OpenQuote;
            expansions.Add(new ShellExpansion(at, end, IsCommand: true));
            word.Append(text.AsSpan(at, end - at));
            return end;
        }

        char next = at + 1 < text.Length ? text[at + 1] : '\0';
        int stop = next switch
        {
            '{' => Closing(text, at + 1, '{', '}'),
            '(' => Closing(text, at + 1, '(', ')'),
            '@' or '*' or '#' or '?' or '$' or '!' or '-' => at + 2,
            _ when char.IsAsciiDigit(next) => at + 2,
            _ when char.IsAsciiLetter(next) || next == '_' => NameEnd(text, at + 1),
            _ => at + 1,
        };
        if (stop > at + 1 && !text.AsSpan(at).StartsWith(Sweep.Open))
        {
            expansions.Add(new ShellExpansion(at, stop, IsCommand: next == '('));
        }

        word.Append(text.AsSpan(at, stop - at));
        return stop;
    }

    private static int NameEnd(string text, int i)
    {
        while (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] == '_'))
        {
            i++;
        }

        return i;
    }

    private static int Closing(string text, int open, char opening, char closing)
    {
        int depth = 0;
        for (int i = open; i < text.Length; i++)
        {
            depth +=
                text[i] == opening ? 1
                : text[i] == closing ? -1
                : 0;
            if (depth == 0)
            {
                return i + 1;
            }
        }

        return text.Length;
    }
}

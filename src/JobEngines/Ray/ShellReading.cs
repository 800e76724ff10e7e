using System.Text;

namespace Rayquest.JobEngines.Ray;

/// <summary>
/// A command line as a shell takes it: the words its first program gets, what ends that command, and whether the shell
/// refuses the line. Compound commands and here-documents are not followed; <see cref="Doubt"/> says so.
/// </summary>
internal sealed class ShellReading
{
    private static readonly string[] Reserved =
    [
        "!",
        "{",
        "}",
        "case",
        "do",
        "done",
        "elif",
        "else",
        "esac",
        "fi",
        "for",
        "if",
        "then",
        "until",
        "while",
    ];

    private static readonly string[] ReservedOfBash = ["[[", "]]", "coproc", "function", "select", "time"];

    private readonly string text;
    private readonly ShellDialect dialect;
    private readonly List<ShellWord> words = [];
    private readonly StringBuilder word = new();
    private readonly List<int> braces = [];
    private int at;
    private bool isFirst = true;

    private readonly bool isBehindCommand;

    private ShellReading(string text, ShellDialect dialect, bool isBehindCommand) =>
        (this.text, this.dialect, this.isBehindCommand) = (text, dialect, isBehindCommand);

    /// <summary>The words of the first command, redirections left out.</summary>
    public IReadOnlyList<ShellWord> Words => words;

    /// <summary>Why the shell refuses the line; null when it runs it. Then nothing of its first line is run.</summary>
    public string? Fault { get; private set; }

    /// <summary>The operator that ends the first command while something follows it; empty for none, a line feed for a line break.</summary>
    public string EndedBy { get; private set; } = "";

    /// <summary>Where that operator stands.</summary>
    public int EndedAt { get; private set; } = -1;

    /// <summary>Whether the command's input or output is redirected.</summary>
    public bool IsRedirected { get; private set; }

    /// <summary>What isn't certain of the whole.</summary>
    public ShellDoubt Doubt { get; private set; }

    /// <summary>
    /// Reads a line. Behind a command, as the submitter's shell sees the entrypoint behind <c>ray job submit --</c> and before <c>;</c>,
    /// neither assignments nor reserved words are such.
    /// </summary>
    public static ShellReading Of(string text, ShellDialect dialect, bool isBehindCommand = false)
    {
        ShellReading reading = new(text, dialect, isBehindCommand);
        reading.Lines();
        return reading;
    }

    // command { operator command }, over lines; a line is run before the next one is read.
    private void Lines()
    {
        int count = isBehindCommand ? 1 : 0;
        bool mayEnd = true;
        bool isOpen = isBehindCommand;
        while (true)
        {
            Blanks();
            if (at >= text.Length)
            {
                // What is behind the entrypoint begins with a `;`.
                if (count == 0 && (!mayEnd || isBehindCommand))
                {
                    Refuse("the command ends where another one is expected");
                }

                return;
            }

            char c = text[at];
            if (c == '#')
            {
                int end = text.IndexOf('\n', at);
                if (end < 0 && isBehindCommand)
                {
                    Refuse("a comment swallows what stands behind the command");
                    return;
                }

                at = end < 0 ? text.Length : end;
                continue;
            }

            if (c == '\n')
            {
                if (count > 0 || (mayEnd && !isFirst))
                {
                    if (isFirst)
                    {
                        End("\n", at);
                    }

                    if (!isOpen && Fault is null)
                    {
                        // The line runs; what the next one is can't take that back.
                        return;
                    }

                    (count, mayEnd) = (0, true);
                }

                at++;
                continue;
            }

            if (c is ';' or '|' or '&' && Redirection() is false)
            {
                int start = at;
                string op = Operator();
                if (op == ";;" || count == 0)
                {
                    Refuse($"`{op}` stands where a command is expected");
                    return;
                }

                End(op, start);
                (count, mayEnd) = (0, op is ";" or "&");
                continue;
            }

            if (c is '<' or '>' || Redirection())
            {
                if (!Redirect())
                {
                    return;
                }

                count++;
                continue;
            }

            if (c == ')')
            {
                Refuse("a `)` stands where nothing is open");
                return;
            }

            if (c == '(')
            {
                // A list in parentheses, or a function.
                if (
                    count == 0
                    || (count == 1 && !isBehindCommand && text.AsSpan(at + 1).TrimStart(" \t").StartsWith(")"))
                )
                {
                    Doubt |= ShellDoubt.Grammar;
                }
                else
                {
                    Refuse("a `(` stands behind a word");
                }

                return;
            }

            int from = at;
            ShellDoubt doubt = Word();
            if (Fault is not null)
            {
                return;
            }

            if (count == 0 && dialect == ShellDialect.Bash && text.AsSpan(from, at - from).Contains('['))
            {
                // An element of an array, which may reach over blanks.
                Doubt |= ShellDoubt.Grammar;
                return;
            }

            if (IsNumber(from) && at < text.Length && text[at] is '<' or '>')
            {
                // The number of the file that is redirected.
                continue;
            }

            if (
                count == 0
                && (
                    Reserved.Contains(text[from..at])
                    || (dialect == ShellDialect.Bash && ReservedOfBash.Contains(text[from..at]))
                )
            )
            {
                Doubt |= ShellDoubt.Grammar;
                return;
            }

            count++;
            if (isFirst)
            {
                words.Add(new ShellWord(word.ToString(), from, at, doubt));
                Doubt |= doubt;
            }
        }
    }

    private void End(string op, int start)
    {
        if (isFirst)
        {
            (isFirst, EndedBy, EndedAt) = (false, op, start);
        }
    }

    private void Refuse(string why) => Fault ??= why;

    private bool IsNumber(int from)
    {
        for (int i = from; i < at; i++)
        {
            if (!char.IsAsciiDigit(text[i]))
            {
                return false;
            }
        }

        return at > from;
    }

    private void Blanks()
    {
        while (at < text.Length)
        {
            if (text[at] is ' ' or '\t')
            {
                at++;
            }
            else if (text[at] == '\\' && at + 1 < text.Length && text[at + 1] == '\n')
            {
                at += 2;
            }
            else
            {
                return;
            }
        }
    }

    private string Operator()
    {
        string[] known =
            dialect == ShellDialect.Bash
                ? ["&&", "||", ";;", "|&", ";&", ";", "&", "|"]
                : ["&&", "||", ";;", ";", "&", "|"];
        string op = known.First(k => text.AsSpan(at).StartsWith(k));
        at += op.Length;
        return op is ";&" ? ";;" : op;
    }

    // `&>` and `&>>` redirect both outputs in bash.
    private bool Redirection() => dialect == ShellDialect.Bash && text.AsSpan(at).StartsWith("&>");

    private bool Redirect()
    {
        string[] known =
            dialect == ShellDialect.Bash
                ? ["&>>", "&>", "<<<", "<<-", "<<", "<&", "<>", "<(", "<", ">>", ">&", ">|", ">(", ">"]
                : ["<<-", "<<", "<&", "<>", "<", ">>", ">&", ">|", ">"];
        string op = known.First(k => text.AsSpan(at).StartsWith(k));
        if (op is "<(" or ">(")
        {
            // A command in place of a file.
            Doubt |= ShellDoubt.Command | ShellDoubt.Grammar;
            return false;
        }

        at += op.Length;
        Blanks();
        if (at >= text.Length || text[at] is '\n' or '<' or '>' or '|' or '&' or ';' or '(' or ')' or '#')
        {
            Refuse($"`{op}` names no file");
            return false;
        }

        IsRedirected |= isFirst;
        ShellDoubt doubt = Word();
        if (Fault is not null)
        {
            return false;
        }

        // A file that isn't there, is a folder, or stands for an open one: the command may not run at all.
        bool isPlain = (op is ">" or ">>" or ">|") && doubt == ShellDoubt.None && IsFileName(word.ToString());
        bool isOfOthers = !isFirst && (op is "<" or ">" or ">>" or ">|");
        Doubt |= isPlain || isOfOthers ? ShellDoubt.None : ShellDoubt.Grammar;
        return !op.StartsWith("<<", StringComparison.Ordinal);
    }

    private static bool IsFileName(string name) =>
        name.Length > 0 && name is not ("." or "..") && !name.Contains('/', StringComparison.Ordinal);

    private ShellDoubt Word()
    {
        word.Clear();
        braces.Clear();
        ShellDoubt doubt = ShellDoubt.None;
        int start = at;
        bool bracesAt = false;
        bool divided = false;
        // A `~` counts at the beginning, and behind the `=` or `:` of what looks like an assignment.
        bool assigns = false;
        while (at < text.Length && Fault is null)
        {
            char c = text[at];
            switch (c)
            {
                case ' ' or '\t' or '\n' or ';' or '&' or '|' or '<' or '>' or '(' or ')':
                    return doubt;
                case '\\' when at + 1 < text.Length:
                    if (text[at + 1] != '\n')
                    {
                        word.Append(text[at + 1]);
                    }

                    at += 2;
                    break;
                case '\\':
                    // What stands behind the entrypoint begins with a blank.
                    word.Append(isBehindCommand ? ' ' : c);
                    at++;
                    break;
                case '\'':
                    Single();
                    break;
                case '"':
                    at++;
                    doubt |= Double();
                    break;
                case '`':
                    doubt |= Backticks();
                    break;
                case '$':
                    doubt |= Dollar(isQuoted: false);
                    break;
                default:
                    if (c is '*' or '?' or '[')
                    {
                        doubt |= ShellDoubt.Pattern;
                    }

                    if (c == '~' && (at == start || (assigns && text[at - 1] is '=' or ':')))
                    {
                        doubt |= ShellDoubt.Home;
                    }

                    assigns |= c == '=' && IsName(start, at);
                    if (dialect == ShellDialect.Bash)
                    {
                        bracesAt |= c == '{';
                        divided |= bracesAt && (c == ',' || (c == '.' && at > start && text[at - 1] == '.'));
                        doubt |= divided && c == '}' ? ShellDoubt.Braces : ShellDoubt.None;
                    }

                    word.Append(c);
                    at++;
                    break;
            }
        }

        return doubt;
    }

    private bool IsName(int from, int to)
    {
        if (to <= from || char.IsAsciiDigit(text[from]))
        {
            return false;
        }

        for (int i = from; i < to; i++)
        {
            if (!char.IsAsciiLetterOrDigit(text[i]) && text[i] != '_')
            {
                return false;
            }
        }

        return true;
    }

    private void Single()
    {
        int close = text.IndexOf('\'', at + 1);
        if (close < 0)
        {
            Refuse("nothing closes a `'`");
            return;
        }

        word.Append(text.AsSpan(at + 1, close - at - 1));
        at = close + 1;
    }

    // Behind the opening quote.
    private ShellDoubt Double()
    {
        ShellDoubt doubt = ShellDoubt.None;
        while (at < text.Length)
        {
            switch (text[at])
            {
                case '"':
                    at++;
                    return doubt;
                case '\\' when at + 1 < text.Length && text[at + 1] is '"' or '\\' or '$' or '`' or '\n':
                    if (text[at + 1] != '\n')
                    {
                        word.Append(text[at + 1]);
                    }

                    at += 2;
                    break;
                case '`':
                    doubt |= Backticks();
                    break;
                case '$':
                    doubt |= Dollar(isQuoted: true);
                    break;
                default:
                    word.Append(text[at++]);
                    break;
            }

            if (Fault is not null)
            {
                return doubt;
            }
        }

        Refuse("nothing closes a `\"`");
        return doubt;
    }

    private ShellDoubt Backticks()
    {
        int from = at++;
        while (at < text.Length && text[at] != '`')
        {
            at += text[at] == '\\' && at + 1 < text.Length ? 2 : 1;
        }

        if (at >= text.Length)
        {
            Refuse("nothing closes a `` ` ``");
            return ShellDoubt.None;
        }

        at++;
        word.Append(text.AsSpan(from, at - from));
        return ShellDoubt.Command;
    }

    private ShellDoubt Dollar(bool isQuoted)
    {
        int from = at;
        char next = at + 1 < text.Length ? text[at + 1] : '\0';
        ShellDoubt doubt = ShellDoubt.Variable;
        switch (next)
        {
            case '{':
                at++;
                Nested('{', '}');
                break;
            case '(':
                at++;
                Nested('(', ')');
                doubt = ShellDoubt.Command;
                break;
            case '[' when dialect == ShellDialect.Bash:
                at++;
                Nested('[', ']');
                break;
            case '@' or '*' or '#' or '?' or '$' or '!' or '-':
            case >= '0' and <= '9':
                at += 2;
                break;
            case '\'' when dialect == ShellDialect.Bash && !isQuoted:
                // Quotes with the escapes of C.
                at += 2;
                while (at < text.Length && text[at] != '\'')
                {
                    at += text[at] == '\\' && at + 1 < text.Length ? 2 : 1;
                }

                if (at++ >= text.Length)
                {
                    at = text.Length;
                    Refuse("nothing closes a `$'`");
                    return ShellDoubt.None;
                }

                return Escapes(from + 2, at - 1);
            case '"' when dialect == ShellDialect.Bash && !isQuoted:
                at += 2;
                return Double();
            default:
                if (char.IsAsciiLetter(next) || next == '_')
                {
                    at++;
                    while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
                    {
                        at++;
                    }

                    break;
                }

                word.Append('$');
                at++;
                return ShellDoubt.None;
        }

        word.Append(text.AsSpan(from, at - from));
        return doubt;
    }

    // Plain text is known; of the escapes none is worked out.
    private ShellDoubt Escapes(int from, int to)
    {
        ReadOnlySpan<char> inner = text.AsSpan(from, to - from);
        word.Append(inner);
        return inner.Contains('\\') ? ShellDoubt.Grammar : ShellDoubt.None;
    }

    // From an opening bracket to behind the one that closes it, over quotes inside.
    private void Nested(char opening, char closing)
    {
        int depth = 0;
        while (at < text.Length)
        {
            char c = text[at];
            if (c == '\\' && at + 1 < text.Length)
            {
                at++;
            }
            else if (c == '\'' && opening != '{')
            {
                int close = text.IndexOf('\'', at + 1);
                at = close < 0 ? text.Length - 1 : close;
            }
            else if (c == opening)
            {
                depth++;
            }
            else if (c == closing && --depth == 0)
            {
                at++;
                return;
            }

            at++;
        }

        Refuse($"nothing closes a `${opening}`");
    }
}

using System.Globalization;
using System.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobScaffold;

/// <summary>The kinds of file that are written, each with its own way to keep a value a value.</summary>
internal enum FileKind
{
    Yaml,
    Json,
    Markdown,

    /// <summary>CODEOWNERS and .gitattributes: words between blanks.</summary>
    Words,
}

/// <summary>A text that was checked to be nothing but letters, digits and <c>._/@:-</c>, and means the same everywhere.</summary>
internal sealed record PlainWord
{
    public PlainWord(string text)
    {
        if (text.Length == 0 || text.AsSpan().ContainsAnyExcept(Allowed))
        {
            throw new ArgumentException($"`{text}` is not a plain word", nameof(text));
        }

        Text = text;
    }

    public string Text { get; }

    private static readonly System.Buffers.SearchValues<char> Allowed = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/@:-"
    );
}

/// <summary>Several texts: a flow sequence in YAML, words between blanks elsewhere.</summary>
internal sealed record TextList(IReadOnlyList<string> Items);

/// <summary>Names with a number each: a flow mapping in YAML.</summary>
internal sealed record NumberMap(IReadOnlyList<(string Key, int Value)> Items);

/// <summary>Writes values into a file so that none of them can become structure.</summary>
internal static class ScaffoldValue
{
    /// <summary>The text of a value in a file of a kind.</summary>
    /// <exception cref="ArgumentException">The value can't stand in such a file.</exception>
    public static string Write(object? value, FileKind kind) =>
        (value, kind) switch
        {
            (null, _) => "",
            (PlainWord word, _) => word.Text,
            (int or long or decimal, _) => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
            (string text, FileKind.Yaml) => Yaml(text),
            (string text, FileKind.Json) => Json(text),
            (string text, FileKind.Markdown) => Markdown(text),
            (string text, _) => new PlainWord(text).Text,
            (TextList list, FileKind.Yaml) => $"[{string.Join(", ", list.Items.Select(Yaml))}]",
            (TextList list, _) => string.Join(' ', list.Items.Select(item => Write(item, kind))),
            (NumberMap map, FileKind.Yaml) =>
                $"{{{string.Join(", ", map.Items.Select(item => string.Create(CultureInfo.InvariantCulture, $"{Yaml(item.Key)}: {item.Value}")))}}}",
            _ => throw new ArgumentException(
                $"a {value.GetType().Name} has no text in a file of kind {kind}",
                nameof(value)
            ),
        };

    // Plain where every reader sees a string wherever it stands, in flow style too.
    private static string Yaml(string text) =>
        text.Length > 0
        && (char.IsAsciiLetter(text[0]) || text[0] is '/' or '_')
        && text[^1] != ':'
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '/' or ':' or '-' or '@' or '+')
        && YamlCoreSchema.TrapOf(text) == YamlTrap.None
        && text is not ("null" or "Null" or "NULL")
            ? text
            : Json(text);

    // YAML reads JSON's strings.
    private static string Json(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char c in text)
        {
            quoted.Append(
                c switch
                {
                    '"' => "\\\"",
                    '\\' => "\\\\",
                    < ' ' or '\u007f' or '\u0085' or '\u2028' or '\u2029' => $"\\u{(int)c:x4}",
                    _ => c.ToString(),
                }
            );
        }

        return quoted.Append('"').ToString();
    }

    private static string Markdown(string text) =>
        string.Concat(
            text.ReplaceLineEndings(" ").Select(c => "\\`*_{}[]<>#|!&".Contains(c) ? $"\\{c}" : c.ToString())
        );
}

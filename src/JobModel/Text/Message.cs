using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Rayquest.JobModel.Text;

/// <summary>
/// A sentence of ours: English as it stands in code, and what other languages need of it. Whoever takes one takes an
/// interpolated string as it is written, <c>$"asks for {n} CPUs"</c>; the literal parts make the template
/// <c>asks for {0} CPUs</c> under which a table of strings has its translation, the rest are its holes. A hole that is
/// a message itself is translated, too.
/// </summary>
[InterpolatedStringHandler]
[DebuggerDisplay("{English,nq}")]
[SuppressMessage("Usage", "CA2225", Justification = "The conversions are there so that text needs no word of it.")]
public sealed class Message : IEquatable<Message>
{
    // Literals at even places (null for none), holes at odd ones: text or messages.
    private readonly object?[] parts;
    private int count;
    private string? english;

    /// <summary>Begins one; for the compiler.</summary>
    [SuppressMessage("Style", "IDE0060", Justification = "The compiler gives both.")]
    public Message(int literalLength, int formattedCount) => parts = new object?[(2 * formattedCount) + 1];

    private Message(object?[] parts)
    {
        this.parts = parts;
        count = parts.Length / 2;
    }

    /// <summary>No words.</summary>
    public static Message None { get; } = new([""]);

    /// <summary>The sentence in English.</summary>
    public string English => english ??= string.Concat(parts);

    /// <summary>Whether it says nothing.</summary>
    public bool IsEmpty => English.Length == 0;

    /// <summary>The English text with its holes as <c>{0}</c>, <c>{1}</c> …: what a table of strings knows it by.</summary>
    public string Template
    {
        get
        {
            if (count == 0)
            {
                return English;
            }

            StringBuilder text = new();
            for (int i = 0; i < parts.Length; i++)
            {
                if (i % 2 == 0)
                {
                    text.Append((string?)parts[i]);
                }
                else
                {
                    text.Append('{').Append((i / 2).ToString(CultureInfo.InvariantCulture)).Append('}');
                }
            }

            return text.ToString();
        }
    }

    /// <summary>How many holes the template has.</summary>
    public int Holes => count;

    /// <summary>The messages among the holes.</summary>
    public IEnumerable<Message> Nested => parts.OfType<Message>();

    /// <summary>Text without holes.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static implicit operator Message?(string? text) => text is null ? null : new Message([text]);

    /// <summary>The English.</summary>
    [return: NotNullIfNotNull(nameof(message))]
    public static implicit operator string?(Message? message) => message?.English;

    /// <summary>A literal part; for the compiler.</summary>
    public void AppendLiteral(string text)
    {
        object? before = parts[2 * count];
        parts[2 * count] = before is null ? text : before + text;
    }

    /// <summary>A hole that is translated itself; for the compiler.</summary>
    public void AppendFormatted(Message? value) => Add(value is { count: 0 } && value.English.Length == 0 ? "" : value);

    /// <summary>A hole; for the compiler.</summary>
    public void AppendFormatted(ReadOnlySpan<char> value) => Add(value.ToString());

    /// <summary>A hole; for the compiler. Text comes this way too, so that a choice between text and a message is one.</summary>
    public void AppendFormatted<T>(T value) =>
        Add(
            value is string ? value
            : value is IFormattable ? ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)
            : value?.ToString()
        );

    /// <summary>A hole with a format; for the compiler.</summary>
    public void AppendFormatted<T>(T value, string? format) =>
        Add(
            value is IFormattable
                ? ((IFormattable)value).ToString(format, CultureInfo.InvariantCulture)
                : value?.ToString()
        );

    /// <summary>Another template filled with this one's holes.</summary>
    /// <param name="template">A translation of <see cref="Template"/>.</param>
    /// <param name="nested">How messages among the holes are put.</param>
    public string Fill(string template, Func<Message, string> nested)
    {
        StringBuilder text = new();
        int at = 0;
        while (NextHole(template, at) is { } hole)
        {
            text.Append(template, at, hole.Start - at);
            if (hole.Number < count)
            {
                object? value = parts[(2 * hole.Number) + 1];
                text.Append(value is Message message ? nested(message) : (string?)value);
            }

            at = hole.End;
        }

        return text.Append(template, at, template.Length - at).ToString();
    }

    /// <summary>The numbers of the holes that a template has, as they stand.</summary>
    public static IEnumerable<int> HolesOf(string template)
    {
        int at = 0;
        while (NextHole(template, at) is { } hole)
        {
            yield return hole.Number;
            at = hole.End;
        }
    }

    /// <summary>The message with another text in its holes; one without a template when a literal part would change as well.</summary>
    public Message Replace(Func<string, string> change)
    {
        string whole = change(English);
        if (string.Equals(whole, English, StringComparison.Ordinal))
        {
            return this;
        }

        object?[] changed = new object?[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            changed[i] = (i % 2, parts[i]) switch
            {
                (1, Message nested) => nested.Replace(change),
                (1, string text) => change(text),
                var (_, same) => same,
            };
        }

        Message result = new(changed);
        return string.Equals(result.English, whole, StringComparison.Ordinal) ? result : whole;
    }

    /// <inheritdoc/>
    public override string ToString() => English;

    /// <inheritdoc/>
    public bool Equals(Message? other) =>
        other is not null && string.Equals(English, other.English, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Message);

    /// <inheritdoc/>
    public override int GetHashCode() => English.GetHashCode(StringComparison.Ordinal);

    private static (int Start, int End, int Number)? NextHole(string template, int from)
    {
        for (int open = template.IndexOf('{', from); open >= 0; open = template.IndexOf('{', open + 1))
        {
            int end = open + 1;
            while (end < template.Length && char.IsAsciiDigit(template[end]))
            {
                end++;
            }

            if (
                end > open + 1
                && end < template.Length
                && template[end] == '}'
                && int.TryParse(template.AsSpan(open + 1, end - open - 1), CultureInfo.InvariantCulture, out int number)
            )
            {
                return (open, end + 1, number);
            }
        }

        return null;
    }

    private void Add(object? value)
    {
        parts[(2 * count) + 1] = value;
        count++;
    }
}

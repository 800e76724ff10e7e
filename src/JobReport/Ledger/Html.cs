using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Rayquest.JobReport.Ledger;

/// <summary>
/// HTML that is safe to put out. It can only be made from a literal with holes, and every hole is escaped unless it is
/// itself such a value, so that text from outside cannot become markup by accident.
/// </summary>
public sealed class Html
{
    public static readonly Html Empty = new("");

    private readonly string text;

    private Html(string text) => this.text = text;

    /// <summary>Markup from an interpolated literal: <c>Html.Of($"&lt;td&gt;{name}&lt;/td&gt;")</c>.</summary>
    public static Html Of(ref HtmlHandler markup) => new(markup.Take());

    /// <summary>Pieces one after another.</summary>
    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece.text)));

    public override string ToString() => text;

    /// <summary>Escapes for element content and quoted attributes alike; control characters go.</summary>
    internal static void Escape(StringBuilder builder, string value)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '&' => builder.Append("&amp;"),
                '<' => builder.Append("&lt;"),
                '>' => builder.Append("&gt;"),
                '"' => builder.Append("&quot;"),
                '\'' => builder.Append("&#39;"),
                '`' => builder.Append("&#96;"),
                _ when char.IsControl(c) => builder.Append(' '),
                _ => builder.Append(c),
            };
        }
    }
}

/// <summary>Collects a literal's pieces as they are and escapes its holes.</summary>
[InterpolatedStringHandler]
public ref struct HtmlHandler
{
    private readonly StringBuilder builder;

    public HtmlHandler(int literalLength, int formattedCount) =>
        builder = new StringBuilder(literalLength + (formattedCount * 16));

    public readonly void AppendLiteral(string value) => builder.Append(value);

    public readonly void AppendFormatted(Html? value) => builder.Append(value?.ToString());

    public readonly void AppendFormatted(string? value) => Html.Escape(builder, value ?? "");

    public readonly void AppendFormatted(int value) => builder.Append(value.ToString(CultureInfo.InvariantCulture));

    public readonly void AppendFormatted(double value, string? format = null) =>
        builder.Append(value.ToString(format ?? "0.##", CultureInfo.InvariantCulture));

    internal readonly string Take() => builder.ToString();
}

using System.Globalization;
using System.Text.RegularExpressions;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Fields;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Templates;

/// <summary>What a parameter's value is.</summary>
public enum ParameterType
{
    /// <summary>Text on one line.</summary>
    String,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A decimal number.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A duration such as <c>6h</c>.</summary>
    Duration,

    /// <summary>A Kubernetes quantity such as <c>64Gi</c>.</summary>
    Quantity,

    /// <summary>One of a closed list of words.</summary>
    Choice,
}

/// <summary>A parameter as its template declares it.</summary>
public sealed class TemplateParameter(SourceSpan span)
{
    /// <summary>The longest text a parameter takes.</summary>
    public const int LongestText = 1024;

    public SourceSpan Span { get; } = span;
    public Located<ParameterType>? Type { get; internal set; }
    public Located<YamlScalar>? Min { get; internal set; }
    public Located<YamlScalar>? Max { get; internal set; }
    public Located<IReadOnlyList<Located<YamlScalar>>>? Allowed { get; internal set; }
    public Located<string>? Pattern { get; internal set; }

    /// <summary>What holds where a request gives no value; null where it must give one.</summary>
    public Located<YamlScalar>? Default { get; internal set; }
    public Located<string>? Help { get; internal set; }

    /// <summary>The type, text where it could not be read.</summary>
    public ParameterType TypeOrDefault => Type?.Value ?? ParameterType.String;

    /// <summary>Whether values are written without quotes, so that a number stays a number.</summary>
    public bool IsPlain => TypeOrDefault is ParameterType.Integer or ParameterType.Number or ParameterType.Boolean;

    /// <summary>What a value must be, for people.</summary>
    public string Description => Wanted;

    /// <summary>The same, as messages have it.</summary>
    public Message Wanted =>
        Allowed is { } words
            ? (Message)$"one of {string.Join(", ", words.Value.Select(w => $"`{w.Value.Value}`"))}"
            : TypeOrDefault switch
            {
                ParameterType.Integer => (Message)$"a whole number{Bounds}",
                ParameterType.Number => $"a number{Bounds}",
                ParameterType.Boolean => "`true` or `false`",
                ParameterType.Duration => $"a duration such as `6h`{Bounds}",
                ParameterType.Quantity => $"a Kubernetes quantity such as `64Gi`{Bounds}",
                _ when Pattern is { } pattern => $"text that matches `{pattern.Value}`",
                _ => "text",
            };

    /// <summary>A value that would do, to try the template with.</summary>
    public string Sample =>
        Default?.Value.Value
        ?? (Allowed is { Value: [var first, ..] } ? first.Value.Value : null)
        ?? Min?.Value.Value
        ?? Max?.Value.Value
        ?? TypeOrDefault switch
        {
            ParameterType.Integer or ParameterType.Number => "1",
            ParameterType.Boolean => "true",
            ParameterType.Duration => "1h",
            ParameterType.Quantity => "1",
            _ => "sample",
        };

    /// <summary>The pattern as a program; null where there is none, or none that can be used.</summary>
    public Regex? Matcher
    {
        get
        {
            try
            {
                return Pattern is { } pattern
                    ? new Regex(
                        $@"\A(?:{pattern.Value})\z",
                        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant,
                        TimeSpan.FromSeconds(1)
                    )
                    : null;
            }
            catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
            {
                return null;
            }
        }
    }

    /// <summary>Whether a value is of the type and within the bounds; faults are reported where it stands.</summary>
    public bool Accepts(YamlScalar value, ReadContext context)
    {
        if (!Holds(value, context) || !IsOfType(value, context))
        {
            return false;
        }

        if (Allowed is { } words)
        {
            return new ChoiceType<string>(
                "allowed value",
                [.. words.Value.Select(w => (w.Value.Value, w.Value.Value))]
            ).TryRead(value, context, out _);
        }

        if (Matcher is { } matcher && !matcher.IsMatch(value.Value))
        {
            context.Findings.Add(
                SyntaxRules.BadValue,
                value.Span,
                $"`{ValueText.Shorten(value.Value)}` does not match `{Pattern!.Value}`, which is wanted here"
            );
            return false;
        }

        return true;
    }

    /// <summary>What a typed value must be, where it isn't; null where it is.</summary>
    public string? FaultOf(string value)
    {
        FindingBag findings = new();
        YamlScalar scalar = new(Span, value, IsPlain ? YamlScalarStyle.Plain : YamlScalarStyle.Quoted);
        return Accepts(scalar, new ReadContext(findings, isPartial: false)) && !findings.HasErrors ? null : Description;
    }

    /// <summary>Whether a value can be filled in at all: it holds no placeholder itself.</summary>
    internal static bool Holds(YamlScalar value, ReadContext context)
    {
        if (
            !value.Value.Contains(ParameterFill.Open, StringComparison.Ordinal)
            && !value.Value.Contains("${sweep.", StringComparison.Ordinal)
        )
        {
            return true;
        }

        context.Findings.Add(
            SyntaxRules.BadValue,
            value.Span,
            $"`{ValueText.Shorten(value.Value)}` holds a placeholder, but the value of a parameter is taken as it is: write the value"
        );
        return false;
    }

    /// <summary>The same without bounds.</summary>
    internal TemplateParameter WithoutBounds() => new(Span) { Type = Type };

    internal bool IsOfType(YamlScalar value, ReadContext context) =>
        TypeOrDefault switch
        {
            ParameterType.Integer => new IntegerType(
                IntegerOf(Min) ?? int.MinValue,
                IntegerOf(Max) ?? int.MaxValue
            ).TryRead(value, context, out _),
            ParameterType.Number => IsNumber(value, context),
            ParameterType.Boolean => new BooleanType().TryRead(value, context, out _),
            ParameterType.Duration => new DurationType(0).TryRead(value, context, out Duration duration)
                && IsWithin(
                    value,
                    context,
                    duration.Seconds,
                    text => Duration.TryParse(text, out Duration d) ? d.Seconds : null
                ),
            ParameterType.Quantity => new QuantityType("64Gi").TryRead(value, context, out Quantity quantity)
                && IsWithin(
                    value,
                    context,
                    quantity.ToDouble(),
                    text => Quantities.Quantity.TryParse(text, out Quantity q) ? q.ToDouble() : null
                ),
            _ => new TextType("text", LongestText).TryRead(value, context, out _),
        };

    private bool IsNumber(YamlScalar value, ReadContext context)
    {
        if (value.Style != YamlScalarStyle.Plain || NumberOf(value.Value) is not { } number)
        {
            context.BadValue(value, Wanted);
            return false;
        }

        return IsWithin(value, context, number, NumberOf);
    }

    private bool IsWithin(YamlScalar value, ReadContext context, double amount, Func<string, double?> read)
    {
        if (
            (Min is { } min && amount < (read(min.Value.Value) ?? double.NegativeInfinity))
            || (Max is { } max && amount > (read(max.Value.Value) ?? double.PositiveInfinity))
        )
        {
            context.Findings.Add(
                SyntaxRules.OutOfRange,
                value.Span,
                $"`{ValueText.Shorten(value.Value)}` is out of bounds: {Wanted} is wanted here"
            );
            return false;
        }

        return true;
    }

    internal static double? NumberOf(string text) =>
        text.All(c => char.IsAsciiDigit(c) || c is '.' or 'e' or 'E' or '+' or '-')
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
        && double.IsFinite(number)
            ? number
            : null;

    private static int? IntegerOf(Located<YamlScalar>? bound) =>
        int.TryParse(bound?.Value.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;

    private Message Bounds =>
        (Min?.Value.Value, Max?.Value.Value) switch
        {
            ({ } min, { } max) => (Message)$" from {min} to {max}",
            ({ } min, null) => $", {min} or more",
            (null, { } max) => $", {max} at most",
            _ => Message.None,
        };
}

using System.Globalization;
using System.Text.Json.Nodes;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Fields;

/// <summary>Text of a bounded length. Plain scalars that other YAML readers take for something else must be quoted.</summary>
public sealed class TextType(
    string description,
    int maxLength,
    bool multiline = false,
    bool allowEmpty = false,
    bool anyScalar = false
) : FieldType<string>
{
    /// <inheritdoc/>
    public override string Description => description;

    /// <inheritdoc/>
    public override bool TryRead(YamlNode node, ReadContext context, out string value)
    {
        value = "";
        if (node is not YamlScalar scalar || scalar.IsNull)
        {
            context.BadValue(node, Wanted);
            return false;
        }

        value = scalar.Value;
        if (!anyScalar && scalar.Style == YamlScalarStyle.Plain && Trap(value) is { } trap)
        {
            context.Findings.Add(
                SyntaxRules.AmbiguousScalar,
                scalar.Span,
                $"`{value}` without quotes is {(Message)trap} to YAML readers; quote it",
                ValueText.Replace("Quote it", scalar.Span, ValueText.Quote(value))
            );
            return true;
        }

        if (value.Length == 0 && !allowEmpty)
        {
            context.BadValue(node, Wanted);
            return false;
        }

        if (value.Length > maxLength)
        {
            context.Findings.Add(
                SyntaxRules.OutOfRange,
                scalar.Span,
                $"the text has {value.Length:N0} characters, at most {maxLength:N0} are taken; shorten it"
            );
            return false;
        }

        return !HasInvisible(scalar, context);
    }

    /// <inheritdoc/>
    public override JsonObject Schema()
    {
        JsonObject schema = new()
        {
            ["type"] = anyScalar ? new JsonArray("string", "number", "boolean") : "string",
            ["maxLength"] = maxLength,
        };
        if (!allowEmpty)
        {
            schema["minLength"] = 1;
        }

        return schema;
    }

    private static string? Trap(string value) =>
        YamlCoreSchema.TrapOf(value) switch
        {
            YamlTrap.Boolean => "a boolean",
            YamlTrap.Number => "a number written another way",
            YamlTrap.Sexagesimal => "a number in base 60 or a time",
            YamlTrap.Version => "a number, and loses its last zeros,",
            _ => YamlCoreSchema.IsDecimalInteger(value) ? "a number" : null,
        };

    private bool HasInvisible(YamlScalar scalar, ReadContext context)
    {
        foreach (char c in scalar.Value)
        {
            bool lineBreak = c is '\n' or '\t' or '\r';
            bool hidden =
                (char.IsControl(c) && !(multiline && lineBreak))
                || c is '\u200B' or '\u200C' or '\u200D' or '\u2060' or '\uFEFF' or '\u00AD'
                || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200E' or '\u200F'
                || c is '\u2028' or '\u2029';
            if (hidden)
            {
                context.Findings.Add(
                    SyntaxRules.InvisibleCharacter,
                    scalar.Span,
                    lineBreak
                        ? "the text holds a line break or tab, but one line is wanted here; put it on one line"
                        : string.Create(
                            CultureInfo.InvariantCulture,
                            $"the text holds the invisible character U+{(int)c:X4}; remove it"
                        )
                );
                return true;
            }
        }

        return false;
    }
}

/// <summary>Text that must satisfy a grammar; the value is what the grammar makes of it.</summary>
/// <param name="description">What is accepted.</param>
/// <param name="parse">Gives the value, or null with a reason and perhaps a better text.</param>
/// <param name="pattern">The grammar as a JSON Schema pattern, or null.</param>
/// <param name="maxLength">The longest text taken.</param>
public sealed class GrammarType<T>(
    Message description,
    Func<string, (T? Value, string? Reason, string? Better)> parse,
    string? pattern,
    int maxLength
) : FieldType<T>
    where T : class
{
    private readonly TextType text = new(description, maxLength);

    /// <inheritdoc/>
    public override string Description => description;

    /// <inheritdoc/>
    public override Message Wanted => description;

    /// <inheritdoc/>
    public override bool TryRead(YamlNode node, ReadContext context, out T value)
    {
        value = null!;
        // A text outside the grammar is one fault, however it is quoted.
        bool readable =
            node is YamlScalar { IsNull: false, Value.Length: > 0 } scalar && scalar.Value.Length <= maxLength;
        string raw = readable ? ((YamlScalar)node).Value : "";
        (T? parsed, string? reason, string? better) = readable ? parse(raw) : (null, null, null);
        if (!readable || parsed is not null)
        {
            if (!text.TryRead(node, context, out raw))
            {
                return false;
            }
        }

        if (parsed is null)
        {
            context.Findings.Add(
                SyntaxRules.BadValue,
                node.Span,
                $"`{ValueText.Shorten(raw)}` is not {Wanted}{(reason is null ? Message.None : (Message)$": {(Message)reason}")}{(better is null ? Message.None : (Message)$"; write `{better}`")}",
                better is null ? null : ValueText.Replace($"Write `{better}`", node.Span, better)
            );
            return false;
        }

        value = parsed;
        return true;
    }

    /// <inheritdoc/>
    public override JsonObject Schema()
    {
        JsonObject schema = new()
        {
            ["type"] = "string",
            ["minLength"] = 1,
            ["maxLength"] = maxLength,
        };
        if (pattern is not null)
        {
            schema["pattern"] = pattern;
        }

        return schema;
    }
}

/// <summary>A whole number within bounds, written in decimal.</summary>
public sealed class IntegerType(int min, int max, string unit = "") : FieldType<int>
{
    /// <inheritdoc/>
    public override string Description => Wanted;

    /// <inheritdoc/>
    public override Message Wanted =>
        max == int.MaxValue
            ? (Message)$"a whole number{(Message)unit}, {min} or more"
            : $"a whole number{(Message)unit} from {min} to {max}";

    /// <inheritdoc/>
    public override bool TryRead(YamlNode node, ReadContext context, out int value)
    {
        value = min;
        if (node is not YamlScalar scalar || scalar.IsNull)
        {
            context.BadValue(node, Wanted);
            return false;
        }

        string text = scalar.Value;
        if (!YamlCoreSchema.IsDecimalInteger(text))
        {
            if (
                scalar.Style == YamlScalarStyle.Plain
                && YamlCoreSchema.TrapOf(text) is YamlTrap.Number or YamlTrap.Sexagesimal
            )
            {
                context.Findings.Add(
                    SyntaxRules.AmbiguousScalar,
                    scalar.Span,
                    $"`{text}` is read differently by different YAML readers; write {Wanted} in plain decimal digits"
                );
            }
            else
            {
                context.BadValue(node, Wanted);
            }

            return false;
        }

        if (scalar.Style != YamlScalarStyle.Plain)
        {
            context.BadValue(node, Wanted, ValueText.Replace("Remove the quotes", scalar.Span, text));
            return false;
        }

        if (
            !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            || value < min
            || value > max
        )
        {
            context.Findings.Add(
                SyntaxRules.OutOfRange,
                scalar.Span,
                $"`{ValueText.Shorten(text)}` is out of bounds: {Wanted} is wanted here"
            );
            return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override JsonObject Schema() =>
        new()
        {
            ["type"] = "integer",
            ["minimum"] = min,
            ["maximum"] = max,
        };
}

/// <summary><c>true</c> or <c>false</c>.</summary>
public sealed class BooleanType : FieldType<bool>
{
    /// <inheritdoc/>
    public override string Description => "`true` or `false`";

    /// <inheritdoc/>
    public override bool TryRead(YamlNode node, ReadContext context, out bool value)
    {
        value = false;
        if (node is YamlScalar { Style: YamlScalarStyle.Plain } scalar)
        {
            if (scalar.Value is "true" or "false")
            {
                value = scalar.Value == "true";
                return true;
            }

            if (YamlCoreSchema.TrapOf(scalar.Value) == YamlTrap.Boolean)
            {
                value = scalar.Value[0] is 'y' or 'Y' or 't' or 'T' || scalar.Value is "on" or "On" or "ON";
                string clear = value ? "true" : "false";
                context.Findings.Add(
                    SyntaxRules.AmbiguousScalar,
                    scalar.Span,
                    $"`{scalar.Value}` is a boolean to some YAML readers and text to others; write `{clear}`",
                    ValueText.Replace($"Write `{clear}`", scalar.Span, clear)
                );
                return true;
            }
        }

        context.BadValue(node, Wanted);
        return false;
    }

    /// <inheritdoc/>
    public override JsonObject Schema() => new() { ["type"] = "boolean" };
}

/// <summary>A decimal number within bounds, for prices and shares.</summary>
public sealed class NumberType(double min, double max) : FieldType<double>
{
    /// <inheritdoc/>
    public override string Description => Wanted;

    /// <inheritdoc/>
    public override Message Wanted =>
        max >= 1e9 ? (Message)$"a number, {min} or more" : $"a number from {min} to {max}";

    /// <inheritdoc/>
    public override bool TryRead(YamlNode node, ReadContext context, out double value)
    {
        value = min;
        if (
            node is not YamlScalar { Style: YamlScalarStyle.Plain, IsNull: false } scalar
            || !double.TryParse(
                scalar.Value,
                NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out value
            )
        )
        {
            context.BadValue(node, Wanted);
            return false;
        }

        if (value < min || value > max)
        {
            context.Findings.Add(
                SyntaxRules.OutOfRange,
                scalar.Span,
                $"`{scalar.Value}` is out of bounds: {Wanted} is wanted here"
            );
            return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override JsonObject Schema() =>
        new()
        {
            ["type"] = "number",
            ["minimum"] = min,
            ["maximum"] = max,
        };
}

/// <summary>One of a closed list of words.</summary>
public sealed class ChoiceType<T>(string subject, IReadOnlyList<(string Word, T Value)> choices) : FieldType<T>
{
    /// <summary>The names of an enumeration.</summary>
    public ChoiceType(string subject, params ReadOnlySpan<T> values)
        : this(subject, Named(values)) { }

    private static (string Word, T Value)[] Named(ReadOnlySpan<T> values)
    {
        (string, T)[] named = new (string, T)[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            named[i] = (values[i]!.ToString()!, values[i]);
        }

        return named;
    }

    /// <inheritdoc/>
    public override string Description => Wanted;

    /// <inheritdoc/>
    public override Message Wanted => $"one of {string.Join(", ", choices.Select(c => $"`{c.Word}`"))}";

    /// <inheritdoc/>
    public override bool TryRead(YamlNode node, ReadContext context, out T value)
    {
        value = default!;
        if (node is not YamlScalar scalar || scalar.IsNull)
        {
            context.BadValue(node, Wanted);
            return false;
        }

        foreach ((string word, T choice) in choices)
        {
            if (word == scalar.Value)
            {
                value = choice;
                return true;
            }
        }

        if (context.Findings.HasReachedLimit(SyntaxRules.BadValue))
        {
            return false;
        }

        string? near = DidYouMean.Suggest(scalar.Value, choices.Select(c => c.Word));
        context.Findings.Add(
            SyntaxRules.BadValue,
            scalar.Span,
            $"`{ValueText.Shorten(scalar.Value)}` is no {(Message)subject}: {Wanted} is wanted here{(near is null ? Message.None : (Message)$"; did you mean `{near}`?")}",
            near is null ? null : ValueText.Replace($"Write `{near}`", scalar.Span, near)
        );
        return false;
    }

    /// <inheritdoc/>
    public override JsonObject Schema() =>
        new() { ["enum"] = new JsonArray([.. choices.Select(c => (JsonNode)c.Word)]) };
}

/// <summary>A Kubernetes quantity, not negative, not zero unless said.</summary>
public sealed class QuantityType(string example, bool allowZero = false) : FieldType<Quantity>
{
    private const string Pattern = "^\\+?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?$";

    /// <inheritdoc/>
    public override string Description => Wanted;

    /// <inheritdoc/>
    public override Message Wanted => $"a Kubernetes quantity such as `{example}`";

    /// <inheritdoc/>
    public override bool TryRead(YamlNode node, ReadContext context, out Quantity value)
    {
        value = Quantity.Zero;
        if (node is not YamlScalar scalar || scalar.IsNull)
        {
            context.BadValue(node, Wanted);
            return false;
        }

        string text = scalar.Value;
        if (text.Length > 64 || !Quantity.TryParse(text, out value))
        {
            (Message reason, string? better) = Explain(text);
            context.Findings.Add(
                SyntaxRules.BadQuantity,
                scalar.Span,
                $"`{ValueText.Shorten(text)}` is not a valid Kubernetes quantity: {reason}{(better is null ? Message.None : (Message)$"; write `{better}`")}",
                better is null ? null : ValueText.Replace($"Write `{better}`", scalar.Span, better, FixSafety.Unsafe)
            );
            return false;
        }

        if (value.IsNegative || (value.IsZero && !allowZero))
        {
            context.Findings.Add(
                SyntaxRules.BadQuantity,
                scalar.Span,
                $"`{text}` is {(Message)(value.IsNegative ? "negative" : "nothing")}: {Wanted}, above zero, is wanted here"
            );
            return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override JsonObject Schema() =>
        new()
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = "number", [allowZero ? "minimum" : "exclusiveMinimum"] = 0 },
                new JsonObject { ["type"] = "string", ["pattern"] = Pattern }
            ),
        };

    private static (Message Reason, string? Better) Explain(string text)
    {
        string compact = text.Replace(" ", "", StringComparison.Ordinal);
        int digits = 0;
        while (digits < compact.Length && (char.IsAsciiDigit(compact[digits]) || compact[digits] is '.' or '+'))
        {
            digits++;
        }

        string number = compact[..digits];
        string unit = compact[digits..];
        string? suffix = unit.ToUpperInvariant() switch
        {
            "KB" => "k",
            "MB" or "M" => "M",
            "GB" or "G" => "G",
            "TB" or "T" => "T",
            "KIB" or "KI" => "Ki",
            "MIB" or "MI" => "Mi",
            "GIB" or "GI" => "Gi",
            "TIB" or "TI" => "Ti",
            "K" => "k",
            "CORE" or "CORES" or "CPU" or "CPUS" or "VCPU" or "VCPUS" => "",
            _ => null,
        };
        Message reason =
            text.Contains(' ', StringComparison.Ordinal) ? (Message)"it holds a blank"
            : number.Length == 0 ? (Message)"it does not begin with a number"
            : unit.Length > 0
                ? (Message)
                    $"`{ValueText.Shorten(unit)}` is not a suffix (allowed: m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei)"
            : "it is no number";
        return (reason, suffix is not null && number.Length > 0 ? number + suffix : null);
    }
}

/// <summary>A duration: a whole number and <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>.</summary>
public sealed class DurationType(int minSeconds) : FieldType<Duration>
{
    /// <inheritdoc/>
    public override string Description => "a duration such as `90s`, `10m`, `6h` or `2d`";

    /// <inheritdoc/>
    public override bool TryRead(YamlNode node, ReadContext context, out Duration value)
    {
        value = default;
        if (node is not YamlScalar scalar || scalar.IsNull)
        {
            context.BadValue(node, Wanted);
            return false;
        }

        if (!Duration.TryParse(scalar.Value, out value))
        {
            string? better = Better(scalar.Value);
            context.Findings.Add(
                SyntaxRules.BadDuration,
                scalar.Span,
                $"`{ValueText.Shorten(scalar.Value)}` is not a duration: one whole number and one of `s`, `m`, `h`, `d` is wanted here{(better is null ? Message.None : (Message)$"; write `{better}`")}",
                better is null ? null : ValueText.Replace($"Write `{better}`", scalar.Span, better, FixSafety.Unsafe)
            );
            return false;
        }

        if (value.Seconds < minSeconds)
        {
            context.Findings.Add(
                SyntaxRules.OutOfRange,
                scalar.Span,
                $"`{scalar.Value}` is too short: at least `{new Duration(minSeconds)}` is wanted here"
            );
            return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override JsonObject Schema() => new() { ["type"] = "string", ["pattern"] = "^[0-9]{1,10}[smhd]$" };

    private static string? Better(string text)
    {
        string compact = text.Replace(" ", "", StringComparison.Ordinal);
        int digits = 0;
        while (digits < compact.Length && char.IsAsciiDigit(compact[digits]))
        {
            digits++;
        }

        if (digits is 0 or > 7)
        {
            return null;
        }

        string number = compact[..digits];
        return compact[digits..].ToLowerInvariant() switch
        {
            "" or "sec" or "secs" or "second" or "seconds" or "s" => number + "s",
            "min" or "mins" or "minute" or "minutes" or "m" => number + "m",
            "hr" or "hrs" or "hour" or "hours" or "h" => number + "h",
            "day" or "days" or "d" => number + "d",
            "w" or "week" or "weeks" => $"{int.Parse(number, CultureInfo.InvariantCulture) * 7L}d",
            _ => null,
        };
    }
}

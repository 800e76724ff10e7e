using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Schemas;

/// <summary>
/// Checks an object against a structural schema as the API server does on create in strict mode. Everything is
/// reported, nothing stops it; <c>metadata</c> at the root is left to the checks of object metadata.
/// </summary>
public sealed class SchemaValidator(SchemaKind kind, FaultList faults)
{
    // The pattern controller-gen writes for every quantity; what it lets through and Go does not is X16.
    private const string QuantityPattern =
        @"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$";

    private static readonly ConcurrentDictionary<string, Regex?> Patterns = new(StringComparer.Ordinal);

    /// <summary>Whether the object is a part of one, as a profile is: what it leaves out may still come.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Whether the API server itself decodes the value into its own types, as it does metadata.</summary>
    public bool IsDecoded { get; init; }

    /// <summary>Checks the whole object.</summary>
    public void Validate(Field root)
    {
        if (root.Mapping is null)
        {
            faults.Add(
                SchemaRules.WrongType,
                root,
                $"a manifest is a mapping with `apiVersion`, `kind` and `metadata`, this is {Name(root)}"
            );
            return;
        }

        foreach ((YamlScalar key, Field value) in root.Entries())
        {
            switch (key.Value)
            {
                case "apiVersion" or "kind" or "metadata":
                    break;
                case "status" when kind.HasStatus && kind.Root.Field("status") is { } status:
                    OnlyUnknownFields(status, value);
                    break;
                default:
                    Entry(kind.Root, key, value);
                    break;
            }
        }

        foreach (string required in kind.Root.Required)
        {
            RequireField(kind.Root, root, required);
        }
    }

    /// <summary>Checks one value against one schema node.</summary>
    public void Value(SchemaNode schema, Field value)
    {
        if (!HasType(schema, value))
        {
            return;
        }

        switch (schema.Type)
        {
            case SchemaType.Object or SchemaType.Map:
                ObjectValue(schema, value);
                break;
            case SchemaType.List:
                ListValue(schema, value);
                break;
            case SchemaType.Any:
                break;
            default:
                ScalarValue(schema, value);
                break;
        }

        foreach (SchemaExpression expression in schema.Expressions)
        {
            if (!IsPartial && SchemaExpressions.IsBroken(expression.Rule, value))
            {
                faults.Add(SchemaRules.ExpressionBroken, value, $"`{value.Name}`: {expression.Message.TrimEnd('.')}");
            }
        }
    }

    private void ObjectValue(SchemaNode schema, Field value)
    {
        foreach ((YamlScalar key, Field entry) in value.Entries())
        {
            if (schema.Type == SchemaType.Map)
            {
                // A null in a map of plain values is dropped, like a null field.
                if (entry.Exists && schema.Items is { } items)
                {
                    Value(items, entry);
                }
            }
            else
            {
                Entry(schema, key, entry);
            }
        }

        foreach (string required in schema.Required)
        {
            RequireField(schema, value, required);
        }

        Size(schema, value, value.Count, "entry", "entries");
    }

    private void Entry(SchemaNode schema, YamlScalar key, Field value)
    {
        if (schema.Field(key.Value) is not { } field)
        {
            if (!schema.KeepsUnknown)
            {
                UnknownField(schema, key, value.Path);
            }

            return;
        }

        if (value.Exists)
        {
            Value(field, value);
        }
        else if (!field.Nullable)
        {
            faults.Add(
                SchemaRules.ExplicitNull,
                new Field(null, value.Path, key.Span),
                $"`{key.Value}` is null: `kubectl create` drops it, server-side apply refuses it; leave the field out"
            );
        }
    }

    private void RequireField(SchemaNode schema, Field value, string required)
    {
        if (
            IsPartial
            || value[required].Exists
            || (
                schema.Field(required) is { } field
                && (field.Default is not null || (field.Nullable && HasKey(value, required)))
            )
        )
        {
            return;
        }

        string owner = value.Name.Length == 0 ? "the object" : $"`{value.Name}`";
        faults.Add(
            SchemaRules.RequiredField,
            value[required],
            $"{owner} has no `{required}`, which is required; add it"
        );
    }

    private static bool HasKey(Field value, string name) => value.Mapping?.Entry(name) is not null;

    private void ListValue(SchemaNode schema, Field value)
    {
        if (schema.Items is { } items)
        {
            foreach (Field item in value.Items())
            {
                if (item.Exists || !items.Nullable)
                {
                    Value(items, item);
                }
            }
        }

        Size(schema, value, value.Count, "item", "items");
        if (value.Count < 2)
        {
            return;
        }

        if (schema.ListKeys.Length > 0)
        {
            DistinctItems(schema, value, KeyOf);
        }
        else if (schema.IsSet)
        {
            DistinctItems(schema, value, static (_, item) => item.Json?.Text);
        }
    }

    private void DistinctItems(SchemaNode schema, Field list, Func<SchemaNode, Field, string?> keyOf)
    {
        Dictionary<string, Field> seen = new(StringComparer.Ordinal);
        foreach (Field item in list.Items())
        {
            if (keyOf(schema, item) is not { } key || seen.TryAdd(key, item))
            {
                continue;
            }

            string by = schema.IsSet ? "" : $" {string.Join(" and ", schema.ListKeys.Select(k => $"`{k}`"))}";
            Field first = seen[key];
            Field at = schema.ListKeys.Length > 0 && item[schema.ListKeys[0]].Exists ? item[schema.ListKeys[0]] : item;
            faults.Add(
                SchemaRules.DuplicateItem,
                Severity.Error,
                item.Path,
                at.Span,
                $"`{Shorten(key)}` is here twice, first on line {first.Span.Start.Line}; items of `{list.Name}` must differ{(by.Length > 0 ? " by" + by : "")}: keep one",
                null
            );
        }
    }

    // Defaults count: two ports 80 without a protocol are the same TCP port.
    private static string? KeyOf(SchemaNode schema, Field item)
    {
        if (item.Mapping is null)
        {
            return null;
        }

        string key = "";
        foreach (string name in schema.ListKeys)
        {
            string? part = item[name].Json is { } json
                ? json.Kind == JsonKind.Integer
                    ? json.Integer.ToString(CultureInfo.InvariantCulture)
                    : json.Text
                : schema.Items?.Field(name)?.Default?.Trim('"');
            if (part is null)
            {
                return null;
            }

            key += key.Length == 0 ? part : "/" + part;
        }

        return key;
    }

    private bool HasType(SchemaNode schema, Field value)
    {
        JsonKind? json = value.Json?.Kind;
        bool fits = schema.Type switch
        {
            SchemaType.Any => true,
            SchemaType.Object or SchemaType.Map => value.Mapping is not null,
            SchemaType.List => value.Sequence is not null,
            // A list passes where text has a format (see ListForText).
            SchemaType.Text => json == JsonKind.Text
                || (!IsDecoded && schema.Format is not null && value.Sequence is not null),
            SchemaType.Integer => json == JsonKind.Integer || (IsDecoded && IsWhole(value)),
            SchemaType.Number => json is JsonKind.Integer or JsonKind.Number,
            SchemaType.Boolean => json == JsonKind.Boolean,
            _ => json is JsonKind.Integer or JsonKind.Text,
        };
        if (!fits)
        {
            string wanted = WantedName(schema);
            string remedy = Remedy(schema, value, out Fix? fix);
            faults.Add(SchemaRules.WrongType, value, $"`{value.Name}` is {wanted}, this is {Name(value)}{remedy}", fix);
        }

        return fits;
    }

    // Go decodes any whole number of 64 bits, also one written as a float, where the schema's validation takes 53 bits.
    private static bool IsWhole(Field value) =>
        value.Json is { Kind: JsonKind.Number } json
        && Math.Floor(json.Number) == json.Number
        && json.Number is >= long.MinValue and < long.MaxValue;

    private static string WantedName(SchemaNode schema) =>
        schema.Type switch
        {
            SchemaType.Object or SchemaType.Map => "a mapping",
            SchemaType.List => "a list",
            SchemaType.Text => "text",
            SchemaType.Integer => "an integer",
            SchemaType.Number => "a number",
            SchemaType.Boolean => "`true` or `false`",
            _ when schema.Pattern is not null => "a quantity (an integer, or text such as \"500m\" or \"2Gi\")",
            _ => "an integer or text",
        };

    private static string Remedy(SchemaNode schema, Field value, out Fix? fix)
    {
        fix = null;
        if (value.Node is not YamlScalar scalar)
        {
            return "";
        }

        bool plain = scalar.Style == YamlScalarStyle.Plain;
        if (
            plain
            && schema.Type is SchemaType.Text or SchemaType.IntOrText
            && !scalar.Value.AsSpan().ContainsAny('"', '\\', '\n')
        )
        {
            fix = Replace("Put it in quotes", scalar, "\"" + scalar.Value + "\"");
            return ": put it in quotes";
        }

        YamlScalar bare = new(scalar.Span, scalar.Value, YamlScalarStyle.Plain);
        bool fits =
            scalar.Style == YamlScalarStyle.Quoted
            && schema.Type switch
            {
                SchemaType.Integer => YamlCoreSchema.IsDecimalInteger(scalar.Value),
                SchemaType.Number => JsonScalar.Of(bare).Kind is JsonKind.Integer or JsonKind.Number,
                SchemaType.Boolean => scalar.Value is "true" or "false",
                _ => false,
            };
        if (!fits)
        {
            return "";
        }

        fix = Replace("Remove the quotes", scalar, scalar.Value);
        return ": remove the quotes";
    }

    private static Fix Replace(string title, YamlScalar scalar, string text) =>
        new(title, FixSafety.Safe, [new TextEdit(scalar.Span.Span, text)]);

    private void ScalarValue(SchemaNode schema, Field value)
    {
        if (value.Sequence is not null)
        {
            ListForText(value);
            return;
        }

        JsonScalar json = value.Json!.Value;
        if (json.Kind == JsonKind.Text)
        {
            TextValue(schema, value, json.Text);
        }
        else if (json.Kind != JsonKind.Boolean)
        {
            NumberValue(schema, value, json);
        }
    }

    // The API server's validation looks no further at text with a format, so that it takes a list for it.
    private void ListForText(Field value) =>
        faults.Add(
            SchemaRules.UndecodableValue,
            value,
            $"`{value.Name}` is text, this is a list, which passes the API server but not the operator's decoder, which then reconciles no {kind.Kind} of anybody"
        );

    private void TextValue(SchemaNode schema, Field value, string text)
    {
        if (schema.Allowed.Length > 0 && !schema.Allowed.Contains(text))
        {
            faults.Add(
                SchemaRules.UnsupportedValue,
                value,
                $"`{value.Name}` can't be `{Shorten(text)}`; it is one of {Listing(schema.Allowed)}{DidYouMean.Phrase(text, schema.Allowed)}"
            );
        }

        Size(schema, value, SourceText.CodePoints(text), "character", "characters");
        if (schema.Pattern == QuantityPattern)
        {
            QuantityText(value, text);
        }
        else if (schema.Pattern is { } pattern && !Matches(pattern, text))
        {
            faults.Add(
                SchemaRules.PatternMismatch,
                value,
                $"`{Shorten(text)}` is not of the form `{value.Name}` wants: `{pattern}`"
            );
        }

        if (schema.Format == "date-time")
        {
            TimeText(value, text);
        }
    }

    private void TimeText(Field value, string text)
    {
        if (IsDecoded ? !GoTime.Decodes(text) : !GoTime.HasFormat(text))
        {
            faults.Add(
                SchemaRules.PatternMismatch,
                value,
                $"`{Shorten(text)}` is not a time; write it as `2026-01-31T12:00:00Z`"
            );
        }
        else if (!GoTime.Decodes(text))
        {
            faults.Add(
                SchemaRules.UndecodableValue,
                value,
                $"`{Shorten(text)}` passes the API server but not the operator's decoder, which then reconciles no {kind.Kind} of anybody; write it as `2026-01-31T12:00:00Z`"
            );
        }
    }

    private void QuantityText(Field value, string text)
    {
        if (!GoQuantity.MatchesPattern(text))
        {
            faults.Add(
                SchemaRules.PatternMismatch,
                value,
                $"`{Shorten(text)}` is not a quantity; write a number and one of `m k M G T P E Ki Mi Gi Ti Pi Ei`, without blanks, as in `500m` or `2Gi`"
            );
        }
        else if (!GoQuantity.Decodes(text))
        {
            faults.Add(
                SchemaRules.UndecodableValue,
                value,
                $"`{Shorten(text)}` passes the API server but not the operator's decoder, which then reconciles no {kind.Kind} of anybody; an exponent is a whole number of at most 18 digits"
            );
        }
    }

    private void NumberValue(SchemaNode schema, Field value, JsonScalar json)
    {
        string shown = $"`{value.Name}` is {Shorten(json.Text)}";
        if (!double.IsFinite(json.Number))
        {
            faults.Add(SchemaRules.WrongType, value, $"{shown}, which JSON has no number for; write a finite one");
            return;
        }

        if (schema.Type == SchemaType.IntOrText)
        {
            if (schema.Pattern is null && (json.Integer is < int.MinValue or > int.MaxValue))
            {
                faults.Add(
                    SchemaRules.UndecodableValue,
                    value,
                    $"{shown}, which passes the API server but not the operator's decoder, which then reconciles no {kind.Kind} of anybody; a port is 1 to 65535"
                );
            }

            return;
        }

        if (schema.Format == "int32" && json.Integer is < int.MinValue or > int.MaxValue)
        {
            faults.Add(
                SchemaRules.NumberOutOfRange,
                value,
                $"{shown}, but it holds 32 bits: {int.MinValue} to {int.MaxValue}"
            );
            return;
        }

        if (schema.Minimum is { } minimum && json.Number < minimum)
        {
            faults.Add(SchemaRules.NumberOutOfRange, value, $"{shown}, but must be at least {minimum:R}");
        }
        else if (schema.Maximum is { } maximum && json.Number > maximum)
        {
            faults.Add(SchemaRules.NumberOutOfRange, value, $"{shown}, but must be at most {maximum:R}");
        }

        if (schema.Type == SchemaType.Number && float.IsInfinity((float)json.Number))
        {
            faults.Add(
                SchemaRules.UndecodableValue,
                value,
                $"{shown}, beyond what the operator's 32-bit float holds (±3.4e38): it then reconciles no {kind.Kind} of anybody"
            );
        }
    }

    private void Size(SchemaNode schema, Field value, int size, string one, string many)
    {
        if (schema.MinSize is { } least && size < least)
        {
            faults.Add(
                SchemaRules.SizeOutOfRange,
                value,
                $"`{value.Name}` has {size} {(size == 1 ? one : many)}, at least {least} {(least == 1 ? "is" : "are")} wanted; fill it or leave the field out"
            );
        }
        else if (schema.MaxSize is { } most && size > most)
        {
            faults.Add(
                SchemaRules.SizeOutOfRange,
                value,
                $"`{value.Name}` has {size} {(size == 1 ? one : many)}, at most {most} {(most == 1 ? "is" : "are")} allowed"
            );
        }
    }

    // The status of a new object is dropped before validation, but strict decoding has already read its fields.
    private void OnlyUnknownFields(SchemaNode schema, Field value)
    {
        if (schema.Type == SchemaType.Object)
        {
            foreach ((YamlScalar key, Field entry) in value.Entries())
            {
                if (schema.Field(key.Value) is { } field)
                {
                    OnlyUnknownFields(field, entry);
                }
                else if (!schema.KeepsUnknown)
                {
                    UnknownField(schema, key, entry.Path);
                }
            }
        }
        else if (schema.Items is { } items)
        {
            foreach (Field item in value.Items().Concat(value.Entries().Select(e => e.Value)))
            {
                OnlyUnknownFields(items, item);
            }
        }
    }

    private void UnknownField(SchemaNode schema, YamlScalar key, FieldPath path)
    {
        // Told by a rule of its own: what came after it has another form.
        if (kind is { Group: "ray.io", Kind: "RayService" } && path.ToString() == "spec.serveConfig")
        {
            return;
        }

        IEnumerable<string> names = schema.Fields.Keys;
        string? near = DidYouMean.Suggest(key.Value, names);
        string hint =
            near is not null ? $"; did you mean `{near}`?"
            : schema.Fields.Count is > 0 and <= 12 ? $"; it has {Listing(schema.Fields.Keys)}"
            : "";
        Fix? fix = near is null
            ? null
            : new Fix($"Rename to `{near}`", FixSafety.Unsafe, [new TextEdit(key.Span.Span, near)]);
        string owner = path.ToString().LastIndexOf('.') is > 0 and var dot ? $"`{path.ToString()[..dot]}`" : kind.Kind;
        faults.Add(
            SchemaRules.UnknownField,
            SchemaRules.UnknownField.DefaultSeverity,
            path,
            key.Span,
            $"{owner} has no field `{Shorten(key.Value)}`{hint}",
            fix
        );
    }

    // Patterns of a user's definition are Go's: what .NET can't read, or reads otherwise, is left to the API server.
    private static bool Matches(string pattern, string text) =>
        Patterns.GetOrAdd(pattern, Compile) is not { } regex || regex.IsMatch(text);

    private static Regex? Compile(string pattern)
    {
        if (
            pattern.Contains("[[:", StringComparison.Ordinal)
            || pattern.Contains("\\z", StringComparison.Ordinal)
            || pattern.Contains("\\Q", StringComparison.Ordinal)
        )
        {
            return null;
        }

        try
        {
            // Go's `$` is the very end, .NET's also stands before a last line feed.
            string exact =
                pattern.EndsWith('$') && !pattern.EndsWith("\\$", StringComparison.Ordinal)
                    ? pattern[..^1] + "\\z"
                    : pattern;
            return new Regex(
                exact,
                RegexOptions.NonBacktracking | RegexOptions.CultureInvariant,
                TimeSpan.FromSeconds(1)
            );
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static string Listing(IEnumerable<string> words) => string.Join(", ", words.Select(w => $"`{w}`"));

    private static string Name(Field value) =>
        value.Json is { } json ? json.KindName : value.Node?.KindName ?? "nothing";

    private static string Shorten(string text) => TextShortening.Shorten(text, longest: 60, kept: 60);
}

using System.Text;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Templates;

/// <summary>A parameter's value, ready to be filled in.</summary>
/// <param name="Text">The value.</param>
/// <param name="Style">How it is written where it is all of a value: plain for numbers and booleans.</param>
/// <param name="Given">Where the request gives it; null for the template's default.</param>
internal sealed record ParameterValue(string Text, YamlScalarStyle Style, SourceSpan? Given);

/// <summary>One value into which parameters were filled.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Name">The first parameter in it that the request gives, or the first.</param>
/// <param name="Given">Where the request gives that; null for the template's default.</param>
public sealed record FilledPlace(SourceSpan Span, string Name, SourceSpan? Given);

/// <summary>
/// Fills <c>${params.name}</c> into the scalars of a tree. A value stays one scalar, whatever is in it: it never becomes
/// structure, and what it holds is not looked at again.
/// </summary>
internal sealed class ParameterFill(IReadOnlyDictionary<string, ParameterValue> values, SourceText? source)
{
    /// <summary>How a use of a value begins.</summary>
    public const string Open = "${params.";

    private readonly List<FilledPlace> filled = [];

    /// <summary>What was filled.</summary>
    public IReadOnlyList<FilledPlace> Filled => filled;

    /// <summary>The tree with the values filled in; its places are those of <c>source</c>, where one is given.</summary>
    public YamlNode Of(YamlNode node) =>
        node switch
        {
            YamlMapping mapping => new YamlMapping(
                At(mapping.Span),
                [.. mapping.Entries.Select(e => new YamlEntry(Key(e.Key), Of(e.Value)))],
                mapping.IsFlow
            ),
            YamlSequence list => new YamlSequence(At(list.Span), [.. list.Items.Select(Of)], list.IsFlow),
            YamlScalar scalar => Of(scalar),
            _ => node,
        };

    private SourceSpan At(SourceSpan span) => source is null ? span : new SourceSpan(source, span.Span);

    private YamlScalar Key(YamlScalar key) => source is null ? key : new YamlScalar(At(key.Span), key.Value, key.Style);

    private YamlScalar Of(YamlScalar scalar)
    {
        (string Name, int Offset)[] uses =
        [
            .. Placeholder.Uses(scalar.Value, Open).Where(u => values.ContainsKey(u.Name)),
        ];
        if (uses.Length == 0)
        {
            return Key(scalar);
        }

        SourceSpan span = At(scalar.Span);
        string first = uses.FirstOrDefault(u => values[u.Name].Given is not null, uses[0]).Name;
        filled.Add(new FilledPlace(span, first, values[first].Given));
        if (uses is [(var only, 0)] && scalar.Value.Length == Open.Length + only.Length + 1)
        {
            return new YamlScalar(span, values[only].Text, values[only].Style);
        }

        StringBuilder text = new();
        int done = 0;
        foreach ((string name, int offset) in uses)
        {
            if (offset >= done)
            {
                text.Append(scalar.Value, done, offset - done).Append(values[name].Text);
                done = offset + Open.Length + name.Length + 1;
            }
        }

        text.Append(scalar.Value, done, scalar.Value.Length - done);
        return new YamlScalar(
            span,
            text.ToString(),
            scalar.Style == YamlScalarStyle.Block ? YamlScalarStyle.Block : YamlScalarStyle.Quoted
        );
    }
}

using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Templates;

/// <summary><c>policies/templates/&lt;name&gt;.yaml</c>: a request of the platform's, with parameters for what differs.</summary>
public sealed class RequestTemplate(SourceSpan span)
{
    public SourceSpan Span { get; } = span;
    public string Name { get; internal set; } = "";
    public Located<string>? Description { get; internal set; }
    public Located<IReadOnlyList<KeyValuePair<Located<string>, Located<TemplateParameter>>>>? Params
    {
        get;
        internal set;
    }
    public Located<YamlMapping>? Request { get; internal set; }

    /// <summary>The parameters by name, in the order of the file.</summary>
    public IReadOnlyList<KeyValuePair<Located<string>, Located<TemplateParameter>>> Parameters => Params?.Value ?? [];

    /// <summary>
    /// A request of the template in which every parameter has its default, or a value that would do; and the places where it has
    /// none of its own.
    /// </summary>
    internal (YamlMapping Request, IReadOnlyList<SourceSpan> Samples) Sample(YamlMapping request)
    {
        ParameterFill fill = new(
            Parameters.ToDictionary(
                p => p.Key.Value,
                p => new ParameterValue(
                    p.Value.Value.Sample,
                    p.Value.Value.IsPlain ? YamlScalarStyle.Plain : YamlScalarStyle.Quoted,
                    p.Value.Value.Default is null ? p.Key.Span : null
                ),
                StringComparer.Ordinal
            ),
            null
        );
        YamlMapping filled = (YamlMapping)fill.Of(request);
        YamlScalar name = new(Span, "name", YamlScalarStyle.Plain);
        return (
            new YamlMapping(
                filled.Span,
                [new YamlEntry(name, new YamlScalar(Span, "sample", YamlScalarStyle.Plain)), .. filled.Entries],
                filled.IsFlow
            ),
            [.. fill.Filled.Where(f => f.Given is not null).Select(f => f.Span)]
        );
    }

    /// <summary>The parameter of a name, or null.</summary>
    public TemplateParameter? Parameter(string name) =>
        Parameters.FirstOrDefault(p => p.Key.Value == name).Value?.Value;
}

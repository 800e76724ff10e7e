using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Fields;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Templates;

/// <summary>What a request says once its template and its parameters are filled in.</summary>
public sealed class RequestExpansion
{
    /// <summary>What a request that is made of a template says itself.</summary>
    public static IReadOnlyList<string> OwnKeys { get; } =
    ["name", "template", "params", "owner", "description", "run", "code", "results"];

    // What decides who it is and of what it is made is read as it stands.
    private static readonly HashSet<string> Literal = new(
        ["name", "template", "params", "owner", "kind", "run"],
        StringComparer.Ordinal
    );

    private readonly SourceText? copy;
    private readonly RequestTemplate? template;
    private readonly SourceSpan templateSpan;
    private readonly IReadOnlyList<FilledPlace> filled;

    private RequestExpansion(
        YamlMapping root,
        bool isComplete,
        SourceText? copy = null,
        RequestTemplate? template = null,
        SourceSpan templateSpan = default,
        IReadOnlyList<FilledPlace>? filled = null
    )
    {
        Root = root;
        IsComplete = isComplete;
        this.copy = copy;
        this.template = template;
        this.templateSpan = templateSpan;
        this.filled = filled ?? [];
    }

    /// <summary>The request as it is read: what it says itself, and what the template gives.</summary>
    public YamlMapping Root { get; }

    /// <summary>Whether everything could be filled in; where not, only what the request says itself is known.</summary>
    public bool IsComplete { get; }

    /// <summary>
    /// The template's text as this request's values have it as their place; every request has its own, so that a place tells
    /// which request it is of. Null without a template.
    /// </summary>
    public SourceText? Copy => copy;

    /// <summary>Fills in a request; null where it has neither template nor parameters.</summary>
    /// <param name="file">The request.</param>
    /// <param name="templates">The platform's templates; null where they aren't known, and only what the request says itself is asked for.</param>
    /// <param name="findings">Where faults go.</param>
    public static RequestExpansion? Of(
        YamlFile file,
        IReadOnlyDictionary<string, RequestTemplate>? templates,
        FindingBag findings
    )
    {
        if (
            file.IsPartial
            || file.Root is not YamlMapping root
            || (
                root["template"] is null
                && root["params"] is null
                && !file.Source.Text.Contains(ParameterFill.Open, StringComparison.Ordinal)
            )
        )
        {
            return null;
        }

        ReadContext context = new(findings, isPartial: false);
        if (root["template"] is not { } named)
        {
            return Own(root, context);
        }

        if (templates is null || named is not YamlScalar { IsNull: false } word)
        {
            return new RequestExpansion(root, isComplete: false);
        }

        if (!templates.TryGetValue(word.Value, out RequestTemplate? template))
        {
            string? near = DidYouMean.Suggest(word.Value, templates.Keys);
            Message all =
                templates.Count == 0
                    ? (Message)"there are none under `policies/templates/`"
                    : $"there are {string.Join(", ", templates.Keys.Order(StringComparer.Ordinal).Take(20).Select(t => $"`{t}`"))}";
            findings.Add(
                TemplateRules.UnknownTemplate,
                word.Span,
                $"there is no template `{ValueText.Shorten(word.Value)}`; {(near is null ? all : (Message)$"did you mean `{near}`?")}",
                near is null ? null : ValueText.Replace($"Write `{near}`", word.Span, near)
            );
            return new RequestExpansion(root, isComplete: false);
        }

        return Made(root, word, template, context);
    }

    /// <summary>
    /// A finding at what the template gives, moved to where the request can do something about it: the parameter that was filled
    /// in there, or else the line that names the template. Any other finding as it is.
    /// </summary>
    public Finding Localize(Finding finding)
    {
        if (copy is null || !ReferenceEquals(finding.Span.Source, copy))
        {
            return finding;
        }

        FilledPlace? place = filled.FirstOrDefault(f =>
            f.Span.Span.Start <= finding.Span.Span.Start && finding.Span.Span.End <= f.Span.Span.End
        );
        string at = $"{copy.Path}:{finding.Span.Start.Line}";
        Message how =
            place is null ? (Message)$"template `{template!.Name}`, {at}"
            : place.Given is null ? $"default of parameter `{place.Name}`, {at}"
            : $"parameter `{place.Name}`, {at}";
        return finding with
        {
            Span = place?.Given ?? templateSpan,
            Text = $"{finding.Text} ({how})",
            Fix = null,
            Related = [],
        };
    }

    private static RequestExpansion Own(YamlMapping root, ReadContext context)
    {
        Dictionary<string, ParameterValue> values = new(StringComparer.Ordinal);
        bool isComplete = true;
        foreach (YamlEntry entry in Given(root))
        {
            YamlScalar value = (YamlScalar)entry.Value;
            isComplete &= TemplateParameter.Holds(value, context);
            values[entry.Key.Value] = new ParameterValue(
                value.Value,
                value.Style == YamlScalarStyle.Plain ? YamlScalarStyle.Plain : YamlScalarStyle.Quoted,
                value.Span
            );
        }

        HashSet<string> used = new(StringComparer.Ordinal);
        foreach (YamlEntry entry in root.Entries.Where(e => !Literal.Contains(e.Key.Value)))
        {
            foreach ((YamlScalar scalar, string name) in Uses(entry.Value))
            {
                used.Add(name);
                if (!values.ContainsKey(name))
                {
                    isComplete = false;
                    context.Findings.Add(
                        TemplateRules.UnknownPlaceholder,
                        scalar.Span,
                        $"there is no parameter `{ValueText.Shorten(name)}`{DidYouMean.Phrase(name, values.Keys)}; give it under `params`, or write the value"
                    );
                }
            }
        }

        foreach (YamlEntry entry in Given(root).Where(e => !used.Contains(e.Key.Value)))
        {
            context.Findings.Add(
                TemplateRules.UnusedParameter,
                entry.Key.Span,
                $"nothing uses `${{params.{ValueText.Shorten(entry.Key.Value)}}}`; use it, or remove the parameter"
            );
        }

        ParameterFill fill = new(values, null);
        return new RequestExpansion(
            new YamlMapping(
                root.Span,
                [
                    .. root.Entries.Select(e =>
                        Literal.Contains(e.Key.Value) ? e : new YamlEntry(e.Key, fill.Of(e.Value))
                    ),
                ],
                root.IsFlow
            ),
            isComplete
        );
    }

    private static RequestExpansion Made(
        YamlMapping root,
        YamlScalar word,
        RequestTemplate template,
        ReadContext context
    )
    {
        bool isComplete = template.Request is not null;
        Dictionary<string, ParameterValue> values = new(StringComparer.Ordinal);
        foreach (YamlEntry entry in root.Entries.Where(e => !OwnKeys.Contains(e.Key.Value, StringComparer.Ordinal)))
        {
            // A key that no request has is said by the reader.
            if (entry.Key.Value == "kind" || template.Request?.Value.Entry(entry.Key.Value) is not null)
            {
                isComplete = false;
                context.Findings.Add(
                    TemplateRules.DecidedByTemplate,
                    entry.Key.Span,
                    $"template `{template.Name}` decides `{ValueText.Shorten(entry.Key.Value)}`; remove it{Parameters(template)}"
                );
            }
            else
            {
                isComplete = false;
                context.Findings.Add(
                    TemplateRules.DecidedByTemplate,
                    entry.Key.Span,
                    $"a request that is made of a template has no `{ValueText.Shorten(entry.Key.Value)}` of its own; it has {string.Join(", ", OwnKeys.Select(k => $"`{k}`"))}"
                );
            }
        }

        foreach (YamlEntry entry in Given(root))
        {
            YamlScalar value = (YamlScalar)entry.Value;
            if (template.Parameter(entry.Key.Value) is not { } parameter)
            {
                isComplete = false;
                string? near = DidYouMean.Suggest(entry.Key.Value, template.Parameters.Select(p => p.Key.Value));
                context.Findings.Add(
                    TemplateRules.UnknownParameter,
                    entry.Key.Span,
                    $"template `{template.Name}` has no parameter `{ValueText.Shorten(entry.Key.Value)}`{(near is null ? Parameters(template) : $"; did you mean `{near}`?")}",
                    near is null || root["params"] is YamlMapping there && there.Entry(near) is not null
                        ? null
                        : ValueText.Replace($"Rename to `{near}`", entry.Key.Span, near)
                );
                continue;
            }

            isComplete &= parameter.Accepts(value, context);
            values[entry.Key.Value] = new ParameterValue(value.Value, StyleOf(parameter), value.Span);
        }

        SourceSpan missing = root.Entry("params")?.Key.Span ?? word.Span;
        foreach ((Located<string> name, Located<TemplateParameter> parameter) in template.Parameters)
        {
            if (values.ContainsKey(name.Value))
            {
                continue;
            }

            // What is given and is no single value is said by the reader.
            if (
                root["params"] is not (null or YamlMapping)
                || (root["params"] as YamlMapping)?.Entry(name.Value) is not null
            )
            {
                isComplete = false;
                continue;
            }

            if (parameter.Value.Default is { } standard)
            {
                values[name.Value] = new ParameterValue(standard.Value.Value, StyleOf(parameter.Value), null);
                continue;
            }

            isComplete = false;
            context.Findings.Add(
                TemplateRules.MissingParameter,
                missing,
                $"template `{template.Name}` needs `{name.Value}`: {parameter.Value.Wanted}{(parameter.Value.Help is { } help ? (Message)$" ({ValueText.Shorten(help.Value)})" : Message.None)}; add it under `params`"
            );
        }

        if (!isComplete)
        {
            return new RequestExpansion(root, isComplete: false);
        }

        SourceText own = new(template.Span.Source.Path, template.Span.Source.Text);
        ParameterFill fill = new(values, own);
        YamlMapping given = (YamlMapping)fill.Of(template.Request!.Value);
        ParameterFill inRequest = new(values, null);
        return new RequestExpansion(
            new YamlMapping(
                root.Span,
                [
                    .. root.Entries.Select(e =>
                        Literal.Contains(e.Key.Value) ? e : new YamlEntry(e.Key, inRequest.Of(e.Value))
                    ),
                    .. given.Entries.Where(e => root.Entry(e.Key.Value) is null),
                ],
                root.IsFlow
            ),
            isComplete: true,
            own,
            template,
            word.Span,
            fill.Filled
        );
    }

    private static Message Parameters(RequestTemplate template) =>
        template.Parameters.Count == 0
            ? (Message)"; it has no parameters"
            : $"; its parameters are {string.Join(", ", template.Parameters.Select(p => $"`{p.Key.Value}`"))}";

    private static YamlScalarStyle StyleOf(TemplateParameter parameter) =>
        parameter.IsPlain ? YamlScalarStyle.Plain : YamlScalarStyle.Quoted;

    // What is no single value is said by the reader.
    private static IEnumerable<YamlEntry> Given(YamlMapping root) =>
        root["params"] is YamlMapping mapping
            ? mapping.Entries.Where(e => e.Value is YamlScalar { IsNull: false })
            : [];

    /// <summary>Every use of a parameter below a node.</summary>
    public static IEnumerable<(YamlScalar Scalar, string Name)> Uses(YamlNode node) =>
        node switch
        {
            YamlScalar scalar => Placeholder.Uses(scalar.Value, ParameterFill.Open).Select(u => (scalar, u.Name)),
            YamlSequence list => list.Items.SelectMany(Uses),
            YamlMapping mapping => mapping.Entries.SelectMany(e => Uses(e.Value)),
            _ => [],
        };
}

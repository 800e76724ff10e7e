using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Fields;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Templates;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Policies;

/// <summary>Whether requests can be made of a template at all: its parameters agree with themselves, and a sample of it can be read.</summary>
internal static class TemplateCheck
{
    private static readonly string[] NotIts = ["name", "owner", "template", "params", "run"];

    /// <summary>Reports what can't work, at the template's own lines.</summary>
    public static void Of(RequestTemplate template, FindingBag findings)
    {
        foreach ((Located<string> name, Located<TemplateParameter> parameter) in template.Parameters)
        {
            Of(name.Value, parameter.Value, findings);
        }

        if (template.Request is not { } request)
        {
            return;
        }

        foreach (YamlEntry entry in request.Value.Entries.Where(e => NotIts.Contains(e.Key.Value)))
        {
            Report(entry.Key.Span, $"`{entry.Key.Value}` is what a request says itself; remove it");
        }

        if ((request.Value["code"] as YamlMapping)?.Entry("files") is { } files)
        {
            Report(
                files.Key.Span,
                "the files of `code` stand beside a request, and a template stands beside none; let requests say `code`, or use `archive`"
            );
        }

        HashSet<string> used = new(StringComparer.Ordinal);
        bool isKnown = true;
        foreach ((YamlScalar scalar, string name) in RequestExpansion.Uses(request.Value))
        {
            used.Add(name);
            if (template.Parameter(name) is null)
            {
                isKnown = false;
                Report(
                    scalar.Span,
                    $"there is no parameter `{ValueText.Shorten(name)}`{DidYouMean.Phrase(name, template.Parameters.Select(p => p.Key.Value))}; declare it under `params`, or write the value"
                );
            }
        }

        if (request.Value["kind"] is YamlScalar kind && KindRules.Of(kind.Value) is null)
        {
            isKnown = false;
            Report(kind.Span, "the kind decides what else may be said, so that no parameter can give it; write it out");
        }

        foreach ((Located<string> name, _) in template.Parameters.Where(p => !used.Contains(p.Key.Value)))
        {
            findings.Add(
                TemplateRules.UnusedTemplateParameter,
                name.Span,
                $"nothing in `request` uses `${{params.{name.Value}}}`; use it, or remove the parameter"
            );
        }

        if (isKnown)
        {
            Try(template, request.Value, findings);
        }

        void Report(SourceSpan span, Message message) => findings.Add(TemplateRules.TemplateCannotWork, span, message);
    }

    private static void Of(string name, TemplateParameter parameter, FindingBag findings)
    {
        ReadContext context = new(findings, isPartial: false);
        bool hasBounds =
            parameter.TypeOrDefault
            is ParameterType.Integer
                or ParameterType.Number
                or ParameterType.Duration
                or ParameterType.Quantity;
        foreach (Located<YamlScalar> bound in new[] { parameter.Min, parameter.Max }.OfType<Located<YamlScalar>>())
        {
            if (!hasBounds)
            {
                Report(bound.Span, $"`{name}` is no number, duration or quantity, and has no bounds; remove it");
            }
            else if (!parameter.WithoutBounds().IsOfType(bound.Value, context))
            {
                return;
            }
        }

        if (
            hasBounds
            && parameter is { Min: { } min, Max: not null }
            && !parameter.IsOfType(min.Value, new ReadContext(new FindingBag(), isPartial: false))
        )
        {
            Report(
                min.Span,
                $"no value of `{name}` is from {min.Value.Value} to {parameter.Max.Value.Value}; swap them"
            );
            return;
        }

        if (parameter is { TypeOrDefault: ParameterType.Choice, Allowed: null })
        {
            Report(parameter.Type!.Span, $"`{name}` is a choice of nothing; list what is `allowed`");
        }

        foreach (Located<YamlScalar> word in parameter.Allowed?.Value ?? [])
        {
            parameter.IsOfType(word.Value, context);
        }

        if (parameter.Pattern is { } pattern)
        {
            if (parameter.TypeOrDefault != ParameterType.String)
            {
                Report(pattern.Span, $"a pattern is for text, and `{name}` is none; remove it, or make it a `string`");
            }
            else if (parameter.Matcher is null)
            {
                Report(
                    pattern.Span,
                    $"the pattern of `{name}` is not a regular expression that runs in linear time (no look-around, no back references); fix it"
                );
            }
        }

        if (parameter.Default is { } standard)
        {
            parameter.Accepts(standard.Value, context);
        }

        void Report(SourceSpan span, Message message) => findings.Add(TemplateRules.TemplateCannotWork, span, message);
    }

    // Every parameter gets a value that would do; what is wrong where none was filled in is wrong whatever they are.
    private static void Try(RequestTemplate template, YamlMapping request, FindingBag findings)
    {
        (YamlMapping sample, IReadOnlyList<SourceSpan> samples) = template.Sample(request);
        FindingBag found = new();
        JobRequestFormat.Request.TryRead(
            sample,
            new ReadContext(found, isPartial: false) { Variant = KindRules.WordOf(sample) },
            out _
        );
        findings.AddRange(found.Findings.Where(f => !samples.Contains(f.Span)));
    }
}

using System.Text;
using Rayquest.JobCli.Console;
using Rayquest.JobFormEngine.Requests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Templates;
using Rayquest.JobModel.Text;

namespace Rayquest.JobCli.Commands;

/// <summary>A first request that is made of a template: asks for the parameters that need a value, and names the others.</summary>
internal static class NewFromTemplate
{
    /// <summary>The template of a name.</summary>
    public static RequestTemplate Find(string name, IReadOnlyDictionary<string, RequestTemplate> templates) =>
        templates.TryGetValue(name, out RequestTemplate? template)
            ? template
            : throw new UsageException(
                $"there is no template `{name}`{DidYouMean.Phrase(name, templates.Keys)}",
                templates.Count == 0
                    ? "`policies/templates/` holds none"
                    : $"there are {string.Join(", ", templates.Keys.Order(StringComparer.Ordinal))}"
            );

    /// <summary>The request's file.</summary>
    /// <param name="given">What <c>--param</c> said, as <c>name=value</c>.</param>
    public static string Write(string name, RequestTemplate template, IReadOnlyList<string> given, Prompter ask)
    {
        Dictionary<string, string> values = Values(template, given);
        List<string> lines = [];
        bool hasValues = false;
        foreach ((Located<string> key, Located<TemplateParameter> declared) in template.Parameters)
        {
            TemplateParameter parameter = declared.Value;
            string help = parameter.Help is { } words
                ? $"  # {TextShortening.ToLine(words.Value, longest: 80, kept: 79)}"
                : "";
            if (parameter.Default is { } standard && !values.ContainsKey(key.Value))
            {
                lines.Add($"  # {key.Value}: {Scalar(parameter, standard.Value.Value)}{help}");
                continue;
            }

            string value = ask.For(
                key.Value,
                values.GetValueOrDefault(key.Value),
                $"--param {key.Value}=…, {parameter.Description}",
                null,
                parameter.FaultOf
            );
            hasValues = true;
            lines.Add($"  {key.Value}: {Scalar(parameter, value)}{help}");
        }

        StringBuilder text = new();
        text.Append("# yaml-language-server: $schema=../../policies/schema/job-request.schema.json\n");
        text.Append($"name: {name}\ntemplate: {RequestYaml.Scalar(template.Name)}\n");
        if (lines.Count > 0)
        {
            text.Append(hasValues ? "params:\n" : "# params:\n").AppendJoin('\n', lines).Append('\n');
        }

        return text.ToString();
    }

    private static string Scalar(TemplateParameter parameter, string value) =>
        parameter.IsPlain ? value : RequestYaml.Scalar(value);

    private static Dictionary<string, string> Values(RequestTemplate template, IReadOnlyList<string> given)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (string word in given)
        {
            int cut = word.IndexOf('=', StringComparison.Ordinal);
            string name = cut < 0 ? word : word[..cut];
            if (cut <= 0)
            {
                throw new UsageException($"`{word}` gives no value", "write --param name=value");
            }

            if (template.Parameter(name) is null)
            {
                string[] known = [.. template.Parameters.Select(p => p.Key.Value)];
                throw new UsageException(
                    $"template `{template.Name}` has no parameter `{name}`{DidYouMean.Phrase(name, known)}",
                    known.Length == 0 ? "it has none" : $"it has {string.Join(", ", known)}"
                );
            }

            values[name] = word[(cut + 1)..];
        }

        return values;
    }
}

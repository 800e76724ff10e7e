using System.Text.Json.Nodes;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Fields;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Templates;

/// <summary>Every key a template may have.</summary>
public static class TemplateFormat
{
    /// <summary>The most parameters of a template or a request.</summary>
    public const int MostParameters = 64;

    /// <summary>A single value of any type.</summary>
    public static FieldType<YamlScalar> Scalar { get; } = new ScalarType();

    /// <summary>A mapping of parameter names.</summary>
    internal static FieldType<IReadOnlyList<KeyValuePair<Located<string>, Located<T>>>> Named<T>(
        string description,
        FieldType<T> value
    ) =>
        new MapType<T>(
            description,
            "a name of letters, digits and `_`",
            t => KubernetesNames.IsEnvironmentVariable(t),
            CommonFieldTypes.VariablePattern,
            value,
            MostParameters
        );

    /// <summary>What a request gives for parameters.</summary>
    public static FieldType<IReadOnlyList<KeyValuePair<Located<string>, Located<YamlScalar>>>> Values { get; } =
        Named("a mapping of parameters to values", Scalar);

    private static ObjectType<TemplateParameter> Parameter { get; } =
        new(
            "the parameter",
            "What a request may, or must, give.",
            span => new TemplateParameter(span),
            [
                new FieldDefinition<TemplateParameter, ParameterType>(
                    "type",
                    new ChoiceType<ParameterType>(
                        "type",
                        [.. Enum.GetValues<ParameterType>().Select(t => (t.ToString().ToLowerInvariant(), t))]
                    ),
                    (p, v) => p.Type = v,
                    "What a value is.",
                    required: true
                ),
                new FieldDefinition<TemplateParameter, YamlScalar>(
                    "min",
                    Scalar,
                    (p, v) => p.Min = v,
                    "The least, of numbers, durations and quantities."
                ),
                new FieldDefinition<TemplateParameter, YamlScalar>(
                    "max",
                    Scalar,
                    (p, v) => p.Max = v,
                    "The most, of numbers, durations and quantities."
                ),
                new FieldDefinition<TemplateParameter, IReadOnlyList<Located<YamlScalar>>>(
                    "allowed",
                    new ListType<YamlScalar>(Scalar, 1, 256, "a list of values"),
                    (p, v) => p.Allowed = v,
                    "The values that are allowed; a `choice` needs them."
                ),
                new FieldDefinition<TemplateParameter, string>(
                    "pattern",
                    new TextType("a regular expression", 512),
                    (p, v) => p.Pattern = v,
                    "What the whole of a `string` must match, a regular expression without look-around and back references."
                ),
                new FieldDefinition<TemplateParameter, YamlScalar>(
                    "default",
                    Scalar,
                    (p, v) => p.Default = v,
                    "What holds without a value; without it a request must give one."
                ),
                new FieldDefinition<TemplateParameter, string>(
                    "help",
                    new TextType("text", 1024, multiline: true),
                    (p, v) => p.Help = v,
                    "What it is for, in a sentence."
                ),
            ]
        );

    /// <summary>A template.</summary>
    public static ObjectType<RequestTemplate> Template { get; } =
        new(
            "the template",
            "A request with parameters, `policies/templates/<name>.yaml`.",
            span => new RequestTemplate(span),
            [
                new FieldDefinition<RequestTemplate, string>(
                    "description",
                    new TextType("text", 1024, multiline: true),
                    (t, v) => t.Description = v,
                    "What it is for.",
                    required: true
                ),
                new FieldDefinition<
                    RequestTemplate,
                    IReadOnlyList<KeyValuePair<Located<string>, Located<TemplateParameter>>>
                >(
                    "params",
                    Named("a mapping of parameters to their types", Parameter),
                    (t, v) => t.Params = v,
                    "The parameters; use them as `${params.<name>}` in values of `request`."
                ),
                new FieldDefinition<RequestTemplate, YamlMapping>(
                    "request",
                    new RawMappingType("a mapping of the keys of a request"),
                    (t, v) => t.Request = v,
                    "What a request may say, but `name`, `owner`, `template`, `params`, `run` and `code.files`.",
                    required: true
                ),
            ]
        );

    /// <summary>Reads a template; null when nothing of it can be used.</summary>
    public static RequestTemplate? Read(string name, YamlFile file, FindingBag findings)
    {
        if (file.Root is null)
        {
            findings.Add(
                SyntaxRules.EmptyFile,
                new SourceSpan(file.Source, default),
                "the file holds no template; write `description` and `request`, or delete it"
            );
            return null;
        }

        if (!Template.TryRead(file.Root, new ReadContext(findings, file.IsPartial), out RequestTemplate template))
        {
            return null;
        }

        template.Name = name;
        return template;
    }

    private sealed class ScalarType : FieldType<YamlScalar>
    {
        public override string Description => "text, a number, `true` or `false`";

        public override JsonObject Schema() =>
            new()
            {
                ["type"] = new JsonArray("string", "number", "boolean"),
                ["maxLength"] = TemplateParameter.LongestText,
            };

        public override bool TryRead(YamlNode node, ReadContext context, out YamlScalar value)
        {
            value = (node as YamlScalar)!;
            if (value is null or { IsNull: true })
            {
                context.BadValue(node, Description);
                return false;
            }

            return true;
        }
    }
}

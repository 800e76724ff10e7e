using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Fields;

/// <summary>The versions of the program that a repository is written for: <c>&gt;=1.2</c>. An older program refuses to go on.</summary>
public sealed partial class ProgramRange(Version program) : FieldType<Version>
{
    private const string Pattern = "^>= ?[0-9]{1,6}\\.[0-9]{1,6}(\\.[0-9]{1,6})?$";

    /// <summary>The version of this program.</summary>
    public static Version Program { get; } = typeof(ProgramRange).Assembly.GetName().Version ?? new Version(0, 0);

    /// <inheritdoc/>
    public override string Description => "the oldest version that will do, such as `\">=1.2\"`";

    /// <inheritdoc/>
    public override JsonObject Schema() => new() { ["type"] = "string", ["pattern"] = Pattern };

    /// <inheritdoc/>
    public override bool TryRead(YamlNode node, ReadContext context, out Version value)
    {
        ArgumentNullException.ThrowIfNull(context);
        value = new Version(0, 0);
        if (node is not YamlScalar { IsNull: false } scalar || !Form().IsMatch(scalar.Value))
        {
            context.BadValue(node, Description);
            return false;
        }

        value = Version.Parse(scalar.Value.AsSpan(2).Trim());
        if (program < value)
        {
            context.Findings.Add(
                SyntaxRules.ProgramTooOld,
                node.Span,
                $"this is rayquest {program.ToString(3)}, and this repository asks for {value} or newer: take the version that its workflows name"
            );
        }

        return true;
    }

    [GeneratedRegex(Pattern, RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}

using System.Text.Json.Nodes;
using Rayquest.JobModel.Fields;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Policies;

/// <summary>A number of GPUs, or the word for as many as there are.</summary>
internal sealed class GpuLimitType : FieldType<GpuLimit>
{
    private static readonly IntegerType Number = new(0, 1_000_000);

    /// <inheritdoc/>
    public override string Description => $"{Number.Description}, or `{GpuLimit.UnlimitedWord}`,";

    /// <inheritdoc/>
    public override bool TryRead(YamlNode node, ReadContext context, out GpuLimit value)
    {
        value = GpuLimit.Unlimited;
        if (node is YamlScalar { Value: GpuLimit.UnlimitedWord })
        {
            return true;
        }

        if (node is not YamlScalar scalar || scalar.IsNull || !scalar.Value.Any(char.IsAsciiDigit))
        {
            context.BadValue(node, Description);
            return false;
        }

        bool isNumber = Number.TryRead(node, context, out int most);
        value = new GpuLimit(most);
        return isNumber;
    }

    /// <inheritdoc/>
    public override JsonObject Schema() =>
        new() { ["anyOf"] = new JsonArray(Number.Schema(), new JsonObject { ["const"] = GpuLimit.UnlimitedWord }) };
}

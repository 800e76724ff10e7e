using System.Globalization;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Serve;

/// <summary>Numbers as Serve's schema takes them: plain ones, and text that is one.</summary>
internal static class ServeNumber
{
    /// <summary>The number, or null when it is none.</summary>
    public static double? Of(Field field) =>
        field.Json is { } json
        && json.Kind is JsonKind.Integer or JsonKind.Number or JsonKind.Text
        && double.TryParse(json.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
        && double.IsFinite(number)
            ? number
            : null;
}

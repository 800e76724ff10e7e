using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.CrossChecks;

/// <summary>
/// One fault, one finding: what the schema says of two items of one key, the checks of pods and Services don't say again at that
/// place, and that a field is null isn't told where its absence is.
/// </summary>
public static class OneFinding
{
    /// <summary>The faults without those that say again what another says at the same place.</summary>
    public static IReadOnlyList<ManifestFault> Of(IReadOnlyList<ManifestFault> faults)
    {
        if (!faults.Any(f => f.Rule == SchemaRules.DuplicateItem || f.Rule == SchemaRules.ExplicitNull))
        {
            return faults;
        }

        ILookup<(int, int), ManifestFault> bySpan = faults.ToLookup(SpanOf);
        return
        [
            .. faults.Where(f =>
                f.Rule == SchemaRules.ExplicitNull
                    ? !bySpan[SpanOf(f)].Any(o => o.Rule != SchemaRules.ExplicitNull)
                    : f.Rule == SchemaRules.DuplicateItem
                        || !bySpan[SpanOf(f)].Any(o => o.Rule == SchemaRules.DuplicateItem)
            ),
        ];
    }

    private static (int Start, int Length) SpanOf(ManifestFault fault) =>
        (fault.Span.Span.Start, fault.Span.Span.Length);
}

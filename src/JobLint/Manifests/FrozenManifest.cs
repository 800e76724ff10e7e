namespace Rayquest.JobLint.Manifests;

/// <summary>
/// Manifests that were rendered here and are frozen: what an engine does with them is told all the same, but no remedy that edits
/// them helps. The first finding of such a file says what does.
/// </summary>
public static class FrozenManifest
{
    /// <summary>The findings, the first of each rendered file with its request beside it.</summary>
    public static IEnumerable<Finding> Point(IEnumerable<Finding> findings)
    {
        HashSet<SourceText> reported = new(ReferenceEqualityComparer.Instance);
        foreach (Finding finding in findings)
        {
            SourceText source = finding.Span.Source;
            string first = source.Text.Length == 0 ? "" : source.Line(1);
            yield return JobHeader.RequestOf(first) is { } request && reported.Add(source)
                ? finding with
                {
                    Related =
                    [
                        .. finding.Related,
                        new RelatedLocation(
                            new SourceSpan(source, new TextSpan(0, first.Length)),
                            $"it was rendered from {request} and stays as it was merged, so don't edit it: what is found here holds for that run, and the next one (`/rerun`, a higher `run`, or another change of the request) is rendered anew"
                        ),
                    ],
                }
                : finding;
        }
    }
}

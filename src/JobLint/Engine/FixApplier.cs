using System.Text;

namespace Rayquest.JobLint.Engine;

/// <summary>Applies safe fixes to a text. Fixes that touch the same place as an earlier one wait for the next round.</summary>
public static class FixApplier
{
    /// <summary>The text with the safe fixes of its findings applied, and how many were.</summary>
    public static (string Text, int Applied) Apply(SourceText source, IEnumerable<Finding> findings)
    {
        List<TextEdit> taken = [];
        int applied = 0;
        foreach (
            Finding finding in findings.Where(f =>
                f.Fix is { Safety: FixSafety.Safe } && ReferenceEquals(f.Span.Source, source)
            )
        )
        {
            IReadOnlyList<TextEdit> edits = finding.Fix!.Edits;
            if (edits.Any(e => taken.Exists(t => Overlap(t.Span, e.Span))))
            {
                continue;
            }

            taken.AddRange(edits);
            applied++;
        }

        StringBuilder text = new(source.Text);
        foreach (TextEdit edit in taken.OrderByDescending(e => e.Span.Start))
        {
            text.Remove(edit.Span.Start, edit.Span.Length).Insert(edit.Span.Start, edit.NewText);
        }

        return (text.ToString(), applied);
    }

    private static bool Overlap(TextSpan left, TextSpan right) =>
        left.Start < right.End && right.Start < left.End || left.Start == right.Start;
}

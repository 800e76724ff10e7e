using Rayquest.JobLint;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Text;
using Rayquest.JobRender.Edits;

namespace Rayquest.JobReport.Rendering;

/// <summary>What is to be said of the edits of a live object.</summary>
internal static class EditFindings
{
    /// <summary>The findings, one for every field that is refused, and one for all that replace pods.</summary>
    /// <param name="anchor">The line of the request that stands for what it does not say itself.</param>
    public static IEnumerable<Finding> Of(string name, IReadOnlyList<FieldEdit> edits, SourceSpan anchor)
    {
        foreach (FieldEdit edit in edits.Where(e => e.IsRefused))
        {
            (RuleInfo rule, string what) = edit.Effect switch
            {
                EditEffect.NewPodsOnly => (EditRules.NewPodsOnly, "is for new pods only"),
                EditEffect.Ignored => (EditRules.Ignored, "has no effect"),
                _ => (EditRules.Impossible, "can't be made"),
            };
            yield return new Finding(
                rule,
                rule.DefaultSeverity,
                SpanOf(edit, anchor),
                $"{name} is live, and an edit of `{Shorten(edit.Field)}` {what}; {edit.Remedy ?? "undo it"}"
            );
        }

        foreach (FieldEdit edit in edits.Where(e => e.Effect == EditEffect.CatchUp))
        {
            RuleInfo rule = edit.Runs > 0 ? EditRules.ScheduleCatchesUp : EditRules.ResumeCatchesUp;
            yield return new Finding(
                rule,
                rule.DefaultSeverity,
                SpanOf(edit, anchor),
                $"{name} is live, and by the edit of `{Shorten(edit.Field)}` {edit.Remedy}"
            );
        }

        FieldEdit[] upgrading = [.. edits.Where(e => e.Effect == EditEffect.NewCluster)];
        if (upgrading.Length > 0)
        {
            yield return Upgrade(name, upgrading, anchor);
        }

        FieldEdit[] recreating = [.. edits.Where(e => e.Effect == EditEffect.Recreate)];
        if (recreating.Length > 0)
        {
            string fields = string.Join(", ", recreating.Take(3).Select(e => $"`{Shorten(e.Field)}`"));
            string more = recreating.Length > 3 ? $" and {recreating.Length - 3} more" : "";
            yield return new Finding(
                EditRules.Recreates,
                EditRules.Recreates.DefaultSeverity,
                SpanOf(recreating[0], anchor),
                $"the edit of {fields}{more} replaces all pods of {name}, and what runs there ends; to keep it running, ask for a cluster of another name"
            );
        }
    }

    private static Finding Upgrade(string name, FieldEdit[] edits, SourceSpan anchor) =>
        new(
            EditRules.MakesNewCluster,
            EditRules.MakesNewCluster.DefaultSeverity,
            SpanOf(edits[0], anchor),
            $"the edit of `{Shorten(edits[0].Field)}`{(edits.Length > 1 ? $" and {edits.Length - 1} more" : "")} makes a second cluster of {name}, and both hold what they ask for until the new one serves"
        );

    // A profile or policy decided it: the request is where it happens.
    private static SourceSpan SpanOf(FieldEdit edit, SourceSpan anchor) =>
        edit.Span.Source.Path == anchor.Source.Path ? edit.Span : anchor;

    private static string Shorten(string field) => TextShortening.Shorten(field, longest: 120, kept: 117);
}

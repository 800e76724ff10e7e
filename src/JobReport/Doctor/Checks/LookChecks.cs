namespace Rayquest.JobReport.Doctor.Checks;

using CheckRule = (DoctorCheck Check, Func<DoctorFacts, IEnumerable<Fault>> Evaluate);

/// <summary>What people see: the form's label and the status page.</summary>
internal static class LookChecks
{
    private const string FormLabel = "ray-job";

    public static IReadOnlyList<CheckRule> All { get; } =
    [
        (
            new("labels", $"the form's label `{FormLabel}` is there", true, false),
            facts => Fault.In(facts.Settings!.Labels, "the labels", Labels)
        ),
        (
            new("pages", "the status page is shown to nobody who can't see the repository", true, false),
            facts => Fault.In(facts.Settings!.Pages, "the site of GitHub Pages", site => Pages(site, facts.Settings!))
        ),
    ];

    private static IEnumerable<Fault> Labels(IReadOnlyList<string> labels)
    {
        if (!labels.Contains(FormLabel, StringComparer.OrdinalIgnoreCase))
        {
            yield return Fault.Warning(
                $"there is no label `{FormLabel}`: GitHub leaves it off a filled form, and nothing happens to it",
                $"Issues, Labels, New label `{FormLabel}`"
            );
        }
    }

    private static IEnumerable<Fault> Pages(PagesSettings site, RepositorySettings settings)
    {
        if (site is { IsThere: true, IsPublic: true } && settings.IsPrivate)
        {
            yield return Fault.Warning(
                "the repository is private and its site of GitHub Pages is public: anybody reads who runs what",
                "Settings, Pages: GitHub Pages visibility Private, or unpublish it"
            );
        }

        if (site is { IsThere: true, Branch: { } branch } && branch != settings.Ledger.Branch)
        {
            yield return Fault.Warning(
                $"GitHub Pages shows {branch}, and the status page is on {settings.Ledger.Branch}",
                $"Settings, Pages, Build and deployment: Deploy from a branch, {settings.Ledger.Branch}, / (root)"
            );
        }
    }
}

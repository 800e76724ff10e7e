using Rayquest.JobHosts.Doctor;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Doctor;
using Rayquest.JobReport.Doctor.Checks;

namespace Rayquest.JobRehearsal.Story;

/// <summary>
/// What <c>rayquest doctor</c> says of a repository that is set up as documented, and of one that was set up in a hurry.
/// </summary>
public sealed class DoctorStory(string folder, Action<StoryStep> report)
{
    private static readonly string[] Expected =
    [
        "status-source",
        "up-to-date",
        "code-owner-review",
        "history",
        "code-owners",
        "ledger-rules",
        "environments",
    ];

    private readonly List<StoryStep> steps = [];

    /// <summary>Tells the story to its end; the steps tell whether all went as it should.</summary>
    public async Task<IReadOnlyList<StoryStep>> Run(CancellationToken cancel = default)
    {
        using (var github = EmulatedGitHub.Start(Path.Combine(folder, "good.git")))
        {
            var root = github.AddUser("root", PermissionLevel.Admin);
            WellKeptRepository.SetUp(github, root);
            var findings = await Ask(github, root, cancel);
            Step(
                "a repository with every setting as documented",
                findings.All(finding => finding.State == DoctorState.Fine),
                $"{findings.Count} checks, {findings.Count(finding => finding.State == DoctorState.Fine)} fine"
            );

            github.Settings.Secrets.Add("RAYQUEST_APP_PRIVATE_KEY");
            findings = await Ask(github, root, cancel);
            Step(
                "somebody puts the App's key where every branch reads it",
                Errors(findings) is [{ Check.Name: "repository-secrets" }],
                Errors(findings) is [var leak, ..] ? leak.Message : "nothing is said"
            );

            findings = await Ask(github, github.AddUser("alice"), cancel);
            Step(
                "alice asks, who may not see such settings",
                findings.Single(finding => finding.Check.Name == "repository-secrets").State == DoctorState.Unread
                    && Diagnosis.IsUnsure(findings),
                findings.Single(finding => finding.Check.Name == "repository-secrets").Message
            );
        }

        using (var github = EmulatedGitHub.Start(Path.Combine(folder, "bad.git")))
        {
            var root = github.AddUser("root", PermissionLevel.Admin);
            github.Push(root, "main", "Begin", new Dictionary<string, string?> { ["README.md"] = "# jobs\n" });
            github.AddRuleset(
                "main",
                ["~DEFAULT_BRANCH"],
                [EmulatedRule.RequiredStatusChecks(false, new RequiredCheck("rayquest", null))]
            );
            var errors = Errors(await Ask(github, root, cancel));
            foreach (var finding in errors)
                report(new StoryStep($"another, set up in a hurry: {finding.Check.Name}", true, finding.Message));
            string[] missing =
            [
                .. Expected.Except(errors.Select(finding => finding.Check.Name), StringComparer.Ordinal),
            ];
            Step(
                "what gets past its gate is all named",
                missing.Length == 0,
                missing.Length > 0 ? string.Join(", ", missing) : $"{errors.Count} settings"
            );
        }

        return steps;
    }

    private static async Task<IReadOnlyList<DoctorFinding>> Ask(
        EmulatedGitHub github,
        EmulatedUser asking,
        CancellationToken cancel
    )
    {
        using var client = github.Client(asking);
        var (branch, settings) = await new DoctorReader(client, new DoctorOptions(WellKeptRepository.App)).Read(cancel);
        return Diagnosis.Evaluate(
            new DoctorFacts(branch, TreeReader.Read(github.Git, github.Git.Resolve($"refs/heads/{branch}")), settings)
        );
    }

    private static IReadOnlyList<DoctorFinding> Errors(IReadOnlyList<DoctorFinding> findings) =>
        [.. findings.Where(finding => finding.State == DoctorState.Error)];

    private void Step(string what, bool asItShould, string seen)
    {
        StoryStep step = new(what, asItShould, seen);
        steps.Add(step);
        report(step);
    }
}

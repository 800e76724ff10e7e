using Rayquest.JobModel.Repository;

namespace Rayquest.JobReport.Doctor.Checks;

using CheckRule = (DoctorCheck Check, Func<DoctorFacts, IEnumerable<Fault>> Evaluate);

/// <summary>Who owns what: everything is somebody's but requests and what is rendered from them.</summary>
internal static class CodeOwnersChecks
{
    private const int MostShown = 3;
    private const string Placeholder = "@your-organization/";

    // What isn't there yet must have an owner too, whatever it will be called.
    private const string New = "a-new-file-or-folder";

    public static IReadOnlyList<CheckRule> All { get; } =
    [
        (new("code-owners", "everything but requests and rendered jobs has an owner", false, true), Coverage),
        (new("submissions-free", "requests and rendered jobs are nobody's", false, false), Submissions),
        (
            new("owners-known", "GitHub knows every owner", true, true),
            facts =>
                Fault.In(
                    facts.Settings!.CodeOwnersErrors,
                    "what GitHub can't use in CODEOWNERS",
                    errors =>
                        errors.Select(error =>
                            Fault.Error(
                                $"GitHub can't use a line of CODEOWNERS: {error}",
                                "name a user or a visible team with write access to this repository"
                            )
                        )
                )
        ),
    ];

    private static bool IsSubmission(string path) =>
        path.StartsWith(RequestPath.Requests, StringComparison.Ordinal)
        || path.StartsWith(RequestPath.Jobs, StringComparison.Ordinal);

    private static IEnumerable<Fault> Coverage(DoctorFacts facts)
    {
        if (facts.Tree.CodeOwners is not { } file)
        {
            yield return Fault.Error(
                $"there is no CODEOWNERS file ({string.Join(", ", CodeOwners.Paths)}): nothing has an owner",
                "take .github/CODEOWNERS of this version, and put your team in"
            );
            yield break;
        }

        if (file.Text is null)
        {
            yield return Fault.Error(
                $"{file.Path} is larger than {CodeOwners.SizeLimit >> 20} MB: GitHub ignores it whole",
                "shorten it: `*` with your team, and two lines without"
            );
            yield break;
        }

        CodeOwners owners = CodeOwners.Parse(file.Text);
        foreach (CodeOwnersFault fault in owners.Faults)
        {
            yield return Fault.Error($"{file.Path}:{fault.Line} is not used by GitHub: {fault.Reason}", "fix the line");
        }

        if (
            owners.Lines.FirstOrDefault(line =>
                line.Owners.Any(owner => owner.StartsWith(Placeholder, StringComparison.OrdinalIgnoreCase))
            ) is
            { } example
        )
        {
            yield return Fault.Error(
                $"{file.Path}:{example.Number} still names the example's team: nobody is asked",
                "put your platform team in; it needs write access to this repository"
            );
        }

        string[] unowned =
        [
            .. facts
                .Tree.Paths.Where(path => !IsSubmission(path))
                .Where(path => owners.OwnersOf(path).Count == 0)
                .Order(StringComparer.Ordinal),
        ];
        if (unowned.Length > 0)
        {
            yield return Fault.Error(
                $"{Some(unowned)} {(unowned.Length == 1 ? "has" : "have")} no owner in {file.Path}: whoever may write changes it without being asked",
                "give `*` to your platform team in the first line, and take only /jobs-requests/ and /jobs/ out after it"
            );
        }
        else if (Future(facts.Tree.Paths).FirstOrDefault(path => owners.OwnersOf(path).Count == 0) is { } future)
        {
            yield return Fault.Error(
                $"a new file like {future} would have no owner in {file.Path}",
                "give `*` to your platform team in the first line, and take only /jobs-requests/ and /jobs/ out after it"
            );
        }
    }

    private static IEnumerable<string> Future(IEnumerable<string> paths) =>
        paths
            .Where(path => !IsSubmission(path))
            .Select(path => path[..(path.LastIndexOf('/') + 1)])
            .Append("")
            .Append(".github/workflows/")
            .Append(New + "/")
            .Distinct(StringComparer.Ordinal)
            .Select(folder => folder + New);

    private static IEnumerable<Fault> Submissions(DoctorFacts facts)
    {
        if (facts.Tree.CodeOwners is not { Text: { } text } file)
        {
            yield break;
        }

        CodeOwners owners = CodeOwners.Parse(text);
        string[] owned =
        [
            .. facts
                .Tree.Paths.Where(IsSubmission)
                .Concat([
                    "jobs-requests/a-team/a-request.yaml",
                    "jobs-requests/a-team/code/a.py",
                    "jobs/a-team/a-job.yaml",
                ])
                .Where(path => owners.OwnersOf(path).Count > 0)
                .Order(StringComparer.Ordinal),
        ];
        if (owned is [var first, ..])
        {
            CodeOwnersLine line = owners.LineOf(first)!;
            yield return Fault.Warning(
                $"{file.Path}:{line.Number} gives {first} to {string.Join(" and ", line.Owners)}: submissions wait for them, whatever the evaluation says",
                "end the file with the lines `/jobs-requests/` and `/jobs/`, without an owner; the last line that matches decides"
            );
        }
    }

    private static string Some(string[] paths) =>
        string.Join(", ", paths.Take(MostShown))
        + (paths.Length > MostShown ? $" and {paths.Length - MostShown} more" : "");
}

namespace Rayquest.JobLint.Catalogue;

/// <summary>What the review of a pull request reports about the change as a whole; the preview raises them.</summary>
public static class ReviewRules
{
    /// <summary>RQ5090: requests together with other files.</summary>
    public static RuleInfo MixedChange { get; } =
        new("RQ5090", "mixed-change", Severity.Error, "Requests are submitted beside other files.")
        {
            Category = RuleCategory.Security,
            HasFixedSeverity = true,
            Why =
                "A submission is evaluated, rendered and merged by the pipeline, as data. Code, policies and workflows are reviewed by people and tried by CI. One pull request can't be both: the half that nobody evaluated would be merged with the other.",
        };

    /// <summary>RQ5091: a rendered file that isn't what its request renders to.</summary>
    public static RuleInfo NotAsRendered { get; } =
        new("RQ5091", "not-as-rendered", Severity.Error, "A file under `jobs/` is not what its request renders to.")
        {
            Category = RuleCategory.Security,
            HasFixedSeverity = true,
            Why =
                "What is merged under `jobs/` runs. On a pull request from a fork the pipeline can't put the right bytes onto the branch, so a file there must be exactly the rendering, or better not be there: it is rendered at the merge.",
        };

    /// <summary>RQ5092: a file under jobs/ the change has no business with.</summary>
    public static RuleInfo SmuggledJob { get; } =
        new("RQ5092", "smuggled-job", Severity.Error, "A file under `jobs/` is changed although its request is not.")
        {
            Category = RuleCategory.Security,
            HasFixedSeverity = true,
            Why =
                "Merged jobs are frozen: their manifests change only with their own requests. An edit beside them would run something no policy has evaluated.",
        };

    /// <summary>RQ5093: links and submodules.</summary>
    public static RuleInfo NotAPlainFile { get; } =
        new("RQ5093", "not-a-plain-file", Severity.Error, "A path is a symbolic link or a submodule.")
        {
            Category = RuleCategory.Security,
            HasFixedSeverity = true,
            Why =
                "Whoever follows a link reads what lies elsewhere: on the runner, in another team's folder, in Argo CD's own files. Nothing here is followed, so a link has no use.",
        };

    /// <summary>RQ5094: a file beside the requests that none of them ships.</summary>
    public static RuleInfo UnexpectedFile { get; } =
        new(
            "RQ5094",
            "unexpected-file",
            Severity.Error,
            "A file under `jobs-requests/` is not a request, and no request ships it."
        )
        {
            Category = RuleCategory.Security,
            Why =
                "A submission can be merged without anybody reading it. A `.gitattributes` would hide later changes from reviewers, a `CODEOWNERS` or a notice would speak for the platform. Only requests and the code they ship belong there.",
        };

    /// <summary>RQ5095: an object's name that is another request's.</summary>
    public static RuleInfo NameTaken { get; } =
        new("RQ5095", "name-taken", Severity.Error, "A job would get the name of another request's job.")
        {
            Category = RuleCategory.Security,
            HasFixedSeverity = true,
            Why =
                "An object's name ends with a few digits of its request's digest, and another request with the same ones is found within a minute. Applied under that name it would be an edit of the live object, which KubeRay ignores: the old job would run on while its GPUs left the count. A name that is taken is passed over, so this should not be seen; if it is, change anything in the request (`run: 2`), and report it.",
        };

    /// <summary>All rules of this category.</summary>
    public static IReadOnlyList<RuleInfo> All { get; } =
    [MixedChange, NotAsRendered, SmuggledJob, NotAPlainFile, UnexpectedFile, NameTaken];
}

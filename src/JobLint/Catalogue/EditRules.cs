namespace Rayquest.JobLint.Catalogue;

/// <summary>What is said of an edit of something live, which keeps its name and is edited in place; rendering raises them.</summary>
public static class EditRules
{
    /// <summary>RQ4601: an edit that can't be made.</summary>
    public static RuleInfo Impossible { get; } =
        new("RQ4601", "edit-impossible", Severity.Error, "An edit of something live can't be made.")
        {
            Category = RuleCategory.Engine,
            HasFixedSeverity = true,
            Why =
                "A RayCluster, a RayService and a RayCronJob keep their name, so an edit of the request is an edit of the live object. Some fields the API server lets nobody change. And some edits leave behind what can't be reached any more: of a removed worker group the pods run on for ever (without the strategy `Recreate`), a missing `suspend` leaves a cluster suspended. The message says the way round.",
            Facts = "C21",
        };

    /// <summary>RQ4602: an edit that only pods made later would have.</summary>
    public static RuleInfo NewPodsOnly { get; } =
        new("RQ4602", "edit-of-new-pods-only", Severity.Error, "Only pods made later would have the edit.")
        {
            Category = RuleCategory.Engine,
            HasFixedSeverity = true,
            Why =
                "KubeRay before 1.6 compares no pod with its template: an edit of an image, of resources or of variables goes to the pods it makes later, when a group grows or a pod crashes. The cluster is then mixed, and nothing says so. From 1.6 on a RayCluster is rendered with the strategy `Recreate`, and the edit replaces all pods.",
        };

    /// <summary>RQ4603: an edit that nothing comes of.</summary>
    public static RuleInfo Ignored { get; } =
        new("RQ4603", "edit-without-effect", Severity.Error, "Nothing would come of an edit.")
        {
            Category = RuleCategory.Engine,
            HasFixedSeverity = true,
            Why =
                "The operator makes some things once and never looks at them again: the Service of the head with its type and annotations, an Ingress that was asked for and isn't any more. The manifest would say one thing and the cluster do another.",
        };

    /// <summary>RQ4604: an edit that replaces all pods.</summary>
    public static RuleInfo Recreates { get; } =
        new("RQ4604", "edit-replaces-pods", Severity.Warning, "The edit replaces all pods of a live cluster.")
        {
            Category = RuleCategory.Engine,
            Why =
                "With the strategy `Recreate` the operator deletes all pods of an edited RayCluster at once, the head's included, and makes new ones. Jobs that run there end, and what only the head's memory held is gone. Replicas, `lease`, `run`, `description` and `owner` are edited without that.",
        };

    /// <summary>RQ4605: an edit that makes a second cluster.</summary>
    public static RuleInfo MakesNewCluster { get; } =
        new("RQ4605", "edit-makes-new-cluster", Severity.Warning, "The edit makes a second cluster of a live service.")
        {
            Category = RuleCategory.Engine,
            Why =
                "A RayService whose cluster is edited gets a second one beside the first, and traffic goes over when all its applications run. Until then both hold their GPUs, which the quota counts. An edit of `serve` alone is taken by Serve in place.",
        };

    /// <summary>RQ4606: a schedule that goes on after a suspension.</summary>
    public static RuleInfo ResumeCatchesUp { get; } =
        new(
            "RQ4606",
            "resume-catches-up",
            Severity.Error,
            "A schedule that goes on starts every run it missed, at once."
        )
        {
            Category = RuleCategory.Engine,
            Why =
                "The operator counts the next run from the last one it started, and skips none: after a month's suspension a nightly schedule starts thirty runs in the same second, each with a cluster of its own. No quota was asked for that. A request of another name begins afresh, and so does one that is removed in one change and added again in another. Where runs are small and catching up is wanted, the platform team sets this rule to a warning.",
            Facts = "R7",
        };

    /// <summary>RQ4607: a schedule that comes more often from now on.</summary>
    public static RuleInfo ScheduleCatchesUp { get; } =
        new(
            "RQ4607",
            "schedule-catches-up",
            Severity.Warning,
            "A schedule that comes more often starts at once what it would have had since the last run."
        )
        {
            Category = RuleCategory.Engine,
            Why =
                "The operator counts the next run from the last one it started, by the schedule as it is now: who makes a weekly schedule hourly on a Saturday gets the runs of the whole week in the same second. The quota counts them all as held at a time. A request of another name begins afresh.",
            Facts = "R7",
        };

    /// <summary>All rules of this kind.</summary>
    public static IReadOnlyList<RuleInfo> All { get; } =
    [Impossible, NewPodsOnly, Ignored, Recreates, MakesNewCluster, ResumeCatchesUp, ScheduleCatchesUp];
}

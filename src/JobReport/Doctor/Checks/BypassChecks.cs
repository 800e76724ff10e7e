namespace Rayquest.JobReport.Doctor.Checks;

using CheckRule = (DoctorCheck Check, Func<DoctorFacts, IEnumerable<Fault>> Evaluate);

/// <summary>Whom the rules of the default branch let by: the App, and nobody else.</summary>
internal static class BypassChecks
{
    private const string Needs = "administration: write (who passes a ruleset is told only to who may change it)";
    private const string AppNeeds = Needs + ", or the App's own token";

    public static IReadOnlyList<CheckRule> All { get; } =
    [
        (
            new("app-bypass", "the rules of the default branch let the App's commits through", true, false),
            facts =>
                App(
                    facts.Settings!,
                    facts.Settings!.Main,
                    "the archive and the repair of `jobs/` go by pull request, and quota stays held until somebody merges it"
                )
        ),
        (
            new("other-bypass", "nobody but the App passes the rules of the default branch", true, true),
            facts => Others(facts.Settings!, facts.Settings!.Main)
        ),
    ];

    /// <summary>Whether the App's pushes pass every rule of a branch that would refuse them.</summary>
    /// <param name="otherwise">What follows where they don't.</param>
    public static IEnumerable<Fault> App(RepositorySettings settings, BranchFacts branch, string otherwise)
    {
        return Fault.In(
            branch.Rules,
            $"the rules of {branch.Branch}",
            rules => rules.Where(rule => rule.RefusesPushes).Select(rule => rule.Ruleset).Distinct().SelectMany(AppOf)
        );

        IEnumerable<Fault> AppOf(long id)
        {
            if (branch.Rulesets[id] is not { Value: { } ruleset })
            {
                yield return Fault.Unread($"whether a ruleset of {branch.Branch} lets the App by", AppNeeds);
                yield break;
            }

            bool? passes = settings switch
            {
                { IsAskedByApp: true } when ruleset.OursMay is { } may => may is "always" or "exempt",
                { App: { } app } when ruleset.Bypass is { } list => list.Any(actor =>
                    actor.Type == "Integration" && actor.Id == app && actor.MayPush
                ),
                _ => null,
            };
            if (passes is null)
            {
                string what = $"whether {ruleset.Name} lets the App by";
                yield return ruleset.Bypass is null ? Fault.Unread(what, AppNeeds) : Fault.WhichApp(what);
            }
            else if (passes == false)
            {
                yield return Fault.Warning(
                    $"{ruleset.Name} refuses the App's commits to {branch.Branch}: {otherwise}",
                    "Settings, Rules, Rulesets, that one: Bypass list, Add bypass, the App, Always allow"
                );
            }
        }
    }

    /// <summary>Whether somebody else passes the rules of a branch.</summary>
    public static IEnumerable<Fault> Others(RepositorySettings settings, BranchFacts branch)
    {
        return Fault.In(
            branch.Rules,
            $"the rules of {branch.Branch}",
            rules => rules.Select(rule => rule.Ruleset).Distinct().SelectMany(OthersOf)
        );

        IEnumerable<Fault> OthersOf(long id)
        {
            if (branch.Rulesets[id].Value is not { Bypass: { } list } ruleset)
            {
                yield return Fault.Unread($"who passes a ruleset of {branch.Branch}", Needs);
                yield break;
            }

            foreach (BypassActor actor in list.Where(actor => actor.Type != "Integration" || actor.Id != settings.App))
            {
                string remedy = $"Settings, Rules, Rulesets, {ruleset.Name}: take them off the bypass list";
                yield return actor switch
                {
                    { IsAdministrator: true } => Fault.Warning(
                        $"{actor.Name} pass {ruleset.Name} without changing it, on {branch.Branch}: what they merge by mistake nobody sees",
                        remedy
                    ),
                    { Type: "Integration" } when settings.App is null => Fault.WhichApp(
                        $"whether {actor.Name}, which passes {ruleset.Name}, is the pipeline's"
                    ),
                    _ => Fault.Error($"{ruleset.Name} lets {actor.Name} by, on {branch.Branch}", remedy),
                };
            }
        }
    }
}

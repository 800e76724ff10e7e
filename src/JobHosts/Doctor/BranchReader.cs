using System.Text.Json;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Rules;
using Rayquest.JobReport.Doctor;

namespace Rayquest.JobHosts.Doctor;

/// <summary>The rules of a branch from both places that have some: rulesets, and classic protection told as if it were some.</summary>
internal sealed class BranchReader(SettingsClient settings)
{
    private readonly Dictionary<long, Reading<RulesetFacts>> known = [];

    public async Task<BranchFacts> Read(string branch, CancellationToken cancel)
    {
        Dictionary<long, Reading<RulesetFacts>> rulesets = [];
        Reading<IReadOnlyList<BranchRule>> rules = await DoctorReader.Attempt(
            async () => (IReadOnlyList<BranchRule>)[.. (await settings.Rules(branch, cancel)).Select(Rule)],
            "metadata: read"
        );
        if (rules.Value is not { } active)
        {
            return new BranchFacts(branch, rules, rulesets);
        }

        foreach (long id in active.Select(rule => rule.Ruleset).Distinct())
        {
            rulesets[id] = await Ruleset(id, cancel);
        }

        BranchSummary? summary = await settings.FindBranch(branch, cancel);
        if (summary?.Protection?.Enabled != true)
        {
            return new BranchFacts(branch, rules, rulesets);
        }

        Reading<BranchProtection> classic = await DoctorReader.Attempt(
            () => settings.Protection(branch, cancel),
            "administration: read (for its classic protection)"
        );
        if (classic.Value is not { } protection)
        {
            return new BranchFacts(branch, Reading.Unreadable<IReadOnlyList<BranchRule>>(classic.Needs!), rulesets);
        }

        List<BranchRule> all = [.. active, .. ClassicRules(protection)];
        foreach (RulesetFacts part in ClassicParts(branch, protection))
        {
            rulesets[part.Id] = Reading.Of(part);
        }

        return new BranchFacts(branch, Reading.Of<IReadOnlyList<BranchRule>>(all), rulesets);
    }

    private async Task<Reading<RulesetFacts>> Ruleset(long id, CancellationToken cancel)
    {
        if (!known.TryGetValue(id, out Reading<RulesetFacts>? ruleset))
        {
            known[id] = ruleset = await DoctorReader.Attempt(
                async () =>
                {
                    Ruleset reported = await settings.Ruleset(id, cancel);
                    return new RulesetFacts(
                        reported.Id,
                        $"the ruleset `{reported.Name}`",
                        reported
                            .BypassActors?.Select(actor => new BypassActor(
                                actor.ActorType,
                                actor.ActorId,
                                actor.BypassMode ?? "always"
                            ))
                            .ToList(),
                        reported.CurrentUserCanBypass
                    );
                },
                "metadata: read"
            );
        }

        return ruleset;
    }

    private static BranchRule Rule(ActiveRule rule) =>
        new(rule.Type, rule.RulesetId)
        {
            Statuses =
            [
                .. Items(rule.Parameters, "required_status_checks")
                    .Where(status => status.TryGetProperty("context", out _))
                    .Select(status => new RequiredStatus(
                        status.GetProperty("context").GetString()!,
                        Number(status, "integration_id")
                    )),
            ],
            IsStrict = Flag(rule.Parameters, "strict_required_status_checks_policy"),
            NeedsCodeOwners = Flag(rule.Parameters, "require_code_owner_review"),
            DismissesStale = Flag(rule.Parameters, "dismiss_stale_reviews_on_push"),
            Approvals = (int)(Number(rule.Parameters, "required_approving_review_count") ?? 0),
        };

    private static IEnumerable<BranchRule> ClassicRules(BranchProtection protection)
    {
        if (protection.RequiredStatusChecks is { } statuses)
        {
            yield return new BranchRule("required_status_checks", RulesetFacts.ClassicStatuses)
            {
                IsStrict = statuses.Strict == true,
                Statuses =
                [
                    .. (statuses.Checks ?? []).Select(check => new RequiredStatus(
                        check.Context,
                        check.AppId is -1 ? null : check.AppId
                    )),
                ],
            };
        }

        if (protection.RequiredPullRequestReviews is { } reviews)
        {
            yield return new BranchRule("pull_request", RulesetFacts.ClassicReviews)
            {
                NeedsCodeOwners = reviews.RequireCodeOwnerReviews == true,
                DismissesStale = reviews.DismissStaleReviews == true,
                Approvals = reviews.RequiredApprovingReviewCount ?? 0,
            };
        }

        if (protection.Restrictions is not null)
        {
            yield return new BranchRule("update", RulesetFacts.ClassicPushers);
        }

        if (protection.AllowForcePushes?.Enabled != true)
        {
            yield return new BranchRule("non_fast_forward", RulesetFacts.ClassicHistory);
        }

        if (protection.AllowDeletions?.Enabled != true)
        {
            yield return new BranchRule("deletion", RulesetFacts.ClassicHistory);
        }
    }

    private static IEnumerable<RulesetFacts> ClassicParts(string branch, BranchProtection protection)
    {
        string name = $"the classic protection of {branch}";
        List<BypassActor> administrators =
            protection.EnforceAdmins?.Enabled == true
                ? []
                : [new BypassActor("RepositoryRole", BypassActor.AdminRole, "always")];
        yield return new RulesetFacts(RulesetFacts.ClassicStatuses, name, administrators, null);
        yield return new RulesetFacts(
            RulesetFacts.ClassicReviews,
            name,
            [.. administrators, .. Actors(protection.RequiredPullRequestReviews?.BypassPullRequestAllowances)],
            null
        );
        yield return new RulesetFacts(
            RulesetFacts.ClassicPushers,
            name,
            [.. administrators, .. Actors(protection.Restrictions)],
            null
        );
        yield return new RulesetFacts(RulesetFacts.ClassicHistory, name, administrators, null);
    }

    private static IEnumerable<BypassActor> Actors(ProtectionActors? actors) =>
        [
            .. (actors?.Apps ?? []).Select(app => new BypassActor("Integration", app.Id, "always")),
            .. (actors?.Teams ?? []).Select(team => new BypassActor("Team", team.Id, "always")),
            .. (actors?.Users ?? []).Select(user => new BypassActor("User", user.Id, "always")),
        ];

    private static IEnumerable<JsonElement> Items(JsonElement parameters, string name) =>
        parameters.ValueKind == JsonValueKind.Object
        && parameters.TryGetProperty(name, out JsonElement list)
        && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray()
            : [];

    private static bool Flag(JsonElement parameters, string name) =>
        parameters.ValueKind == JsonValueKind.Object
        && parameters.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.True;

    private static long? Number(JsonElement parameters, string name) =>
        parameters.ValueKind == JsonValueKind.Object
        && parameters.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.Number
            ? value.GetInt64()
            : null;
}

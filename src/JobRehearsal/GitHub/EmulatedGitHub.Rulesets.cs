using System.Text.Json.Nodes;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Rules;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>Rulesets: which rules hold on a branch, and for whom.</summary>
public sealed partial class EmulatedGitHub
{
    private readonly List<EmulatedRuleset> rulesets = [];

    public IReadOnlyList<EmulatedRuleset> Rulesets => Snapshot(rulesets);

    /// <summary>Makes a ruleset for branches, active at once.</summary>
    /// <param name="branches"><c>~DEFAULT_BRANCH</c>, <c>~ALL</c>, or <c>refs/heads/…</c> with <c>*</c> and <c>**</c>.</param>
    public EmulatedRuleset AddRuleset(
        string name,
        IReadOnlyList<string> branches,
        IReadOnlyList<EmulatedRule> rules,
        params IReadOnlyList<EmulatedBypass> bypass
    )
    {
        lock (gate)
        {
            NotActions(bypass);
            var ruleset = new EmulatedRuleset(NextId(), name)
            {
                Include = branches,
                Rules = rules,
                Bypass = bypass,
            };
            rulesets.Add(ruleset);
            return ruleset;
        }
    }

    public void RemoveRuleset(EmulatedRuleset ruleset)
    {
        lock (gate)
            rulesets.Remove(ruleset);
    }

    // The App behind the workflows' own token can't be put on the list.
    private static void NotActions(IReadOnlyList<EmulatedBypass> bypass)
    {
        if (bypass.Any(actor => actor is { ActorType: "Integration", ActorId: ActionsApp }))
            throw new ApiFault(
                422,
                "Validation Failed",
                Custom("Ruleset", "bypass_actors", "GitHub Actions can't be a bypass actor")
            );
    }

    private IEnumerable<(EmulatedRuleset Ruleset, EmulatedRule Rule)> ActiveRules(string branch) =>
        rulesets
            .Where(ruleset => ruleset.Covers(branch))
            .SelectMany(ruleset => ruleset.Rules.Select(rule => (ruleset, rule)));

    private IEnumerable<JsonNode> RulesOf(string branch) =>
        ActiveRules(branch)
            .Select(applied =>
            {
                var json = RuleJson(applied.Rule);
                json["ruleset_source_type"] = "Repository";
                json["ruleset_source"] = Name.ToString();
                json["ruleset_id"] = applied.Ruleset.Id;
                return json;
            });

    private static JsonObject RuleJson(EmulatedRule rule)
    {
        var json = new JsonObject { ["type"] = rule.Type };
        if (rule.Parameters is { } parameters)
            json["parameters"] = parameters.DeepClone();
        return json;
    }

    /// <summary>A ruleset as lists show it, or whole; who passes it is told only to who may change it.</summary>
    private JsonObject RulesetJson(EmulatedRuleset ruleset, EmulatedUser user, bool whole)
    {
        var json = new JsonObject
        {
            ["id"] = ruleset.Id,
            ["name"] = ruleset.Name,
            ["target"] = "branch",
            ["source_type"] = "Repository",
            ["source"] = Name.ToString(),
            ["enforcement"] = ruleset.Enforcement,
            ["node_id"] = $"RRS_{ruleset.Id}",
            ["_links"] = new JsonObject
            {
                ["self"] = new JsonObject { ["href"] = Shape.Url($"rulesets/{ruleset.Id}") },
                ["html"] = new JsonObject { ["href"] = Shape.Page($"rules/{ruleset.Id}") },
            },
            ["created_at"] = "2026-11-23T09:00:00Z",
            ["updated_at"] = "2026-11-23T09:00:00Z",
        };
        if (!whole)
            return json;
        json["current_user_can_bypass"] =
            ruleset.Bypass.FirstOrDefault(actor => actor.IsFor(user)) is not { } mine ? "never"
            : mine.Mode == "pull_request" ? "pull_requests_only"
            : mine.Mode;
        json["conditions"] = new JsonObject
        {
            ["ref_name"] = new JsonObject
            {
                ["include"] = Texts(ruleset.Include),
                ["exclude"] = Texts(ruleset.Exclude),
            },
        };
        json["rules"] = Shapes.List(ruleset.Rules.Select(RuleJson));
        if (user.Permission == PermissionLevel.Admin)
            json["bypass_actors"] = Shapes.List(
                ruleset.Bypass.Select(actor => new JsonObject
                {
                    ["actor_id"] = actor.ActorId,
                    ["actor_type"] = actor.ActorType,
                    ["bypass_mode"] = actor.Mode,
                })
            );
        return json;
    }

    private EmulatedRuleset RulesetOf(string id) =>
        rulesets.Find(ruleset => Same(ruleset.Id, id)) ?? throw new ApiFault(404, "Not Found");

    private Reply CreateRuleset(EmulatedUser user, JsonObject body)
    {
        MustAdminister(user);
        var ruleset = new EmulatedRuleset(NextId(), Required(body, "Ruleset", "name"));
        Fill(ruleset, body);
        rulesets.Add(ruleset);
        return new Reply(201, RulesetJson(ruleset, user, whole: true));
    }

    private Reply UpdateRuleset(EmulatedUser user, string id, JsonObject body)
    {
        MustAdminister(user);
        Fill(RulesetOf(id), body);
        return new Reply(200, RulesetJson(RulesetOf(id), user, whole: true));
    }

    private Reply DeleteRuleset(EmulatedUser user, string id)
    {
        MustAdminister(user);
        rulesets.Remove(RulesetOf(id));
        return new Reply(204);
    }

    private static void Fill(EmulatedRuleset ruleset, JsonObject body)
    {
        ruleset.Name = Text(body, "name") ?? ruleset.Name;
        ruleset.Enforcement = Text(body, "enforcement") ?? ruleset.Enforcement;
        if (body["bypass_actors"] is JsonArray actors)
        {
            var bypass = actors
                .OfType<JsonObject>()
                .Select(actor => new EmulatedBypass(
                    Required(actor, "Ruleset", "actor_type"),
                    Integer(actor, "actor_id"),
                    Text(actor, "bypass_mode") ?? "always"
                ))
                .ToList();
            NotActions(bypass);
            ruleset.Bypass = bypass;
        }

        if (body["conditions"]?["ref_name"] is JsonObject names)
        {
            ruleset.Include = [.. (names["include"] as JsonArray ?? []).Select(pattern => $"{pattern}")];
            ruleset.Exclude = [.. (names["exclude"] as JsonArray ?? []).Select(pattern => $"{pattern}")];
        }

        if (body["rules"] is JsonArray rules)
            ruleset.Rules =
            [
                .. rules
                    .OfType<JsonObject>()
                    .Select(rule => new EmulatedRule(
                        Required(rule, "Ruleset", "type"),
                        rule["parameters"]?.DeepClone() as JsonObject
                    )),
            ];
    }

    private static void MustAdminister(EmulatedUser user)
    {
        if (user.Permission != PermissionLevel.Admin)
            throw new ApiFault(
                user.IsApp ? 403 : 404,
                user.IsApp ? "Resource not accessible by integration" : "Not Found"
            );
    }

    private Reply GetBranch(string branch)
    {
        var head = Git.TryResolve(Heads + branch) ?? throw new ApiFault(404, "Branch not found");
        var required = RequiredOfProtection(branch);
        var classic = required.Count > 0 || (options.RequiresPullRequest && branch == "main");
        return new Reply(
            200,
            new JsonObject
            {
                ["name"] = branch,
                ["commit"] = CommitJson(Git.ReadCommit(head)),
                ["_links"] = new JsonObject
                {
                    ["self"] = Shape.Url("branches/" + branch),
                    ["html"] = Shape.Page("tree/" + branch),
                },
                ["protected"] = classic || ActiveRules(branch).Any(),
                ["protection"] = new JsonObject
                {
                    ["enabled"] = classic,
                    ["required_status_checks"] = new JsonObject
                    {
                        ["enforcement_level"] = required.Count > 0 ? "non_admins" : "off",
                        ["contexts"] = Texts(required.Select(check => check.Context)),
                        ["checks"] = CheckList(required),
                    },
                },
                ["protection_url"] = Shape.Url($"branches/{branch}/protection"),
            }
        );
    }

    private Reply GetProtection(EmulatedUser user, string branch)
    {
        MustAdminister(user);
        var required = RequiredOfProtection(branch);
        if (required.Count == 0 && !(options.RequiresPullRequest && branch == "main"))
            throw new ApiFault(404, "Branch not protected");
        var url = Shape.Url($"branches/{branch}/protection");
        var json = new JsonObject
        {
            ["url"] = url,
            ["enforce_admins"] = new JsonObject { ["url"] = url + "/enforce_admins", ["enabled"] = false },
        };
        if (required.Count > 0)
            json["required_status_checks"] = new JsonObject
            {
                ["url"] = url + "/required_status_checks",
                ["contexts_url"] = url + "/required_status_checks/contexts",
                ["strict"] = options.RequiresUpToDate,
                ["contexts"] = Texts(required.Select(check => check.Context)),
                ["checks"] = CheckList(required),
            };
        if (options.RequiresPullRequest)
            json["required_pull_request_reviews"] = new JsonObject
            {
                ["url"] = url + "/required_pull_request_reviews",
                ["dismiss_stale_reviews"] = options.DismissStaleReviews,
                ["require_code_owner_reviews"] = false,
                ["required_approving_review_count"] = 0,
                ["require_last_push_approval"] = false,
            };
        return new Reply(200, json);
    }

    private static JsonArray CheckList(IEnumerable<RequiredCheck> required) =>
        Shapes.List(required.Select(check => new JsonObject { ["context"] = check.Context, ["app_id"] = check.AppId }));

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}

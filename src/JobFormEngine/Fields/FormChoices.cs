using System.Globalization;
using System.Text;
using Rayquest.JobFormEngine.Requests;
using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Yaml;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.JobFormEngine.Fields;

/// <summary>A value that may be chosen, with what there is to know of it.</summary>
/// <param name="Value">As it is written.</param>
/// <param name="Note">A price, a reference; empty for nothing.</param>
public sealed record FieldChoice(string Value, string Note = "");

/// <summary>
/// What a team may choose. Whether it may is asked of the linter, by a request that says nothing but that: no second reading of
/// the policies could differ from it.
/// </summary>
public sealed class FormChoices(FormEngine engine)
{
    private readonly Dictionary<string, Dictionary<string, IReadOnlyList<FieldChoice>>> byTeam = new(
        StringComparer.Ordinal
    );

    /// <summary>The choices of a field; empty where anything may be typed.</summary>
    public IReadOnlyList<FieldChoice> Of(string team, string field)
    {
        if (!byTeam.TryGetValue(team, out Dictionary<string, IReadOnlyList<FieldChoice>>? known))
        {
            known = byTeam[team] = Read(team);
        }

        return known.GetValueOrDefault(FormFields.Generic(field), []);
    }

    private Dictionary<string, IReadOnlyList<FieldChoice>> Read(string team)
    {
        PolicySet policies = engine.Policies;
        PlatformPolicy platform = policies.Platform;
        FieldChoice[] images =
        [
            .. policies
                .Images.Aliases.OrderBy(a => a.Key, StringComparer.Ordinal)
                .Select(a => new FieldChoice(a.Key, a.Value.Value)),
        ];
        FieldChoice[] pools = Named(platform.NodePools.Keys);
        List<(string Field, FieldChoice[] Choices)> candidates =
        [
            ("profile", Named(policies.Profiles.Keys)),
            ("image", images),
            ("nodePool", pools),
            ("priority", Named(platform.Priorities.Keys)),
            ("cluster", Named(platform.Clusters.Keys)),
            ("serviceAccount", Granted(policies.Rules.ServiceAccounts)),
            ("volumes[].claim", Granted(policies.Rules.Volumes)),
            ("secrets[].name", Granted(policies.Rules.Secrets)),
            (
                "workers[].gpu",
                [
                    .. platform
                        .Gpus.OrderBy(g => g.Key, StringComparer.Ordinal)
                        .Select(g => new FieldChoice(g.Key, Price(platform, g.Value))),
                ]
            ),
            ("envFrom[].secret", Named(policies.Rules.EnvFromOf(team).Select(e => e.Secret?.Value).OfType<string>())),
            (
                "envFrom[].configMap",
                Named(policies.Rules.EnvFromOf(team).Select(e => e.ConfigMap?.Value).OfType<string>())
            ),
        ];
        Dictionary<string, IReadOnlyList<FieldChoice>> allowed = Allowed(team, candidates);
        foreach (string pod in (string[])["head", "workers[]"])
        {
            allowed[$"{pod}.image"] = allowed["image"];
            allowed[$"{pod}.nodePool"] = allowed["nodePool"];
        }

        // Nobody is refused as owner for being no member of the team, so members are offered and others typed.
        allowed["owner"] = Named(policies.Quotas.Of(team)?.Members ?? []);
        return allowed;

        FieldChoice[] Granted(IReadOnlyDictionary<string, IReadOnlyList<string>> patterns) =>
            Named(
                (patterns.GetValueOrDefault(team) ?? patterns.GetValueOrDefault(QuotasPolicy.DefaultTeam) ?? []).Where(
                    p => !p.Contains('*', StringComparison.Ordinal)
                )
            );
    }

    // One run of the linter over all of them: the same rules, and the policies' own severities.
    private Dictionary<string, IReadOnlyList<FieldChoice>> Allowed(
        string team,
        IReadOnlyList<(string Field, FieldChoice[] Choices)> candidates
    )
    {
        Dictionary<string, (string Field, FieldChoice Choice)> probes = new(StringComparer.Ordinal);
        Dictionary<string, byte[]?> files = new(StringComparer.Ordinal);
        foreach ((string field, FieldChoice[] choices) in candidates)
        {
            foreach (FieldChoice choice in choices)
            {
                string path = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{RequestPath.Requests}{team}/probe-{probes.Count}.yaml"
                );
                probes[path] = (field, choice);
                files[path] = Encoding.UTF8.GetBytes(Probe(field, choice.Value, probes.Count - 1));
            }
        }

        LintResult result = Linter.Run(
            new LintInput
            {
                Tree = new OverlayTree(engine.Tree, files),
                Policies = engine.Loaded,
                Paths = [.. probes.Keys],
            }
        );
        HashSet<string> refused = new(StringComparer.Ordinal);
        foreach (Finding finding in result.Findings.Where(f => f.Severity == Severity.Error))
        {
            if (
                probes.TryGetValue(finding.Span.Source.Path, out (string Field, FieldChoice Choice) probe)
                && finding.Span.Text.Contains(probe.Choice.Value, StringComparison.Ordinal)
            )
            {
                refused.Add(finding.Span.Source.Path);
            }
        }

        Dictionary<string, IReadOnlyList<FieldChoice>> allowed = candidates.ToDictionary(
            c => c.Field,
            c =>
                (IReadOnlyList<FieldChoice>)
                    [
                        .. probes
                            .Where(p => p.Value.Field == c.Field && !refused.Contains(p.Key))
                            .Select(p => p.Value.Choice),
                    ],
            StringComparer.Ordinal
        );
        // Of GPU types the quota decides, and there what a type's name stands at is not what is refused.
        TeamPolicy? quota = engine.Policies.Quotas.Of(team);
        GpuCounts held = engine.Snapshot.HasUsage ? Linter.ReadUsage(engine.Tree, team).Total.Gpus : GpuCounts.None;
        allowed["workers[].gpu"] =
        [
            .. allowed["workers[].gpu"]
                .Where(g => quota?.HardLimitOf(g.Value) != 0)
                .Select(g =>
                    engine.Snapshot.HasUsage && quota?.HardLimitOf(g.Value) is { } hard
                        ? g with
                        {
                            Note = string.Create(
                                    CultureInfo.InvariantCulture,
                                    $"{g.Note} · {held.GetValueOrDefault(g.Value)}/{hard}"
                                )
                                .TrimStart(' ', '·'),
                        }
                        : g
                ),
        ];
        return allowed;
    }

    private static string Probe(string field, string value, int number)
    {
        YamlScalar text = RequestNodes.Text(value);
        FieldPlace root = FieldPlace.Root;
        (FieldPlace place, YamlNode node) = field switch
        {
            "volumes[].claim" => (
                root.Key("volumes"),
                RequestNodes.List(RequestNodes.Mapping(("claim", text), ("mount", RequestNodes.Text("/data"))))
            ),
            "secrets[].name" => (
                root.Key("secrets"),
                RequestNodes.List(RequestNodes.Mapping(("name", text), ("mount", RequestNodes.Text("/secret"))))
            ),
            "envFrom[].secret" => (root.Key("envFrom"), RequestNodes.List(RequestNodes.Mapping(("secret", text)))),
            "envFrom[].configMap" => (
                root.Key("envFrom"),
                RequestNodes.List(RequestNodes.Mapping(("configMap", text)))
            ),
            "workers[].gpu" => (
                root.Key("workers"),
                RequestNodes.Mapping(("gpu", text), ("gpus", RequestNodes.Plain("1")))
            ),
            _ => (root.Key(field), (YamlNode)text),
        };
        string began = string.Create(
            CultureInfo.InvariantCulture,
            $"name: probe-{number}\nentrypoint: python probe.py\ntimeout: 1h\n"
        );
        return new RequestText(began).With(place, node) ?? began;
    }

    private static FieldChoice[] Named(IEnumerable<string> values) =>
        [.. values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(v => new FieldChoice(v))];

    private static string Price(PlatformPolicy platform, GpuType type) =>
        type.PricePerHour > 0 ? $"{AmountText.Money(type.PricePerHour, platform.Currency)}/h" : "";
}

using Rayquest.JobModel.Fields;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Policies;

/// <summary>The keys about the ledger branch and the delivery bundle.</summary>
public static partial class PolicyFormat
{
    private static ObjectType<LedgerSettings> Ledger =>
        new(
            "`ledger`",
            "Whose ledger commits are believed.",
            _ => new LedgerSettings(),
            [
                new FieldDefinition<LedgerSettings, IReadOnlyList<Located<string>>>(
                    "authors",
                    Names(CommonFieldTypes.Login, 20),
                    (l, v) => l.Authors = [.. v.Value.Select(author => author.Value)],
                    "Logins whose commits on the ledger branch are believed beside those of whoever reads it.",
                    "the App that the pipeline runs as"
                ),
            ]
        );

    private static FieldDefinition<ArgoCdSettings, string> Instance =>
        new(
            "instance",
            Label,
            (a, v) => a.Instance = v.Value,
            "Part of the names that tells this repository from others on the same Argo CD.",
            "owner and name of `repoURL`, and five digits of its hash"
        );

    private static EitherType<PriorityClass> Priority
    {
        get
        {
            FieldType<string> name = CommonFieldTypes.Subdomain("a priority class");
            return new(
                "a priority class, or `{class, value}`,",
                node => node is YamlMapping,
                new ObjectType<PriorityClass>(
                    "the priority",
                    "A priority class, and its value.",
                    _ => new PriorityClass(),
                    [
                        new FieldDefinition<PriorityClass, string>(
                            "class",
                            name,
                            (p, v) => p.Class = v.Value,
                            "Name of the class.",
                            required: true
                        ),
                        new FieldDefinition<PriorityClass, int>(
                            "value",
                            new IntegerType(-1_000_000_000, 1_000_000_000),
                            (p, v) => p.Value = v.Value,
                            "Value of Kueue's WorkloadPriorityClass, the higher the sooner; with it `rayquest argocd` writes the class.",
                            "the cluster has the class"
                        ),
                    ]
                ),
                new MappedType<string, PriorityClass>(name, (text, _) => new PriorityClass { Class = text })
            );
        }
    }

    private static ChoiceType<ArgoCdPart> Part(string what) =>
        new(what, [("managed", ArgoCdPart.Managed), ("existing", ArgoCdPart.Existing)]);

    private static ChoiceType<PodSecurityLevel> PodSecurity =>
        new(
            "Pod Security level",
            [
                ("privileged", PodSecurityLevel.Privileged),
                ("baseline", PodSecurityLevel.Baseline),
                ("restricted", PodSecurityLevel.Restricted),
            ]
        );

    private static ObjectType<IsolationSettings> Isolation =>
        new(
            "`isolation`",
            "What stands between the teams' namespaces.",
            _ => new IsolationSettings(),
            [
                new FieldDefinition<IsolationSettings, PodSecurityLevel>(
                    "podSecurity",
                    PodSecurity,
                    (i, v) => i.PodSecurity = v.Value,
                    "Pod Security level that the API server enforces in the teams' namespaces.",
                    "`baseline`"
                ),
                new FieldDefinition<
                    IsolationSettings,
                    IReadOnlyList<KeyValuePair<Located<string>, Located<PodSecurityLevel>>>
                >(
                    "podSecurityByTeam",
                    ByTeam("a mapping of team names to Pod Security levels", PodSecurity),
                    (i, v) => i.PodSecurityByTeam = Dictionary(v.Value),
                    "Levels of single teams."
                ),
                new FieldDefinition<IsolationSettings, bool>(
                    "networkPolicy",
                    new BooleanType(),
                    (i, v) => i.NetworkPolicy = v.Value,
                    "Whether a team's pods are reached by nobody but the team and `allowFrom`.",
                    "`true`"
                ),
                new FieldDefinition<IsolationSettings, IReadOnlyList<Located<string>>>(
                    "allowFrom",
                    Names(Label, 50),
                    (i, v) => i.AllowFrom = [.. v.Value.Select(name => name.Value)],
                    "Namespaces that reach every team's pods.",
                    "`[kuberay-system, monitoring, rayquest]`"
                ),
                new FieldDefinition<IsolationSettings, ContainerAmounts>(
                    "defaultRequest",
                    Amounts,
                    (i, v) => i.DefaultRequest = v.Value,
                    "What a container asks for that says nothing.",
                    "`{cpu: 100m, memory: 128Mi}`"
                ),
                new FieldDefinition<IsolationSettings, ContainerAmounts>(
                    "max",
                    Amounts,
                    (i, v) => i.Max = v.Value,
                    "The most one container may ask for."
                ),
            ]
        );

    private static ObjectType<ContainerAmounts> Amounts =>
        new(
            "the amounts",
            "CPU and memory of a container.",
            _ => new ContainerAmounts(),
            [
                new FieldDefinition<ContainerAmounts, Quantity>(
                    "cpu",
                    new QuantityType("4"),
                    (c, v) => c.Cpu = v.Value,
                    "CPUs."
                ),
                new FieldDefinition<ContainerAmounts, Quantity>(
                    "memory",
                    new QuantityType("16Gi"),
                    (c, v) => c.Memory = v.Value,
                    "Memory."
                ),
            ]
        );
}

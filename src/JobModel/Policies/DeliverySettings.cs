using Rayquest.JobModel.Quantities;

namespace Rayquest.JobModel.Policies;

/// <summary>Whose commits on the ledger branch are believed.</summary>
public sealed class LedgerSettings
{
    /// <summary>Logins beside that of whoever reads the ledger, such as <c>rayquest[bot]</c>.</summary>
    public IReadOnlyList<string> Authors { get; internal set; } = [];
}

/// <summary>The levels of Kubernetes' Pod Security Standards.</summary>
public enum PodSecurityLevel
{
    Privileged,
    Baseline,
    Restricted,
}

/// <summary>The class that a priority stands for, and what it weighs.</summary>
public sealed class PriorityClass
{
    /// <summary>The scheduler's class.</summary>
    public string Class { get; internal set; } = "";

    /// <summary>Kueue's value of the class, which the bundle then makes; null where the cluster has the class.</summary>
    public int? Value { get; internal set; }
}

/// <summary>CPU and memory of one container; null for what isn't said.</summary>
public sealed class ContainerAmounts
{
    public Quantity? Cpu { get; internal set; }
    public Quantity? Memory { get; internal set; }
}

/// <summary>What stands between the teams' namespaces.</summary>
public sealed class IsolationSettings
{
    /// <summary>The level the API server enforces in the teams' namespaces.</summary>
    public PodSecurityLevel PodSecurity { get; internal set; } = PodSecurityLevel.Baseline;

    /// <summary>Levels of single teams.</summary>
    public IReadOnlyDictionary<string, PodSecurityLevel> PodSecurityByTeam { get; internal set; } =
        new Dictionary<string, PodSecurityLevel>();

    /// <summary>Whether only the team itself and <see cref="AllowFrom"/> reach a team's pods.</summary>
    public bool NetworkPolicy { get; internal set; } = true;

    /// <summary>Namespaces that reach every team's pods: the KubeRay operator's, monitoring, the status sync's.</summary>
    public IReadOnlyList<string> AllowFrom { get; internal set; } = ["kuberay-system", "monitoring", "rayquest"];

    /// <summary>What a container asks for that says nothing.</summary>
    public ContainerAmounts DefaultRequest { get; internal set; } =
        new() { Cpu = Parse("100m"), Memory = Parse("128Mi") };

    /// <summary>The most one container may ask for; nothing when not said.</summary>
    public ContainerAmounts Max { get; internal set; } = new();

    /// <summary>The level of a team's namespace.</summary>
    public PodSecurityLevel PodSecurityOf(string team) =>
        PodSecurityByTeam.TryGetValue(team, out PodSecurityLevel own) ? own : PodSecurity;

    private static Quantity? Parse(string text) => Quantity.TryParse(text, out Quantity q) ? q : null;
}

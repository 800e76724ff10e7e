using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.KubeRay;

/// <summary>A cluster spec with what surrounds it: who owns it, the annotations it inherits, the gates.</summary>
/// <param name="Faults">Where faults go.</param>
/// <param name="Spec">The cluster spec.</param>
/// <param name="Annotations">Annotations of the owner, which the RayCluster inherits.</param>
/// <param name="Owner">The kind of the owner; <c>RayCluster</c> when people create the cluster themselves.</param>
/// <param name="Gates">The operator's feature gates.</param>
public sealed record RayClusterContext(
    FaultList Faults,
    Field Spec,
    Field Annotations,
    string Owner,
    FeatureGates Gates
)
{
    private const string AutoscalerV2 = "RAY_enable_autoscaler_v2";

    /// <summary>How long the RayCluster's name will be; 0 when nothing is known of it.</summary>
    public int NameLength { get; init; }

    /// <summary>Who the operator takes for the cluster's creator: its owner, or what a label on it says.</summary>
    public string Creator { get; init; } = Owner;

    /// <summary>Whether a RayCluster is made of the spec; beside a <c>clusterSelector</c> it is validated and no more.</summary>
    public bool IsMade { get; init; } = true;

    /// <summary>Whether the owner names a queue of Kueue.</summary>
    public bool IsQueued { get; init; }

    /// <summary>Whether cert-manager is known to be in the cluster.</summary>
    public bool HasCertManager { get; init; }

    /// <summary>The head group.</summary>
    public Field Head { get; } = Spec["headGroupSpec"];

    /// <summary>The head's pod spec.</summary>
    public Field HeadPod { get; } = Spec["headGroupSpec"]["template"]["spec"];

    /// <summary>The head's first container, which is Ray's; absent when there is none.</summary>
    public Field HeadContainer { get; } = Spec["headGroupSpec"]["template"]["spec"]["containers"].ItemAt(0);

    /// <summary>The worker groups.</summary>
    public FieldItems Groups => Spec["workerGroupSpecs"].Items();

    /// <summary>The head group and the worker groups after it.</summary>
    public IEnumerable<Field> HeadAndGroups
    {
        get
        {
            yield return Head;
            foreach (Field group in Groups)
            {
                yield return group;
            }
        }
    }

    /// <summary>Whether the in-tree autoscaler is on.</summary>
    public bool Autoscaling => Spec["enableInTreeAutoscaling"].IsTrue;

    /// <summary>Whether the autoscaler's version 2 is asked for by its options.</summary>
    public bool OptionsSayV2 => Spec["autoscalerOptions"]["version"].Text == "v2";

    /// <summary>Whether version 2 is asked for in either way.</summary>
    public bool IsV2 => OptionsSayV2 || HeadVariable(AutoscalerV2)["value"].Text is "1" or "true";

    /// <summary>A variable of the head's first container; absent when not set there.</summary>
    public Field HeadVariable(string name) => Variable(HeadContainer, name);

    /// <summary>The head's variable that asks for version 2 or against it; absent when not set.</summary>
    public Field V2Variable => HeadVariable(AutoscalerV2);

    /// <summary>A variable of a container; absent when not set there.</summary>
    public static Field Variable(Field container, string name)
    {
        foreach (Field variable in container["env"].Items())
        {
            if (variable["name"].Text == name)
            {
                return variable;
            }
        }

        return container["env"][name];
    }

    /// <summary>Reports a fault.</summary>
    public void Add(RuleInfo rule, Field at, Message message) => Faults.Add(rule, at, message);

    /// <summary>Reports a field whose gate is off.</summary>
    public bool NeedsGate(Field at, string gate, string what)
    {
        if (Gates.IsOn(gate))
        {
            return true;
        }

        Add(
            KubeRayRules.GateOff,
            at,
            $"{what} needs the operator's feature gate `{gate}`, which is off{(Gates.IsStated(gate) ? "" : " by default")}; remove it, or have the gate switched on and say so"
        );
        return false;
    }
}

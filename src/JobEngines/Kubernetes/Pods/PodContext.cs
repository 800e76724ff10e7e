using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Kubernetes.Pods;

/// <summary>What a pod template is used for; it decides what the operator adds.</summary>
public enum PodRole
{
    /// <summary>The head pod.</summary>
    Head,

    /// <summary>The pods of a worker group.</summary>
    Worker,

    /// <summary>The pod of the submitter Job.</summary>
    Submitter,
}

/// <summary>One pod template on its way through validation, with what the operator will add to it.</summary>
public sealed record PodContext(FaultList Faults, Field Template, PodRole Role)
{
    /// <summary>Names of containers the operator adds.</summary>
    public IReadOnlyList<string> AddedContainers { get; init; } = [];

    /// <summary>Names of init containers the operator adds.</summary>
    public IReadOnlyList<string> AddedInitContainers { get; init; } = [];

    /// <summary>Names of volumes the operator adds.</summary>
    public IReadOnlyList<string> AddedVolumes { get; init; } = [];

    /// <summary>What containers the operator adds request: name of the resource and amount.</summary>
    public IReadOnlyList<(string Resource, Quantity Amount)> AddedRequests { get; init; } = [];

    /// <summary>What init containers the operator adds request, each alone.</summary>
    public IReadOnlyList<(string Resource, Quantity Amount)> AddedInitRequests { get; init; } = [];

    /// <summary>Whether the operator sets the restart policy <c>Never</c>, whatever the template says.</summary>
    public bool NeverRestarted { get; init; }

    /// <summary>Whether no pod is made as things stand, so that a fault does no harm yet.</summary>
    public bool IsLatent { get; init; }

    /// <summary>Labels the operator gives the pod besides the template's.</summary>
    public IReadOnlyList<string> AddedLabels { get; init; } = [];

    /// <summary>The pod spec.</summary>
    public Field Spec { get; } = Template["spec"];

    /// <summary>Whether the pod runs in the host's network.</summary>
    public bool HostNetwork => Spec["hostNetwork"].IsTrue;

    /// <summary>Whether the pod's containers are not restarted.</summary>
    public bool RestartsNever => NeverRestarted || Spec["restartPolicy"].Text == "Never";

    /// <summary>Whether pods get their own user namespace.</summary>
    public bool OwnUsers => Spec["hostUsers"].IsFalse;

    /// <summary>All containers of the author's, init containers first.</summary>
    public IEnumerable<Field> AllContainers
    {
        get
        {
            foreach (Field container in Spec["initContainers"].Items())
            {
                yield return container;
            }

            foreach (Field container in Spec["containers"].Items())
            {
                yield return container;
            }
        }
    }

    /// <summary>Reports a fault.</summary>
    public void Add(RuleInfo rule, Field at, Message message) => Faults.Add(rule, at, message);

    /// <summary>Reports when a required text is missing or empty; says whether it is there.</summary>
    public bool Require(RuleInfo rule, Field owner, string name, string what)
    {
        Field field = owner[name];
        if (field is { Exists: true } and not { Text.Length: 0 })
        {
            return field.Text is not null;
        }

        Add(rule, field, $"{what} has no `{name}`, which is required; add it");
        return false;
    }

    /// <summary>Reports a text outside of the allowed ones; the empty text counts as not set.</summary>
    public void OneOf(Field field, params ReadOnlySpan<string> allowed) =>
        OneOf(PodRules.UnsupportedValue, field, allowed);

    /// <summary>Reports a text outside of the allowed ones under a rule of its own.</summary>
    public void OneOf(RuleInfo rule, Field field, params ReadOnlySpan<string> allowed)
    {
        if (field.Text is { Length: > 0 } text && !allowed.Contains(text))
        {
            string[] words = allowed.ToArray();
            Add(
                rule,
                field,
                $"`{field.Name}` can't be `{NameGrammar.Shorten(text)}`; it is one of {NameGrammar.Listing(words)}{DidYouMean.Phrase(text, words)}"
            );
        }
    }

    /// <summary>The same for a field that, once written, must say something: the empty text is none of its values.</summary>
    public void OneOfNotEmpty(RuleInfo rule, Field field, params ReadOnlySpan<string> allowed)
    {
        if (field.Text is "")
        {
            Add(
                rule,
                field,
                $"`{field.Name}` is empty; it is one of {NameGrammar.Listing(allowed.ToArray())}, or leave the field out"
            );
        }

        OneOf(rule, field, allowed);
    }

    /// <summary>Reports a name that breaks its grammar; a placeholder is a warning instead.</summary>
    public void Name(RuleInfo rule, Field field, Func<string, string?> grammar, string what)
    {
        if (field.Text is not { Length: > 0 } text || grammar(text) is not { } fault)
        {
            return;
        }

        if (NameGrammar.IsPlaceholder(text))
        {
            Faults.Warn(
                MetadataRules.Placeholder,
                field,
                $"`{text}` is put in by some other tool before this is applied; what it becomes is not checked"
            );
            return;
        }

        Add(rule, field, $"`{NameGrammar.Shorten(text)}` is no {what}: it {fault}");
    }

    /// <summary>Reports a number out of bounds.</summary>
    public void InRange(RuleInfo rule, Field field, long least, long most)
    {
        if (field.Integer is { } value && (value < least || value > most))
        {
            string bounds = most == long.MaxValue ? $"at least {least}" : $"{least} to {most}";
            Add(rule, field, $"`{field.Name}` is {value}, but must be {bounds}");
        }
    }
}

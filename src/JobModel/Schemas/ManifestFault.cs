using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Text;

namespace Rayquest.JobModel.Schemas;

/// <summary>A fault of an object: what rule, at what path, where in the text, and what to do.</summary>
public sealed record ManifestFault(RuleInfo Rule, Severity Severity, FieldPath Path, SourceSpan Span, Message Text)
{
    /// <summary>The text as it is shown.</summary>
    public string Message => Text.English;

    /// <summary>A change that fixes it, if one is known.</summary>
    public Fix? Fix { get; init; }

    /// <summary>As a finding.</summary>
    public Finding ToFinding() => new(Rule, Severity, Span, Text) { Fix = Fix };
}

/// <summary>
/// Collects the faults of one object. The layers run from the schema upwards, and what a layer says of a place
/// silences later layers there: a missing image is told once, not by schema, operator and pod validation each.
/// </summary>
public sealed class FaultList
{
    private readonly List<ManifestFault> faults = [];
    private readonly HashSet<string> settled = new(StringComparer.Ordinal);
    private readonly List<string> unreadable = [];
    private int layerStart;

    /// <summary>The faults in the order they were found.</summary>
    public IReadOnlyList<ManifestFault> Faults => faults;

    /// <summary>Whether errors are warnings for now: of a place nothing is made from as things stand.</summary>
    public bool IsLatent { get; set; }

    /// <summary>Begins the next layer: places with an error so far are settled.</summary>
    public void NextLayer()
    {
        for (; layerStart < faults.Count; layerStart++)
        {
            if (faults[layerStart].Severity == Severity.Error)
            {
                string path = faults[layerStart].Path.ToString();
                settled.Add(path);
                if (faults[layerStart].Rule == SchemaRules.WrongType)
                {
                    unreadable.Add(path);
                }
            }
        }
    }

    /// <summary>Whether an earlier layer has reported an error at exactly this place.</summary>
    public bool IsSettled(Field field) => IsSettled(field.Path);

    /// <summary>Adds a fault at a place, at its rule's default severity.</summary>
    public void Add(RuleInfo rule, Field at, Message message, Fix? fix = null) =>
        Add(rule, rule.DefaultSeverity, at.Path, at.Span, message, fix);

    /// <summary>Adds a warning at a place whatever the rule's default severity.</summary>
    public void Warn(RuleInfo rule, Field at, Message message) =>
        Add(rule, Severity.Warning, at.Path, at.Span, message, null);

    /// <summary>Adds a fault at a path and span of its own.</summary>
    public void Add(RuleInfo rule, Severity severity, FieldPath path, SourceSpan span, Message message, Fix? fix)
    {
        if (!IsSettled(path))
        {
            severity = IsLatent && severity == Severity.Error ? Severity.Warning : severity;
            faults.Add(new ManifestFault(rule, severity, path, span, message) { Fix = fix });
        }
    }

    // What is below a value of the wrong type was never there to be evaluated.
    private bool IsSettled(FieldPath path)
    {
        if (settled.Count == 0)
        {
            return false;
        }

        string text = path.ToString();
        return settled.Contains(text)
            || unreadable.Exists(u =>
                text.Length > u.Length && text[u.Length] is '.' or '[' && text.StartsWith(u, StringComparison.Ordinal)
            );
    }
}

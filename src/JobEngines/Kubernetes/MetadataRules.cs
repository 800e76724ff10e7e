using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Kubernetes;

/// <summary>RQ4021–RQ4029: object metadata, the same for every kind; RQ4225: placeholders in any value.</summary>
public static class MetadataRules
{
    /// <summary>RQ4021: a name or namespace the API server refuses.</summary>
    public static RuleInfo BadObjectName { get; } =
        new("RQ4021", "bad-object-name", Severity.Error, "The object's name or namespace is missing or malformed.")
        {
            Why =
                "The API server refuses the object. A name is lower-case letters, digits, `-` and `.`; a namespace is a DNS label; `name` or `generateName` must be there.",
            Facts = "M2",
            Bad = new ManifestExample { Name = "train-" },
            Good = new ManifestExample(),
        };

    /// <summary>RQ4022: a label the API server refuses.</summary>
    public static RuleInfo BadLabel { get; } =
        new("RQ4022", "bad-label", Severity.Error, "A label's key or value is malformed.")
        {
            Why =
                "Labels are for selecting: keys are `[DNS name/]name`, values at most 63 letters, digits, `-`, `_` and `.`. Free text belongs into an annotation.",
            Bad = new ManifestExample { Metadata = "labels:\n  owner: ann & bob" },
            Good = new ManifestExample { Metadata = "annotations:\n  owner: ann & bob" },
        };

    /// <summary>RQ4023: an annotation the API server refuses.</summary>
    public static RuleInfo BadAnnotation { get; } =
        new(
            "RQ4023",
            "bad-annotation",
            Severity.Error,
            "An annotation's key is malformed, or annotations are too large together."
        )
        {
            Why = "Keys follow the rule of label keys; all keys and values together hold at most 262144 bytes.",
            Bad = new ManifestExample { Metadata = "annotations:\n  a/b/c: \"1\"" },
            Good = new ManifestExample { Metadata = "annotations:\n  a/b-c: \"1\"" },
        };

    /// <summary>RQ4024: other metadata the API server refuses.</summary>
    public static RuleInfo BadMetadata { get; } =
        new("RQ4024", "bad-metadata", Severity.Error, "A field of metadata can't be set like this.")
        {
            Why =
                "The API server refuses finalizers that are no qualified names, owner references without kind, name and uid, and a `resourceVersion` on an object that is to be created.",
            Bad = new ManifestExample { Metadata = "finalizers:\n  - wait for me" },
            Good = new ManifestExample { Metadata = "finalizers:\n  - example.com/wait-for-me" },
        };

    /// <summary>RQ4225: a placeholder.</summary>
    public static RuleInfo Placeholder { get; } =
        new("RQ4225", "placeholder", Severity.Warning, "A value is a placeholder some tool has yet to fill.")
        {
            Why = "Applied as it is, the manifest would be refused. Substitute first, then lint what comes out.",
            Bad = new ManifestExample { ContainerHead = "name: ray-head\nimage: $RAY_IMAGE" },
            Good = new ManifestExample(),
        };

    /// <summary>All rules of this category.</summary>
    public static IReadOnlyList<RuleInfo> All { get; } = [BadObjectName, BadLabel, BadAnnotation, BadMetadata];
}

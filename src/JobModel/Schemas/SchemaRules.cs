using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobModel.Schemas;

/// <summary>RQ4001–RQ4019: what the API server holds against an object by its schema alone.</summary>
public static class SchemaRules
{
    /// <summary>RQ4001: a field the schema does not know.</summary>
    public static RuleInfo UnknownField { get; } =
        new("RQ4001", "unknown-field", Severity.Error, "A field is not part of the kind's schema.")
        {
            Why =
                "The API server refuses it in strict mode (`strict decoding error: unknown field`), and drops it silently otherwise, so that what you wrote has no effect. A list where an object belongs, or an object where text belongs, shows in the same way.",
            Bad = new ManifestExample { Spec = "ttlSecondsAfterFinish: 5" },
            Good = new ManifestExample { Spec = "shutdownAfterJobFinishes: true\nttlSecondsAfterFinished: 5" },
        };

    /// <summary>RQ4002: a value of another type than the schema's.</summary>
    public static RuleInfo WrongType { get; } =
        new("RQ4002", "wrong-type", Severity.Error, "A value is not of the type its field has.")
        {
            Why =
                "The API server does not convert: `\"8265\"` is not a number, `2.52` is not text, `true` is not a label value. YAML decides by the quotes.",
            Bad = new ManifestExample { RayVersion = "", Cluster = "rayVersion: 2.52" },
            Good = new ManifestExample(),
        };

    /// <summary>RQ4003: a required field is missing.</summary>
    public static RuleInfo RequiredField { get; } =
        new("RQ4003", "required-field", Severity.Error, "A required field is missing.")
        {
            Why = "The API server refuses the object: `Required value`. A field set to null counts as missing.",
            Bad = new ManifestExample { ContainerHead = "image: rayproject/ray:2.52.0" },
            Good = new ManifestExample(),
        };

    /// <summary>RQ4004: a value outside an enumeration.</summary>
    public static RuleInfo UnsupportedValue { get; } =
        new("RQ4004", "unsupported-value", Severity.Error, "A value is not one of those its field takes.")
        {
            Why =
                "The API server refuses the object: `Unsupported value`. Letters matter: `succeeded` is not `SUCCEEDED`.",
            Bad = new ManifestExample
            {
                Cluster = "enableInTreeAutoscaling: true\nautoscalerOptions:\n  upscalingMode: Fast",
            },
            Good = new ManifestExample
            {
                Cluster = "enableInTreeAutoscaling: true\nautoscalerOptions:\n  upscalingMode: Aggressive",
            },
        };

    /// <summary>RQ4005: text that does not match its field's pattern.</summary>
    public static RuleInfo PatternMismatch { get; } =
        new("RQ4005", "pattern-mismatch", Severity.Error, "A text does not have the form its field asks for.")
        {
            Why =
                "The API server refuses the object. Most often it is a quantity: `1GB`, `1 Gi` and `1,5Gi` are none; `1G`, `1Gi` and `1536Mi` are.",
            Bad = new ManifestExample { Container = "resources:\n  limits:\n    memory: 1GB" },
            Good = new ManifestExample { Container = "resources:\n  limits:\n    memory: 1Gi" },
        };

    /// <summary>RQ4006: a number out of its bounds.</summary>
    public static RuleInfo NumberOutOfRange { get; } =
        new("RQ4006", "number-out-of-range", Severity.Error, "A number is outside the bounds of its field.")
        {
            Why = "The API server refuses the object; `int32` fields hold −2147483648 to 2147483647.",
            Bad = new ManifestExample { Spec = "preRunningDeadlineSeconds: 0" },
            Good = new ManifestExample { Spec = "preRunningDeadlineSeconds: 600" },
        };

    /// <summary>RQ4007: text, a list or an object too short or too long.</summary>
    public static RuleInfo SizeOutOfRange { get; } =
        new("RQ4007", "size-out-of-range", Severity.Error, "A text or list is shorter or longer than its field allows.")
        {
            Why = "The API server refuses the object. An empty list is not the same as leaving the field out.",
            Bad = new ManifestExample { Spec = "deletionStrategy:\n  deletionRules: []" },
            Good = new ManifestExample(),
        };

    /// <summary>RQ4008: two list items with the same key.</summary>
    public static RuleInfo DuplicateItem { get; } =
        new("RQ4008", "duplicate-item", Severity.Error, "Two items of a list share what must tell them apart.")
        {
            Why =
                "Containers, environment variables and volumes are told apart by name, mounts by path, ports by number and protocol. The API server refuses the second: `Duplicate value`.",
            Bad = new ManifestExample
            {
                Container = "env:\n  - name: A\n    value: \"1\"\n  - name: A\n    value: \"2\"",
            },
            Good = new ManifestExample { Container = "env:\n  - name: A\n    value: \"2\"" },
        };

    /// <summary>RQ4009: a validation expression of the schema does not hold.</summary>
    public static RuleInfo ExpressionBroken { get; } =
        new(
            "RQ4009",
            "schema-expression",
            Severity.Error,
            "Fields contradict each other by a rule in the kind's schema."
        )
        {
            Why =
                "The schema carries expressions the API server evaluates on the whole object; it refuses what breaks one.",
            Facts = "J6, J7, J8",
            Bad = new ManifestExample { Spec = "managedBy: me" },
            Good = new ManifestExample { Spec = "managedBy: ray.io/kuberay-operator" },
        };

    /// <summary>RQ4010: accepted by the API server, but the operator can't decode it.</summary>
    public static RuleInfo UndecodableValue { get; } =
        new(
            "RQ4010",
            "undecodable-value",
            Severity.Error,
            "A value passes the API server, but stops the operator for the whole cluster."
        )
        {
            Why =
                "The schema is wider than the operator's types: quantities with a fractional exponent, ports beyond 32 bits, numbers beyond 32-bit floats. One such object breaks the operator's watch, and **no object of that kind in any namespace is reconciled until it is deleted**. There is no event and no status.",
            Facts = "X16",
            Bad = new ManifestExample { Container = "resources:\n  limits:\n    cpu: \"1e1.5\"" },
            Good = new ManifestExample { Container = "resources:\n  limits:\n    cpu: \"32\"" },
        };

    /// <summary>RQ4011: the object does not say what it is, or no such kind is served.</summary>
    public static RuleInfo UnknownKind { get; } =
        new("RQ4011", "unknown-kind", Severity.Error, "The API server serves no such kind.")
        {
            Why =
                "`apiVersion` and `kind` choose the schema; both are case-sensitive. Without them nothing else can be checked, and the API server refuses the object.",
            Bad = new ManifestExample { Kind = "rayjob" },
            Good = new ManifestExample(),
        };

    /// <summary>RQ4012: a field is set to null.</summary>
    public static RuleInfo ExplicitNull { get; } =
        new("RQ4012", "explicit-null", Severity.Warning, "A field is set to null.")
        {
            Why =
                "`kubectl create` drops it without a word; server-side apply, which Argo CD can be told to use, refuses the object (422). Leave the field out.",
            Bad = new ManifestExample { Spec = "shutdownAfterJobFinishes: null" },
            Good = new ManifestExample(),
        };

    /// <summary>All rules of this category, in the order of their codes.</summary>
    public static IReadOnlyList<RuleInfo> All { get; } =
    [
        UnknownField,
        WrongType,
        RequiredField,
        UnsupportedValue,
        PatternMismatch,
        NumberOutOfRange,
        SizeOutOfRange,
        DuplicateItem,
        ExpressionBroken,
        UndecodableValue,
        UnknownKind,
        ExplicitNull,
    ];
}

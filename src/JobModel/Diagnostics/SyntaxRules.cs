namespace Rayquest.JobModel.Diagnostics;

/// <summary>RQ0xxx: what the reader itself reports, for requests, policies and manifests alike.</summary>
public static class SyntaxRules
{
    private const string Name = "name: train\n";
    private const string Rest = "entrypoint: python train.py\nworkers: {replicas: 1}\n";

    /// <summary>RQ0001: the text is not YAML.</summary>
    public static RuleInfo SyntaxError { get; } =
        new("RQ0001", "syntax-error", Severity.Error, "The file is not YAML.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why =
                "Nothing after the fault can be read with certainty, so the request can't be checked or run. The position is where the reader gave up; the cause is often one line above.",
            Bad = Request("name: train\nentrypoint: \"python train.py\nworkers: {replicas: 1}\n"),
            Good = Request("name: train\nentrypoint: \"python train.py\"\nworkers: {replicas: 1}\n"),
        };

    /// <summary>RQ0025: a full-width character where YAML wants one of ASCII.</summary>
    public static RuleInfo FullWidthCharacter { get; } =
        new(
            "RQ0025",
            "full-width-character",
            Severity.Error,
            "A full-width character stands where YAML wants one of ASCII."
        )
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why =
                "Input methods for Chinese and Japanese write `：`, `，`, `｛`, `“` and `２` where `:`, `,`, `{`, `\"` and `2` look much the same. YAML knows only the latter: a line with `name：train` holds no key, and `２` is text and not a number. In a description, in a comment and between quotes they are right, and nothing is said.",
            Bad = Request("name：train\n" + Rest),
            Good = Request(Name + Rest),
        };

    /// <summary>RQ0002: a key is given twice in one mapping.</summary>
    public static RuleInfo DuplicateKey { get; } =
        new("RQ0002", "duplicate-key", Severity.Error, "A key is given twice in the same mapping.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why =
                "YAML readers disagree on which of the two wins; the API server refuses such a manifest in strict mode. One of the two values is not what you will get.",
            Bad = Request(Name + "entrypoint: python a.py\nentrypoint: python b.py\nworkers: {replicas: 1}\n"),
            Good = Request(Name + "entrypoint: python b.py\nworkers: {replicas: 1}\n"),
        };

    /// <summary>RQ0003: a key the file format does not know.</summary>
    public static RuleInfo UnknownKey { get; } =
        new("RQ0003", "unknown-key", Severity.Error, "A key is not part of the format.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why =
                "An unknown key would be silently without effect. Most are typing slips, so the nearest known key is suggested.",
            Bad = Request(Name + "entrypoint: python train.py\nworker: {replicas: 1}\n"),
            Good = Request(Name + Rest),
        };

    /// <summary>RQ0004: a value of the wrong type or form.</summary>
    public static RuleInfo BadValue { get; } =
        new("RQ0004", "bad-value", Severity.Error, "A value is not of the type or form its key wants.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why = "The value can't be turned into what the engines take. The message says which forms are accepted.",
            // An alias has no value here; that it is one is said at the same place.
            SupersededBy = ["RQ0009"],
            Bad = Request(Name + "entrypoint: python train.py\nworkers: {replicas: many}\n"),
            Good = Request(Name + Rest),
        };

    /// <summary>RQ0005: a required key is missing.</summary>
    public static RuleInfo MissingKey { get; } =
        new("RQ0005", "missing-key", Severity.Error, "A required key is missing.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why = "Without it there is nothing sensible to run, and no default would be a good guess.",
            Bad = Request(Rest),
            Good = Request(Name + Rest),
        };

    /// <summary>RQ0006: the bytes are not UTF-8.</summary>
    public static RuleInfo NotUtf8 { get; } =
        new("RQ0006", "not-utf-8", Severity.Error, "The file is not UTF-8 text.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why =
                "The API server, Git hosts and editors all take YAML to be UTF-8; other encodings turn names and commands into something else.",
        };

    /// <summary>RQ0007: larger than what is read.</summary>
    public static RuleInfo FileTooLarge { get; } =
        new("RQ0007", "file-too-large", Severity.Error, "The file is larger than what is read.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why =
                "A request is some lines of intent. Data and code belong into an archive or an image; a Kubernetes object can't exceed 1.5 MiB in any case.",
        };

    /// <summary>RQ0008: nested too deep.</summary>
    public static RuleInfo TooDeep { get; } =
        new("RQ0008", "nested-too-deep", Severity.Error, "Values are nested deeper than what is read.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why = "No key of the format needs such depth; a limit keeps a hostile file from exhausting the reader.",
        };

    /// <summary>RQ0009: anchors, aliases, merge keys.</summary>
    public static RuleInfo AnchorOrAlias { get; } =
        new(
            "RQ0009",
            "anchor-or-alias",
            Severity.Error,
            "Anchors, aliases and merge keys are not read in requests and policies."
        )
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why =
                "What a reviewer reads in a line must be what runs. Aliases move the meaning elsewhere and can be made to expand without bound.",
            Bad = Request(Name + "entrypoint: &cmd python train.py\nworkers: {replicas: 1}\n"),
            Good = Request(Name + Rest),
        };

    /// <summary>RQ0010: an explicit tag.</summary>
    public static RuleInfo CustomTag { get; } =
        new("RQ0010", "explicit-tag", Severity.Error, "Explicit tags are not read in requests and policies.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why =
                "A tag asks the reader to build an object of the author's choice. Every key here already knows its type; quoting is enough to say that something is text.",
            Bad = Request(Name + "entrypoint: !!str python train.py\nworkers: {replicas: 1}\n"),
            Good = Request(Name + Rest),
        };

    /// <summary>RQ0011: more than one document.</summary>
    public static RuleInfo SeveralDocuments { get; } =
        new("RQ0011", "several-documents", Severity.Error, "The file holds more than one document.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why =
                "One file is one request is one quota decision; it is named after the file. A second document would run unseen.",
            Bad = Request(Name + Rest + "---\n" + "name: other\n" + Rest),
            Good = Request(Name + Rest),
        };

    /// <summary>RQ0012: nothing in the file.</summary>
    public static RuleInfo EmptyFile { get; } =
        new("RQ0012", "empty-file", Severity.Error, "The file holds no value.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why = "An empty file asks for nothing. To withdraw a request, delete its file: that is what stops the job.",
        };

    /// <summary>RQ0013: a plain scalar that YAML readers understand differently.</summary>
    public static RuleInfo AmbiguousScalar { get; } =
        new(
            "RQ0013",
            "ambiguous-scalar",
            Severity.Error,
            "An unquoted value means something else to other YAML readers."
        )
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why =
                "YAML 1.1 readers (PyYAML among them) take `no` and `on` for booleans, `012` and `0o17` for octal, `1e3` for a float, `12:30` for 750 and `2.10` for 2.1. What you wrote would reach Ray changed, or not at all.",
            Bad = Request(Name + Rest + "env:\n  DEBUG: no\n"),
            Good = Request(Name + Rest + "env:\n  DEBUG: \"no\"\n"),
        };

    /// <summary>RQ0014: a tab where indentation is expected.</summary>
    public static RuleInfo TabIndentation { get; } =
        new("RQ0014", "tab-indentation", Severity.Error, "A line is indented with a tab.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why = "YAML forbids tabs as indentation, since their width is in the eye of the editor.",
            Bad = Request("name: train\nworkers:\n\treplicas: 1\nentrypoint: python train.py\n"),
            Good = Request("name: train\nworkers:\n  replicas: 1\nentrypoint: python train.py\n"),
        };

    /// <summary>RQ0015: more values than what is read.</summary>
    public static RuleInfo TooManyNodes { get; } =
        new("RQ0015", "too-many-values", Severity.Error, "The file holds more values than what is read.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why =
                "A list of many thousand elements is data: it belongs into a file the job reads, not into a Kubernetes object.",
        };

    /// <summary>RQ0016: a key that is not a scalar.</summary>
    public static RuleInfo KeyNotText { get; } =
        new("RQ0016", "key-not-text", Severity.Error, "A key is a list or a mapping.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why = "JSON, and so Kubernetes, has text keys only.",
            Bad = Request(Name + Rest + "env:\n  {a: b}: c\n"),
            Good = Request(Name + Rest + "env:\n  A: c\n"),
        };

    /// <summary>RQ0017: a NUL byte.</summary>
    public static RuleInfo NulByte { get; } =
        new("RQ0017", "nul-byte", Severity.Error, "The file holds a NUL byte.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why = "Many YAML readers stop at a NUL byte without a word, so that what follows is never seen.",
        };

    /// <summary>RQ0018: a byte-order mark.</summary>
    public static RuleInfo ByteOrderMark { get; } =
        new("RQ0018", "byte-order-mark", Severity.Warning, "The file begins with a byte-order mark.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why = "It is invisible, and some tools take it for a part of the first key.",
        };

    /// <summary>RQ0019: carriage returns.</summary>
    public static RuleInfo CarriageReturns { get; } =
        new("RQ0019", "carriage-returns", Severity.Warning, "Lines end with a carriage return.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why =
                "In block scalars the carriage return can become a part of a command, which then fails with a name nobody can see. Git shows every line as changed when the ending changes.",
        };

    /// <summary>RQ0020: characters nobody can see.</summary>
    public static RuleInfo InvisibleCharacter { get; } =
        new("RQ0020", "invisible-character", Severity.Error, "A value holds a control or direction-changing character.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why =
                "Control characters, zero-width and bidirectional marks make a reviewer read another text than the one that runs.",
        };

    /// <summary>RQ0021: a number, size or text out of its bounds.</summary>
    public static RuleInfo OutOfRange { get; } =
        new("RQ0021", "out-of-range", Severity.Error, "A value is outside the bounds of its key.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why = "The engines would refuse it or clamp it silently.",
            Bad = Request(Name + Rest + "retries: 1000\n"),
            Good = Request(Name + Rest + "retries: 2\n"),
        };

    /// <summary>RQ0022: a quantity Kubernetes would not parse as meant.</summary>
    public static RuleInfo BadQuantity { get; } =
        new("RQ0022", "bad-quantity", Severity.Error, "A quantity is not one Kubernetes takes.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why =
                "Kubernetes knows `Ki Mi Gi Ti Pi Ei` (powers of 1024), `k M G T P E` (powers of 1000), `m` and a decimal exponent. `GB` or a blank makes the API server refuse the manifest; exponents such as `1e1.5` pass its pattern and then stop the operator for the whole cluster.",
            Facts = "X16",
            Bad = Request(Name + "entrypoint: python train.py\nworkers: {replicas: 1, memory: 1GB}\n"),
            Good = Request(Name + "entrypoint: python train.py\nworkers: {replicas: 1, memory: 1Gi}\n"),
        };

    /// <summary>RQ0023: a duration that can't be read.</summary>
    public static RuleInfo BadDuration { get; } =
        new("RQ0023", "bad-duration", Severity.Error, "A duration is not of the form 90s, 10m, 6h or 2d.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why = "A bare number leaves the unit to chance. One number and one unit is enough for a deadline.",
            Bad = Request(Name + Rest + "timeout: 6 hours\n"),
            Good = Request(Name + Rest + "timeout: 6h\n"),
        };

    /// <summary>RQ2100: the repository asks for a newer program than the one that reads it.</summary>
    public static RuleInfo ProgramTooOld { get; } =
        new("RQ2100", "program-too-old", Severity.Error, "The policies ask for a newer version of the program.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why =
                "An older program may not know a key or a rule, and would say something else than the pull request does. Which versions a repository is written for stands in `rayquest` of `policies/platform.yaml`.",
            Bad = new RuleExample(ExampleKind.Policy, "# policies/platform.yaml\nrayquest: \">=999.0\"\n"),
            Good = new RuleExample(ExampleKind.Policy, "# policies/platform.yaml\nrayquest: \">=0.1\"\n"),
        };

    /// <summary>All rules of this category, in the order of their codes.</summary>
    public static IReadOnlyList<RuleInfo> All { get; } =
    [
        SyntaxError,
        FullWidthCharacter,
        DuplicateKey,
        UnknownKey,
        BadValue,
        MissingKey,
        NotUtf8,
        FileTooLarge,
        TooDeep,
        AnchorOrAlias,
        CustomTag,
        SeveralDocuments,
        EmptyFile,
        AmbiguousScalar,
        TabIndentation,
        TooManyNodes,
        KeyNotText,
        NulByte,
        ByteOrderMark,
        CarriageReturns,
        InvisibleCharacter,
        OutOfRange,
        BadQuantity,
        BadDuration,
        ProgramTooOld,
    ];

    private static RuleExample Request(string text) => new(ExampleKind.Request, text);
}

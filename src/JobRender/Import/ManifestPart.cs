using System.Globalization;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Canonical;

namespace Rayquest.JobRender.Import;

/// <summary>Something of a manifest that a request can't say, or says otherwise.</summary>
/// <param name="Span">Where it stands in the manifest.</param>
/// <param name="Path">Its path in the manifest (<c>spec.rayClusterSpec.headGroupSpec…</c>).</param>
/// <param name="Why">What becomes of it, and what to do.</param>
public sealed record LeftBehind(SourceSpan Span, string Path, string Why)
{
    /// <summary>Whether the job runs otherwise without it, so that somebody has to look.</summary>
    public bool ChangesRun { get; init; }
}

/// <summary>A mapping of a manifest being imported; remembers what was taken from it, so that the rest can be told.</summary>
internal sealed class ManifestPart(YamlMapping mapping, string path)
{
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);
    private readonly List<ManifestPart> opened = [];
    private readonly Dictionary<string, IReadOnlyList<ManifestPart>> lists = new(StringComparer.Ordinal);

    public YamlMapping Mapping => mapping;

    public SourceSpan Span => mapping.Span;

    public string Path => path;

    /// <summary>What becomes of <c>optional</c>.</summary>
    public const string Required =
        "what a request names must be there: its pods wait for a Secret or ConfigMap that is missing, where these did without";

    /// <summary>The node of a key, taken.</summary>
    public YamlNode? Take(string key)
    {
        taken.Add(key);
        return mapping[key];
    }

    /// <summary>Says that keys need no telling.</summary>
    public void Pass(params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            taken.Add(key);
        }
    }

    /// <summary>The text of a scalar, taken; null when there is none.</summary>
    public YamlScalar? Text(string key) =>
        mapping[key] is YamlScalar { IsNull: false, Value.Length: > 0 } ? (YamlScalar)Take(key)! : null;

    /// <summary>A whole number, taken; null when there is none.</summary>
    public long? Number(string key) =>
        mapping[key] is YamlScalar { Style: YamlScalarStyle.Plain } scalar
        && PlainScalar.Resolve(scalar.Value, out string canonical) == PlainKind.Integer
        && Take(key) is not null
            ? long.Parse(canonical, CultureInfo.InvariantCulture)
            : null;

    /// <summary>Whether a key is <c>true</c>, taken.</summary>
    public bool Flag(string key) =>
        Take(key) is YamlScalar { Style: YamlScalarStyle.Plain } scalar
        && PlainScalar.Resolve(scalar.Value, out string word) == PlainKind.Boolean
        && word == "true";

    /// <summary>The mapping of a key; what is not taken from it is told.</summary>
    public ManifestPart? Open(string key)
    {
        if (mapping[key] is not YamlMapping inner)
        {
            return null;
        }

        taken.Add(key);
        return Keep(new ManifestPart(inner, $"{path}{(path.Length > 0 ? "." : "")}{key}"));
    }

    /// <summary>The mappings of a list; what is not taken from them is told.</summary>
    public IReadOnlyList<ManifestPart> OpenList(string key)
    {
        if (lists.TryGetValue(key, out IReadOnlyList<ManifestPart>? known))
        {
            return known;
        }

        if (mapping[key] is not YamlSequence list)
        {
            return [];
        }

        taken.Add(key);
        List<ManifestPart> parts = new(list.Items.Length);
        for (int i = 0; i < list.Items.Length; i++)
        {
            if (list.Items[i] is YamlMapping item)
            {
                parts.Add(Keep(new ManifestPart(item, $"{path}.{key}[{i}]")));
            }
        }

        return lists[key] = parts;
    }

    /// <summary>Everything not taken, in file order; what says nothing (null, <c>false</c>, empty) is not told.</summary>
    public IEnumerable<LeftBehind> Rest() => IsSidecar && taken.Count == 0 ? [Sidecar] : Left();

    // A container beside Ray's, lost as a whole: told once, and what it did is missing from then on.
    private bool IsSidecar =>
        path.LastIndexOf(".containers[", StringComparison.Ordinal) is >= 0 and var at
        && path[(at + ".containers[".Length)..] is [not '0', .., ']'];

    private LeftBehind Sidecar =>
        new(
            Span,
            path,
            $"a request has Ray's container alone, so `{(mapping["name"] as YamlScalar)?.Value}` doesn't run beside it; it belongs into a profile"
        )
        {
            ChangesRun = true,
        };

    private IEnumerable<LeftBehind> Left() =>
        mapping
            .Entries.Where(e => !taken.Contains(e.Key.Value) && !SaysNothing(e.Value))
            .Select(e => new LeftBehind(
                e.Key.Span,
                $"{path}{(path.Length > 0 ? "." : "")}{e.Key.Value}",
                path.EndsWith(".template.metadata.labels", StringComparison.Ordinal)
                        ? "a request sets the labels that the platform opens to its team, under `labels` of `policies/rules.yaml`"
                    : e.Key.Value == "suspend" && IsGroup
                        ? "a request can't hold a group back; leave the group out until it may run"
                    : Why(e.Key.Value)
            )
            {
                ChangesRun = ChangesRun(e.Key.Value) || IsOwnSubmitter(e),
            })
            .Concat(opened.SelectMany(part => part.Rest()));

    private ManifestPart Keep(ManifestPart part)
    {
        opened.Add(part);
        return part;
    }

    private static bool SaysNothing(YamlNode node) =>
        node switch
        {
            YamlScalar scalar => scalar.IsNull
                || scalar.Value.Length == 0
                || (scalar.Style == YamlScalarStyle.Plain && scalar.Value is "false"),
            YamlMapping mapping => mapping.Entries.Length == 0,
            YamlSequence list => list.Items.Length == 0,
            _ => true,
        };

    // Whatever else is lost, the program still runs, on the same machines, with the same files and variables.
    private bool ChangesRun(string key) =>
        key
            is "initContainers"
                or "envFrom"
                or "secretRef"
                or "configMapRef"
                or "command"
                or "args"
                or "fieldRef"
                or "resourceFieldRef"
                or "configMapKeyRef"
                or "fileKeyRef"
                or "entrypointNumCpus"
                or "entrypointNumGpus"
                or "entrypointResources"
                or "num-cpus"
                or "num-gpus"
                or "gcsFaultToleranceOptions"
                or "hostNetwork"
                or "nodeSelector"
                or "runtimeClassName"
                or "subPath"
                or "subPathExpr"
                or "workingDir"
                or "lifecycle"
        || (key.Contains('/', StringComparison.Ordinal) && path.EndsWith(".limits", StringComparison.Ordinal))
        || (key == "resources" && path.EndsWith(".rayStartParams", StringComparison.Ordinal))
        || (
            key.StartsWith("hugepages-", StringComparison.Ordinal) && path.EndsWith(".limits", StringComparison.Ordinal)
        )
        || (key == "items" && path.EndsWith(".secret", StringComparison.Ordinal))
        || (
            path.EndsWith(".nodeSelector", StringComparison.Ordinal)
            && key is not ("kubernetes.io/os" or "kubernetes.io/arch")
        )
        || key == "optional"
        || (key is "resources" or "labels" or "suspend" && IsGroup);

    // What a group tells Ray of its nodes, by which tasks and actors are placed.
    private bool IsGroup =>
        path.EndsWith(".headGroupSpec", StringComparison.Ordinal)
        || (
            path.LastIndexOf(".workerGroupSpecs[", StringComparison.Ordinal) is >= 0 and var at
            && !path[(at + 1)..].Contains('.', StringComparison.Ordinal)
        );

    // With a command of its own it needn't run the entrypoint at all.
    private static bool IsOwnSubmitter(YamlEntry entry) =>
        entry is { Key.Value: "submitterPodTemplate", Value: YamlMapping template }
        && template["spec"] is YamlMapping spec
        && spec["containers"] is YamlSequence containers
        && containers.Items.OfType<YamlMapping>().Any(c => c["command"] is not null || c["args"] is not null);

    private static string Why(string key) =>
        key switch
        {
            "num-cpus" or "num-gpus" =>
                "Ray would otherwise count what the container has; what a request's `rayStartParams` don't say belongs into a profile",
            "nodeSelector" or "tolerations" or "affinity" or "topologySpreadConstraints" =>
                "where pods may run is the platform's: a GPU type of the catalogue, a node pool, or a profile",
            "securityContext" or "imagePullPolicy" or "hostNetwork" or "runtimeClassName" =>
                "it is the platform's, and belongs into a profile",
            "imagePullSecrets" => "the platform names them by registry, under `pullSecrets` of `policies/images.yaml`",
            "envFrom" or "secretRef" or "configMapRef" or "prefix" =>
                "the platform opens whole Secrets and ConfigMaps under `envFrom` of `policies/rules.yaml`; else name the variables one by one under `env` and `secrets`",
            "fieldRef" or "resourceFieldRef" or "configMapKeyRef" or "fileKeyRef" =>
                "a request's variables are text or from Secrets; write the value under `env`",
            "initContainers" => "what runs before Ray belongs into the image or a profile",
            "submitterPodTemplate" => "the submitter gets what the head has; more belongs into a profile",
            "command" or "args" =>
                "KubeRay starts Ray; what else must run first belongs into the image or the entrypoint",
            "entrypointNumCpus" or "entrypointNumGpus" or "entrypointResources" =>
                "the driver is not placed by resources; let the program ask for them",
            "ports" => "no ports are declared, so KubeRay adds all of its own, the dashboard's included",
            "optional" => Required,
            "jobId" => "each run gets an id of its own",
            "deletionStrategy" => "the cluster goes when the job ends, after `keep`",
            "status" => "it is the engine's, not the request's",
            _ => "a request can't say it; if it is needed, the platform team can put it into a profile",
        };
}

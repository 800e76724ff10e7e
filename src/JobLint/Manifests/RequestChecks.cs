using Rayquest.JobEngines.KubeRay;
using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Kubernetes.Pods;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobLint.Rules.Access;
using Rayquest.JobLint.Rules.Environment;
using Rayquest.JobLint.Rules.Images;
using Rayquest.JobLint.Rules.Leaks;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Fields;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Manifests;

/// <summary>
/// What a request's runtime environment, variables, secrets and images are told, told of a manifest by the very same rules. What
/// policies decide (which image, which Secret) is not asked here. The engines take the object all the same, and it is Ray that
/// refuses the job, or the program that fails: so these are warnings, but for what looks like a secret.
/// </summary>
internal static class RequestChecks
{
    private static readonly Rule[] OfRuntimeEnv =
    [
        new UnknownRuntimeEnvKey(),
        new PackageManagersTogether(),
        new RuntimeEnvShape(),
        new UnpinnedPackage(),
        new EnvVarNotText(),
        new LocalWorkingDir(),
        new RuntimeEnvExpandedByShell(),
        new InsecurePackageSource(),
        new SecretInVariable(),
        new SecretInEntrypoint(),
    ];

    private static readonly Rule[] OfImages =
    [
        new RayTagGrammar(),
        new ImageNotPinned(),
        new RayMlDeprecated(),
        new ArmImage(),
        new RayTooOld(),
    ];

    private static readonly SecretInVariable Secret = new();
    private static readonly VariableNotReplaced NotReplaced = new();
    private static readonly CpuImageOnGpus NoCuda = new();
    private static readonly PolicySet NoPolicies = new(
        new PlatformPolicy(),
        new ImagesPolicy(),
        new QuotasPolicy(),
        new RulesPolicy(),
        new Dictionary<string, ProfilePolicy>(StringComparer.Ordinal)
    );
    private static readonly MemoryTree NoTree = new(new Dictionary<string, byte[]>(StringComparer.Ordinal));

    /// <summary>The runtime environment and the secrets of a RayJob, or of a RayCronJob's template.</summary>
    public static void Job(RayJobContext job)
    {
        Field spec = job.Spec;
        (YamlNode? environment, bool isExact) = spec["runtimeEnvYAML"].Node is YamlScalar { Value.Length: > 0 } text
            ? EmbeddedYaml.Read(text)
            : (null, true);
        YamlMapping request = Mapping(
            spec,
            ("entrypoint", spec["entrypoint"].Node as YamlScalar),
            ("runtimeEnv", environment as YamlMapping),
            ("submissionMode", spec["submissionMode"].Text is { Length: > 0 } ? spec["submissionMode"].Node : null)
        );
        Run(OfRuntimeEnv, request, job.Faults, spec["runtimeEnvYAML"].Path, Severity.Warning, keepsFixes: isExact);
    }

    /// <summary>The variables of a pod's containers.</summary>
    public static void Containers(PodContext pod)
    {
        foreach (Field container in pod.Spec["initContainers"].Items().Concat(pod.Spec["containers"].Items()))
        {
            Container(pod, container);
        }
    }

    private static void Container(PodContext pod, Field container)
    {
        foreach (Field variable in container["env"].Items())
        {
            if (
                variable["value"] is { Node: YamlScalar scalar } value
                && value.Text is not null
                && variable["name"].Text is { } name
            )
            {
                Located<string> located = new(scalar.Value, scalar.Span);
                Add(pod.Faults, value.Path, Secret.Of(name, located), Severity.Error);
                Add(pod.Faults, value.Path, NotReplaced.Of(located), Severity.Error);
            }
        }
    }

    /// <summary>The image of Ray's container, and whether it can use the GPUs it asks for.</summary>
    public static void Image(PodContext pod, string? rayVersion)
    {
        Field container = pod.Spec["containers"].ItemAt(0);
        Field field = container["image"];
        if (field.Node is not YamlScalar image || field.Text is not { Length: > 0 } text)
        {
            return;
        }

        YamlMapping request = Mapping(
            container,
            ("image", image),
            ("rayVersion", rayVersion is null ? null : new YamlScalar(field.Span, rayVersion, YamlScalarStyle.Quoted))
        );
        Run(OfImages, request, pod.Faults, field.Path, Severity.Warning, keepsFixes: true);
        ImageFacts facts = ImageFacts.Of(text, NoPolicies.Images);
        Field limits = container["resources"]["limits"];
        string? gpus = limits["nvidia.com/gpu"].Node is YamlScalar { IsNull: false } asked ? asked.Value : null;
        if (gpus is not (null or "0" or "") && CpuImageOnGpus.HasNoCuda(facts))
        {
            pod.Faults.Add(
                NoCuda.Info,
                Severity.Warning,
                field.Path,
                field.Span,
                $"the image {text} has no CUDA, but the container asks for {Names.Shorten(gpus)} GPU{(gpus == "1" ? "" : "s")}; use a tag that ends with `-gpu` or `-cu…`",
                null
            );
        }
    }

    private static YamlMapping Mapping(Field at, params ReadOnlySpan<(string Key, YamlNode? Value)> entries)
    {
        List<YamlEntry> kept =
        [
            new(
                new YamlScalar(at.Span, "name", YamlScalarStyle.Plain),
                new YamlScalar(at.Span, "manifest", YamlScalarStyle.Plain)
            ),
        ];
        foreach ((string key, YamlNode? value) in entries)
        {
            if (value is not null)
            {
                kept.Add(new YamlEntry(new YamlScalar(value.Span, key, YamlScalarStyle.Plain), value));
            }
        }

        return new YamlMapping(at.Span, [.. kept], isFlow: false);
    }

    private static void Run(
        IEnumerable<Rule> rules,
        YamlMapping mapping,
        FaultList faults,
        FieldPath path,
        Severity most,
        bool keepsFixes
    )
    {
        if (
            mapping.Entries.Length < 2
            || !JobRequestFormat.Request.TryRead(
                mapping,
                new ReadContext(new FindingBag(), isPartial: false),
                out JobRequest request
            )
        )
        {
            return;
        }

        RequestContext context = new()
        {
            Document = new RequestDocument(
                mapping.Span.Source.Path,
                "",
                new YamlFile(mapping.Span.Source, [mapping], [], IsPartial: false),
                request,
                []
            ),
            Policies = NoPolicies,
            Tree = NoTree,
            Plan = null,
            Author = null,
            Usage = TeamUsage.None,
            Live = null,
        };
        foreach (Finding finding in rules.SelectMany(r => r.Check(context)))
        {
            Add(faults, path, keepsFixes ? finding : finding with { Fix = null }, most);
        }
    }

    private static void Add(FaultList faults, FieldPath path, Finding? finding, Severity most)
    {
        if (finding is not null)
        {
            faults.Add(
                finding.Rule,
                most == Severity.Warning ? Severity.Warning : finding.Severity,
                path,
                finding.Span,
                finding.Message,
                finding.Fix
            );
        }
    }
}

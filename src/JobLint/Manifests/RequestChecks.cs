using System.Collections.Concurrent;
using Rayquest.JobEngines.KubeRay;
using Rayquest.JobEngines.Kubernetes.Pods;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobEngines.Ray;
using Rayquest.JobLint.Quotas;
using Rayquest.JobLint.Rules.Access;
using Rayquest.JobLint.Rules.Code;
using Rayquest.JobLint.Rules.Environment;
using Rayquest.JobLint.Rules.Images;
using Rayquest.JobLint.Rules.Leaks;
using Rayquest.JobLint.Rules.Schedules;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Manifests;

/// <summary>
/// What a request's runtime environment, variables, secrets and images are told, told of a manifest by the very same rules. What
/// policies decide (which image, which Secret) is not asked here. One rule for how hard it is told: what Ray refuses whatever image
/// and cluster there are is an error in both (<see cref="RuleInfo.IsCertain"/>), and so is what looks like a secret; what depends
/// on what somebody else's image or cluster holds is a warning in a manifest.
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
        new ContainerRuntimeEnv(),
        new AmbiguousUrl(),
        new ArchiveNotHttps(),
        new ArchiveEnding(),
        new ArchiveNotPinned(),
        new InsecurePackageSource(),
    ];

    private static readonly Rule[] OfSchedule =
    [
        new OpenTimeZone(),
        new ReversedTimeZone(),
        new FixedTimeZone(),
        new DayOrWeekday(),
        new SkipsMonths(),
        new UnevenStep(),
        new EveryMinuteOfHour(),
        new EveryIsNoTime(),
        new StepBeyondRange(),
        new SkippedByClockChange(),
        new DoubledByClockChange(),
        new SuspendedSchedule(),
    ];

    private static readonly Rule[] OfToolVariables = [new AmbiguousUrl()];

    private static readonly Rule[] OfImages =
    [
        new RayTagGrammar(),
        new ImageNotPinned(),
        new RayMlDeprecated(),
        new ArmImage(),
        new RayTooOld(),
    ];

    // Serve's own checks tell of local paths; no shell reads the rest.
    private static readonly Rule[] OfServeEnv =
    [
        .. OfRuntimeEnv.Where(rule => rule is not (LocalWorkingDir or RuntimeEnvExpandedByShell)),
    ];

    private static readonly Rule[] OfVersion = [new RayVersionNotTheImages()];
    private static readonly Rule[] OfHeadImage = [.. OfImages, .. OfVersion, new RayVersionUnknown()];
    private static readonly Rule[] OfOtherImage = [.. OfImages, .. OfVersion];

    private static readonly SecretInVariable Secret = new();
    private static readonly SecretInEntrypoint SecretOnCommandLine = new();
    private static readonly VariableNotReplaced NotReplaced = new();
    private static readonly LoaderVariable Loader = new();
    private static readonly EngineVariable Engine = new();
    private static readonly CpuImageOnGpus NoCuda = new();
    private static readonly ImageWithoutTpu NoTpu = new();
    private static readonly GpuImageWithoutGpus NoGpus = new();
    private static readonly PolicySet NoPolicies = new(
        new PlatformPolicy(),
        new ImagesPolicy(),
        new QuotasPolicy(),
        new RulesPolicy(),
        new Dictionary<string, ProfilePolicy>(StringComparer.Ordinal)
    );
    private static readonly MemoryTree NoTree = new(new Dictionary<string, byte[]>(StringComparer.Ordinal));

    /// <summary>The schedule of a RayCronJob, which the operator takes, and which may not be the one that is meant.</summary>
    public static void Schedule(Field root, FaultList faults)
    {
        Field spec = root["spec"];
        Field schedule = spec["schedule"];
        if (schedule is { Node: YamlScalar written, Text: { Length: > 0 } text })
        {
            Run(
                OfSchedule,
                JobRequest.OfManifest(
                    spec.Span,
                    kind: new Located<JobKind>(JobKind.RayCronJob, root["kind"].Span),
                    schedule: new Located<string>(text, written.Span),
                    timeZone: spec["timeZone"] is { Node: YamlScalar zone, Text: { Length: > 0 } name }
                        ? new Located<string>(name, zone.Span)
                        : null,
                    suspend: spec["suspend"] is { Node: YamlScalar { Value: "true" } suspended }
                        ? new Located<bool>(true, suspended.Span)
                        : null
                ),
                faults,
                schedule.Path,
                Severity.Warning,
                keepsFixes: true
            );
        }
    }

    /// <summary>The runtime environment and the secrets of a RayJob, or of a RayCronJob's template.</summary>
    public static void Job(RayJobContext job)
    {
        Field spec = job.Spec;
        Field entrypoint = spec["entrypoint"];
        if (entrypoint.Node is YamlScalar command && SecretInEntrypoint.MayHold(command.Value))
        {
            Located<string> text = new(command.Value, command.Span);
            foreach (Finding finding in SecretOnCommandLine.Check(text, ShellText.Read(command.Value), "`env` fills"))
            {
                Add(job.Faults, entrypoint.Path, finding, Severity.Error);
            }
        }

        Field written = spec["runtimeEnvYAML"];
        if (
            written.Node is not YamlScalar { Value.Length: > 0 } yaml
            || EmbeddedYaml.Read(yaml) is not { Root: YamlMapping environment, IsExact: var isExact }
        )
        {
            return;
        }

        JobRequest request = JobRequest.OfManifest(
            spec.Span,
            runtimeEnv: new Located<YamlMapping>(environment, environment.Span),
            submissionMode: Mode(spec["submissionMode"])
        );
        Run(OfRuntimeEnv, request, job.Faults, written.Path, Severity.Warning, isExact);
        foreach (YamlEntry variable in (environment["env_vars"] as YamlMapping)?.Entries ?? [])
        {
            Located<string> name = new(variable.Key.Value, variable.Key.Span);
            Add(job.Faults, written.Path, Loader.Of(name), Severity.Warning);
            Add(job.Faults, written.Path, Engine.OfManifest(name), Severity.Warning);
            if (variable.Value is YamlScalar value)
            {
                Located<string> located = new(value.Value, value.Span);
                Add(job.Faults, written.Path, Secret.Of(name.Value, located, ByReference), Severity.Error);
            }
        }
    }

    /// <summary>The runtime environments of a RayService's applications and deployments.</summary>
    public static void Serve(Field spec, EmbeddedYaml? config, FaultList faults)
    {
        Field text = spec["serveConfigV2"];
        if (config is not { Root: { } node, IsExact: var isExact })
        {
            return;
        }

        foreach (Field app in new Field(node, text.Path, text.Span)["applications"].Items())
        {
            IEnumerable<Field> environments = app["deployments"]
                .Items()
                .Select(deployment => deployment["ray_actor_options"]["runtime_env"])
                .Prepend(app["runtime_env"]);
            foreach (Field environment in environments)
            {
                if (environment.Mapping is { } mapping)
                {
                    JobRequest request = JobRequest.OfManifest(
                        spec.Span,
                        runtimeEnv: new Located<YamlMapping>(mapping, mapping.Span)
                    );
                    Run(OfServeEnv, request, faults, text.Path, Severity.Warning, isExact);
                }
            }
        }
    }

    /// <summary>The variables of a pod's containers.</summary>
    public static void Containers(PodContext pod)
    {
        foreach (Field container in pod.AllContainers)
        {
            Container(pod, container);
        }
    }

    private static void Container(PodContext pod, Field container)
    {
        List<YamlEntry>? tools = null;
        foreach (Field variable in container["env"].Items())
        {
            Field named = variable["name"];
            if (named is not { Node: YamlScalar key, Text: { } name })
            {
                continue;
            }

            Located<string> place = new(name, key.Span);
            Add(pod.Faults, named.Path, Loader.Of(place), Severity.Warning);
            Add(
                pod.Faults,
                named.Path,
                pod.Role == PodRole.Submitter ? null : Engine.OfManifest(place),
                Severity.Warning
            );
            if (variable["value"] is { Node: YamlScalar scalar } value && value.Text is not null)
            {
                Located<string> located = new(scalar.Value, scalar.Span);
                Add(pod.Faults, value.Path, Secret.Of(name, located, ByReference), Severity.Error);
                Add(pod.Faults, value.Path, NotReplaced.Of(located), Severity.Error);
                if (CodeUrl.IsOfTool(name))
                {
                    (tools ??= []).Add(new YamlEntry(key, scalar));
                }
            }
        }

        if (tools is not null)
        {
            KeyValuePair<Located<string>, Located<string>>[] variables =
            [
                .. tools
                    .DistinctBy(t => t.Key.Value)
                    .Select(t =>
                        KeyValuePair.Create(
                            new Located<string>(t.Key.Value, t.Key.Span),
                            new Located<string>(((YamlScalar)t.Value).Value, t.Value.Span)
                        )
                    ),
            ];
            Run(
                OfToolVariables,
                JobRequest.OfManifest(
                    container.Span,
                    env: new Located<IReadOnlyList<KeyValuePair<Located<string>, Located<string>>>>(
                        variables,
                        container.Span
                    )
                ),
                pod.Faults,
                container["env"].Path,
                Severity.Warning,
                keepsFixes: true
            );
        }
    }

    /// <summary>The image of Ray's container, and whether it can use the accelerators it asks for.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="rayVersion">The cluster's <c>rayVersion</c>.</param>
    /// <param name="isHeads">Whether the head's pod has this image, so that what concerns the cluster is told there.</param>
    /// <param name="clean">The images of this run of which nothing is told.</param>
    public static void Image(
        PodContext pod,
        Field rayVersion,
        bool isHeads,
        ConcurrentDictionary<(string, string?, Rule[]), bool> clean
    )
    {
        Field container = pod.Spec["containers"].ItemAt(0);
        Field field = container["image"];
        if (field.Node is not YamlScalar image || field.Text is not { Length: > 0 } text)
        {
            return;
        }

        Rule[] rules =
            pod.Role == PodRole.Head ? OfHeadImage
            : isHeads ? OfImages
            : OfOtherImage;
        (string, string?, Rule[]) known = (text, rayVersion.Text, rules);
        if (!clean.ContainsKey(known))
        {
            JobRequest request = JobRequest.OfManifest(
                container.Span,
                image: new Located<string>(text, image.Span),
                rayVersion: rayVersion is { Node: YamlScalar version, Text: { Length: > 0 } said }
                    ? new Located<string>(said, version.Span)
                    : null
            );
            if (!Run(rules, request, pod.Faults, field.Path, Severity.Warning, keepsFixes: true))
            {
                clean.TryAdd(known, true);
            }
        }

        Field limits = container["resources"]["limits"];
        if (limits.Node is null)
        {
            return;
        }

        foreach ((YamlScalar resource, Field amount) in limits.Entries())
        {
            string device = resource.Value;
            bool isNvidia =
                device == "nvidia.com/gpu" || device.StartsWith("nvidia.com/mig-", StringComparison.Ordinal);
            if (
                (isNvidia || ImageFacts.IsOtherDevice(device))
                && Count(amount) is { } gpus
                && !NameGrammar.IsPlaceholder(gpus)
                && FactsOf(text).UnfitFor(device) is { } unfit
            )
            {
                string asked = isNvidia ? $"GPU{(gpus == "1" ? "" : "s")}" : $"`{NameGrammar.Shorten(device)}`";
                string better = isNvidia
                    ? "use a tag that ends with `-gpu` or `-cu…`"
                    : "use an image that is built for those devices";
                pod.Faults.Add(
                    NoCuda.Info,
                    Severity.Warning,
                    field.Path,
                    field.Span,
                    $"the image {text} {unfit}, but the container asks for {NameGrammar.Shorten(gpus)} {asked}; {better}",
                    null
                );
                break;
            }
        }

        if (Count(limits["google.com/tpu"]) is { } chips && FactsOf(text).RayTag is { Platform: not "tpu" })
        {
            pod.Faults.Add(
                NoTpu.Info,
                Severity.Warning,
                field.Path,
                field.Span,
                $"the image {text} is not built for TPUs, but the container asks for {NameGrammar.Shorten(chips)}; use a tag that ends with `-tpu`",
                null
            );
        }
    }

    /// <summary>An image for GPUs in a cluster no container of which asks for one.</summary>
    public static void GpuImage(FaultList faults, IReadOnlyList<PodContext> pods)
    {
        Field? built = null;
        foreach (PodContext pod in pods)
        {
            foreach (Field container in pod.AllContainers)
            {
                foreach (string list in (string[])["limits", "requests"])
                {
                    foreach ((YamlScalar resource, _) in container["resources"][list].Entries())
                    {
                        // Whatever a plugin calls its devices.
                        if (resource.Value.Contains('/', StringComparison.Ordinal))
                        {
                            return;
                        }
                    }
                }
            }

            // Devices may be claimed, too (DRA).
            if (pod.Spec["resourceClaims"].Count > 0)
            {
                return;
            }

            Field image = pod.Spec["containers"].ItemAt(0)["image"];
            if (
                built is null
                && image is { Node: YamlScalar, Text: { Length: > 0 } text }
                && FactsOf(text).HasCuda == true
            )
            {
                built = image;
            }
        }

        if (built is { } found)
        {
            faults.Warn(
                NoGpus.Info,
                found,
                $"the image {found.Text} is built for GPUs, but no container asks for one; add `nvidia.com/gpu` to the limits of a group, or use an image without CUDA"
            );
        }
    }

    private static string? Count(Field amount) =>
        amount.Node is YamlScalar { IsNull: false, Value: not ("0" or "") } asked ? asked.Value : null;

    private static ImageFacts FactsOf(string text) => ImageFacts.Of(text, NoPolicies.Images);

    private static string ByReference(string name) =>
        $"write `{{name: {name}, valueFrom: {{secretKeyRef: {{name: …, key: …}}}}}}` in `env`";

    private static Located<SubmissionMode>? Mode(Field mode)
    {
        SubmissionMode? read = mode.Text switch
        {
            nameof(SubmissionMode.HTTPMode) => SubmissionMode.HTTPMode,
            nameof(SubmissionMode.SidecarMode) => SubmissionMode.SidecarMode,
            nameof(SubmissionMode.InteractiveMode) => SubmissionMode.InteractiveMode,
            _ => null,
        };
        return read is { } known ? new Located<SubmissionMode>(known, mode.Span) : null;
    }

    /// <summary>Whether anything was found.</summary>
    private static bool Run(
        Rule[] rules,
        JobRequest request,
        FaultList faults,
        FieldPath path,
        Severity most,
        bool keepsFixes
    )
    {
        RequestContext context = new()
        {
            Document = new RequestDocument(
                request.Span.Source.Path,
                "",
                new YamlFile(request.Span.Source, [], [], IsPartial: false),
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
        Finding[] findings = [.. rules.SelectMany(r => r.Check(context))];
        foreach (Finding finding in findings)
        {
            if (!finding.Rule.SupersededBy.Any(code => findings.Any(f => f.Rule.Code == code)))
            {
                Add(faults, path, keepsFixes ? finding : finding with { Fix = null }, most);
            }
        }

        return findings.Length > 0;
    }

    private static void Add(FaultList faults, FieldPath path, Finding? finding, Severity most)
    {
        if (finding is not null)
        {
            faults.Add(
                finding.Rule,
                most == Severity.Warning && !finding.Rule.IsCertain ? Severity.Warning : finding.Severity,
                path,
                finding.Span,
                finding.Message,
                finding.Fix
            );
        }
    }
}

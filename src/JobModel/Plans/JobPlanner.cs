using System.Text;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Schedules;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Plans;

/// <summary>Everything that a request file becomes: its digest and one plan for every job.</summary>
public sealed record RequestPlan(RequestDocument Document, RequestIdentity Identity, IReadOnlyList<JobPlan> Jobs)
{
    /// <summary>The digest of the request.</summary>
    public string Digest => Identity.Digest;

    /// <summary>What all jobs hold together.</summary>
    public ResourceDemand Demand => field ??= Jobs.Aggregate(ResourceDemand.None, (sum, job) => sum + job.Demand);
}

/// <summary>Brings request and policies together. Gives no plan where something essential is missing; the linter says what.</summary>
public static class JobPlanner
{
    /// <summary>What KubeRay's submitter pod asks for (X15).</summary>
    private static readonly (Quantity Cpu, Quantity Memory) Submitter = (Parse("500m"), Parse("200Mi"));

    /// <summary>What the autoscaler beside the head asks for (X15).</summary>
    private static readonly (Quantity Cpu, Quantity Memory) Autoscaler = (Parse("500m"), Parse("512Mi"));

    /// <summary>As many runs at a time as are counted; so many are beyond every quota.</summary>
    public const int MaxRunsAtOnce = 100_000;

    /// <summary>After so many names that are taken the next is given all the same, and the linter says so.</summary>
    public const int MaxAttempts = 64;

    /// <summary>What tells a request from others, whatever the policies are; null when it can't be read, or a file it ships can't.</summary>
    public static RequestIdentity? Identity(RequestDocument document, IRepositoryTree tree) =>
        document is { Request: { } request, File: { Root: YamlMapping root, IsPartial: false } }
        && ReadCode(request, document.Path, tree) is { } code
            ? new RequestIdentity(root, code)
            : null;

    /// <summary>Plans every job of a request; null when a value that decides what runs is missing or unreadable.</summary>
    /// <param name="names">The names that are given away; null where nobody knows of any.</param>
    public static RequestPlan? Plan(
        RequestDocument document,
        PolicySet policies,
        IRepositoryTree tree,
        IObjectNames? names = null
    )
    {
        if (
            !document.IsComplete
            || document.Request is not { Name: { } name } request
            || document.File.Root is not YamlMapping root
            || document.File.IsPartial
            || (request.KindOrDefault == JobKind.RayService && request.Serve is null)
            || (
                request.KindOrDefault == JobKind.RayCronJob
                && (request.Schedule is null || CronSchedule.Parse(request.Schedule.Value) is null)
            )
        )
        {
            return null;
        }

        PlatformPolicy platform = policies.Platform;
        JobKind kind = request.KindOrDefault;
        bool runsEntrypoint = KindRules.HasEntrypoint(kind);
        SourceSpan anchor = name.Span;
        IReadOnlyList<WorkerGroupPlan> workers = WorkerGroups(request, policies);
        PodPlan headPod = PodOf(request, request.Head?.Value, policies);
        if (
            request.Cluster is null
            && (headPod.Image.Value.Length == 0 || workers.Any(w => w.Pod.Image.Value.Length == 0))
        )
        {
            return null;
        }

        if (request.Cluster is null && !ArePoolsKnown(request, platform))
        {
            return null;
        }

        if (EnvFromOf(request, policies, document.Team) is not { } envFrom)
        {
            return null;
        }

        List<CodeFile>? code = ReadCode(request, document.Path, tree);
        if (workers.Any(w => w is { GpusPerPod: > 0, Gpu: null }) || code is null)
        {
            return null;
        }

        string? profileName = request.Profile?.Value ?? platform.Defaults.Profile;
        ProfilePolicy? profile = profileName is null ? null : policies.Profiles.GetValueOrDefault(profileName);
        string? priorityName = request.Priority?.Value ?? platform.Defaults.Priority;
        RequestIdentity identity = new(root, code);
        NameGiver giver = new(name.Value, document, identity, names);
        IReadOnlyList<KeyValuePair<string, string>>[] combinations = [.. Combinations(request)];
        bool keepsName = KindRules.IsEditedInPlace(kind);
        string[] objectNames = keepsName ? [name.Value] : giver.Names(combinations);
        string codeName =
            keepsName ? NameGiver.CodeNameOf(name.Value, code)
            : combinations.Length == 1 ? objectNames[0]
            : giver.CodeName();
        List<JobPlan> jobs = [];
        for (int i = 0; i < combinations.Length; i++)
        {
            IReadOnlyList<KeyValuePair<string, string>> values = combinations[i];

            SubmissionMode mode = SubmissionModeOf(request, platform);
            JobPlan plan = new()
            {
                Request = request,
                Kind = kind,
                RequestPath = document.Path,
                Team = document.Team,
                Owner = request.Owner?.Value,
                Name = name.Value,
                ObjectName = objectNames[i],
                CodeName = codeName,
                RequestDigest = identity.Digest,
                Namespace = platform.NamespaceOf(document.Team),
                Platform = platform,
                Profile = profile,
                RayVersion = RayVersionOf(request, headPod.Image, policies),
                Entrypoint = request.Entrypoint is { } entrypoint
                    ? entrypoint with
                    {
                        Value = Sweep.Fill(entrypoint.Value, values),
                    }
                    : null,
                CodeFiles = code,
                RuntimeEnv = request.RuntimeEnv is { } runtime ? (YamlMapping)Sweep.Fill(runtime.Value, values) : null,
                Archive = request.Code?.Value.Archive,
                Head = new HeadPlan(
                    request.Head?.Value.Cpu
                        ?? new Located<Quantity>(platform.Defaults.HeadCpu, request.Head?.Span ?? anchor),
                    request.Head?.Value.Memory
                        ?? new Located<Quantity>(platform.Defaults.HeadMemory, request.Head?.Span ?? anchor),
                    headPod
                ),
                Workers = workers,
                IsAutoscaling = workers.Any(w => w.Replicas.Value.IsRange),
                AutoscalerVersion = request.Autoscaling?.Value.Version?.Value,
                IdleTimeout = request.Autoscaling?.Value.IdleTimeout?.Value,
                Env = FillEnvironment(request, values),
                EnvFrom = envFrom,
                Volumes = [.. (request.Volumes?.Value ?? []).Select(v => v.Value)],
                Secrets = [.. (request.Secrets?.Value ?? []).Select(s => s.Value)],
                ServiceAccount = request.ServiceAccount,
                Timeout = request.Timeout ?? (runsEntrypoint ? Default(platform.Defaults.Timeout, anchor) : null),
                QueueTimeout =
                    request.QueueTimeout ?? (runsEntrypoint ? Default(platform.Defaults.QueueTimeout, anchor) : null),
                Lease = request.Lease,
                Retries = request.Retries?.Value ?? 0,
                SubmitterRetries = request.SubmitterRetries,
                Keep = request.Keep ?? new Located<Duration>(platform.Defaults.Keep, anchor),
                PriorityClass =
                    priorityName is not null && platform.Priorities.TryGetValue(priorityName, out string? priorityClass)
                        ? new Located<string>(priorityClass, request.Priority?.Span ?? anchor)
                        : null,
                Cluster = request.Cluster,
                SubmissionMode = new Located<SubmissionMode>(mode, request.SubmissionMode?.Span ?? anchor),
                SweepValues = values,
                Demand = ResourceDemand.None,
            };
            jobs.Add(Counted(plan));
        }

        return new RequestPlan(document, identity, jobs);
    }

    /// <summary>How the entrypoint reaches Ray; what has none is submitted to by people.</summary>
    public static SubmissionMode SubmissionModeOf(JobRequest request, PlatformPolicy platform) =>
        KindRules.HasEntrypoint(request.KindOrDefault)
            ? request.SubmissionMode?.Value ?? platform.Defaults.SubmissionMode
            : SubmissionMode.InteractiveMode;

    /// <summary>What a request calls the image of a pod: the pod's own, the request's, or the platform's default; null for none.</summary>
    public static Located<string>? ImageWord(JobRequest request, PodRequest? pod, PlatformPolicy platform) =>
        pod?.Image
        ?? request.Image
        ?? (
            platform.Defaults.Image is { } standard
                ? new Located<string>(standard, request.Name?.Span ?? request.Span)
                : null
        );

    private static PodPlan PodOf(JobRequest request, PodRequest? pod, PolicySet policies)
    {
        Located<string>? word = ImageWord(request, pod, policies.Platform);
        string image =
            word is null ? ""
            : policies.Images.Aliases.TryGetValue(word.Value, out Located<string>? target) ? target.Value
            : word.Value;
        return new PodPlan
        {
            Image = new Located<string>(image, word?.Span ?? request.Span),
            PullSecrets = policies.Images.PullSecretsOf(image),
            NodePool =
                (pod?.NodePool ?? request.NodePool) is { } name
                && policies.Platform.NodePools.TryGetValue(name.Value, out NodePool? pool)
                    ? (name, pool)
                    : null,
            Shm = pod?.Shm,
            EphemeralStorage = pod?.EphemeralStorage,
            RayStartParams = pod?.RayStartParams,
            Labels = request.Labels?.Value ?? [],
        };
    }

    private static bool ArePoolsKnown(JobRequest request, PlatformPolicy platform)
    {
        if (!IsKnown(request.NodePool) || !IsKnown(request.Head?.Value.NodePool))
        {
            return false;
        }

        foreach (Located<WorkerGroupRequest> group in request.Workers?.Value ?? [])
        {
            if (!IsKnown(group.Value.NodePool))
            {
                return false;
            }
        }

        return true;

        bool IsKnown(Located<string>? name) => name is null || platform.NodePools.ContainsKey(name.Value);
    }

    // What the policy doesn't open to the team has no keys here, and so no plan.
    private static List<EnvFromPlan>? EnvFromOf(JobRequest request, PolicySet policies, string team)
    {
        List<EnvFromPlan> sources = [];
        if (request is not { EnvFrom.Value: { Count: > 0 } asked, Cluster: null })
        {
            return sources;
        }

        IReadOnlyList<EnvSource> open = policies.Rules.EnvFromOf(team);
        foreach (Located<EnvFromRequest> source in asked)
        {
            if (
                open.FirstOrDefault(s => s.Is(source.Value.Secret?.Value, source.Value.ConfigMap?.Value))
                is not { } found
            )
            {
                return null;
            }

            sources.Add(new EnvFromPlan(source.Span, found));
        }

        return sources;
    }

    /// <summary>The GPU type a group means: the one it names, the platform's default, or the only one; null when that is open.</summary>
    public static string? GpuTypeOf(WorkerGroupRequest group, PlatformPolicy platform) =>
        group.Gpu?.Value ?? platform.Defaults.Gpu ?? (platform.Gpus.Count == 1 ? platform.Gpus.Keys.First() : null);

    /// <summary>The name of the group at an index, given or by default.</summary>
    public static string GroupName(JobRequest request, int index) =>
        request.Workers!.Value[index].Value.Name?.Value ?? (index == 0 ? "workers" : $"workers-{index + 1}");

    private static Located<string>? RayVersionOf(JobRequest request, Located<string> image, PolicySet policies) =>
        request.RayVersion
        ?? (
            ImageWord(request, request.Head?.Value, policies.Platform) is { } word
            && policies.Images.RayVersionOf(word.Value) is { } release
                ? new Located<string>(release, image.Span)
                : null
        );

    /// <summary>
    /// What each worker group asks for, with the platform's defaults filled in; none when the request runs on an existing
    /// cluster. A group whose GPU type is open or unknown is among them, but no job can be planned with it.
    /// </summary>
    public static IReadOnlyList<WorkerGroupPlan> WorkerGroups(JobRequest request, PolicySet policies)
    {
        PlatformPolicy platform = policies.Platform;
        if (request.Workers is not { Value: { Count: > 0 } asked } || request.Cluster is not null)
        {
            return [];
        }

        WorkerGroupPlan[] groups = new WorkerGroupPlan[asked.Count];
        for (int i = 0; i < asked.Count; i++)
        {
            (WorkerGroupRequest group, SourceSpan span) = (asked[i].Value, asked[i].Span);
            int gpus = group.Gpus?.Value ?? (group.Gpu is null ? 0 : 1);
            string? type = gpus == 0 ? null : GpuTypeOf(group, platform);
            groups[i] = new WorkerGroupPlan(
                group,
                span,
                group.Name ?? new Located<string>(GroupName(request, i), span),
                group.Replicas ?? new Located<ReplicaRange>(new ReplicaRange(1, 1, IsRange: false), span),
                group.Cpu ?? new Located<Quantity>(platform.Defaults.WorkerCpu, span),
                group.Memory ?? new Located<Quantity>(platform.Defaults.WorkerMemory, span),
                type,
                type is null ? null : platform.Gpus.GetValueOrDefault(type),
                gpus == 0 ? null : group.Gpus ?? new Located<int>(gpus, group.Gpu!.Span),
                group.NumOfHosts,
                PodOf(request, group, policies)
            );
        }

        return groups;
    }

    private static List<CodeFile>? ReadCode(JobRequest request, string requestPath, IRepositoryTree tree)
    {
        List<CodeFile> files = [];
        foreach ((Located<string> target, Located<string> source) in request.Code?.Value.Files?.Value ?? [])
        {
            string? path = RequestPath.Beside(requestPath, source.Value);
            if (
                path is null
                || tree.Find(path) is not { Kind: TreeEntryKind.File }
                || tree.Read(path) is not { } bytes
                || !IsUtf8(bytes.Span)
            )
            {
                return null;
            }

            files.Add(new CodeFile(target.Value, Encoding.UTF8.GetString(bytes.Span), source.Span));
        }

        return files;
    }

    /// <summary>Whether bytes are UTF-8 text a ConfigMap can carry as text.</summary>
    public static bool IsUtf8(ReadOnlySpan<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes) && !bytes.Contains((byte)0);

    private static List<KeyValuePair<Located<string>, Located<string>>> FillEnvironment(
        JobRequest request,
        IReadOnlyList<KeyValuePair<string, string>> values
    )
    {
        IReadOnlyList<KeyValuePair<Located<string>, Located<string>>> variables = request.Env?.Value ?? [];
        List<KeyValuePair<Located<string>, Located<string>>> filled = new(variables.Count);
        for (int i = 0; i < variables.Count; i++)
        {
            (Located<string> name, Located<string> value) = variables[i];
            filled.Add(new(name, value with { Value = Sweep.Fill(value.Value, values) }));
        }

        return filled;
    }

    private static IEnumerable<IReadOnlyList<KeyValuePair<string, string>>> Combinations(JobRequest request)
    {
        IReadOnlyList<KeyValuePair<Located<string>, Located<IReadOnlyList<Located<string>>>>> sweep =
            request.Sweep?.Value ?? [];
        if (sweep.Count == 0)
        {
            return
            [
                [],
            ];
        }

        IEnumerable<IReadOnlyList<KeyValuePair<string, string>>> combinations =
        [
            [],
        ];
        foreach (
            (Located<string> key, Located<IReadOnlyList<Located<string>>> values) in sweep.OrderBy(
                s => s.Key.Value,
                StringComparer.Ordinal
            )
        )
        {
            combinations = combinations
                .SelectMany(done =>
                    values.Value.Select(value =>
                        (IReadOnlyList<KeyValuePair<string, string>>)[.. done, new(key.Value, value.Value)]
                    )
                )
                .Take(JobRequestFormat.MaxSweepJobs + 1);
        }

        return combinations.Take(JobRequestFormat.MaxSweepJobs);
    }

    private static Located<Duration>? Default(Duration? value, SourceSpan anchor) =>
        value is { } known ? new Located<Duration>(known, anchor) : null;

    // A run of a schedule is there from its start to the end of its cluster, and KubeRay starts the next whatever runs (facts,
    // RayCronJob): the worst moment is when most are there.
    private static JobPlan Counted(JobPlan plan)
    {
        SchedulePlan? schedule = plan is { Kind: JobKind.RayCronJob, Request.Schedule: { } text }
            ? ScheduleOf(plan, text)
            : null;
        plan = plan with { Schedule = schedule };
        ResourceDemand run = DemandOf(plan);
        return plan with { RunDemand = run, Demand = run.Times(schedule?.RunsAtOnce ?? 1) };
    }

    private static SchedulePlan ScheduleOf(JobPlan plan, Located<string> text)
    {
        CronSchedule schedule = CronSchedule.Parse(text.Value)!;
        long seconds = plan.Timeout is { } timeout ? (long)timeout.Value.Seconds * (1 + plan.Retries) : 0;
        long kept = plan.Cluster is null ? plan.Keep.Value.Seconds : 0;
        return new SchedulePlan(
            text,
            schedule,
            plan.Request.TimeZone,
            plan.Request.Suspend,
            seconds == 0 ? 1 : Math.Min(MaxRunsAtOnce, schedule.MostWithin(seconds + kept))
        );
    }

    private static ResourceDemand DemandOf(JobPlan plan)
    {
        GpuCounts gpus = GpuCounts.None;
        Quantity cpu = Quantity.Zero;
        Quantity memory = Quantity.Zero;
        double gpuPrice = 0;
        if (plan.Cluster is null)
        {
            cpu += plan.Head.Cpu.Value;
            memory += plan.Head.Memory.Value;
            foreach (WorkerGroupPlan group in plan.Workers)
            {
                cpu += group.Cpu.Value * group.MaxPods;
                memory += group.Memory.Value * group.MaxPods;
                if (group.GpuName is { } type && group.Gpus is { } count && group.MaxPods > 0)
                {
                    gpus = gpus.With(type, group.MaxPods * count.Value);
                    gpuPrice += group.MaxPods * count.Value * group.Gpu!.PricePerHour;
                }
            }

            if (plan.IsAutoscaling)
            {
                cpu += Autoscaler.Cpu;
                memory += Autoscaler.Memory;
            }
        }

        if (plan.SubmissionMode.Value is SubmissionMode.K8sJobMode or SubmissionMode.SidecarMode)
        {
            cpu += Submitter.Cpu;
            memory += Submitter.Memory;
        }

        double perHour =
            gpuPrice
            + (cpu.ToDouble() * plan.Platform.CpuPrice)
            + (memory.ToDouble() / (1L << 30) * plan.Platform.MemoryPrice);
        double? cost = plan.Kind switch
        {
            JobKind.RayCluster => perHour * plan.Lease?.Value.Hours,
            // Nothing ends it: what a month costs.
            JobKind.RayService => perHour * JobPlan.Month,
            // Nothing ends it, either: what the runs of a month cost.
            JobKind.RayCronJob => perHour * plan.RunHours * plan.Schedule!.RunsOfMonth,
            _ => perHour * plan.RunHours,
        };
        return new ResourceDemand(1, gpus, cpu, memory, cost);
    }

    private static Quantity Parse(string text) =>
        Quantity.TryParse(text, out Quantity quantity) ? quantity : Quantity.Zero;
}

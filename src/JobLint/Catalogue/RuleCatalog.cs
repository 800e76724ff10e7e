using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobLint.Rules.Access;
using Rayquest.JobLint.Rules.Clusters;
using Rayquest.JobLint.Rules.Code;
using Rayquest.JobLint.Rules.Engines;
using Rayquest.JobLint.Rules.Entrypoint;
using Rayquest.JobLint.Rules.Environment;
using Rayquest.JobLint.Rules.Identity;
using Rayquest.JobLint.Rules.Images;
using Rayquest.JobLint.Rules.Leaks;
using Rayquest.JobLint.Rules.PolicyFaults;
using Rayquest.JobLint.Rules.Quota;
using Rayquest.JobLint.Rules.RenderedJobs;
using Rayquest.JobLint.Rules.Resources;
using Rayquest.JobLint.Rules.Schedules;
using Rayquest.JobLint.Rules.Shape;
using Rayquest.JobLint.Rules.Volcano;
using Rayquest.JobModel.Templates;

namespace Rayquest.JobLint.Catalogue;

/// <summary>Every rule there is, listed by hand: a rule that is not here does not run, and a test says so.</summary>
public static class RuleCatalog
{
    /// <summary>Rules over one request.</summary>
    public static IReadOnlyList<Rule> Requests { get; } =
    [
        new MissingEntrypoint(),
        new EmptyEntrypoint(),
        new SeveralCodeSources(),
        new EmptyCode(),
        new VolumeSource(),
        new ArchiveOutsideJob(),
        new MissingServe(),
        new ClusterIgnoresSetting(),
        new AutoscalingWithoutRange(),
        new UnknownSweepPlaceholder(),
        new UnusedSweepKey(),
        new SweepTooLarge(),
        new ManifestTooLarge(),
        new SweepOfOne(),
        new SweepValueTwice(),
        new SweepPlaceholderNotFilled(),
        new NothingToCompare(),
        new LeftOpen(),
        new NameNotFileName(),
        new NameAgainstPattern(),
        new BadTeamFolder(),
        new UnknownTeam(),
        new OwnerNotMember(),
        new AuthorNotMember(),
        new UnknownProfile(),
        new UnknownPriority(),
        new UnknownCluster(),
        new UnknownNodePool(),
        new NameLikeARun(),
        new NameOfExistingCluster(),
        new ReplacesLiveJob(),
        new GpuOverJobCap(),
        new CpuOverJobCap(),
        new MemoryOverJobCap(),
        new WorkersOverJobCap(),
        new SweepOverJobCap(),
        new GpuHoursOverMonth(),
        new CostOverLimit(),
        new CostUnbounded(),
        new UnknownGpuType(),
        new GpuTypeMissing(),
        new GpusOverNode(),
        new WorkerOverNode(),
        new WorkerStrandsGpus(),
        new GpuTypeWithoutGpus(),
        new FractionalCpu(),
        new HeadLargerThanWorkers(),
        new MemoryInBytes(),
        new MemoryTooSmall(),
        new CpuInMillicores(),
        new ReplicasReversed(),
        new EmptyGroup(),
        new GpuWithoutTimeout(),
        new GpuWithoutLease(),
        new LeaseOpen(),
        new LeaseOverLimit(),
        new UpgradeNeverFits(),
        new UpgradeTakesLong(),
        new JobOutlivesLease(),
        new ClusterSuspended(),
        new SuspendUnderKueue(),
        new WorkersBeyondReplicas(),
        new IdleTimeoutHoldsGpus(),
        new ModuleNotShipped(),
        new UpgradeNone(),
        new UpgradeOptionUnused(),
        new TargetCapacityOverwritten(),
        new ClusterHoldsIdleGpus(),
        new TimeoutOverLimit(),
        new QueueTimeoutNotShorter(),
        new KeepHoldsGpus(),
        new ManyGpuRetries(),
        new HostsWithoutAccelerator(),
        new HostsAgainstTopology(),
        new NodePoolAgainstGpuType(),
        new NodePoolBesideProfile(),
        new DiskOverJobCap(),
        new DiskNotCounted(),
        new ScratchOverDisk(),
        new MemoryVolumes(),
        new ObjectStoreOverShm(),
        new StartParamOverPod(),
        new CpusOverPod(),
        new NoCpusForTasks(),
        new PlasmaNotMounted(),
        new ImageUnparsable(),
        new UnknownImageAlias(),
        new RayTagGrammar(),
        new CpuImageOnGpus(),
        new ImageWithoutTpu(),
        new GpuImageWithoutGpus(),
        new ArmImage(),
        new RayVersionNotTheImages(),
        new RayVersionUnknown(),
        new RayTooOld(),
        new RayMlDeprecated(),
        new MixedRay(),
        new UnknownRuntimeEnvKey(),
        new PackageManagersTogether(),
        new RuntimeEnvShape(),
        new UnpinnedPackage(),
        new EnvVarNotText(),
        new LocalWorkingDir(),
        new RuntimeEnvExpandedByShell(),
        new VariableTwice(),
        new VariableNotReplaced(),
        new EngineVariable(),
        new ContainerRuntimeEnv(),
        new AmbiguousUrl(),
        new ArchiveNotPinned(),
        new ArchiveEnding(),
        new CodeFileMissing(),
        new CodeFileNotText(),
        new CodeTooLarge(),
        new CodeTargetClash(),
        new EntrypointShellSyntax(),
        new EntrypointComment(),
        new EntrypointVariable(),
        new UnbalancedQuotes(),
        new TypographicQuotes(),
        new EntrypointIsOption(),
        new ScriptNotShipped(),
        new ArgumentArrivesChanged(),
        new NestedSubmission(),
        new SidecarWithCluster(),
        new RetriesWithCluster(),
        new RetriesWithInteractive(),
        new InteractiveJob(),
        new EntrypointWithoutEffect(),
        new GroupNameTwice(),
        new ReservedGroupName(),
        new PodNameCut(),
        new TooManyGroups(),
        new AutoscalingUnderKueue(),
        new KaiNeedsOtherMode(),
        new SchedulerPluginsJob(),
        new VolcanoWithCluster(),
        new KindNotForVolcano(),
        new SeveralGroupsUnderVolcano(),
        new AutoscalingUnderVolcano(),
        new StartParamsUnderVolcano(),
        new SubmissionModeUnderVolcano(),
        new MultiHostUnderVolcano(),
        new KeepUnderVolcano(),
        new SubmitterRetriesUnderVolcano(),
        new GroupNameUnderVolcano(),
        new ProfileLostUnderVolcano(),
        new QueueTimeoutUnderVolcano(),
        new GangOfHeadOnly(),
        new PriorityWithoutQueue(),
        new AutoscalerTooNew(),
        new KubeRayTooOld(),
        new KeepWithoutEffect(),
        new SubmitterRetriesWithoutEffect(),
        new RunsOverlap(),
        new RunWithoutEnd(),
        new ClusterForEachRun(),
        new MissingSchedule(),
        new MalformedSchedule(),
        new UnknownTimeZone(),
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
        new RunsWithoutQueue(),
        new ScheduledAutoscaling(),
        new PriorityLost(),
        new NobodySubmits(),
        new SuspendedSchedule(),
        new WaitingRunsPileUp(),
        new ImageNotPinned(),
        new ImageNotAllowed(),
        new DigestRequired(),
        new ArchiveNotHttps(),
        new ArchiveHostNotAllowed(),
        new CodeFileOutside(),
        new CodeFileNotRegular(),
        new DownloadIntoShell(),
        new VolumeNotAllowed(),
        new SecretNotAllowed(),
        new ServiceAccountNotAllowed(),
        new ClusterNotAllowed(),
        new NodePoolNotAllowed(),
        new EnvFromNotAllowed(),
        new LabelNotAllowed(),
        new ProfileNotAllowed(),
        new PriorityNotAllowed(),
        new ReservedMount(),
        new MountTwice(),
        new ClaimTwice(),
        new SecretWithoutTarget(),
        new SecretWithTwoTargets(),
        new LoaderVariable(),
        new InsecurePackageSource(),
        new PastedSecret(),
        new SecretInVariable(),
        new SecretInEntrypoint(),
        new CredentialsInUrl(),
    ];

    /// <summary>Rules over the whole change.</summary>
    public static IReadOnlyList<RepositoryRule> Repository { get; } =
    [
        new StrayFile(),
        new RequestWithPolicyChange(),
        new UnknownRuleInPolicy(Find, Every),
        new FixedRuleInPolicy(Find),
        new SoftOverHard(),
        new QuotaOfUnknownGpu(),
        new GpuWithoutQuota(),
        new AliasNotPinned(),
        new ProfileSetsRequest(),
        new ProfileVolumeName(),
        new ProfileOffSchema(),
        new BadNamingPattern(),
        new UnknownDefault(),
        new LimitWithoutEffect(),
        new UnknownTeamInPolicy(),
        new JobCapOverHard(),
        new NobodyMayApprove(),
        new SharedNamespace(),
        new UnknownLinkPlaceholder(),
        new DefaultOverLimit(),
        new AliasOfUnknownRay(),
        new ImpossibleGpuType(),
        new DefaultTooNew(),
        new NamespaceMoved(),
        new TeamWithoutDelivery(),
        new GpuTypesAlike(),
        new PriorityClassWithTwoValues(),
        new ImpossibleNodePool(),
        new UnsafeEnvFrom(),
        new LabelPatternTooWide(),
        new ProfileImage(),
        new SettingWithoutEffect(),
        new SameObjectName(),
        new MovedToAnotherTeam(),
        new ClusterInUse(),
        new HandEditedJob(),
        new OrphanedJob(),
        new ForeignJobFile(),
        new GpuOverQuota(),
        new GpuOverSoftQuota(),
        new CpuOverQuota(),
        new CpuOverSoftQuota(),
        new MemoryOverQuota(),
        new MemoryOverSoftQuota(),
        new JobsOverQuota(),
        new JobsOverSoftQuota(),
        new StillOverQuota(),
        new LinkedFile(),
    ];

    /// <summary>What is known of every rule, by code.</summary>
    public static IReadOnlyList<RuleInfo> All { get; } =
    [
        .. SyntaxRules
            .All.Concat(LinterRules.All)
            .Concat(TemplateRules.All)
            .Concat(ReviewRules.All)
            .Concat(EditRules.All)
            .Concat(Requests.Select(r => r.Info))
            .Concat(Repository.Select(r => r.Info))
            .Concat(ManifestRules.All)
            .OrderBy(r => r.Code, StringComparer.Ordinal),
    ];

    private static readonly Dictionary<string, RuleInfo> ByWord = CodesAndNames();

    private static Dictionary<string, RuleInfo> CodesAndNames()
    {
        Dictionary<string, RuleInfo> words = new(2 * All.Count, StringComparer.OrdinalIgnoreCase);
        foreach (RuleInfo rule in All)
        {
            words.Add(rule.Code, rule);
            words.Add(rule.Name, rule);
        }

        return words;
    }

    // The list itself is made after the rules that look into it.
    private static IReadOnlyList<RuleInfo> Every() => All;

    /// <summary>The rule of a code or name, or null.</summary>
    public static RuleInfo? Find(string word) => ByWord.GetValueOrDefault(word);

    private static readonly HashSet<string> OfRepository = [.. Repository.Select(r => r.Info.Code)];

    /// <summary>Whether the rule looks at the whole change rather than at one request.</summary>
    public static bool IsOverTheChange(RuleInfo rule) => OfRepository.Contains(rule.Code);
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Canonical;
using Rayquest.JobRender.Manifests;
using Rayquest.JobRender.Profiles;
using Rayquest.JobRender.Steps;

namespace Rayquest.JobRender.Import;

/// <summary>A request made from a manifest.</summary>
/// <param name="Name">The request's name.</param>
/// <param name="Text">The request file.</param>
/// <param name="Files">Code files to put beside the request, by path relative to it.</param>
/// <param name="LeftBehind">What could not be carried over, in the manifest's order.</param>
public sealed record ImportedRequest(
    string Name,
    string Text,
    IReadOnlyList<KeyValuePair<string, string>> Files,
    IReadOnlyList<LeftBehind> LeftBehind
);

/// <summary>Turns a RayJob, RayCluster, RayService or RayCronJob into a request: rendering that request gives the manifest back, as far as a request can say it.</summary>
public static class ManifestImport
{
    /// <summary>Imports the first RayJob, RayCluster, RayService or RayCronJob of a file, and the ConfigMaps beside it that carry its code; null when there is none.</summary>
    public static ImportedRequest? Import(YamlFile file, PolicySet policies) =>
        ImportAll(file, policies) is [var first, ..] ? first : null;

    /// <summary>Imports every RayJob, RayCluster, RayService and RayCronJob of a file, each with the ConfigMaps beside it that carry its code.</summary>
    public static IReadOnlyList<ImportedRequest> ImportAll(YamlFile file, PolicySet policies)
    {
        List<YamlMapping> jobs = [];
        Dictionary<string, YamlMapping> configMaps = new(StringComparer.Ordinal);
        foreach (YamlMapping mapping in file.Documents.SelectMany(Objects))
        {
            string? kind = ManifestNodes.TextOf(mapping, "kind");
            if (JobShape.KindOf(mapping) is not null)
            {
                jobs.Add(mapping);
            }
            else if (
                kind == "ConfigMap"
                && ManifestNodes.TextOf(mapping["metadata"], "name") is { } name
                && mapping["data"] is YamlMapping data
            )
            {
                configMaps[name] = data;
            }
        }

        List<ImportedRequest> imported = [.. jobs.Select(j => Importer.Of(j, configMaps, policies).Run())];
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int i = 0; i < imported.Count; i++)
        {
            // Two jobs of one name, in two namespaces, say.
            for (int number = 2; !names.Add(imported[i].Name); number++)
            {
                imported[i] = Importer.Of(jobs[i], configMaps, policies, number).Run();
            }
        }

        return imported;
    }

    /// <summary>
    /// The objects of a file that are not imported and carry no code of one that is: what the job needs of them somebody else makes.
    /// </summary>
    public static IReadOnlyList<LeftBehind> OthersOf(YamlFile file)
    {
        YamlMapping[] all = [.. file.Documents.SelectMany(Objects)];
        string[] named = [.. all.Where(o => JobShape.KindOf(o) is not null).SelectMany(ConfigMapsOf)];
        return
        [
            .. all.Where(o =>
                    JobShape.KindOf(o) is null
                    && !(
                        ManifestNodes.TextOf(o, "kind") == "ConfigMap"
                        && named.Contains(ManifestNodes.TextOf(o["metadata"], "name"))
                    )
                )
                .Select(o => new LeftBehind(
                    o.Span,
                    $"{ManifestNodes.TextOf(o, "kind") ?? "an object"} {ManifestNodes.TextOf(o["metadata"], "name")}".TrimEnd(),
                    "a request makes no such object; have it made beside it, where the job needs it"
                )),
        ];
    }

    private static IEnumerable<string> ConfigMapsOf(YamlNode node) =>
        node switch
        {
            YamlMapping mapping => mapping.Entries.SelectMany(e =>
                e.Key.Value == "configMap" && ManifestNodes.TextOf(e.Value, "name") is { } name
                    ? [name]
                    : ConfigMapsOf(e.Value)
            ),
            YamlSequence list => list.Items.SelectMany(ConfigMapsOf),
            _ => [],
        };

    // A list, as kubectl prints several objects, holds them as items.
    private static IEnumerable<YamlMapping> Objects(YamlNode document) =>
        document is not YamlMapping mapping ? []
        : ManifestNodes.TextOf(mapping, "kind") is { } kind
        && kind.EndsWith("List", StringComparison.Ordinal)
        && mapping["items"] is YamlSequence items
            ? items.Items.OfType<YamlMapping>()
        : [mapping];

    /// <summary>What was lost, one line a subject: the same key for the same reason at several places is told once.</summary>
    public static IEnumerable<LeftBehind> BySubject(IEnumerable<LeftBehind> left) =>
        left.GroupBy(l => (l.Path[(l.Path.LastIndexOf('.') + 1)..], l.Why))
            .Select(g =>
            {
                LeftBehind[] all = [.. g.DistinctBy(l => l.Path)];
                return all.Length == 1
                    ? all[0]
                    : all[0] with
                    {
                        Why =
                            $"{all[0].Why} (the same at {all.Length - 1} more {(all.Length == 2 ? "place" : "places")})",
                    };
            });

    private sealed class Importer(YamlMapping job, Dictionary<string, YamlMapping> configMaps, PolicySet policies)
    {
        // The order in which people read a request.
        private static readonly string[] Order = [.. JobRequestFormat.Request.Fields.Select(f => f.Key)];

        // Where Ray keeps logs and sockets.
        private const string LogFolder = "/tmp/ray";

        private static readonly string[] Queues =
        [
            "kueue.x-k8s.io/queue-name",
            "volcano.sh/queue-name",
            "yunikorn.apache.org/queue",
            "kai.scheduler/queue",
        ];

        private readonly SortedDictionary<string, YamlNode> request = new(StringComparer.Ordinal);
        private readonly List<LeftBehind> reported = [];
        private readonly SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, string> moved = new(StringComparer.Ordinal);
        private readonly HashSet<string> movedFrom = new(StringComparer.Ordinal);
        private readonly ManifestPart root = new(job, "");
        private string name = "";

        /// <summary>What it is.</summary>
        private JobKind Kind { get; init; }

        /// <summary>Which run a service's head says it is.</summary>
        private YamlScalar? HeadRun { get; init; }

        /// <summary>Which of several jobs of the same name it is.</summary>
        private int Number { get; init; } = 1;

        /// <summary>The manifest as it was, its profile's part included.</summary>
        private YamlMapping? Whole { get; init; }

        /// <summary>The profile it was made with; null where none fits.</summary>
        private string? ProfileName { get; init; }

        /// <summary>Whether it is only asked what would be left behind.</summary>
        private bool IsTrial { get; init; }

        public static Importer Of(
            YamlMapping whole,
            Dictionary<string, YamlMapping> configMaps,
            PolicySet policies,
            int number = 1
        )
        {
            JobKind kind = JobShape.KindOf(whole) ?? JobKind.RayJob;
            YamlScalar? run = JobShape.RunOf(whole, kind, policies.Platform.LabelPrefix);
            whole = JobShape.Of(whole, kind, policies.Platform);
            (string Name, YamlMapping Left)? without = WithoutProfile.Of(whole, kind, policies);
            return new Importer(without?.Left ?? whole, configMaps, policies)
            {
                Kind = kind,
                HeadRun = run,
                Number = number,
                Whole = whole,
                ProfileName = without?.Name,
            };
        }

        private PlatformPolicy Platform => policies.Platform;

        public ImportedRequest Run()
        {
            root.Pass("apiVersion", "kind");
            Set("kind", Kind == JobKind.RayJob ? null : ManifestNodes.Text(job.Span, Kind.ToString()));
            Metadata();
            Profile();
            if (root.Open("spec") is { } spec)
            {
                Spec(spec);
            }

            YamlMapping result = new(
                job.Span,
                [.. request.Select(e => ManifestNodes.Entry(e.Key, e.Value))],
                isFlow: false
            );
            LeftBehind[] left =
            [
                .. reported
                    .Concat(root.Rest())
                    .Select(Named)
                    .OrderBy(l => l.Span.Span.Start)
                    .Select(l => l with { Path = JobShape.PathBack(l.Path, Kind) }),
            ];
            return new ImportedRequest(
                name,
                CanonicalYaml.Write(result, Order)
                    + string.Concat(BySubject(left.Where(l => l.ChangesRun)).Select(Open)),
                [.. files],
                left
            );
        }

        // Init containers come through profiles alone: those that have some are named.
        private LeftBehind Named(LeftBehind left)
        {
            string[] profiles = left.Path.EndsWith(".initContainers", StringComparison.Ordinal)
                ?
                [
                    .. policies
                        .Profiles.Values.Where(p => HasInit(p.Manifest))
                        .Select(p => p.Name)
                        .Order(StringComparer.Ordinal),
                ]
                : [];
            return profiles.Length == 0
                ? left
                : left with
                {
                    Why = $"{left.Why}; the profiles with init containers are {string.Join(", ", profiles)}",
                };
        }

        private static bool HasInit(YamlNode node) =>
            node switch
            {
                YamlMapping mapping => mapping.Entry("initContainers") is not null
                    || mapping.Entries.Any(e => HasInit(e.Value)),
                YamlSequence list => list.Items.Any(HasInit),
                _ => false,
            };

        /// <summary>One for each subject, with how many places say the same.</summary>
        private static string Open(LeftBehind left) =>
            $"# {ImportComment.Mark} {left.Path}: {left.Why}\n".ReplaceLineEndings(" ").TrimEnd() + "\n";

        private void Set(string key, YamlNode? value)
        {
            if (value is not null)
            {
                request[key] = value;
            }
        }

        private void Report(ManifestPart part, string key, string why, bool changesRun = false) =>
            reported.Add(
                new LeftBehind(
                    part.Mapping.Entry(key)?.Key.Span ?? part.Span,
                    part.Path.Length == 0 ? key : $"{part.Path}.{key}",
                    why
                )
                {
                    ChangesRun = changesRun,
                }
            );

        private void Profile()
        {
            string? standard = Platform.Defaults.Profile;
            if (ProfileName is { } found)
            {
                Set("profile", found == standard ? null : ManifestNodes.Text(job.Span, found));
            }
            else if (!IsTrial && Nearest() is { } nearest)
            {
                reported.Add(
                    new LeftBehind(
                        job.Span,
                        "profile",
                        standard is null || standard == nearest.Name
                            ? $"no profile of the platform fits whole; {nearest.Why}"
                            : $"no profile of the platform fits whole, so the default, `{standard}`, is laid under the request; {nearest.Why}"
                    )
                );
            }
            else if (
                standard is not null
                && policies.Profiles.GetValueOrDefault(standard) is { Manifest.Entries.Length: > 0 }
            )
            {
                reported.Add(
                    new LeftBehind(
                        job.Span,
                        "profile",
                        $"no profile of the platform fits, so the default, `{standard}`, is laid under the request; see policies/profiles/{standard}.yaml for what it adds"
                    )
                );
            }
        }

        /// <summary>The profile with which the least is left behind, where one brings anything that would be.</summary>
        private (string Name, string Why)? Nearest()
        {
            if (Whole is not { } whole)
            {
                return null;
            }

            string[] without = LeftWith(whole, null);
            (ProfilePolicy Profile, string[] Left, IReadOnlyList<string> Missing)? best = null;
            foreach (ProfilePolicy profile in policies.Profiles.Values.OrderBy(p => p.Name, StringComparer.Ordinal))
            {
                if (profile.Manifest is not { Entries.Length: > 0 })
                {
                    continue;
                }

                (YamlMapping rest, IReadOnlyList<string> missing) = WithoutProfile.AsFarAsItGoes(whole, Kind, profile);
                string[] left = LeftWith(rest, profile.Name);
                int least = best?.Left.Length ?? without.Length;
                if (
                    left.Length < least
                    || (best is not null && left.Length == least && missing.Count < best.Value.Missing.Count)
                )
                {
                    best = (profile, left, missing);
                }
            }

            return best is not { } found
                ? null
                : (
                    found.Profile.Name,
                    $"`{found.Profile.Name}` leaves the least behind: `profile: {found.Profile.Name}` brings {Named(without.Except(found.Left))}{(found.Missing.Count == 0 ? "" : $", and {Named(found.Missing)}, which the manifest doesn't have")}; what else is listed here remains"
                );
        }

        // Of each path its last part, by which people know it.
        private static string Named(IEnumerable<string> paths)
        {
            string[] names =
            [
                .. paths
                    .Select(p => p[(p.LastIndexOf('.') + 1)..])
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal),
            ];
            return string.Join(", ", names.Take(6).Select(n => $"`{n}`")) + (names.Length > 6 ? " and more" : "");
        }

        private string[] LeftWith(YamlMapping manifest, string? profile) =>
            [
                .. new Importer(manifest, configMaps, policies)
                {
                    Kind = Kind,
                    HeadRun = HeadRun,
                    Whole = Whole,
                    ProfileName = profile,
                    IsTrial = true,
                }
                    .Run()
                    .LeftBehind.Where(l => l.Path != "profile")
                    .Select(l => l.Path),
            ];

        private void Metadata()
        {
            ManifestPart? metadata = root.Open("metadata");
            ManifestPart? labels = metadata?.Open("labels");
            string prefix = Platform.LabelPrefix;
            string written =
                labels?.Text(ManifestLabels.Request(prefix))?.Value
                ?? metadata?.Text("name")?.Value
                ?? metadata?.Text("generateName")?.Value
                ?? "";
            metadata?.Pass(
                "name",
                "namespace",
                "creationTimestamp",
                "uid",
                "resourceVersion",
                "generation",
                "managedFields",
                "finalizers"
            );
            name = NameFrom(written);
            if (Number > 1)
            {
                string ending = $"-{Number}";
                name = name[..Math.Min(name.Length, KindRules.MaxNameLength(Kind) - ending.Length)] + ending;
            }

            Set("name", ManifestNodes.Text(metadata?.Span ?? job.Span, name));
            if (metadata is not null && name != written)
            {
                Report(
                    metadata,
                    "name",
                    KindRules.IsEditedInPlace(Kind)
                        ? $"the request is called `{name}`"
                        : $"the request is called `{name}`; a hash is added to it when it is rendered"
                );
            }

            bool isOurs = labels?.Mapping[ManifestLabels.Team(prefix)] is not null;
            if (
                metadata is not null
                && !isOurs
                && ManifestNodes.TextOf(metadata.Mapping, "namespace") is { Length: > 0 }
            )
            {
                Report(metadata, "namespace", "a request runs in its team's namespace, as the platform names it");
            }

            foreach (string queue in isOurs ? [] : Queues)
            {
                if (labels is not null && labels.Text(queue) is not null)
                {
                    Report(labels, queue, "a request waits in its team's queue, as the platform names it");
                }
            }

            ManifestPart? annotations = metadata?.Open("annotations");
            YamlScalar? owner =
                labels?.Text(ManifestLabels.Owner(prefix)) ?? annotations?.Text(ManifestLabels.Owner(prefix));
            Set("owner", owner is null ? null : ManifestNodes.Text(owner.Span, owner.Value));
            labels?.Pass(
                ManifestLabels.ManagedBy,
                ManifestLabels.Team(prefix),
                "kueue.x-k8s.io/queue-name",
                "volcano.sh/queue-name",
                "yunikorn.apache.org/queue",
                "yunikorn.apache.org/app-id",
                "kai.scheduler/queue",
                "ray.io/gang-scheduling-enabled"
            );
            annotations?.Pass(
                ManifestLabels.Source(prefix),
                "kueue.x-k8s.io/elastic-job",
                "kubectl.kubernetes.io/last-applied-configuration",
                "argocd.argoproj.io/tracking-id"
            );
            if (
                Kind == JobKind.RayCluster
                && annotations?.Text(ManifestLabels.Lease(prefix)) is { } lease
                && Duration.TryParse(lease.Value, out _)
            )
            {
                Set("lease", ManifestNodes.Text(lease.Span, lease.Value));
            }

            if (
                (HeadRun ?? (Kind == JobKind.RayCluster ? annotations?.Text(ManifestLabels.Run(prefix)) : null))
                    is { } run
                && int.TryParse(run.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            )
            {
                Set("run", ManifestNodes.Integer(run.Span, number));
            }

            Priority(labels?.Text("kueue.x-k8s.io/priority-class") ?? labels?.Text("ray.io/priority-class-name"));
        }

        /// <summary>The nearest name a request may have.</summary>
        private string NameFrom(string written)
        {
            StringBuilder text = new();
            foreach (char c in written.ToLowerInvariant())
            {
                text.Append(char.IsAsciiLetterOrDigit(c) ? c : '-');
            }

            string slug = text.ToString().Trim('-');
            slug =
                slug.Length > 0 && char.IsAsciiLetterLower(slug[0])
                    ? slug
                    : $"{KindRules.NounOf(Kind).Split(' ')[^1]}-{slug}";
            return slug[..Math.Min(slug.Length, KindRules.MaxNameLength(Kind))].Trim('-');
        }

        private void Priority(YamlScalar? priorityClass)
        {
            if (priorityClass is null)
            {
                return;
            }

            string? priority = Platform
                .Priorities.Where(p => p.Value == priorityClass.Value)
                .Select(p => p.Key)
                .Order(StringComparer.Ordinal)
                .FirstOrDefault();
            if (priority is null)
            {
                reported.Add(
                    new LeftBehind(
                        priorityClass.Span,
                        "priority",
                        $"the platform has no priority for the class `{priorityClass.Value}`"
                    )
                );
            }
            else if (priority != Platform.Defaults.Priority)
            {
                Set("priority", ManifestNodes.Text(priorityClass.Span, priority));
            }
        }

        private void Spec(ManifestPart spec)
        {
            if (!KindRules.HasEntrypoint(Kind))
            {
                Serve(spec);
                if (spec.Open("rayClusterSpec") is { } alone)
                {
                    Strategy(alone);
                    if (Kind == JobKind.RayCluster)
                    {
                        Set("suspend", alone.Flag("suspend") ? ManifestNodes.True(alone.Span) : null);
                    }

                    Cluster(alone);
                }

                return;
            }

            if (Kind == JobKind.RayCronJob && spec.Open(SetSchedule.Key) is { } schedule)
            {
                SetText(schedule, "schedule", "schedule");
                SetText(schedule, "timeZone", "timeZone");
                Set("suspend", schedule.Flag("suspend") ? ManifestNodes.True(schedule.Span) : null);
            }

            HeldBack(spec);
            SetText(spec, "entrypoint", "entrypoint");
            if (spec.Text("submissionMode") is { } mode && mode.Value != Platform.Defaults.SubmissionMode.ToString())
            {
                Set("submissionMode", ManifestNodes.Text(mode.Span, mode.Value));
            }
            else if (
                spec.Mapping["submissionMode"] is null
                && Platform.Defaults.SubmissionMode != SubmissionMode.K8sJobMode
            )
            {
                Set("submissionMode", ManifestNodes.Text(spec.Span, nameof(SubmissionMode.K8sJobMode)));
            }

            SetSeconds(spec, "activeDeadlineSeconds", "timeout", Platform.Defaults.Timeout);
            if (
                Kind is JobKind.RayJob or JobKind.RayCronJob
                && spec.Mapping["activeDeadlineSeconds"] is null
                && Platform.Defaults.Timeout is { } end
            )
            {
                Report(
                    spec,
                    "activeDeadlineSeconds",
                    $"the manifest sets no end, so the platform's {end} holds; write `timeout` where the job may take longer"
                );
            }

            SetSeconds(spec, "preRunningDeadlineSeconds", "queueTimeout", Platform.Defaults.QueueTimeout);
            if (spec.Number("backoffLimit") is > 0 and var retries)
            {
                Set("retries", ManifestNodes.Integer(spec.Span, retries));
            }

            Submitter(spec);
            RuntimeEnv(spec);
            if (spec.Open("clusterSelector") is { } selector)
            {
                SetText(selector, "ray.io/cluster", "cluster");
            }
            else if (spec.Open("rayClusterSpec") is { } cluster)
            {
                Keep(spec);
                Cluster(cluster);
            }
        }

        // A queue suspends what waits in it; without one somebody meant the job not to start.
        private void HeldBack(ManifestPart spec)
        {
            bool isQueued =
                (root.Mapping["metadata"] as YamlMapping)?["labels"] is YamlMapping labels
                && Array.Exists(Queues, q => labels[q] is not null);
            if (spec.Flag("suspend"))
            {
                Report(
                    spec,
                    "suspend",
                    isQueued
                        ? "the queue decides when a job starts"
                        : "a request can't hold a job back: it starts once it is merged and there is room; import it when it may run",
                    changesRun: !isQueued
                );
            }
        }

        private void Serve(ManifestPart spec)
        {
            if (Kind != JobKind.RayService)
            {
                return;
            }

            FindingBag faults = new();
            if (
                spec.Text("serveConfigV2") is { } text
                && YamlReader.Parse(new SourceText("serveConfigV2", text.Value), YamlLimits.Request, faults).Root
                    is YamlMapping config
                && !faults.HasErrors
            )
            {
                Set("serve", config);
            }
            else
            {
                Report(spec, "serveConfigV2", "it is no mapping a request can hold; rewrite it under `serve`");
            }

            if (spec.Open("upgradeStrategy") is not { } strategy || strategy.Text("type") is not { } type)
            {
                return;
            }

            ManifestPart? options = strategy.Open("clusterUpgradeOptions");
            Set(
                "upgrade",
                ManifestNodes.Map(
                    strategy.Span,
                    (
                        "strategy",
                        ManifestNodes.Text(
                            type.Span,
                            type.Value == "NewClusterWithIncrementalUpgrade"
                                ? nameof(UpgradeStrategy.Incremental)
                                : type.Value
                        )
                    ),
                    ("maxSurge", Percent("maxSurgePercent")),
                    ("step", Percent("stepSizePercent")),
                    (
                        "interval",
                        options?.Number("intervalSeconds") is > 0 and <= Duration.MaxSeconds and var seconds
                            ? ManifestNodes.Text(options.Span, new Duration((int)seconds).ToString())
                            : null
                    ),
                    (
                        "gatewayClass",
                        options?.Text("gatewayClassName") is { } gateway
                            ? ManifestNodes.Text(gateway.Span, gateway.Value)
                            : null
                    )
                )
            );

            YamlScalar? Percent(string key) =>
                options?.Number(key) is >= 0 and <= 100 and var percent
                    ? ManifestNodes.Integer(options.Span, percent)
                    : null;
        }

        // Edits of a request are always honoured (RQ4602).
        private void Strategy(ManifestPart cluster)
        {
            if (
                Kind != JobKind.RayCluster
                || ManifestNodes.TextOf(cluster.Mapping["upgradeStrategy"], "type") == "Recreate"
                || !Platform.CanRecreateClusters
            )
            {
                cluster.Pass("upgradeStrategy");
            }
            else
            {
                cluster.Pass("upgradeStrategy");
                Report(cluster, "upgradeStrategy", "the request's cluster has `Recreate`: an edit replaces its pods");
            }
        }

        private void Submitter(ManifestPart spec)
        {
            if (
                spec.Open("submitterConfig") is { } config
                && config.Number("backoffLimit") is >= 0 and <= 10 and var retries
            )
            {
                Set("submitterRetries", ManifestNodes.Integer(config.Span, retries));
            }

            // What the head has, its profile's included, is given to the submitter by rendering.
            if (
                Whole?["spec"] is YamlMapping all
                && all["submitterPodTemplate"] is YamlMapping said
                && (all["rayClusterSpec"] as YamlMapping)?["headGroupSpec"] is YamlMapping head
                && (head["template"] as YamlMapping)?["spec"] is YamlMapping pod
                && AddSubmitter.Of(pod, said: null) is { } template
                && StrategicMerge.AreEqual(CanonicalForm.Of(template), CanonicalForm.Of(said))
            )
            {
                spec.Pass("submitterPodTemplate");
            }
        }

        private void Keep(ManifestPart spec)
        {
            long seconds = spec.Number("ttlSecondsAfterFinished") ?? 0;
            if (!spec.Flag("shutdownAfterJobFinishes"))
            {
                Report(
                    spec,
                    "shutdownAfterJobFinishes",
                    "the cluster is always shut down when the job ends, after `keep`"
                );
            }
            else if (seconds != Platform.Defaults.Keep.Seconds)
            {
                Set(
                    "keep",
                    ManifestNodes.Text(spec.Span, new Duration((int)Math.Min(seconds, Duration.MaxSeconds)).ToString())
                );
            }
        }

        private void SetText(ManifestPart part, string key, string field)
        {
            if (part.Text(key) is { } text)
            {
                Set(field, ManifestNodes.Text(text.Span, text.Value));
            }
        }

        private void SetSeconds(ManifestPart spec, string key, string field, Duration? standard)
        {
            if (spec.Number(key) is > 0 and <= Duration.MaxSeconds and var seconds && seconds != standard?.Seconds)
            {
                Set(field, ManifestNodes.Text(spec.Span, new Duration((int)seconds).ToString()));
            }
        }

        private void RuntimeEnv(ManifestPart spec)
        {
            if (spec.Text("runtimeEnvYAML") is not { } text)
            {
                // v1alpha1 has it as JSON in base64.
                if (
                    spec.Mapping["runtimeEnv"] is not YamlScalar encoded
                    || Decoded(encoded.Value) is not { } json
                    || YamlReader.Parse(new SourceText("runtimeEnv", json), YamlLimits.Request, new FindingBag()).Root
                        is not YamlMapping old
                )
                {
                    return;
                }

                spec.Pass("runtimeEnv");
                Set("runtimeEnv", old.Entries.Length == 0 ? null : old);
                return;
            }

            FindingBag faults = new();
            if (
                YamlReader.Parse(new SourceText("runtimeEnvYAML", text.Value), YamlLimits.Request, faults).Root
                    is YamlMapping environment
                && !faults.HasErrors
            )
            {
                Set("runtimeEnv", environment.Entries.Length == 0 ? null : environment);
            }
            else
            {
                Report(spec, "runtimeEnvYAML", "it is no mapping a request can hold; rewrite it under `runtimeEnv`");
            }
        }

        private static string? Decoded(string text)
        {
            byte[] bytes = new byte[text.Length];
            return
                Convert.TryFromBase64String(text, bytes, out int length)
                && System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(0, length))
                ? Encoding.UTF8.GetString(bytes, 0, length)
                : null;
        }

        private void Cluster(ManifestPart cluster)
        {
            List<Pod> pods = [];
            string? image = null;
            (ManifestPart Part, List<YamlEntry> Shape)? ofHead = null;
            if (cluster.Open("headGroupSpec") is { } head && Pod.Of(head) is { } headPod)
            {
                pods.Add(headPod);
                image = headPod.Ray.Text("image")?.Value;
                List<YamlEntry> shape = Shape(
                    headPod,
                    policies.Platform.Defaults.HeadCpu,
                    policies.Platform.Defaults.HeadMemory,
                    isHead: true
                );
                StartParameters(head, headPod, shape);
                ofHead = (head, shape);
                headPod.Pool = PoolOf(headPod);
                Set(
                    "image",
                    image is null || WordOf(image) == Platform.Defaults.Image ? null : ImageOf(headPod.Ray, image)
                );
            }

            Version(cluster, image);
            bool autoscaling = cluster.Flag("enableInTreeAutoscaling");
            Workers(cluster, autoscaling, image, pods, ofHead);
            if (autoscaling && cluster.Open("autoscalerOptions") is { } options)
            {
                if (
                    options.Mapping["volumeMounts"] is YamlSequence mounts
                    && mounts.Items.All(m => ManifestNodes.TextOf(m, "name") == AddAutoscaling.TokenVolume)
                )
                {
                    options.Pass("volumeMounts");
                }

                List<YamlEntry> settings = [];
                AddText(settings, "version", options.Text("version"));
                if (options.Number("idleTimeoutSeconds") is > 0 and <= Duration.MaxSeconds and var idle)
                {
                    settings.Add(
                        ManifestNodes.Entry(
                            "idleTimeout",
                            ManifestNodes.Text(options.Span, new Duration((int)idle).ToString())
                        )
                    );
                }

                Set(
                    "autoscaling",
                    settings.Count == 0 ? null : new YamlMapping(options.Span, [.. settings], isFlow: false)
                );
            }

            Pods(pods);
        }

        /// <summary>The alias of an image, or the reference itself.</summary>
        private string WordOf(string image) =>
            policies
                .Images.Aliases.Where(a => a.Value.Value == image)
                .Select(a => a.Key)
                .Order(StringComparer.Ordinal)
                .FirstOrDefault()
            ?? image;

        private YamlScalar ImageOf(ManifestPart container, string image) =>
            ManifestNodes.Text(container.Span, WordOf(image));

        private void Version(ManifestPart cluster, string? image)
        {
            if (cluster.Text("rayVersion") is not { } version)
            {
                return;
            }

            // Only of Ray's own images the tag is believed to tell.
            ImageReference? reference = image is null ? null : ImageReference.Parse(image, out _);
            bool isRays =
                reference is
                {
                    Registry: null or "docker.io",
                    Repository: "rayproject/ray" or "rayproject/ray-ml" or "rayproject/ray-llm"
                };
            if (!isRays || reference!.Tag is not { } tag || RayImageTag.Parse(tag)?.Release != version.Value)
            {
                Set("rayVersion", ManifestNodes.Text(version.Span, version.Value));
            }
        }

        private void Workers(
            ManifestPart cluster,
            bool autoscaling,
            string? image,
            List<Pod> pods,
            (ManifestPart Part, List<YamlEntry> Shape)? head
        )
        {
            IReadOnlyList<ManifestPart> groups = cluster.OpenList("workerGroupSpecs");
            bool anyRange = groups.Any(g => Bounds(g.Mapping) is var (min, max) && min != max);
            List<(ManifestPart Part, List<YamlEntry> Shape, Pod? Pod)> parts = [];
            foreach (ManifestPart group in groups)
            {
                Pod? found = null;
                List<YamlEntry> entries = [];
                AddText(entries, "name", group.Text("groupName"));
                entries.Add(ManifestNodes.Entry("replicas", Replicas(group, autoscaling, anyRange)));
                if (group.Number("numOfHosts") is > 1 and var hosts)
                {
                    entries.Add(ManifestNodes.Entry("numOfHosts", ManifestNodes.Integer(group.Span, hosts)));
                }

                if (group.Mapping["priority"] is YamlScalar { Value: "0" })
                {
                    // The CRD's own default, as it comes back from a cluster.
                    group.Pass("priority");
                }

                if (Pod.Of(group) is { } pod)
                {
                    pods.Add(pod);
                    found = pod;
                    entries.AddRange(
                        Shape(pod, Platform.Defaults.WorkerCpu, Platform.Defaults.WorkerMemory, isHead: false)
                    );
                    StartParameters(group, pod, entries);
                    if (pod.Ray.Text("image") is { } own && own.Value != image)
                    {
                        entries.Add(ManifestNodes.Entry("image", ImageOf(pod.Ray, own.Value)));
                    }
                }

                if (found is not null)
                {
                    found.Pool = PoolOf(found);
                }

                parts.Add((group, entries, found));
            }

            if (head is { } ofHead)
            {
                parts.Insert(0, (ofHead.Part, ofHead.Shape, pods[0]));
            }

            NodePools(parts);
            if (head is { Shape.Count: > 0 } said)
            {
                Set("head", new YamlMapping(said.Part.Span, [.. said.Shape], isFlow: false));
            }

            List<YamlNode> workers =
            [
                .. parts
                    .Skip(head is null ? 0 : 1)
                    .Select(p => new YamlMapping(p.Part.Span, [.. p.Shape], isFlow: false)),
            ];
            Set(
                "workers",
                workers.Count == 0 ? null
                    : workers.Count == 1 ? workers[0]
                    : ManifestNodes.List(cluster.Span, workers)
            );
        }

        // One pool for all is the request's own.
        private void NodePools(List<(ManifestPart Part, List<YamlEntry> Shape, Pod? Pod)> parts)
        {
            if (parts is [{ Pod.Pool: { } first }, ..] && parts.All(p => p.Pod?.Pool == first))
            {
                Set("nodePool", ManifestNodes.Text(parts[0].Part.Span, first));
                return;
            }

            foreach ((ManifestPart part, List<YamlEntry> shape, Pod? pod) in parts)
            {
                if (pod?.Pool is { } pool)
                {
                    shape.Add(ManifestNodes.Entry("nodePool", ManifestNodes.Text(part.Span, pool)));
                }
            }
        }

        /// <summary>
        /// The node pool a pod is in: the one all of whose labels and tolerations it has, and most of them, beside those of its GPU
        /// type. Null where none fits.
        /// </summary>
        private string? PoolOf(Pod pod)
        {
            YamlNode? labels = pod.Spec.Mapping["nodeSelector"];
            IReadOnlyList<YamlNode> tolerations = (pod.Spec.Mapping["tolerations"] as YamlSequence)?.Items ?? [];
            KeyValuePair<string, NodePool>[] fitting =
            [
                .. Platform
                    .NodePools.Where(p =>
                        p.Value.NodeSelector.Any(l => !pod.Known.Contains(l.Key))
                        && p.Value.NodeSelector.All(l => ManifestNodes.TextOf(labels, l.Key) == l.Value)
                        && p.Value.Tolerations.All(t => tolerations.Any(has => StrategicMerge.AreEqual(has, t)))
                    )
                    .OrderByDescending(p => p.Value.NodeSelector.Count + p.Value.Tolerations.Count)
                    .ThenBy(p => p.Key, StringComparer.Ordinal),
            ];
            if (fitting is not [var best, ..])
            {
                return null;
            }

            pod.Known.AddRange(best.Value.NodeSelector.Select(l => l.Key));
            pod.Tolerated.AddRange(best.Value.Tolerations);
            return best.Key;
        }

        private static (long Min, long Max) Bounds(YamlMapping group)
        {
            ManifestPart part = new(group, "");
            return (part.Number("minReplicas") ?? 0, part.Number("maxReplicas") ?? int.MaxValue);
        }

        private YamlNode Replicas(ManifestPart group, bool autoscaling, bool anyRange)
        {
            (long min, long max) = Bounds(group.Mapping);
            long asked = group.Number("replicas") ?? 0;
            group.Pass("minReplicas", "maxReplicas");
            // What KubeRay makes of a count outside its bounds (X10).
            long count = Math.Clamp(asked, min, Math.Max(min, max));
            if (!autoscaling || (min == max && anyRange))
            {
                return ManifestNodes.Integer(group.Span, count);
            }

            if (max > 10_000)
            {
                Report(
                    group,
                    "maxReplicas",
                    $"there is no limit in the manifest; the request keeps to {Math.Max(count, 1)}, raise `max` if more is wanted"
                );
                max = Math.Max(count, 1);
            }

            if (asked > min)
            {
                Report(group, "replicas", $"the group begins with its `min` of {min} and grows by need");
            }

            return ManifestNodes.Map(
                group.Span,
                ("min", ManifestNodes.Integer(group.Span, min)),
                ("max", ManifestNodes.Integer(group.Span, max))
            );
        }

        /// <summary>CPU, memory and GPUs of a pod, where they are not what the platform gives anyway.</summary>
        private List<YamlEntry> Shape(Pod pod, Quantity standardCpu, Quantity standardMemory, bool isHead)
        {
            List<YamlEntry> entries = [];
            ManifestPart? resources = pod.Ray.Open("resources");
            ManifestPart? limits = resources?.Open("limits");
            ManifestPart? requests = resources?.Open("requests");
            Amount("cpu", standardCpu);
            Amount("memory", standardMemory);
            if (
                (limits?.Text(PodResources.EphemeralStorage) ?? requests?.Text(PodResources.EphemeralStorage))
                    is { } disk
                && Quantity.TryParse(disk.Value, out Quantity diskSize)
            )
            {
                requests?.Pass(PodResources.EphemeralStorage);
                entries.Add(
                    ManifestNodes.Entry("ephemeralStorage", ManifestNodes.Text(disk.Span, diskSize.ToString()))
                );
            }

            SharedMemory(pod, limits?.Mapping ?? requests?.Mapping, entries);
            if ((limits ?? requests) is { } amounts)
            {
                if (isHead)
                {
                    HeadGpus(amounts, requests);
                }
                else
                {
                    Gpu(pod, amounts, requests, entries);
                }
            }

            return entries;

            void Amount(string key, Quantity standard)
            {
                YamlScalar? limit = limits?.Text(key);
                YamlScalar? asked = requests?.Text(key);
                if ((limit ?? asked) is not { } scalar || !Quantity.TryParse(scalar.Value, out Quantity quantity))
                {
                    Report(pod.Ray, "resources", $"it says nothing of {key}, so the platform's {standard} is used");
                    return;
                }

                if (
                    limit is not null
                    && asked is not null
                    && Quantity.TryParse(asked.Value, out Quantity other)
                    && other != quantity
                )
                {
                    reported.Add(
                        new LeftBehind(
                            asked.Span,
                            $"{requests!.Path}.{key}",
                            $"requests and limits are the same: {quantity}"
                        )
                    );
                }

                if (quantity != standard)
                {
                    entries.Add(ManifestNodes.Entry(key, ManifestNodes.Text(scalar.Span, quantity.ToString())));
                }
            }
        }

        // All of the memory is what KubeRay gives by itself.
        private static void SharedMemory(Pod pod, YamlMapping? amounts, List<YamlEntry> entries)
        {
            string? volume = ((pod.Ray.Mapping["volumeMounts"] as YamlSequence)?.Items ?? [])
                .Where(m => ManifestNodes.TextOf(m, "mountPath") == SizeSharedMemory.Path)
                .Select(m => ManifestNodes.TextOf(m, "name"))
                .FirstOrDefault();
            YamlMapping? empty = ((pod.Spec.Mapping["volumes"] as YamlSequence)?.Items ?? [])
                .Where(v => volume is not null && ManifestNodes.TextOf(v, "name") == volume)
                .Select(v => (v as YamlMapping)?["emptyDir"] as YamlMapping)
                .FirstOrDefault();
            if (
                ManifestNodes.TextOf(empty, "medium") == nameof(EmptyDirMedium.Memory)
                && ManifestNodes.TextOf(empty, "sizeLimit") is { } text
                && Quantity.TryParse(text, out Quantity size)
                && !(
                    Quantity.TryParse(ManifestNodes.TextOf(amounts, "memory") ?? "", out Quantity memory)
                    && memory == size
                )
            )
            {
                entries.Add(ManifestNodes.Entry("shm", ManifestNodes.Text(empty!.Span, size.ToString())));
            }
        }

        // No head has GPUs in a request: whoever needs them makes them workers.
        private void HeadGpus(ManifestPart amounts, ManifestPart? requests)
        {
            foreach (string resource in Accelerators(amounts.Mapping))
            {
                if (amounts.Text(resource) is { } count)
                {
                    requests?.Pass(resource);
                    if (count.Value != "0")
                    {
                        Report(
                            amounts,
                            resource,
                            $"the head of a request has no accelerators, this one has {count.Value}; ask for a worker group with them",
                            changesRun: true
                        );
                    }
                }
            }
        }

        private static string[] Accelerators(YamlMapping amounts) =>
            [.. amounts.Entries.Select(e => e.Key.Value).Where(IsAccelerator)];

        private static bool IsAccelerator(string resource)
        {
            int slash = resource.IndexOf('/', StringComparison.Ordinal);
            string word = resource[(slash + 1)..];
            return slash > 0
                && (
                    word.Contains("gpu", StringComparison.OrdinalIgnoreCase)
                    || word.Contains("tpu", StringComparison.OrdinalIgnoreCase)
                    || word.Contains("npu", StringComparison.OrdinalIgnoreCase)
                    || word.StartsWith("mig-", StringComparison.Ordinal)
                    || word.StartsWith("neuron", StringComparison.Ordinal)
                    || word is "gaudi" or "i915" or "xe" or "mlu" or "dcu"
                );
        }

        private void Gpu(Pod pod, ManifestPart amounts, ManifestPart? requests, List<YamlEntry> entries)
        {
            HashSet<string> known = [.. Platform.Gpus.Values.Select(g => g.Resource)];
            List<string> asked = [];
            foreach (string resource in amounts.Mapping.Entries.Select(e => e.Key.Value))
            {
                if (known.Contains(resource) || IsAccelerator(resource))
                {
                    requests?.Pass(resource);
                    if (ManifestNodes.TextOf(amounts.Mapping, resource) is "0" or null)
                    {
                        amounts.Pass(resource);
                    }
                    else
                    {
                        asked.Add(resource);
                    }
                }
            }

            foreach (string resource in asked.Skip(1))
            {
                Report(amounts, resource, "a group has accelerators of one kind; make another group", changesRun: true);
            }

            if (
                asked is not [var first, ..]
                || amounts.Text(first) is not { } count
                || !Quantity.TryParse(count.Value, out Quantity quantity)
            )
            {
                return;
            }

            YamlScalar number = ManifestNodes.Integer(count.Span, quantity.Ceiling());
            string? type = TypeOf(pod, amounts, first);
            if (type is not null && IsExcluded(pod, type))
            {
                Report(
                    amounts,
                    first,
                    $"the manifest asks for nodes without {type}, which is what the request gets; write `gpu`, or have another type added to the catalogue",
                    changesRun: true
                );
            }

            if (type is null || JobPlannerWouldChoose(type))
            {
                entries.Add(ManifestNodes.Entry("gpus", number));
                return;
            }

            entries.Add(ManifestNodes.Entry("gpu", ManifestNodes.Text(count.Span, type)));
            if (quantity.Ceiling() != 1)
            {
                entries.Add(ManifestNodes.Entry("gpus", number));
            }
        }

        /// <summary>
        /// The type a group means: the one whose node labels it has, else the one whose name is part of a label it wants (a product's,
        /// say), else the only one with the resource. Null where the request must leave it open: the platform's default, or a finding.
        /// </summary>
        private string? TypeOf(Pod pod, ManifestPart amounts, string resource)
        {
            YamlMapping? labels = pod.Spec.Mapping["nodeSelector"] as YamlMapping;
            KeyValuePair<string, GpuType>[] candidates =
            [
                .. Platform.Gpus.Where(g => g.Value.Resource == resource).OrderBy(g => g.Key, StringComparer.Ordinal),
            ];
            KeyValuePair<string, GpuType>[] fitting =
            [
                .. candidates
                    .Where(g => g.Value.NodeSelector.All(l => ManifestNodes.TextOf(labels, l.Key) == l.Value))
                    .OrderByDescending(g => g.Value.NodeSelector.Count),
            ];
            if (
                fitting is [var best, ..]
                && (fitting.Length == 1 || fitting[1].Value.NodeSelector.Count < best.Value.NodeSelector.Count)
            )
            {
                pod.Known.AddRange(best.Value.NodeSelector.Select(l => l.Key));
                pod.Tolerated.AddRange(best.Value.Tolerations);
                return best.Key;
            }

            (string Key, string Value)[] asked = [.. Asked(labels), .. Asked(pod.Spec.Mapping["affinity"])];
            string[] wanted = [.. asked.Select(label => label.Value)];
            string[] named = [.. candidates.Select(g => g.Key).Where(k => wanted.Any(w => Names(w, k)))];
            string[] names = [.. candidates.Select(g => g.Key)];
            if (named is [var one])
            {
                pod.Tolerated.AddRange(Platform.Gpus[one].Tolerations);
                return one;
            }

            if (candidates.Length == 0)
            {
                string vendor = resource[..resource.IndexOf('/', StringComparison.Ordinal)].Split('.')[0];
                Report(
                    amounts,
                    resource,
                    $"the platform's catalogue has no type with this resource; choose one of {string.Join(", ", Platform.Gpus.Keys.Order(StringComparer.Ordinal))}, or have one added",
                    changesRun: true
                );
                return vendor;
            }

            pod.Tolerated.AddRange(candidates.SelectMany(g => g.Value.Tolerations));
            if (named.Length > 1 || Array.Exists(asked, label => TellsType(label.Key)))
            {
                string said = string.Join(
                    ", ",
                    asked
                        .Where(label => TellsType(label.Key) || Array.Exists(named, type => Names(label.Value, type)))
                        .Select(label => $"`{label.Key}: {label.Value}`")
                );
                Report(
                    amounts,
                    resource,
                    $"the manifest asks for nodes with {said}, and no single type of the catalogue is that; write `gpu`: one of {string.Join(", ", names)}, or have one added",
                    changesRun: true
                );
            }
            else if (candidates is not [_])
            {
                ReportType(amounts, resource, names);
            }

            return candidates is [var only] ? only.Key
                : Platform.Defaults.Gpu is { } standard && names.Contains(standard) ? standard
                : null;
        }

        private bool IsExcluded(Pod pod, string type) =>
            Asked(pod.Spec.Mapping["affinity"], "NotIn")
                .Any(label =>
                    Names(label.Value, type)
                    || Platform.Gpus.GetValueOrDefault(type)?.NodeSelector.Contains(new(label.Key, label.Value)) == true
                );

        private void ReportType(ManifestPart amounts, string resource, string[] names) =>
            Report(
                amounts,
                resource,
                Platform.Defaults.Gpu is { } standard && names.Contains(standard)
                    ? $"the manifest doesn't tell the type, so it is the platform's default, {standard}; write `gpu` if it is another of {string.Join(", ", names)}"
                    : $"the manifest doesn't tell the type; write `gpu`: one of {string.Join(", ", names)}"
            );

        // The keys by which clouds and device plugins tell one accelerator from another.
        private static bool TellsType(string key) =>
            key.Contains("accelerator", StringComparison.OrdinalIgnoreCase)
            || key.Contains("gpu", StringComparison.OrdinalIgnoreCase)
                && !key.EndsWith("gpu.present", StringComparison.Ordinal)
                && !key.EndsWith("gpu.count", StringComparison.Ordinal)
            || key.EndsWith("instance-type", StringComparison.Ordinal);

        // The labels of nodes that a selector or a node affinity wants; what it wants them not to be tells nothing.
        private static IEnumerable<(string Key, string Value)> Asked(YamlNode? node, string by = "In") =>
            node switch
            {
                YamlMapping expression when expression["operator"] is not null => ManifestNodes.TextOf(
                    expression,
                    "operator"
                ) == by
                    ? Texts(expression["values"])
                        .Select(value => (ManifestNodes.TextOf(expression, "key") ?? "", value))
                    : [],
                YamlMapping mapping => mapping
                    .Entries.Where(e => e.Key.Value is not ("podAffinity" or "podAntiAffinity"))
                    .SelectMany(e => e.Value is YamlScalar value ? [(e.Key.Value, value.Value)] : Asked(e.Value, by)),
                YamlSequence list => list.Items.SelectMany(item => Asked(item, by)),
                _ => [],
            };

        private static IEnumerable<string> Texts(YamlNode? node) =>
            node switch
            {
                YamlScalar scalar => [scalar.Value],
                YamlSequence list => list.Items.SelectMany(Texts),
                YamlMapping mapping => mapping.Entries.SelectMany(e => Texts(e.Value)),
                _ => [],
            };

        // `NVIDIA-A100-SXM4-80GB` names `a100`, and not `a10`.
        private static bool Names(string label, string type) =>
            $"-{label.ToLowerInvariant().Replace('_', '-').Replace('.', '-').Replace(' ', '-')}-".Contains(
                $"-{type.ToLowerInvariant()}-",
                StringComparison.Ordinal
            );

        /// <summary>What KubeRay sets by itself, or what Ray counts by itself, is no loss.</summary>
        private static void StartParameters(ManifestPart group, Pod pod, List<YamlEntry> entries)
        {
            if (group.Open("rayStartParams") is not { } parameters)
            {
                return;
            }

            YamlNode? limits =
                ((pod.Ray.Mapping["resources"] as YamlMapping)?["limits"])
                ?? ((pod.Ray.Mapping["resources"] as YamlMapping)?["requests"]);
            List<YamlEntry> kept = [];
            foreach (YamlEntry entry in parameters.Mapping.Entries)
            {
                string value = (entry.Value as YamlScalar)?.Value ?? "";
                string? counted = entry.Key.Value switch
                {
                    "num-cpus" => ManifestNodes.TextOf(limits, "cpu"),
                    "num-gpus" when limits is YamlMapping amounts => Accelerators(amounts) is [var gpu, ..]
                        ? ManifestNodes.TextOf(limits, gpu)
                        : "0",
                    _ => null,
                };
                bool isOwn = (entry.Key.Value, value) switch
                {
                    ("dashboard-host", "0.0.0.0") or ("block", "true") or ("port", "6379") => true,


                    ("dashboard-port", "8265")
                    or
                    ("metrics-export-port", "8080")
                    or ("ray-client-server-port", "10001") => true,
                    _ => counted is not null
                        && Quantity.TryParse(counted, out Quantity amount)
                        && Quantity.TryParse(value, out Quantity said)
                        && amount.Ceiling() == said.Ceiling(),
                };
                if (isOwn)
                {
                    parameters.Pass(entry.Key.Value);
                }
                else if (StartParameter(entry.Key.Value, value, entry.Value.Span) is { } parameter)
                {
                    parameters.Pass(entry.Key.Value);
                    kept.Add(ManifestNodes.Entry(entry.Key.Value, parameter));
                }
            }

            if (kept.Count > 0)
            {
                entries.Add(
                    ManifestNodes.Entry(RayPods.StartParams, new YamlMapping(group.Span, [.. kept], isFlow: false))
                );
            }
        }

        /// <summary>A parameter of <c>ray start</c> as a request says it; null for one that it doesn't say.</summary>
        private static YamlNode? StartParameter(string name, string value, SourceSpan span) =>
            name switch
            {
                "num-cpus"
                    when int.TryParse(value, CultureInfo.InvariantCulture, out int cpus) && cpus is >= 0 and <= 4096 =>
                    ManifestNodes.Integer(span, cpus),
                "memory"
                or "object-store-memory"
                    when long.TryParse(value, CultureInfo.InvariantCulture, out long bytes) && bytes > 0 =>
                    ManifestNodes.Text(span, BytesAsQuantity(bytes)),
                "plasma-directory" when JobRequestFormat.IsPlasmaDirectory(value) => ManifestNodes.Text(span, value),
                "resources" => StartResources(value, span),
                _ => null,
            };

        private static string BytesAsQuantity(long bytes) =>
            bytes % (1L << 30) == 0 ? $"{bytes >> 30}Gi"
            : bytes % (1L << 20) == 0 ? $"{bytes >> 20}Mi"
            : bytes.ToString(CultureInfo.InvariantCulture);

        // JSON in quotes that a shell takes off.
        private static YamlMapping? StartResources(string value, SourceSpan span)
        {
            try
            {
                using JsonDocument json = JsonDocument.Parse(
                    value.Trim('\'', '"', ' ').Replace("\\\"", "\"", StringComparison.Ordinal)
                );
                List<YamlEntry> resources = [];
                foreach (JsonProperty property in json.RootElement.EnumerateObject())
                {
                    if (
                        property.Value.ValueKind != JsonValueKind.Number
                        || !property.Value.TryGetInt32(out int count)
                        || count <= 0
                        || !JobRequestFormat.IsOwnResource(property.Name)
                    )
                    {
                        return null;
                    }

                    resources.Add(ManifestNodes.Entry(property.Name, ManifestNodes.Integer(span, count)));
                }

                return resources.Count == 0 ? null : new YamlMapping(span, [.. resources], isFlow: false);
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                return null;
            }
        }

        private bool JobPlannerWouldChoose(string type) =>
            Platform.Defaults.Gpu is { } standard ? standard == type : Platform.Gpus.Count == 1;

        /// <summary>What all pods share in a request: environment, secrets, volumes, code, service account.</summary>
        private void Pods(List<Pod> pods)
        {
            Shared sources = new();
            Shared env = new();
            Shared secrets = new();
            Shared volumes = new();
            Shared code = new();
            Shared account = new();
            Shared labels = new();
            foreach (Pod pod in pods)
            {
                Labels(pod, labels);
                Sources(pod, sources);
                Environment(pod, env, secrets);
                Mounts(pod, volumes, secrets, code);
                Placement(pod, account);
            }

            Set("labels", MapOf(labels));
            Set("env", MapOf(env));
            Set("secrets", ListOf(secrets));
            Set("envFrom", ListOf(sources));
            Set("volumes", ListOf(volumes));
            if (MapOf(code) is { } shipped)
            {
                Set("code", ManifestNodes.Map(shipped.Span, ("files", shipped)));
            }

            MoveCode();
            Set("serviceAccount", account.Values.Select(v => v.Value.Value).FirstOrDefault());
            foreach (Shared shared in (Shared[])[labels, env, sources, secrets, volumes, code, account])
            {
                reported.AddRange(shared.Uneven(pods.Count));
            }

            static YamlMapping? MapOf(Shared shared) =>
                shared.Values.Count == 0
                    ? null
                    : new YamlMapping(
                        shared.Values.Values.First().Value.Span,
                        [
                            .. shared
                                .Values.OrderBy(v => v.Key, StringComparer.Ordinal)
                                .Select(v => ManifestNodes.Entry(v.Key, v.Value.Value)),
                        ],
                        isFlow: false
                    );

            static YamlSequence? ListOf(Shared shared) =>
                shared.Values.Count == 0
                    ? null
                    : ManifestNodes.List(
                        shared.Values.Values.First().Value.Span,
                        [.. shared.Values.Values.Select(v => v.Value)]
                    );
        }

        // What the platform lets anybody set.
        private void Labels(Pod pod, Shared labels)
        {
            string[] open = [.. policies.Rules.Labels.Values.SelectMany(l => l).Select(l => l.Value)];
            if (open.Length == 0 || pod.Template.Open("metadata")?.Open("labels") is not { } given)
            {
                return;
            }

            foreach (YamlEntry label in given.Mapping.Entries)
            {
                if (
                    label.Value is YamlScalar { IsNull: false } value
                    && LabelGrant.IsOpen(open, label.Key.Value)
                    && !LabelGrant.IsReserved(label.Key.Value, Platform.LabelPrefix)
                )
                {
                    given.Pass(label.Key.Value);
                    labels.Add(label.Key.Value, given, ManifestNodes.Text(value.Span, value.Value));
                }
            }
        }

        /// <summary>
        /// What the platform opens as a source of variables: said as such, or all its keys one by one, as rendering writes them.
        /// </summary>
        private void Sources(Pod pod, Shared sources)
        {
            EnvSource[] open = [.. policies.Rules.EnvFrom.Values.SelectMany(s => s)];
            if (open.Length == 0)
            {
                return;
            }

            foreach (ManifestPart from in pod.Ray.OpenList("envFrom"))
            {
                string? secret = ManifestNodes.TextOf(from.Mapping["secretRef"], "name");
                string? configMap = ManifestNodes.TextOf(from.Mapping["configMapRef"], "name");
                string? prefix = from.Text("prefix")?.Value;
                if (open.FirstOrDefault(s => s.Is(secret, configMap) && s.Prefix?.Value == prefix) is { } found)
                {
                    from.Pass("secretRef", "configMapRef");
                    Add(found, from);
                    if (
                        from.Mapping[secret is null ? "configMapRef" : "secretRef"] is YamlMapping named
                        && ManifestNodes.TextOf(named, "optional") == "true"
                    )
                    {
                        Report(
                            from,
                            secret is null ? "configMapRef" : "secretRef",
                            ManifestPart.Required,
                            changesRun: true
                        );
                    }

                    if (found.Keys.Count > 0)
                    {
                        Report(
                            from,
                            secret is null ? "configMapRef" : "secretRef",
                            $"of its keys the platform opens {string.Join(", ", found.Keys.Select(k => k.Value))}"
                        );
                    }
                }
            }

            Dictionary<(string Name, string Key, string As), ManifestPart> single = [];
            foreach (ManifestPart variable in pod.Ray.OpenList("env"))
            {
                if (
                    variable.Mapping["valueFrom"]
                        is YamlMapping { Entries: [{ Value: YamlMapping reference, Key: var kind }] }
                    && kind.Value is "secretKeyRef" or "configMapKeyRef"
                    && ManifestNodes.TextOf(variable.Mapping, "name") is { } name
                    && ManifestNodes.TextOf(reference, "name") is { } of
                    && ManifestNodes.TextOf(reference, "key") == name
                    && reference.Entries.Length == 2
                )
                {
                    single[(kind.Value, of, name)] = variable;
                }
            }

            foreach (EnvSource source in open)
            {
                string kind = source.Secret is null ? "configMapKeyRef" : "secretKeyRef";
                string sourceName = (source.Secret ?? source.ConfigMap)?.Value ?? "";
                ManifestPart?[] found =
                [
                    .. source.Keys.Select(k => single.GetValueOrDefault((kind, sourceName, k.Value))),
                ];
                if (found.Length > 0 && found.All(v => v is not null))
                {
                    foreach (ManifestPart? variable in found)
                    {
                        variable!.Pass("name", "valueFrom");
                        pod.FromSource.Add(variable);
                    }

                    Add(source, found[0]!);
                }
            }

            void Add(EnvSource source, ManifestPart part) =>
                sources.Add(
                    $"{source.Secret?.Value} {source.ConfigMap?.Value}",
                    part,
                    ManifestNodes.Map(
                        part.Span,
                        ("secret", source.Secret is { } s ? ManifestNodes.Text(part.Span, s.Value) : null),
                        ("configMap", source.ConfigMap is { } c ? ManifestNodes.Text(part.Span, c.Value) : null)
                    )
                );
        }

        private static void Environment(Pod pod, Shared env, Shared secrets)
        {
            foreach (ManifestPart variable in pod.Ray.OpenList("env"))
            {
                if (pod.FromSource.Contains(variable))
                {
                    continue;
                }

                if (variable.Text("name") is not { } name)
                {
                    continue;
                }

                if (variable.Open("valueFrom") is { } from)
                {
                    if (
                        from.Open("secretKeyRef") is { } secret
                        && secret.Text("name") is { } secretName
                        && secret.Text("key") is { } key
                    )
                    {
                        secrets.Add(
                            $"env {name.Value}",
                            variable,
                            ManifestNodes.Map(
                                variable.Span,
                                ("name", ManifestNodes.Text(secretName.Span, secretName.Value)),
                                ("key", ManifestNodes.Text(key.Span, key.Value)),
                                ("env", ManifestNodes.Text(name.Span, name.Value))
                            )
                        );
                    }

                    continue;
                }

                YamlNode? value = variable.Take("value");
                env.Add(name.Value, variable, ManifestNodes.Text(variable.Span, (value as YamlScalar)?.Value ?? ""));
            }
        }

        private void Mounts(Pod pod, Shared volumes, Shared secrets, Shared code)
        {
            Dictionary<string, ManifestPart> sources = new(StringComparer.Ordinal);
            foreach (ManifestPart volume in pod.Spec.OpenList("volumes"))
            {
                if (volume.Text("name") is { } volumeName)
                {
                    sources[volumeName.Value] = volume;
                    if (volumeName.Value == AddAutoscaling.TokenVolume)
                    {
                        // Rendered anew with every autoscaler.
                        volume.Pass("projected");
                    }
                }
            }

            foreach (ManifestPart mount in pod.Ray.OpenList("volumeMounts"))
            {
                string? path = mount.Text("mountPath")?.Value;
                if (
                    path is null
                    || mount.Text("name") is not { } of
                    || !sources.TryGetValue(of.Value, out ManifestPart? volume)
                )
                {
                    continue;
                }

                if (volume.Open("persistentVolumeClaim") is { } claim && claim.Text("claimName") is { } claimName)
                {
                    bool isReadOnly = mount.Flag("readOnly") | claim.Flag("readOnly");
                    volumes.Add(
                        path,
                        mount,
                        ManifestNodes.Map(
                            mount.Span,
                            ("claim", ManifestNodes.Text(claimName.Span, claimName.Value)),
                            ("mount", ManifestNodes.Text(mount.Span, path)),
                            ("readOnly", isReadOnly ? ManifestNodes.True(mount.Span) : null)
                        )
                    );
                }
                else if (volume.Open("secret") is { } secret && secret.Text("secretName") is { } secretName)
                {
                    mount.Pass("readOnly");
                    secrets.Add(
                        $"mount {path}",
                        mount,
                        ManifestNodes.Map(
                            mount.Span,
                            ("name", ManifestNodes.Text(secretName.Span, secretName.Value)),
                            ("mount", ManifestNodes.Text(mount.Span, path))
                        )
                    );
                }
                else if (volume.Open("configMap") is { } configMap)
                {
                    mount.Pass("readOnly");
                    Code(configMap, mount, path, code);
                }
                else if (path is SizeSharedMemory.Path or LogFolder && volume.Mapping["emptyDir"] is not null)
                {
                    // KubeRay makes the one by itself, and Ray the other; a size of the one is taken with the amounts.
                    volume.Pass("emptyDir");
                }
                else if (volume.Mapping["emptyDir"] is YamlMapping empty)
                {
                    EmptyVolume(volume, empty, mount, path, volumes);
                }
                else
                {
                    Report(
                        mount,
                        "name",
                        "its volume is of a kind no request can ask for; the platform team can put it into a profile",
                        changesRun: true
                    );
                }
            }

            if (
                ManifestNodes.TextOf(pod.Ray.Mapping, "workingDir") == MountCode.WorkingDirectory
                && code.Values.Count > 0
            )
            {
                pod.Ray.Pass("workingDir");
            }
        }

        private void EmptyVolume(
            ManifestPart volume,
            YamlMapping empty,
            ManifestPart mount,
            string path,
            Shared volumes
        )
        {
            volume.Pass("emptyDir");
            if (ManifestNodes.TextOf(empty, "medium") is { Length: > 0 } other and not nameof(EmptyDirMedium.Memory))
            {
                Report(
                    mount,
                    "name",
                    $"its volume is of the medium {other}, which no request can ask for; the platform team can put it into a profile",
                    changesRun: true
                );
                return;
            }

            if (ManifestNodes.TextOf(empty, "sizeLimit") is { } text && Quantity.TryParse(text, out Quantity size))
            {
                volumes.Add(
                    path,
                    mount,
                    ManifestNodes.Map(
                        mount.Span,
                        ("emptyDir", ManifestNodes.Text(mount.Span, size.ToString())),
                        (
                            "medium",
                            ManifestNodes.TextOf(empty, "medium") is { Length: > 0 } medium
                                ? ManifestNodes.Text(mount.Span, medium)
                                : null
                        ),
                        ("mount", ManifestNodes.Text(mount.Span, path))
                    )
                );
                return;
            }

            Report(
                mount,
                "name",
                $"its volume is empty and has no size; write `{{emptyDir: SIZE, mount: {path}}}` under `volumes`",
                changesRun: true
            );
        }

        // The longest paths first, so that no path is taken for the beginning of another.
        private void MoveCode()
        {
            if (
                moved.Count == 0
                || !request.TryGetValue("entrypoint", out YamlNode? node)
                || node is not YamlScalar entrypoint
            )
            {
                return;
            }

            string text = entrypoint.Value;
            foreach ((string from, string to) in moved.OrderByDescending(m => m.Key.Length))
            {
                text = text.Replace(from, $"{MountCode.WorkingDirectory}/{to}", StringComparison.Ordinal);
            }

            Set("entrypoint", ManifestNodes.Text(entrypoint.Span, text));
            foreach (string folder in movedFrom)
            {
                bool isNamed =
                    text.Contains(folder, StringComparison.Ordinal)
                    || request.GetValueOrDefault("env") is YamlMapping env
                        && Texts(env).Any(t => t.Contains(folder, StringComparison.Ordinal));
                reported.Add(
                    new LeftBehind(
                        entrypoint.Span,
                        "spec.entrypoint",
                        isNamed
                            ? $"the files of {folder} lie in {MountCode.WorkingDirectory} now, and the entrypoint or a variable names {folder} still; fix it"
                            : $"the files of {folder} lie in {MountCode.WorkingDirectory} now, and the entrypoint names them there"
                    )
                    {
                        ChangesRun = isNamed,
                    }
                );
            }
        }

        /// <summary>
        /// Files of a ConfigMap of the same file: the code of the request. Mounted elsewhere than under the working directory they
        /// come to stand there, and the entrypoint names them by their new place.
        /// </summary>
        private void Code(ManifestPart configMap, ManifestPart mount, string path, Shared code)
        {
            string folder = MountCode.WorkingDirectory + "/";
            if (configMap.Text("name") is not { } of || !configMaps.TryGetValue(of.Value, out YamlMapping? data))
            {
                Report(
                    mount,
                    "mountPath",
                    "its ConfigMap is not in this file, so its files are not there; put them beside the request and name them under `code.files`",
                    changesRun: true
                );
                return;
            }

            configMap.Pass("defaultMode");
            string? only = mount.Text("subPath")?.Value;
            Dictionary<string, string> paths = [];
            foreach (ManifestPart item in configMap.OpenList("items"))
            {
                if (item.Text("key") is { } key && item.Text("path") is { } target)
                {
                    paths[target.Value] = key.Value;
                }
            }

            if (paths.Count == 0)
            {
                paths = data.Entries.ToDictionary(e => e.Key.Value, e => e.Key.Value, StringComparer.Ordinal);
            }

            foreach ((string target, string key) in paths.OrderBy(p => p.Key, StringComparer.Ordinal))
            {
                if ((only is null || only == target) && data[key] is YamlScalar content)
                {
                    string written = only is null ? $"{path.TrimEnd('/')}/{target}" : path;
                    bool isUnder = written.StartsWith(folder, StringComparison.Ordinal);
                    string inContainer =
                        isUnder ? written[folder.Length..]
                        : only is null ? target
                        : path[(path.LastIndexOf('/') + 1)..];
                    if (!isUnder)
                    {
                        moved[written] = inContainer;
                        movedFrom.Add(path);
                    }

                    string beside = $"{name}/{inContainer}";
                    files[beside] = content.Value;
                    code.Add(inContainer, mount, ManifestNodes.Text(content.Span, beside));
                }
            }
        }

        private void Placement(Pod pod, Shared account)
        {
            if (pod.Spec.Text("serviceAccountName") is { } service)
            {
                account.Add("serviceAccountName", pod.Spec, ManifestNodes.Text(service.Span, service.Value));
            }

            // A pinned image is the same whenever it is pulled, and KubeRay adds the ports it needs.
            pod.Ray.Pass("imagePullPolicy");
            if (
                pod.Ray.Mapping["ports"] is YamlSequence ports
                && ports.Items.All(p =>
                    ManifestNodes.TextOf(p, "containerPort")
                        is "6379"
                            or "8265"
                            or "10001"
                            or "8000"
                            or "8080"
                            or "44217"
                            or "44227"
                )
            )
            {
                pod.Ray.Pass("ports");
            }

            // Ray is stopped with its container.
            if (
                pod.Ray.Mapping["lifecycle"] is YamlMapping { Entries: [{ Key.Value: "preStop", Value: var stop }] }
                && Texts(stop).LastOrDefault() is "ray stop" or "stop"
            )
            {
                pod.Ray.Pass("lifecycle");
            }

            // The platform has them for the image's registry.
            string[] pulled =
            [
                .. ((pod.Spec.Mapping["imagePullSecrets"] as YamlSequence)?.Items ?? []).Select(i =>
                    ManifestNodes.TextOf(i, "name") ?? ""
                ),
            ];
            if (
                pulled.Length > 0
                && pulled
                    .Order(StringComparer.Ordinal)
                    .SequenceEqual(policies.Images.PullSecretsOf(ManifestNodes.TextOf(pod.Ray.Mapping, "image") ?? ""))
            )
            {
                pod.Spec.Pass("imagePullSecrets");
            }

            if (pod.Spec.Text("priorityClassName") is { } priority && !request.ContainsKey("priority"))
            {
                Priority(priority);
            }

            if (pod.Spec.Text("restartPolicy") is { Value: not "Never" })
            {
                Report(pod.Spec, "restartPolicy", "pods restart as KubeRay wants it");
            }

            pod.Spec.Open("nodeSelector")?.Pass([.. pod.Known]);
            if (
                pod.Spec.Mapping["tolerations"] is YamlSequence tolerations
                && tolerations.Items.All(t => pod.Tolerated.Exists(k => StrategicMerge.AreEqual(k, t)))
            )
            {
                pod.Spec.Pass("tolerations");
            }
        }

        private static void AddText(List<YamlEntry> entries, string key, YamlScalar? text)
        {
            if (text is not null)
            {
                entries.Add(ManifestNodes.Entry(key, ManifestNodes.Text(text.Span, text.Value)));
            }
        }
    }

    /// <summary>A pod of the cluster: its spec, and its first container, which is Ray's (C1).</summary>
    private sealed record Pod(ManifestPart Template, ManifestPart Spec, ManifestPart Ray)
    {
        /// <summary>Node labels the GPU type stands for.</summary>
        public List<string> Known { get; } = [];

        /// <summary>Tolerations the GPU type stands for.</summary>
        public List<YamlNode> Tolerated { get; } = [];

        /// <summary>Variables that a source of the platform's brings.</summary>
        public List<ManifestPart> FromSource { get; } = [];

        /// <summary>The platform's node pool it is in; null for none.</summary>
        public string? Pool { get; set; }

        public static Pod? Of(ManifestPart group)
        {
            ManifestPart? template = group.Open("template");
            ManifestPart? spec = template?.Open("spec");
            IReadOnlyList<ManifestPart> containers = spec?.OpenList("containers") ?? [];
            if (spec is null || containers.Count == 0)
            {
                return null;
            }

            containers[0].Pass("name");
            return new Pod(template!, spec, containers[0]);
        }
    }

    /// <summary>Values that a request gives to head and workers alike; remembers which pods had each.</summary>
    private sealed class Shared
    {
        private readonly List<LeftBehind> conflicts = [];

        public Dictionary<string, (YamlNode Value, ManifestPart Part, int Pods)> Values { get; } =
            new(StringComparer.Ordinal);

        public void Add(string key, ManifestPart part, YamlNode value)
        {
            if (!Values.TryGetValue(key, out (YamlNode Value, ManifestPart Part, int Pods) known))
            {
                Values[key] = (value, part, 1);
                return;
            }

            Values[key] = known with { Pods = known.Pods + 1 };
            if (!StrategicMerge.AreEqual(known.Value, value))
            {
                conflicts.Add(
                    new LeftBehind(
                        part.Span,
                        part.Path,
                        "a request gives head and workers the same, and they differ here: the value of the first is taken"
                    )
                    {
                        ChangesRun = true,
                    }
                );
            }
        }

        public IEnumerable<LeftBehind> Uneven(int pods) =>
            conflicts.Concat(
                Values
                    .Where(v => v.Value.Pods < pods)
                    .Select(v => new LeftBehind(
                        v.Value.Part.Span,
                        v.Value.Part.Path,
                        "head and all workers get it, not only this pod"
                    )
                    {
                        ChangesRun = HidesDevices(v.Key),
                    })
            );

        // Given to other pods than the one it was written for, it takes their accelerators from them.
        private static bool HidesDevices(string variable) =>
            variable.EndsWith("_VISIBLE_DEVICES", StringComparison.Ordinal)
            || variable is "TPU_VISIBLE_CHIPS" or "NEURON_RT_VISIBLE_CORES" or "JAX_PLATFORMS";
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rayquest.JobHosts.Cluster;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Quantities;
using Rayquest.JobRehearsal;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Doctor.Checks;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.Tests.StatusSync;

/// <summary>What can happen to one call of a pass, whichever of the three sides it goes to.</summary>
internal enum Disturbance
{
    KilledBefore,
    KilledAfter,

    /// <summary>429.</summary>
    TooMany,

    /// <summary>403: of a rate limit on GitHub, of missing rights on the cluster.</summary>
    Forbidden,

    /// <summary>403 and nothing left until the hour is over (GitHub); a continue token that is too old (cluster).</summary>
    UsedUp,

    /// <summary>5xx, nothing done.</summary>
    ServerError,

    /// <summary>The connection ends after the work was done.</summary>
    LostAnswer,

    /// <summary>This side stays away until the pass is over.</summary>
    Down,

    /// <summary>Somebody else has just written to the ledger branch.</summary>
    Conflict,

    /// <summary>Another whole pass goes through at this moment.</summary>
    AnotherPass,
}

/// <summary>The process ends here.</summary>
internal sealed class KilledHere : Exception;

/// <summary>Counts the calls of one pass over all sides, and disturbs one of them.</summary>
internal sealed class Wire(int at, Disturbance kind)
{
    private string downSide = "";

    public int Count { get; private set; }
    public bool Struck { get; private set; }

    /// <summary>True while somebody else talks: those calls are not this pass's.</summary>
    public bool Paused { get; set; }
    public required Action AnotherPass { get; init; }
    public required Action Conflict { get; init; }
    public List<string> Log { get; } = [];

    /// <summary>Takes the next call in; what shall happen to it, or null.</summary>
    public Disturbance? Next(string side, string what)
    {
        if (Paused)
        {
            return null;
        }

        Count++;
        Log.Add($"{Count} {side} {what}");
        if (Count == at)
        {
            Struck = true;
            downSide = kind == Disturbance.Down ? side : "";
            return kind;
        }

        return downSide == side ? Disturbance.Down : null;
    }

    public T Call<T>(string side, string what, Func<T> call, Func<Disturbance, Exception?> fault)
    {
        switch (Next(side, what))
        {
            case null:
                return call();
            case Disturbance.KilledBefore:
                throw new KilledHere();
            case Disturbance.KilledAfter:
                call();
                throw new KilledHere();
            case Disturbance.AnotherPass:
                Meanwhile(AnotherPass);
                return call();
            case Disturbance.Conflict:
                Meanwhile(Conflict);
                return call();
            case Disturbance.LostAnswer:
                call();
                throw fault(Disturbance.LostAnswer)!;
            case { } other:
                return fault(other) is { } exception ? throw exception : call();
        }
    }

    public void Meanwhile(Action act)
    {
        Paused = true;
        act();
        Paused = false;
    }
}

internal sealed class WiredCluster(ICluster inner, Wire wire) : ICluster
{
    public IReadOnlyList<T> List<T>(
        ClusterResource resource,
        string? ns,
        string labelSelector,
        Func<JsonElement, T?> read,
        string fieldSelector = ""
    )
        where T : class =>
        wire.Call(
            "cluster",
            resource.Plural,
            () => inner.List(resource, ns, labelSelector, read, fieldSelector),
            kind => Fault(kind, resource == ClusterResource.RayJobs)
        );

    public T? Get<T>(ClusterResource resource, string ns, string name, Func<JsonElement, T?> read)
        where T : class =>
        wire.Call("cluster", resource.Plural, () => inner.Get(resource, ns, name, read), kind => Fault(kind, true));

    public string Log(ObservedJob job, int lines) =>
        wire.Call(
            "cluster",
            "log",
            () => inner.Log(job, lines),
            // A log has no pages, so no continue token that could be too old.
            kind => kind == Disturbance.UsedUp ? null : Fault(kind, false)
        );

    public DryRunAnswer DryRun(ReadOnlyMemory<byte> manifest) => inner.DryRun(manifest);

    private static ClusterException? Fault(Disturbance kind, bool required) =>
        kind switch
        {
            Disturbance.TooMany => ClusterException.Of(
                "listing",
                "Error from server (TooManyRequests): too many requests"
            ),
            // Of the other kinds a refusal is a matter of set-up, not of one pass: they are listed or they are not.
            Disturbance.Forbidden => required
                ? ClusterException.Of("listing", "Error from server (Forbidden): rayjobs is forbidden: no")
                : null,
            Disturbance.UsedUp => ClusterException.Of(
                "listing",
                "Error from server (Expired): continue parameter is too old"
            ),
            Disturbance.ServerError => ClusterException.Of(
                "listing",
                "Error from server (InternalError): etcd is away"
            ),
            Disturbance.LostAnswer => ClusterException.Broken("listing", "the list ends too early"),
            _ => ClusterException.Of("listing", "The connection to the server 127.0.0.1:6443 was refused"),
        };
}

internal sealed class WiredBranch(ILedgerBranch inner, Wire wire) : ILedgerBranch
{
    public ObjectId? Head() => wire.Call("ledger", "head", inner.Head, Fault);

    public bool ChecksAuthors => inner.ChecksAuthors;

    public ObjectId? Tip() => wire.Call("ledger", "tip", inner.Tip, Fault);

    public ObjectId? LastByBot(ObjectId tip) => inner.LastByBot(tip);

    public void Fetch(IReadOnlyCollection<ObjectId> blobs) => inner.Fetch(blobs);

    /// <summary>Not of Git's: its calls are GitHub's, and disturbed there.</summary>
    public ObjectId? Commit(LedgerChange change) => inner.Commit(change);

    private static GitException Fault(Disturbance kind) => new($"git push failed ({kind})", "run it again");
}

/// <summary>
/// A repository with merged requests, its GitHub, its ledger and a cluster: a whole pass of <c>rayquest status</c> without
/// processes for the cluster. The clock is GitHub's and ours; the cluster's may be another.
/// </summary>
internal sealed partial class StatusStage : IDisposable
{
    /// <summary>The cluster's clock, by which lives are written.</summary>
    public static readonly DateTimeOffset T0 = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();
    private readonly TimeSpan skew;
    private readonly GitRepository ledgerRepository;
    private readonly EmulatedUser alice;
    private int intruders;

    /// <param name="skew">How far our clock is ahead of the cluster's.</param>
    public StatusStage(TimeSpan skew = default)
    {
        this.skew = skew;
        GitHub = EmulatedGitHub.Start(
            folder.Child("origin"),
            new EmulatedGitHubOptions { Clock = new RehearsalClock(T0 + skew) }
        );
        alice = GitHub.AddUser("alice");
        GitHub.Push(alice, "main", "Begin", new Dictionary<string, string?> { ["README.md"] = "x" });
        ledgerRepository = GitRepository.InitBare(folder.Child("ledger.git"));
    }

    public EmulatedGitHub GitHub { get; }
    public PlainCluster Cluster { get; } = new() { LogText = "epoch 1\nAPI_TOKEN=hunter2\nKeyError: 'x'\n" };
    public LedgerView View => Ledger.Read().View;

    public static string At(double minute) => LedgerEvent.Time(T0.AddMinutes(minute));

    /// <summary>Asks for jobs in one pull request and merges it.</summary>
    public int Merged(string request, string kind, params string[] names) =>
        Merged(request, kind, TimeSpan.Zero, names);

    /// <summary>The same, of a cluster that is given for some time.</summary>
    public int Merged(string request, string kind, TimeSpan lease, params string[] names)
    {
        var files = new Dictionary<string, string?>
        {
            [$"jobs-requests/vision/{request}.yaml"] = $"name: {request}\nretries: -1\n",
            [$"jobs/vision/{request}.yaml"] = Rendered(request, kind, lease, names),
        };
        GitHub.Push(alice, request, "Ask", files, "main");
        var pull = GitHub.OpenPull(alice, request, $"Run {request}").Number;
        GitHub.Comment(GitHub.Bot, pull, "<!-- rayquest:review v1 -->\n**Ready to merge**\n");
        GitHub.Merge(alice, pull);
        return pull;
    }

    /// <summary>A person takes a request back on main.</summary>
    public void Withdrawn(string request) =>
        GitHub.Push(
            alice,
            "main",
            $"Stop {request}",
            new Dictionary<string, string?>
            {
                [$"jobs-requests/vision/{request}.yaml"] = null,
                [$"jobs/vision/{request}.yaml"] = null,
            }
        );

    public void Put(string kind, string name, string json)
    {
        var item = (JsonObject)JsonNode.Parse(json)!;
        item["metadata"] ??= new JsonObject();
        var metadata = item["metadata"]!.AsObject();
        metadata["name"] = name;
        metadata["namespace"] ??= kind == "Application" ? "argocd" : "ray-vision";
        metadata["uid"] ??= $"uid-{name}";
        metadata["creationTimestamp"] ??= At(3);
        Cluster.Objects[$"{kind}/{name}"] = item;
    }

    /// <summary>Moves our clock to a minute of the cluster's.</summary>
    public void GoTo(double minute)
    {
        var target = T0.AddMinutes(minute) + skew;
        if (target > GitHub.Clock.GetUtcNow())
        {
            GitHub.Clock.Advance(target - GitHub.Clock.GetUtcNow());
        }
    }

    /// <summary>One pass as the command runs it: main's history, the status sync, the archive.</summary>
    /// <returns>The fault that cut it short, or null.</returns>
    public HostException? Pass(Wire? wire = null)
    {
        Plan(wire);
        using var client = GitHub.Client(adjust: options =>
            wire is null
                ? options
                : options with
                {
                    MaxRetries = 0,
                    RetryBudget = TimeSpan.Zero,
                    Observe = _ => KillIfDue(wire),
                }
        );
        var store = Store(wire, client);
        ICluster cluster = wire is null ? Cluster : new WiredCluster(Cluster, wire);
        try
        {
            new MainHistory(GitHub.Git, commit => MergedPull.Of(client, commit)).CatchUp(
                store,
                GitHub.Git.Resolve("refs/heads/main")
            );
            var result = new StatusPass(
                new ClusterReader(cluster, new ClusterReaderOptions()),
                cluster,
                store,
                new GitHubStatusSink(
                    client,
                    new GitHubStatusSinkOptions
                    {
                        SourceOf = new RequestLineFinder(GitHub.Git, "https://github.com/acme/ray-jobs").Of,
                    }
                ),
                new StatusPassOptions { Time = GitHub.Clock }
            ).Run();
            if (result.Fault is null)
            {
                new Archiver(
                    GitHub.Git,
                    store,
                    cluster,
                    new ArchiverOptions
                    {
                        Remote = null,
                        Time = GitHub.Clock,
                        Limits = new ArchiveLimits(50, 100),
                    }
                ).Run();
            }

            return result.Fault;
        }
        catch (HostException fault) when (wire is not null)
        {
            return fault;
        }
        catch (KilledHere) when (wire is not null)
        {
            return null;
        }
        finally
        {
            killNext = false;
            GitHub.ForgetCalls();
        }
    }

    public Wire Wire(int at, Disturbance kind) =>
        new(at, kind) { AnotherPass = () => Pass().ShouldBeNull(), Conflict = Intrude };

    /// <summary>Everything people and programs see in the end, without moments and numbers that a later pass shifts.</summary>
    public string Seen()
    {
        // How many commits the ledger took is nobody's business: what it holds is below.
        var text = new StringBuilder(
            string.Join(
                '\n',
                Moment()
                    .Replace(GitHub.Fingerprint(), "‹moment›")
                    .Split('\n')
                    .Where(line => !line.StartsWith("  <ledger~", StringComparison.Ordinal))
            )
        );
        foreach (var run in View.Runs)
        {
            text.Append(CultureInfo.InvariantCulture, $"{run.Record.Path}\n");
            foreach (var item in run.Record.Events.OrderBy(item => item.Kind == EventKind.GitHubObject))
            {
                // Commits and ids differ from run to run, and the event of a created object stands where its pass was.
                var key = item.Kind is EventKind.State or EventKind.Reported or EventKind.GitHubObject ? item.Key : "";
                text.Append(CultureInfo.InvariantCulture, $"  {item.Kind} {key} {item["since"]}\n");
            }
        }

        foreach (var fault in LedgerCheck.Verify(Ledger.Files(), GitHub.Clock.GetUtcNow().AddHours(12)))
        {
            text.Append(CultureInfo.InvariantCulture, $"{fault.Path}: {fault.Message}\n");
        }

        return text.ToString();
    }

    public void Dispose()
    {
        ledgerRepository.Dispose();
        GitHub.Dispose();
        folder.Dispose();
    }

    private bool killNext;

    private void KillIfDue(Wire wire)
    {
        if (killNext && !wire.Paused)
        {
            killNext = false;
            throw new KilledHere();
        }
    }

    private void Plan(Wire? wire)
    {
        if (wire is null)
        {
            return;
        }

        // A plan of each kind looks at every call; the one that is due takes it.
        Disturbance? due = null;
        GitHub.FailWhen(
            call =>
            {
                due = wire.Next("github", call.ToString());
                killNext = due is Disturbance.KilledBefore or Disturbance.KilledAfter;
                return due == Disturbance.KilledBefore;
            },
            FaultKind.ConnectionReset,
            times: int.MaxValue
        );
        When(Disturbance.TooMany, FaultKind.TooManyRequests);
        When(Disturbance.Forbidden, FaultKind.SecondaryRateLimit);
        When(Disturbance.UsedUp, FaultKind.PrimaryRateLimit);
        When(Disturbance.ServerError, FaultKind.BadGateway);
        When(Disturbance.Down, FaultKind.InternalError);
        When(Disturbance.LostAnswer, FaultKind.ConnectionReset, afterEffect: true);
        GitHub.Before(
            _ => due is Disturbance.AnotherPass or Disturbance.Conflict && !wire.Paused,
            () => wire.Meanwhile(due == Disturbance.Conflict ? Intrude : wire.AnotherPass)
        );

        void When(Disturbance kind, FaultKind fault, bool afterEffect = false) =>
            GitHub.FailWhen(_ => due == kind && !wire.Paused, fault, afterEffect, times: int.MaxValue);
    }

    /// <summary>Somebody writes a file of no concern to the ledger branch.</summary>
    private void Intrude()
    {
        using var client = GitHub.Client();
        Store(null, client).Commit([], "Somebody else", _ => [($"note-{++intruders}.md", [1])], alwaysPages: true);
    }

    /// <summary>As the command opens it: fetched by Git, written and checked through the API.</summary>
    private LedgerStore Store(Wire? wire, GitHubClient client)
    {
        var options = new LedgerStoreOptions { Remote = GitHub.Git.GitDirectory, Time = GitHub.Clock };
        var branch = new GitHubLedgerBranch(client, ledgerRepository, options, new LedgerAuthors(client, []));
        return new LedgerStore(ledgerRepository, options, wire is null ? branch : new WiredBranch(branch, wire));
    }

    /// <summary>The branch as it stands.</summary>
    private LedgerStore Ledger => new(GitHub.Git, new LedgerStoreOptions { Remote = null, Time = GitHub.Clock });

    private static string Rendered(string request, string kind, TimeSpan lease, string[] names)
    {
        var body = string.Join(
            "---\n",
            names.Select(name =>
                $"apiVersion: ray.io/v1\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: ray-vision\nspec:\n  ttlSecondsAfterFinished: 300\n"
            )
        );
        var header = new JobHeader(
            $"jobs-requests/vision/{request}.yaml",
            "r",
            JobHeader.Digest(Encoding.UTF8.GetBytes(body)),
            "alice",
            [.. names.Select(name => new HeaderJob(name, 3600) { LeaseSeconds = (int)lease.TotalSeconds })],
            new ResourceDemand(
                names.Length,
                GpuCounts.None.With("a100", 4),
                Quantity.FromInteger(8),
                Quantity.FromInteger(64),
                12.5
            )
        );
        return header.Write() + body;
    }

    [GeneratedRegex(@"\b\d{1,2} [A-Z][a-z]{2} \d\d:\d\d UTC", RegexOptions.NonBacktracking)]
    private static partial Regex Moment();
}

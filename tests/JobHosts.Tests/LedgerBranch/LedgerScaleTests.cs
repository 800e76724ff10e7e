using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobHosts.Tests.StatusSync;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.Tests.LedgerBranch;

/// <summary>A hundred thousand runs of three years, three thousand of them of the last two months: what reading costs.</summary>
public sealed class LedgerScaleTests(ITestOutputHelper output) : IDisposable
{
    private const int All = 100_000;
    private const int Recent = 3_000;
    private const int Live = 300;
    private const int Teams = 12;
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static string Team(int number) => string.Create(CultureInfo.InvariantCulture, $"team{number % Teams}");

    private static JobRecord Record(int number, DateTimeOffset merged, bool ended)
    {
        // Names and commits as different as true ones are, the same in every run.
        var random = new Random(number);
        var name = string.Create(CultureInfo.InvariantCulture, $"train-{number}-{random.Next(0x100000):x5}");
        var record = new JobRecord(
            Team(number),
            name,
            "RayJob",
            $"ray-{Team(number)}",
            [
                new MergedFacts
                {
                    Pull = number,
                    Author = string.Create(CultureInfo.InvariantCulture, $"user{random.Next(200)}"),
                    Request = $"jobs-requests/{Team(number)}/{name}.yaml",
                    Manifest = $"jobs/{Team(number)}/{name}.yaml",
                    Sha = $"{random.NextInt64():x16}{random.NextInt64():x16}{random.Next():x8}",
                    Gpus = ImmutableSortedDictionary<string, int>.Empty.Add("a100", random.Next(1, 17)),
                    Cpu = "36",
                    Memory = "264Gi",
                    MaxCost = random.Next(10_000) / 100m,
                    Timeout = TimeSpan.FromHours(6),
                }.ToEvent(merged),
            ]
        );
        var at = merged.AddSeconds(200 + random.Next(600));
        record = Seen(record, new JobState(JobPhase.Initializing) { Since = at });
        var began = at.AddSeconds(random.Next(30, 3000));
        record = Seen(record, new JobState(JobPhase.Running) { Since = began, Started = began });
        record = record.With(
            new GitHubObjectRef(2_000_000_000L + number, $"IC_kwDO{random.NextInt64():x16}").ToEvent(at, "comment"),
            new GitHubObjectRef(3_000_000_000L + number, $"DE_kwDO{random.NextInt64():x16}").ToEvent(at, "deployment")
        );
        if (!ended)
        {
            return record;
        }

        var end = began.AddSeconds(random.Next(60, 20_000));
        record = Seen(
            record,
            new JobState(JobPhase.Succeeded)
            {
                Since = end,
                Started = began,
                IsFinal = true,
            }
        );
        return record.With(new LedgerEvent(end.AddMinutes(15), EventKind.Archived, $"{random.NextInt64():x16}"));

        JobRecord Seen(JobRecord there, JobState state)
        {
            var whole = state with
            {
                Uid = $"{random.NextInt64():x16}",
                RayClusterName = $"{name}-{random.Next(0x100000):x5}",
                Workers = new WorkerCount(8, 8),
            };
            var item = StateEvent.Of(there, whole, Now);
            return there.With(item, new LedgerEvent(item.At, EventKind.Reported, whole.Fingerprint));
        }
    }

    [Theory]
    [InlineData(0)]
    public void A_hundred_thousand_runs_are_read_in_seconds(int _)
    {
        Needs.FullMatrix();
        using var origin = GitRepository.InitBare(folder.Child("origin.git"));
        File.AppendAllText(
            Path.Combine(origin.GitDirectory, "config"),
            "[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true\n"
        );
        var raw = Build(origin);
        var packed = Size(origin);
        output.WriteLine(
            $"{All} runs: {raw / All} bytes a run as lines, {packed / All} bytes a run in Git ({packed / 1024 / 1024.0:0.0} MiB)"
        );
        packed.ShouldBeLessThan(400L * All);

        Measured("status, jobs", 15, 150, store => store.ReadRecent().View.Runs.Length.ShouldBe(Recent));
        Measured(
            "ledger export",
            40,
            250,
            store =>
            {
                var rows = 0;
                foreach (var portion in store.ReadInPortions())
                {
                    rows += LedgerExport.CsvRows(portion.Select(JobRun.Of), Now).Count(c => c == '\n');
                }

                rows.ShouldBe(All);
            }
        );
        Measured("jobs --all, the review", 60, 1500, store => store.Read().View.Runs.Length.ShouldBe(All));
    }

    /// <summary>Reads in a repository that has nothing yet, as a runner does, and says what it took.</summary>
    private void Measured(string what, int seconds, int mebibytes, Action<LedgerStore> read)
    {
        using var fresh = GitRepository.InitBare(folder.Child(what.Replace(' ', '-') + ".git"));
        var options = new LedgerStoreOptions { Remote = folder.Child("origin.git") };
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = before;
        using var watch = new Timer(
            _ => Interlocked.Exchange(ref most, Math.Max(most, GC.GetTotalMemory(forceFullCollection: false))),
            null,
            0,
            20
        );
        var clock = Stopwatch.StartNew();
        read(new LedgerStore(fresh, options, new ShallowBranch(fresh, options.Remote)));
        clock.Stop();
        output.WriteLine(
            $"{what}: {clock.Elapsed.TotalSeconds:0.0} s, {(most - before) >> 20} MiB at most, {Size(fresh) / 1024 / 1024.0:0.0} MiB fetched"
        );
        // A debug build on a machine that others use: four times what a release build takes here.
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(seconds));
        ((most - before) >> 20).ShouldBeLessThan(mebibytes);
    }

    /// <summary>The branch's tip as years of passes and compactions leave it; its bytes as lines.</summary>
    private static long Build(GitRepository origin)
    {
        var edits = new List<TreeEdit>();
        long raw = 0;
        var old = Enumerable
            .Range(0, All - Recent)
            .Select(number => Record(number, Now.AddDays(-1095 + (1000.0 * number / (All - Recent))), ended: true))
            .GroupBy(record =>
            {
                var over = LedgerCompaction.OverAt(JobRun.Of(record))!.Value.UtcDateTime;
                return new FinishedMonth(over.Year, over.Month, record.Team);
            })
            .ToList();
        foreach (var year in old.GroupBy(month => month.Key.Year))
        {
            foreach (var month in year)
            {
                var lines = LedgerCompaction.Lines([], month);
                raw += lines.Length;
                edits.Add(new TreeEdit(month.Key.Path, lines));
            }

            edits.Add(
                new TreeEdit(
                    YearSummary.PathOf(year.Key),
                    YearSummary.Of(year.Key, year.SelectMany(month => month)).Write()
                )
            );
        }

        foreach (var number in Enumerable.Range(All - Recent, Recent))
        {
            var record = Record(
                number,
                Now.AddDays(-50 + (49.0 * (number - All + Recent) / Recent)),
                number < All - Live
            );
            raw += record.Write().Length;
            edits.Add(new TreeEdit(record.Path, record.Write()));
            edits.Add(new TreeEdit($"comments/{number}.md", new byte[3_000]));
        }

        var signature = new Signature("rayquest", "rayquest@users.noreply.github.com", Now);
        var commit = origin.WriteCommit(origin.WriteTree((ObjectId?)null, edits), [], signature, signature, "Note");
        origin.UpdateReference("refs/heads/ledger", commit, null);
        return raw;
    }

    private static long Size(GitRepository repository)
    {
        using var git = Process.Start(
            new ProcessStartInfo("git", ["-C", repository.GitDirectory, "repack", "-a", "-d", "-q"])
        )!;
        git.WaitForExit();
        return new DirectoryInfo(Path.Combine(repository.GitDirectory, "objects"))
            .EnumerateFiles("*.pack", SearchOption.AllDirectories)
            .Sum(file => file.Length);
    }

    /// <summary>Fetched as from GitHub, without asking whose it is.</summary>
    private sealed class ShallowBranch : ILedgerBranch
    {
        private readonly GitRepository objects;

        public ShallowBranch(GitRepository objects, string url)
        {
            this.objects = objects;
            objects.SetRemote("ledger", url);
        }

        public bool ChecksAuthors => false;

        public ObjectId? Head()
        {
            objects.FetchTip("ledger", "+refs/heads/ledger:refs/rayquest/ledger");
            return objects.Resolve("refs/rayquest/ledger");
        }

        public ObjectId? Tip() => Head();

        public ObjectId? LastByBot(ObjectId tip) => tip;

        public void Fetch(IReadOnlyCollection<ObjectId> blobs) => objects.FetchBlobs("ledger", blobs);

        public ObjectId? Commit(LedgerChange change) => throw new NotSupportedException("only read here");
    }

    /// <summary>What one run adds to the branch in all its life, history included: a commit for every change of a pass.</summary>
    [Fact]
    public void What_a_run_leaves_in_the_branchs_history()
    {
        const int runs = 400;
        using var origin = GitRepository.InitBare(folder.Child("history.git"));
        var store = new LedgerStore(origin, new LedgerStoreOptions { Remote = null });
        // Ten changes a pass, as a busy platform has them; the page and the data file are written along.
        for (var pass = 0; pass < runs / 10; pass++)
        {
            var merged = Now.AddMinutes(10 * pass);
            foreach (var step in (int[])[1, 3, 5, 7])
            {
                store.Commit(
                    [
                        .. Enumerable
                            .Range(10 * pass, 10)
                            .Select(number => Record(number, merged, ended: true))
                            .Select(record => new JobRecord(
                                record.Team,
                                record.Name,
                                record.Kind,
                                record.Namespace,
                                record.Events.Take(step + 2)
                            )),
                    ],
                    "Note 10 changes",
                    view =>
                        [
                            ("status.html", System.Text.Encoding.UTF8.GetBytes(StatusPage.Page(view, new(), merged))),
                            ("status.json", StatusPage.Json(view, new(), merged)),
                        ]
                );
            }
        }

        var bytes = Size(origin) / runs;
        output.WriteLine($"{runs} runs, four commits a pass of ten: {bytes} bytes a run with all history");
        bytes.ShouldBeLessThan(4_000);
    }
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Tests.Ledger;

public sealed class LedgerTests
{
    internal static readonly DateTimeOffset T0 = new(2026, 10, 31, 22, 0, 0, TimeSpan.Zero);

    internal static JobRecord Record(
        string name = "resnet-1f0c3",
        string team = "vision",
        int gpus = 4,
        int pull = 7
    ) =>
        new(
            team,
            name,
            "RayJob",
            $"team-{team}",
            [
                new MergedFacts
                {
                    Pull = pull,
                    Author = "alice",
                    Request = $"jobs-requests/{team}/{name[..^6]}.yaml",
                    Sha = "0123456789012345678901234567890123456789",
                    Manifest = $"jobs/{team}/{name[..^6]}.yaml",
                    Gpus =
                        gpus == 0
                            ? ImmutableSortedDictionary<string, int>.Empty
                            : ImmutableSortedDictionary<string, int>.Empty.Add("a100", gpus),
                    Cpu = "34",
                    Memory = "264Gi",
                    MaxCost = 123.40m,
                    Timeout = TimeSpan.FromHours(6),
                    QueueTimeout = TimeSpan.FromHours(2),
                    Keep = TimeSpan.FromMinutes(10),
                    Approvers = ["bob", "carol"],
                }.ToEvent(T0),
            ]
        );

    internal static JobRecord Then(JobRecord record, JobState state, DateTimeOffset now) =>
        record.With(StateEvent.Of(record, state, now));

    [Fact]
    public void A_record_has_one_way_to_be_written()
    {
        var record = Then(
            Record(),
            new JobState(JobPhase.Queued) { Reason = "KueueQueue", Since = T0.AddMinutes(1) },
            T0.AddMinutes(5)
        );
        Encoding
            .UTF8.GetString(record.Write())
            .ShouldBe(
                """
                {"schema":1,"team":"vision","name":"resnet-1f0c3","kind":"RayJob","namespace":"team-vision","events":[
                {"at":"2026-10-31T22:00:00Z","kind":"merged","key":"0123456789012345678901234567890123456789","data":{"approvers":"bob carol","author":"alice","cpu":"34","gpus/a100":"4","keep":"600","manifest":"jobs/vision/resnet.yaml","maxCost":"123.40","memory":"264Gi","pull":"7","queueTimeout":"7200","request":"jobs-requests/vision/resnet.yaml","timeout":"21600"}},
                {"at":"2026-10-31T22:01:00Z","kind":"state","key":"Queued|KueueQueue|1||","data":{"attempt":"1","phase":"Queued","reason":"KueueQueue","since":"2026-10-31T22:01:00Z"}}
                ]}

                """
            );
        var (again, fault) = JobRecord.Read(record.Write());
        fault.ShouldBeNull();
        again!.Write().ShouldBe(record.Write());
        MergedFacts.Read(again.Events[0])!.ToEvent(T0).ShouldBe(record.Events[0]);
    }

    [Fact]
    public void A_state_survives_its_way_through_the_ledger()
    {
        var state = new JobState(JobPhase.Failed)
        {
            Reason = "AppFailed",
            Message = "exit 1",
            Since = T0.AddHours(2),
            Started = T0.AddHours(1),
            Attempt = 2,
            AttemptsAllowed = 3,
            Workers = new WorkerCount(3, 4),
            RayClusterName = "resnet-1f0c3-abcde",
            JobId = "resnet-1f0c3-xyz",
            DashboardUrl = "h:8265",
            Uid = "u",
            RequestField = "keep",
            IsFinal = true,
            Conditions =
            [
                new JobCondition(JobConditionKind.Stale, T0, "connection refused"),
                new JobCondition(JobConditionKind.OutOfSync, T0, ""),
            ],
        };
        var read = StateEvent.Read(StateEvent.Of(Record(), state, T0.AddHours(3)))!;
        read.Conditions.OrderBy(condition => condition.Kind).ShouldBe(state.Conditions);
        (read with { Conditions = [] }).ToString().ShouldBe((state with { Conditions = [] }).ToString());
        read.Fingerprint.ShouldBe(state.Fingerprint);
    }

    [Fact]
    public void Events_never_go_back_in_time_whatever_the_clocks_say()
    {
        var record = Then(Record(), new JobState(JobPhase.Queued), T0.AddHours(1));
        record = Then(record, new JobState(JobPhase.Running) { Since = T0.AddMinutes(10) }, T0.AddHours(1));
        JobRun.Of(record).LastState!.Phase.ShouldBe(JobPhase.Running);
        // A cluster clock ahead of ours does not put the event into our future.
        record = Then(
            record,
            new JobState(JobPhase.Succeeded) { Since = T0.AddHours(9), IsFinal = true },
            T0.AddHours(2)
        );
        record.Events[^1].At.ShouldBe(T0.AddHours(2));
    }

    [Fact]
    public void Two_passes_that_see_the_same_write_the_same()
    {
        var record = Record();
        var state = new JobState(JobPhase.Running) { Since = T0.AddMinutes(10) };
        var one = Then(record, state, T0.AddMinutes(11));
        var two = Then(record, state, T0.AddMinutes(14));
        JobRecord.Merge(one, two).Write().ShouldBe(one.Write());

        // Where the engine tells no time both stay, and count as one.
        var unknown = new JobState(JobPhase.Rejected) { IsFinal = true };
        var merged = JobRecord.Merge(
            Then(record, unknown, T0.AddMinutes(11)),
            Then(record, unknown, T0.AddMinutes(14))
        );
        JobRun.Of(merged).States.Length.ShouldBe(1);
    }

    [Fact]
    public void What_was_seen_but_not_told_is_owed()
    {
        var record = Then(Record(), new JobState(JobPhase.Running) { Since = T0.AddMinutes(10) }, T0.AddMinutes(11));
        var run = JobRun.Of(record);
        run.HasUnreportedState.ShouldBeTrue();
        record = record.With(new LedgerEvent(run.LastStateAt!.Value, EventKind.Reported, run.LastState!.Fingerprint));
        JobRun.Of(record).HasUnreportedState.ShouldBeFalse();
        // The same state once more (after it had vanished) is owed again.
        record = Then(record, new JobState(JobPhase.Vanished), T0.AddMinutes(20));
        record = Then(record, new JobState(JobPhase.Running) { Since = T0.AddMinutes(10) }, T0.AddMinutes(30));
        JobRun.Of(record).HasUnreportedState.ShouldBeTrue();
    }

    private static Gen<LedgerEvent> Events =>
        from minute in Gen.Choose(0, 3)
        from kind in Gen.Elements(EventKind.Merged, EventKind.State, EventKind.Archived, "unheard-of")
        from key in Gen.Elements("a", "b", "é\"<")
        from value in Gen.Elements("", "1", "2", "Running")
        select new LedgerEvent(
            T0.AddMinutes(minute),
            kind,
            key,
            value.Length == 0 ? null : [KeyValuePair.Create("phase", value), KeyValuePair.Create("pull", value)]
        );

    private static Arbitrary<JobRecord> Records =>
        (
            from name in Gen.Elements("a-00000", "b-00000")
            from events in Gen.ListOf(Events)
            select new JobRecord("vision", name, "RayJob", "ns", events)
        ).ToArbitrary();

    [Fact]
    public void Merging_is_commutative() =>
        Prop.ForAll(Records, Records, (a, b) => Same(JobRecord.Merge(a, b), JobRecord.Merge(b, a)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Merging_is_associative() =>
        Prop.ForAll(
                Records,
                Records,
                Records,
                (a, b, c) => Same(JobRecord.Merge(JobRecord.Merge(a, b), c), JobRecord.Merge(a, JobRecord.Merge(b, c)))
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Merging_is_idempotent_and_reading_gives_back_what_was_written() =>
        Prop.ForAll(Records, a => Same(JobRecord.Merge(a, a), a) && Same(JobRecord.Read(a.Write()).Record!, a))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Projections_take_any_events() =>
        Prop.ForAll(
                Records,
                record =>
                {
                    var view = new LedgerView([record]);
                    return view.GpuUse(T0.AddDays(40)).All(use => use.Seconds >= 0)
                        && StatusPage.Page(view, new StatusPageOptions(), T0.AddDays(1)).Length > 0
                        && LedgerExport.CsvRows(view.Runs, T0).Length > 0;
                }
            )
            .QuickCheckThrowOnFailure();

    private static bool Same(JobRecord a, JobRecord b) => a.Write().AsSpan().SequenceEqual(b.Write());

    [Fact]
    public void Gpu_time_is_running_time_split_by_month()
    {
        var record = Then(Record(), new JobState(JobPhase.Queued), T0.AddMinutes(5));
        record = Then(record, new JobState(JobPhase.Running) { Since = T0.AddHours(1) }, T0.AddHours(1.1));
        var view = new LedgerView([record]);
        view.GpuHoursThisMonth("vision", "a100", T0.AddHours(1.5)).ShouldBe(2, 0.001);
        view.LiveGpus("vision", "a100").ShouldBe(4);

        record = Then(
            record,
            new JobState(JobPhase.Succeeded) { Since = T0.AddHours(4), IsFinal = true },
            T0.AddHours(4.1)
        );
        view = new LedgerView([record]);
        view.GpuUse(T0.AddDays(9))
            .Select(use => (use.Month.ToString("yyyy-MM", CultureInfo.InvariantCulture), use.Hours))
            .ShouldBe([("2026-10", 4.0), ("2026-11", 8.0)]);
        view.LiveGpus("vision", "a100").ShouldBe(0);
        view.GpuHoursByDay(T0.AddDays(1), 3)["vision"].ShouldBe([0, 4.0, 8.0]);
    }

    [Fact]
    public void A_run_no_pass_saw_running_is_counted_from_what_the_finished_object_tells()
    {
        var record = Then(Record(), new JobState(JobPhase.Queued), T0.AddMinutes(1));
        record = Then(
            record,
            new JobState(JobPhase.Failed)
            {
                Since = T0.AddMinutes(30),
                Started = T0.AddMinutes(15),
                IsFinal = true,
            },
            T0.AddMinutes(31)
        );
        new LedgerView([record]).GpuUse(T0.AddDays(1)).Single().Hours.ShouldBe(1, 0.001);
    }

    [Fact]
    public void Retries_count_every_attempt_once()
    {
        var record = Record();
        foreach (
            var (minutes, state) in new (int, JobState)[]
            {
                (10, new JobState(JobPhase.Running) { Attempt = 1 }),
                (20, new JobState(JobPhase.Retrying) { Attempt = 2 }),
                (25, new JobState(JobPhase.Initializing) { Attempt = 2 }),
                (30, new JobState(JobPhase.Running) { Attempt = 2 }),
                (
                    50,
                    new JobState(JobPhase.Failed)
                    {
                        Attempt = 2,
                        IsFinal = true,
                        Started = T0.AddMinutes(30),
                    }
                ),
            }
        )
        {
            record = Then(record, state with { Since = T0.AddMinutes(minutes) }, T0.AddMinutes(minutes + 1));
        }

        JobRun.Of(record).RunningTimes.Sum(time => (time.To!.Value - time.From).TotalMinutes).ShouldBe(30);
    }

    [Fact]
    public void A_sound_ledger_has_no_faults_and_each_fault_is_named()
    {
        var sound = Then(Record(), new JobState(JobPhase.Succeeded) { IsFinal = true }, T0.AddHours(1));
        Verify((sound.Path, sound.Write())).ShouldBeEmpty();

        Verify(("ledger/vision/other.json", sound.Write())).ShouldHaveSingleItem().ShouldContain("it belongs at");
        Verify((sound.Path, [.. sound.Write(), (byte)' '])).ShouldHaveSingleItem().ShouldContain("not canonical");
        Verify((sound.Path, "{}"u8.ToArray())).ShouldHaveSingleItem().ShouldContain("no schema number");
        Verify((sound.Path, """{"schema":9}"""u8.ToArray())).ShouldHaveSingleItem().ShouldContain("its schema is 9");
        Verify((sound.Path, "no"u8.ToArray())).ShouldHaveSingleItem().ShouldContain("not JSON");

        var archivedEarly = Then(Record(), new JobState(JobPhase.Running), T0.AddHours(1))
            .With(new LedgerEvent(T0, EventKind.Archived, "s"));
        Verify((archivedEarly.Path, archivedEarly.Write()))
            .ShouldHaveSingleItem()
            .ShouldContain("without being recorded as finished");

        var again = Then(sound, new JobState(JobPhase.Running), T0.AddHours(2));
        Verify((again.Path, again.Write())).ShouldHaveSingleItem().ShouldContain("ran twice");

        var bare = new JobRecord("vision", "x-00000", "RayJob", "ns", []);
        Verify((bare.Path, bare.Write())).ShouldHaveSingleItem().ShouldContain("no merged event");

        var late = Record().With(new LedgerEvent(T0.AddDays(30), EventKind.Withdrawn, "s"));
        Verify((late.Path, late.Write())).ShouldHaveSingleItem().ShouldContain("in the future");

        static IEnumerable<string> Verify(params (string Path, byte[] Bytes)[] files) =>
            LedgerCheck
                .Verify(files.Select(file => (file.Path, (ReadOnlyMemory<byte>)file.Bytes)), T0.AddDays(2))
                .Select(fault => fault.Message)
                .ToList();
    }

    [Fact]
    public void A_lost_ledger_comes_back_from_history_and_a_kept_one_is_not_doubled()
    {
        var kept = Then(Record(), new JobState(JobPhase.Succeeded) { IsFinal = true }, T0.AddHours(1));
        var facts = MergedFacts.Read(kept.Events[0])!;
        AddedJob[] added =
        [
            new("vision", "RayJob", "team-vision", "resnet-1f0c3", T0.AddSeconds(9), facts),
            new("vision", "RayJob", "team-vision", "bert-00000", T0, facts with { Pull = 8 }),
        ];
        RemovedJob[] removed =
        [
            new("vision", "resnet-1f0c3", T0.AddHours(2), "sha2", Archive: true),
            new("vision", "nobody-00000", T0, "s", Archive: false),
        ];

        var rebuilt = LedgerRebuild.Of(added, removed, [kept]);
        rebuilt.Select(record => record.Name).ShouldBe(["bert-00000", "resnet-1f0c3"]);
        JobRun.Of(rebuilt[1]).ArchivedAt.ShouldBe(T0.AddHours(2));
        rebuilt[1].Events.Count(item => item.Kind == EventKind.Merged).ShouldBe(1);
        JobRun.Of(rebuilt[1]).LastState!.Phase.ShouldBe(JobPhase.Succeeded);

        var again = LedgerRebuild.Of(added, removed, rebuilt);
        again
            .Select(record => Encoding.UTF8.GetString(record.Write()))
            .ShouldBe(rebuilt.Select(record => Encoding.UTF8.GetString(record.Write())));
        LedgerRebuild.Of(added, removed, []).Count.ShouldBe(2);
    }

    [Fact]
    public void Exports_are_tables_and_formulas_are_defused()
    {
        var record = Then(
            Record(),
            new JobState(JobPhase.Failed)
            {
                Reason = "=cmd()",
                Since = T0.AddHours(2),
                Started = T0.AddHours(1),
                IsFinal = true,
            },
            T0.AddHours(3)
        );
        var view = new LedgerView([record]);
        var csv = (LedgerExport.CsvHeader + LedgerExport.CsvRows(view.Runs, T0.AddDays(1))).Split("\r\n");
        csv[0].ShouldStartWith("team,name,kind,namespace,request,pull,author,merged,state,reason,");
        csv[1]
            .ShouldBe(
                "vision,resnet-1f0c3,RayJob,team-vision,jobs-requests/vision/resnet.yaml,7,alice,2026-10-31T22:00:00Z,Failed,'=cmd(),2026-10-31T23:00:00Z,2026-11-01T00:00:00Z,1,a100=4,14400,123.40,"
            );
        using var line = JsonDocument.Parse(LedgerExport.JsonLines(view.Runs, T0).Split('\n')[0]);
        line.RootElement.GetProperty("gpuSeconds").GetInt64().ShouldBe(14400);
        line.RootElement.GetProperty("schema").GetInt32().ShouldBe(1);
    }
}

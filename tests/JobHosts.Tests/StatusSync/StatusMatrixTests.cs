using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobHosts.Tests.Cluster;
using Rayquest.JobRehearsal.Cluster;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Ledger;

namespace Rayquest.JobHosts.Tests.StatusSync;

/// <summary>
/// Whatever happens to any call of a pass, on GitHub, on the cluster or on the ledger's branch: once passes get through
/// again everything ends as if nothing had happened.
/// </summary>
public sealed partial class StatusMatrixTests(ITestOutputHelper output)
{
    private const int MostCalls = 80;

    public static TheoryData<string, int> LivesAndSkews()
    {
        var data = new TheoryData<string, int>();
        foreach (var life in Life.All)
        {
            data.Add(life.Name, 0);
        }

        // Our clock two hours behind the cluster's, three seconds behind, two hours ahead.
        foreach (var skew in (int[])[-7200, -3, 7200])
        {
            data.Add(Life.All[0].Name, skew);
            data.Add(Life.All[1].Name, skew);
        }

        return data;
    }

    [Fact]
    public void Every_call_of_a_pass_in_turn_with_another_trouble_each_time()
    {
        foreach (
            var life in (Life[])
                [Life.All[0], Life.Of("a cluster and"), Life.Of("a schedule"), Life.Of("a cluster whose")]
        )
        {
            var expected = Undisturbed(life);
            using var stage = new StatusStage();
            life.Merge(stage);
            var kinds = Enum.GetValues<Disturbance>();
            var passes = 0;
            for (var hour = 0; hour < life.Hours.Length; hour++)
            {
                stage.GoTo((60 * hour) + 5);
                life.Hours[hour](stage);
                // One pass after the other, each struck one call later, until one goes through unharmed.
                for (int call = 1, late = 0; late < 3 && call <= MostCalls; call++)
                {
                    var kind = kinds[passes++ % kinds.Length];
                    var wire = stage.Wire(call, kind);
                    stage.Pass(wire);
                    if (wire.Struck && kind is Disturbance.KilledBefore or Disturbance.KilledAfter)
                    {
                        // Who was killed may still hold the lease; the schedule comes again when that is over.
                        stage.GitHub.Clock.Advance(TimeSpan.FromMinutes(7));
                    }

                    late = wire.Struck ? 0 : late + 1;
                }

                stage.GoTo((60 * hour) + 57);
                stage.Pass().ShouldBeNull();
            }

            output.WriteLine($"{life.Name}: {passes} troubled passes");
            Compare(expected, Finish(life, stage)).ShouldBeNull();
        }
    }

    [Theory]
    [MemberData(nameof(LivesAndSkews))]
    public void Every_trouble_at_every_call_of_every_pass(string name, int skewSeconds)
    {
        Needs.FullMatrix();
        var life = Life.All.Single(item => item.Name == name);
        var skew = TimeSpan.FromSeconds(skewSeconds);
        var expected = Undisturbed(life, skew);
        var (scenarios, points) = (0, 0);
        var divergences = new List<string>();
        // What depends on the life is what was half done; the milder troubles are alike in all of them.
        Disturbance[] kinds =
            skewSeconds == 0 && (life == Life.All[0] || life == Life.All[1] || life == Life.Of("a cluster and"))
                ? Enum.GetValues<Disturbance>()
                : [Disturbance.KilledAfter, Disturbance.LostAnswer, Disturbance.AnotherPass];
        var work = kinds.SelectMany(kind => Enumerable.Range(1, MostCalls).Select(call => (kind, call)));
        var spent = new HashSet<Disturbance>();
        foreach (var (kind, call) in work)
        {
            if (spent.Contains(kind))
            {
                continue;
            }

            using var stage = new StatusStage(skew);
            life.Merge(stage);
            var struck = new List<string>();
            for (var hour = 0; hour < life.Hours.Length; hour++)
            {
                stage.GoTo((60 * hour) + 5);
                life.Hours[hour](stage);
                var wire = stage.Wire(call, kind);
                stage.Pass(wire);
                if (wire.Struck)
                {
                    struck.Add(wire.Log[call - 1]);
                }

                stage.GoTo((60 * hour) + 30);
                stage.Pass().ShouldBeNull();
            }

            if (struck.Count == 0)
            {
                // No pass of this life has so many calls.
                spent.Add(kind);
                continue;
            }

            scenarios++;
            points += struck.Count;
            if (Compare(expected, Finish(life, stage)) is { } difference)
            {
                divergences.Add($"{kind} at {string.Join(" | ", struck)}:\n{difference}");
            }
        }

        var line =
            $"{name}, clock {skewSeconds} s: {scenarios} scenarios, {points} fault points, {divergences.Count} diverged";
        output.WriteLine(line);
        if (Environment.GetEnvironmentVariable("RAYQUEST_MATRIX_FIGURES") is { Length: > 0 } file)
        {
            File.AppendAllText(file, line + "\n");
        }

        divergences.ShouldBeEmpty();
    }

    [Fact]
    public void A_refusal_names_the_line_of_the_request()
    {
        using var stage = new StatusStage();
        var life = Life.All.Single(item => item.Name == "refused by the operator");
        life.Merge(stage);
        stage.GoTo(5);
        life.Hours[0](stage);
        stage.Pass().ShouldBeNull();
        var sha = stage.View.Runs.Single().Merged!.Sha;
        stage
            .GitHub.Comments.Single()
            .Body.ShouldContain(
                $"`a-00000`: the refusal is about `retries` in [`jobs-requests/vision/a.yaml:2`](<https://github.com/acme/ray-jobs/blob/{sha}/jobs-requests/vision/a.yaml#L2>)."
            );
    }

    [Fact]
    public void A_clock_that_is_wrong_changes_no_word()
    {
        // A merge by a clock that is ahead stands after what the cluster says came later: the order of lines may differ.
        var right = Sorted(Undisturbed(Life.All[1]));
        foreach (var skew in (double[])[-3, -0.05, 2])
        {
            Sorted(Undisturbed(Life.All[1], TimeSpan.FromHours(skew))).ShouldBe(right, $"clock {skew} h off");
        }

        static string[] Sorted(string seen) => [.. seen.Split('\n').Order(StringComparer.Ordinal)];
    }

    /// <summary>The same on the wire: the real kubectl, lists in pages, an API server in trouble at any list and half way through one.</summary>
    [Fact]
    public void Trouble_at_any_list_of_the_real_kubectl_loses_nothing()
    {
        Needs.Kubectl();
        Lists(
            ["rayjobs?label", "rayjobs?continue", "applications?"],
            [ClusterIncidentKind.Reset, ClusterIncidentKind.Status],
            [410]
        );
    }

    [Theory]
    [InlineData(0)]
    public void Every_trouble_at_every_list_of_the_real_kubectl_loses_nothing(int _)
    {
        Needs.FullMatrix();
        Lists(
            ["rayjobs?label", "rayjobs?continue", "rayclusters?", "rayservices?", "raycronjobs?", "applications?"],
            [ClusterIncidentKind.Reset, ClusterIncidentKind.Status],
            [401, 403, 410, 429, 500, 503]
        );
    }

    private void Lists(string[] paths, ClusterIncidentKind[] kinds, int[] statuses)
    {
        using var cluster = new ClusterUnderTest(pageSize: 2);
        using var folder = new TemporaryFolder();
        using var repository = GitRepository.InitBare(folder.Child("ledger.git"));
        var clock = new Clock(StatusStage.T0);
        var store = new LedgerStore(repository, new LedgerStoreOptions { Remote = null, Time = clock });
        var sink = new RecordingSink();
        string[] names = ["w-00001", "w-00002", "w-00003", "w-00004", "w-00005"];
        store.Commit(
            [
                .. names.Select(
                    (name, index) =>
                        new JobRecord(
                            "vision",
                            name,
                            "RayJob",
                            "team-vision",
                            [
                                new MergedFacts
                                {
                                    Pull = index + 1,
                                    Author = "alice",
                                    Request = $"jobs-requests/vision/{name}.yaml",
                                    Sha = "sha",
                                }.ToEvent(clock.Now),
                            ]
                        )
                ),
            ],
            "merged"
        );
        var troubles = kinds
            .SelectMany(kind =>
                kind == ClusterIncidentKind.Status ? statuses.Select(status => (kind, status)) : [(kind, 0)]
            )
            .ToList();
        var (passes, blind) = (0, 0);
        string[] states =
        [
            """{"jobDeploymentStatus":"Running","jobStatus":"RUNNING","startTime":"2026-11-23T09:01:00Z","rayClusterName":"c"}""",
            """{"jobDeploymentStatus":"Complete","jobStatus":"SUCCEEDED","succeeded":1,"startTime":"2026-11-23T09:01:00Z","endTime":"2026-11-23T09:05:00Z","rayClusterName":"c"}""",
        ];
        foreach (var state in states)
        {
            foreach (var name in names)
            {
                cluster.Server.Put(
                    (JsonObject)
                        JsonNode.Parse(
                            $$"""{"apiVersion":"ray.io/v1","kind":"RayJob","metadata":{"name":"{{name}}","namespace":"team-vision","uid":"{{name}}","labels":{"app.kubernetes.io/managed-by":"rayquest"} },"spec":{},"status":{{state}} }"""
                        )!
                );
            }

            foreach (var path in paths)
            foreach (var (kind, status) in troubles)
            {
                // More often than anybody tries again, and gone with the pass.
                cluster.Server.Incident(new ClusterIncident(kind, path, Times: 100, Status: status));
                blind += Pass().Fault is null ? 0 : 1;
                cluster.Server.Calm();
                passes++;
                clock.Now += TimeSpan.FromMinutes(1);
            }

            Pass().Fault.ShouldBeNull();
            clock.Now += TimeSpan.FromMinutes(10);
        }

        output.WriteLine($"{passes} passes in trouble, {blind} of them saw nothing");
        blind.ShouldBeGreaterThan(0);
        sink.Statuses.Keys.ShouldBe(names, ignoreOrder: true);
        sink.Statuses.Values.ShouldAllBe(list => list.Count == 2);
        sink.Shown.Values.ShouldAllBe(phase => phase == "Succeeded");
        LedgerCheck.Verify(store.Files(), clock.Now).ShouldBeEmpty();

        StatusPassResult Pass() =>
            new StatusPass(
                new ClusterReader(cluster.Kubectl, new ClusterReaderOptions()),
                cluster.Kubectl,
                store,
                sink,
                new StatusPassOptions { Time = clock }
            ).Run();
    }

    private static string Undisturbed(Life life, TimeSpan skew = default)
    {
        using var stage = new StatusStage(skew);
        life.Merge(stage);
        for (var hour = 0; hour < life.Hours.Length; hour++)
        {
            stage.GoTo((60 * hour) + 5);
            life.Hours[hour](stage);
            stage.Pass().ShouldBeNull();
            stage.GoTo((60 * hour) + 30);
            stage.Pass().ShouldBeNull();
        }

        var seen = Finish(life, stage);
        foreach (var pull in stage.GitHub.Pulls)
        {
            var comments = stage.GitHub.Comments.Where(comment => comment.Issue == pull.Number).ToLookup(IsReminder);
            comments[false].Count().ShouldBe(1);
            comments[true].Select(comment => comment.Body).ShouldBeUnique();
            stage
                .GitHub.LabelsOf(pull.Number)
                .Count(label => label.StartsWith("ray/", StringComparison.Ordinal))
                .ShouldBe(1);
        }

        stage.GitHub.Deployments.Select(item => item.Task).ShouldBeUnique();
        stage.View.Runs.ShouldAllBe(run => !run.HasUnreportedState);
        return seen;
    }

    [GeneratedRegex("(LeaseEnded[^\n]*T[0-9]{2}:[0-9]{2}):[0-9]{2}Z", RegexOptions.NonBacktracking)]
    private static partial Regex NoticedAt();

    private static bool IsReminder(EmulatedComment comment) =>
        comment.Body.StartsWith("<!-- rayquest:lease ", StringComparison.Ordinal);

    private static string Finish(Life life, StatusStage stage)
    {
        // Long enough for whatever our clock makes of the cluster's last moment, so that what is due is archived.
        stage.GoTo((60 * life.Hours.Length) + 240);
        stage.Pass().ShouldBeNull();
        return stage.Seen();
    }

    private static string? Compare(string expected, string actual)
    {
        // When a lease's end is noticed is the pass's own time, and one in trouble takes some seconds longer.
        expected = NoticedAt().Replace(expected, "$1");
        actual = NoticedAt().Replace(actual, "$1");
        if (expected == actual)
        {
            return null;
        }

        var (left, right) = (expected.Split('\n'), actual.Split('\n'));
        var first = left.Zip(right).TakeWhile(pair => pair.First == pair.Second).Count();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"from line {first + 1} on:\n{string.Join('\n', left.Skip(first).Take(6))}\ninstead:\n{string.Join('\n', right.Skip(first).Take(6))}\nmissing:\n{string.Join('\n', left.Except(right).Take(12))}\ntoo much:\n{string.Join('\n', right.Except(left).Take(12))}\nlines {left.Length} and {right.Length}"
        );
    }
}

using System.Globalization;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;

namespace Rayquest.JobLint.Tests;

/// <summary>Quota at its bounds: just enough, one too many, who is named, and what a change gives back.</summary>
public class QuotaRuleTests
{
    private const string Platform =
        "gpus: {l4: {pricePerHour: 2, perNode: 8}, a100: {pricePerHour: 4, perNode: 8}}\ndefaults: {image: ray, timeout: 1h}\n";

    private const string Job =
        "name: train\nentrypoint: python train.py\nhead: {cpu: 2, memory: 4Gi}\nworkers: {replicas: 4, cpu: 8, memory: 16Gi, gpu: l4, gpus: 1}\ntimeout: 3h\n";

    private const string Sweep =
        "name: train\nentrypoint: python train.py ${sweep.a}\nworkers: {replicas: 1, cpu: 1}\ntimeout: 3h\nsweep: {a: [1, 2, 3]}\n";

    [Theory]
    [InlineData("RQ2001", "hard: {gpus: {l4: LIMIT}}", "gpus")]
    [InlineData("RQ2002", "soft: {gpus: {l4: LIMIT}}", "gpus")]
    [InlineData("RQ2003", "hard: {cpu: LIMIT}", "cpu")]
    [InlineData("RQ2004", "soft: {cpu: LIMIT}", "cpu")]
    [InlineData("RQ2005", "hard: {memory: LIMIT}", "memory")]
    [InlineData("RQ2006", "soft: {memory: LIMIT}", "memory")]
    [InlineData("RQ2007", "hard: {jobs: LIMIT}", "jobs")]
    [InlineData("RQ2008", "soft: {jobs: LIMIT}", "jobs")]
    [InlineData("RQ2010", "perJob: {gpus: {l4: LIMIT}}", "gpus")]
    [InlineData("RQ2011", "perJob: {cpu: LIMIT}", "cpu")]
    [InlineData("RQ2012", "perJob: {memory: LIMIT}", "memory")]
    [InlineData("RQ2013", "perJob: {workers: LIMIT}", "workers")]
    [InlineData("RQ2014", "perJob: {jobs: LIMIT}", "jobs")]
    [InlineData("RQ2015", "gpuHoursPerMonth: {l4: LIMIT}", "hours")]
    [InlineData("RQ2016", "maxCost: LIMIT", "cost")]
    public void Just_the_limit_passes_and_one_less_does_not(string code, string limits, string of)
    {
        string request = of == "jobs" ? Sweep : Job;
        ResourceDemand holding = Plan(request);
        Quantity amount = of switch
        {
            "cpu" => holding.Cpu,
            "memory" => holding.Memory,
            "jobs" => Quantity.FromInteger(3),
            "workers" or "gpus" => Quantity.FromInteger(4),
            "hours" => Quantity.FromInteger(4 * 3),
            _ => Quantity.FromInteger(4 * 3 * 2),
        };
        Codes(code, request, limits, amount).ShouldNotContain(code);
        Codes(code, request, limits, amount + Quantity.FromInteger(-1)).ShouldContain(code);
        // Without a limit there is nothing to be over; GPUs have one that is said, or none are allowed.
        string open = code == "RQ2001" ? "vision: {hard: {gpus: {l4: unlimited}}}" : "vision: {}";
        Of(Lint(code, open, (RequestPathOf("train"), request))).ShouldNotContain(code);

        static string[] Codes(string code, string request, string limits, Quantity limit) =>
            Of(
                Lint(
                    code,
                    $"vision: {{{limits.Replace("LIMIT", limit.Format == QuantityFormat.BinarySI ? limit.ToString() : Plain(limit), StringComparison.Ordinal)}}}",
                    (RequestPathOf("train"), request)
                )
            );

        static string Plain(Quantity limit) => limit.ToDouble().ToString(CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Every_try_counts_for_hours_and_cost_and_every_job_of_a_sweep_for_hours()
    {
        string retried = Job + "retries: 2\n";
        Message("RQ2015", "gpuHoursPerMonth: {l4: 35}", retried)
            .ShouldContain("may take 36 l4-hours (4 × 3h × 3 tries)");
        Find("RQ2015", "gpuHoursPerMonth: {l4: 36}", retried).ShouldBeEmpty();
        Message("RQ2016", "maxCost: 71", retried).ShouldContain("may cost 72 ");
        Message("RQ2016", "maxCost: 71", retried).ShouldContain(" in 3h on 3 tries, ");
        Find("RQ2016", "maxCost: 72", retried).ShouldBeEmpty();
        Message("RQ2015", "gpuHoursPerMonth: {l4: 11}", Job).ShouldContain("(4 × 3h)");
        Message("RQ2016", "maxCost: 23", Job).ShouldContain(" in 3h, ");

        string swept =
            Job.Replace("train.py", "train.py ${sweep.a}", StringComparison.Ordinal) + "sweep: {a: [1, 2]}\n";
        Message("RQ2015", "gpuHoursPerMonth: {l4: 23}", swept).ShouldContain("(4 × 3h × 2 jobs)");
        Find("RQ2015", "gpuHoursPerMonth: {l4: 24}", swept).ShouldBeEmpty();
    }

    [Fact]
    public void Other_types_have_other_limits()
    {
        Find("RQ2010", "perJob: {gpus: {a100: 1}}", Job).ShouldBeEmpty();
        Find("RQ2015", "gpuHoursPerMonth: {a100: 1}", Job).ShouldBeEmpty();
        Find("RQ2001", "hard: {gpus: {a100: 0, l4: 8}}", Job).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("hard: {gpus: {a100: 8}}", true)]
    [InlineData("hard: {}", true)]
    [InlineData("hard: {gpus: {\"*\": 3}}", true)]
    [InlineData("hard: {gpus: {\"*\": 4}}", false)]
    [InlineData("hard: {gpus: {\"*\": unlimited}}", false)]
    [InlineData("hard: {gpus: {l4: unlimited, \"*\": 0}}", false)]
    [InlineData("soft: {gpus: {l4: 4}}", false)]
    [InlineData("hard: {gpus: {l4: unlimited}}, soft: {gpus: {\"*\": 0}}", false)]
    public void What_isnt_listed_isnt_allowed_unless_a_default_says_so(string limits, bool isOver) =>
        Find("RQ2001", limits, Job).Length.ShouldBe(isOver ? 1 : 0);

    [Fact]
    public void What_isnt_listed_is_told_with_what_is()
    {
        Message("RQ2001", "hard: {gpus: {a100: 8}}", Job)
            .ShouldStartWith(
                "asks for 4 l4, but no quota of team vision lists `l4`, so it may hold none: take a type it may hold (`a100`), or ask "
            );
    }

    [Fact]
    public void The_finding_stands_at_the_group_that_asks_for_most()
    {
        const string groups =
            "name: train\nentrypoint: a\nworkers:\n- {name: a, replicas: 2, cpu: 9, memory: 9Gi, gpu: l4, gpus: 1}\n- {name: b, replicas: 8, cpu: 8, memory: 8Gi, gpu: l4, gpus: 1}\n- {name: c, replicas: 8, cpu: 8, memory: 8Gi, gpu: l4, gpus: 1}\ntimeout: 1h\n";
        foreach (string code in new[] { "RQ2001", "RQ2003", "RQ2005", "RQ2010", "RQ2011", "RQ2012", "RQ2013" })
        {
            const string limits =
                "hard: {gpus: {l4: 1}, cpu: 1, memory: 1Gi}, perJob: {gpus: {l4: 1}, cpu: 1, memory: 1Gi, workers: 1}";
            Find(code, limits, groups).ShouldHaveSingleItem().Span.Start.Line.ShouldBe(5, code);
        }
    }

    [Theory]
    [InlineData("4Gi", "4.5Gi")]
    [InlineData("100Gi", "100Gi")]
    public void Memory_is_told_as_people_compare_it(string worker, string told)
    {
        string request =
            $"name: train\nentrypoint: a\nhead: {{cpu: 1, memory: 512Mi}}\nworkers: {{replicas: 1, memory: {worker}}}\nsubmissionMode: HTTPMode\n";
        Message("RQ2012", "perJob: {memory: 1Gi}", request).ShouldContain($"asks for {told} of memory");
    }

    [Fact]
    public void A_change_that_gives_back_is_let_through_though_too_much_is_left()
    {
        const string limits = "vision: {hard: {gpus: {l4: 2}}, soft: {gpus: {l4: 1}}}";
        (string, string)[] before = Live("train", Job, 5);
        Of(Change("RQ2001", limits, before, [(RequestPathOf("train"), Job), before[1]])).ShouldNotContain("RQ2001");
        Of(Change("RQ2002", limits, before, [(RequestPathOf("train"), Job), before[1]])).ShouldNotContain("RQ2002");
        Of(Change("RQ2009", limits, before, [(RequestPathOf("train"), Job), before[1]])).ShouldContain("RQ2009");
        // What does not shrink is evaluated.
        (string, string)[] same = Live("train", Job, 4);
        Of(Change("RQ2001", limits, same, [(RequestPathOf("train"), Job), same[1]])).ShouldContain("RQ2001");
        Of(Change("RQ2009", limits, same, [(RequestPathOf("train"), Job), same[1]])).ShouldNotContain("RQ2009");
    }

    [Fact]
    public void A_team_that_asks_for_nothing_is_not_blamed_for_what_it_holds()
    {
        const string limits = "vision: {hard: {gpus: {l4: 2}}}, nlp: {}";
        (string, string)[] before = Live("train", Job, 5);
        (string, string) other = (
            "jobs-requests/nlp/other.yaml",
            "name: other\nentrypoint: a\nworkers: {replicas: 1}\n"
        );
        Of(Change("RQ2001", limits, before, [.. before, other])).ShouldNotContain("RQ2001");
    }

    [Theory]
    [InlineData("RQ2001")]
    [InlineData("RQ2002")]
    public void A_team_without_a_policy_is_held_to_none(string code) =>
        Pointed.Of(code, Change(code, "nlp: {}", [], [(RequestPathOf("train"), Job)])).ShouldBeEmpty();

    [Theory]
    [InlineData(1, "1 in use by live-1)")]
    [InlineData(2, "2 in use by live-1 and live-2)")]
    [InlineData(3, "3 in use by live-1, live-2 and live-3)")]
    [InlineData(4, "4 in use by live-1, live-2, live-3 and 1 more)")]
    [InlineData(9, "9 in use by live-1, live-2, live-3 and 6 more)")]
    public void Who_holds_is_named_up_to_three(int count, string told)
    {
        (string, string)[] live =
        [
            .. Enumerable
                .Range(1, count)
                .SelectMany(i => Live($"live-{i}", Job.Replace("train\n", $"live-{i}\n", StringComparison.Ordinal), 1)),
        ];
        IReadOnlyList<Finding> findings = Change(
            "RQ2001",
            "vision: {hard: {gpus: {l4: 4}}}",
            live,
            [.. live, (RequestPathOf("train"), Job)]
        );
        Finding finding = findings.Where(f => f.Rule.Code == "RQ2001").ShouldHaveSingleItem();
        finding.Message.ShouldContain(told);
        finding.Message.ShouldStartWith("asks for 4 l4, but team vision may hold 4 (");
    }

    [Theory]
    [InlineData(2, "(4 asked by r2 in this change)", 1)]
    [InlineData(4, "(12 asked by r2, r3 and r4 in this change)", 3)]
    [InlineData(5, "(16 asked by r2, r3, r4 and 1 more in this change)", 4)]
    [InlineData(7, "(24 asked by r2, r3, r4 and 3 more in this change)", 5)]
    public void Who_asks_in_the_same_change_is_named_up_to_three_and_shown_up_to_five(int count, string told, int shown)
    {
        (string, string)[] requests =
        [
            .. Enumerable
                .Range(1, count)
                .Select(i => (RequestPathOf($"r{i}"), Job.Replace("train\n", $"r{i}\n", StringComparison.Ordinal))),
        ];
        Finding[] findings =
        [
            .. Change("RQ2001", "vision: {hard: {gpus: {l4: 4}}}", [], requests).Where(f => f.Rule.Code == "RQ2001"),
        ];
        findings.Length.ShouldBe(count);
        Finding first = findings.First(f => f.Span.Source.Path == RequestPathOf("r1"));
        first.Message.ShouldContain(told);
        first.Related.Count.ShouldBe(shown);
        first.Related.ShouldAllBe(r =>
            r.Message == "asks for 4 l4 in the same change" && r.Span.Source.Path != RequestPathOf("r1")
        );
    }

    [Fact]
    public void What_neither_holds_nor_asks_is_left_out()
    {
        (string, string)[] live = Live("idle", "name: idle\nentrypoint: a\nworkers: {replicas: 1}\n", 0);
        (string, string) cpu = (RequestPathOf("cpu"), "name: cpu\nentrypoint: a\nworkers: {replicas: 1}\n");
        Finding finding = Change(
                "RQ2001",
                "vision: {hard: {gpus: {l4: 3}}}",
                live,
                [.. live, cpu, (RequestPathOf("train"), Job)]
            )
            .Where(f => f.Rule.Code == "RQ2001")
            .ShouldHaveSingleItem();
        finding.Message.ShouldStartWith("asks for 4 l4, but team vision may hold 3: lower `gpus`");
        finding.Related.ShouldBeEmpty();
    }

    private static string Message(string code, string limits, string request) =>
        Find(code, limits, request).ShouldHaveSingleItem().Message;

    private static Finding[] Find(string code, string limits, string request) =>
        [.. Lint(code, $"vision: {{{limits}}}", (RequestPathOf("train"), request)).Where(f => f.Rule.Code == code)];

    private static string[] Of(IReadOnlyList<Finding> findings) => [.. findings.Select(f => f.Rule.Code).Distinct()];

    private static IReadOnlyList<Finding> Lint(string code, string teams, params (string, string)[] files) =>
        Repository.Lint(Tree(teams, files), only: code).Findings;

    private static IReadOnlyList<Finding> Change(
        string code,
        string teams,
        (string, string)[] before,
        (string, string)[] after
    ) => Repository.LintChange(Tree(teams, before), Tree(teams, after), only: code).Findings;

    private static MemoryTree Tree(string teams, (string, string)[] files) =>
        Repository.Tree([
            ("policies/platform.yaml", Platform),
            ("policies/quotas.yaml", $"teams: {{{teams}}}\n"),
            .. files,
        ]);

    private static ResourceDemand Plan(string request)
    {
        MemoryTree tree = Tree("vision: {}", [(RequestPathOf("train"), request)]);
        PolicySet policies = PolicyLoader.Load(tree).Policies;
        RequestDocument document = RequestDocument.Read(
            RequestPathOf("train"),
            System.Text.Encoding.UTF8.GetBytes(request)
        );
        return JobPlanner.Plan(document, policies, tree).ShouldNotBeNull().Demand;
    }

    private static string RequestPathOf(string name) => $"jobs-requests/vision/{name}.yaml";

    /// <summary>A request and what was rendered of it when it was merged, holding so many GPUs.</summary>
    private static (string, string)[] Live(string name, string request, int gpus)
    {
        const string body = "kind: RayJob\n";
        string digest = JobHeader.Digest(System.Text.Encoding.UTF8.GetBytes(body));
        return
        [
            (RequestPathOf(name), request + "# as merged\n"),
            (
                $"jobs/vision/{name}.yaml",
                $"# Rendered by Rayquest from {RequestPathOf(name)}; do not edit this file, edit the request.\n"
                    + $"# rayquest: {{\"schema\":1,\"request\":\"ab12\",\"content\":\"{digest}\",\"jobs\":[{{\"name\":\"{name}\",\"timeout\":3600}}],\"holds\":{{\"gpus\":{{{(gpus > 0 ? $"\"l4\":{gpus}" : "")}}},\"cpu\":\"1\",\"memory\":\"1Gi\",\"maxCost\":1}}}}\n"
                    + body
            ),
        ];
    }
}

using System.Collections.Concurrent;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobLint.Context;
using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobLint.Tests;

/// <summary>Requests are evaluated many at a time, and let go of: neither may show in what is found.</summary>
public class RequestBatchTests
{
    /// <summary>The bad examples of all rules that look at a request, as many requests of one repository.</summary>
    private static readonly MemoryTree Bad = Repository.Tree(
        RuleCatalog
            .All.Where(r => r.Bad is { Kind: ExampleKind.Request })
            .Select((r, i) => ($"jobs-requests/{(i % 3 == 0 ? "vision" : "nlp")}/bad-{i}.yaml", r.Bad!.Text))
            .Append(("jobs-requests/vision/sound.yaml", "name: sound\nentrypoint: python train.py\ntimeout: 1h\n"))
    );

    private static LintResult Lint(
        IRepositoryTree tree,
        int threads = 1,
        bool keeps = true,
        EvaluatedRequests? evaluated = null
    ) =>
        Linter.Run(
            new LintInput
            {
                Tree = tree,
                Policies = PolicyLoader.Load(tree),
                Parallelism = threads,
                KeepsRequests = keeps,
                Linted = evaluated is null ? null : evaluated.Add,
            }
        );

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(2, false)]
    [InlineData(7, false)]
    public void The_findings_are_the_same_however_they_are_judged(int threads, bool keeps)
    {
        LintResult wanted = Lint(Bad);
        wanted.Findings.Count.ShouldBeGreaterThan(100);
        LintResult found = Lint(Bad, threads, keeps);
        Repository.Print(found.Findings).ShouldBe(Repository.Print(wanted.Findings));
        found.Files.ShouldBe(wanted.Files);
        found.Requests.Select(r => r.Document.Path).ShouldBe(wanted.Requests.Select(r => r.Document.Path));
    }

    [Fact]
    public void Rules_over_the_change_find_the_same_in_requests_that_were_let_go()
    {
        RuleInfo[] rules = [.. RuleCatalog.All.Where(r => r.Bad is { Kind: ExampleKind.Repository })];
        rules.ShouldNotBeEmpty();
        foreach (RuleInfo rule in rules)
        {
            MemoryTree tree = Repository.TreeOf(rule.Bad!);
            Repository
                .Print(Lint(tree, keeps: false).Findings)
                .ShouldBe(Repository.Print(Lint(tree).Findings), rule.Code);
        }
    }

    [Fact]
    public void What_was_let_go_is_made_again_when_asked_for()
    {
        MemoryTree tree = Repository.Vision(
            "name: train\nentrypoint: python train.py\nworkers: {replicas: 2, gpu: a100, gpus: 1}\ntimeout: 1h\n"
        );
        RequestContext kept = Lint(tree).Requests.ShouldHaveSingleItem();
        RequestContext released = Lint(tree, keeps: false).Requests.ShouldHaveSingleItem();
        released.Outline!.Objects.ShouldBe(kept.Outline!.Objects);
        released.Outline.Demand.ToString().ShouldBe(kept.Plan!.Demand.ToString());
        released.Plan!.Digest.ShouldBe(kept.Plan.Digest);
        released.Plan.Jobs[0].ObjectName.ShouldBe(kept.Plan.Jobs[0].ObjectName);
        released
            .Groups.Select(g => (g.Name.Value, g.GpuName, g.GpusPerPod))
            .ShouldBe(kept.Groups.Select(g => (g.Name.Value, g.GpuName, g.GpusPerPod)));
        released.Image.ShouldBe(kept.Image);
        released.Anchor.Span.ShouldBe(kept.Anchor.Span);
    }

    [Fact]
    public void Every_request_is_told_once_with_whether_it_has_an_error()
    {
        EvaluatedRequests evaluated = new();
        LintResult result = Lint(Bad, threads: 3, keeps: false, evaluated);
        evaluated.Seen.Keys.Order(StringComparer.Ordinal).ShouldBe(result.Requests.Select(r => r.Document.Path));
        evaluated.Times.ShouldBe(result.Requests.Count);
        HashSet<string> faulty =
        [
            .. result.Findings.Where(f => f.Severity == Severity.Error).Select(f => f.Span.Source.Path),
        ];
        foreach ((string path, bool hasErrors) in evaluated.Seen)
        {
            // A rule over the change may still find one; what the request's own rules found is an error of the run too.
            (!hasErrors || faulty.Contains(path)).ShouldBeTrue(path);
        }

        evaluated.Seen.Values.ShouldContain(true);
        evaluated.Seen.Values.ShouldContain(false);
    }

    [Theory]
    [InlineData("error", true)]
    [InlineData("warning", false)]
    [InlineData("off", false)]
    public void Whether_it_is_an_error_is_as_the_policy_says(string severity, bool isError)
    {
        // Named otherwise than its file, and nothing else.
        const string request = "name: train\nentrypoint: python train.py\ntimeout: 1h\n";
        EvaluatedRequests evaluated = new();
        Lint(
            Repository.Tree(
                ("jobs-requests/vision/other.yaml", request),
                ("policies/rules.yaml", $"severity: {{RQ1001: {severity}}}\n")
            ),
            evaluated: evaluated
        );
        evaluated.Seen.Values.ShouldBe([isError]);
    }

    private sealed class EvaluatedRequests
    {
        private int times;

        public ConcurrentDictionary<string, bool> Seen { get; } = new(StringComparer.Ordinal);

        public int Times => times;

        public void Add(IReadOnlyList<(RequestContext Request, bool HasErrors)> requests)
        {
            foreach ((RequestContext request, bool hasErrors) in requests)
            {
                Interlocked.Increment(ref times);
                Seen[request.Document.Path] = hasErrors;
                request.Plan?.Document.ShouldBeSameAs(request.Document);
            }
        }
    }
}

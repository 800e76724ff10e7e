using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Rayquest.JobLint.Quotas;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Text;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Tests.Markdown;
using Rayquest.JobReport.Tests.Preview;

namespace Rayquest.JobReport.Tests.Comment;

public sealed class ReviewCommentTests
{
    private static readonly CommentContext Place = new(
        "https://github.com/acme/ray-jobs",
        Change.Head,
        new string('b', 40),
        "https://github.com/acme/ray-jobs/actions/runs/1",
        Route: RenderRoute.OnBranch
    );

    private static ChangeEvaluation One() => new Change().Live("vision", "old", 2).Ask("vision", "resnet", 4).Preview();

    private static ChangeEvaluation Approval() =>
        new Change()
            .Live("vision", "nightly", 6)
            .Live("vision", "old", 1)
            .Ask("vision", "old", 4)
            .Says("alice", ApprovalAction.Approve)
            .Says("carol", ApprovalAction.Unclear, "")
            .Preview();

    private static ChangeEvaluation Findings(int count)
    {
        ChangeEvaluation preview = new Change().Ask("vision", "resnet", 4).Preview();
        RuleInfo rule = SyntaxRules.BadValue;
        SourceText source = new(
            "jobs-requests/vision/resnet.yaml",
            string.Concat(Enumerable.Range(0, count).Select(i => $"key{i}: value\n"))
        );
        return Altered(
            preview,
            a =>
                a with
                {
                    Findings =
                    [
                        .. Enumerable
                            .Range(0, count)
                            .Select(i => new Finding(
                                rule,
                                i % 3 == 0 ? Severity.Warning : Severity.Error,
                                new SourceSpan(
                                    source,
                                    new TextSpan(source.OffsetOfLine(i + 1), source.OffsetOfLine(i + 1) + 3)
                                ),
                                $"`key{i}` is not a number of replicas: a whole number from 0 to 10000, or `{{min: 1, max: 8}}` for autoscaling; the value was `value`"
                            )),
                    ],
                }
        ) with
        {
            Verdict = Rayquest.JobReport.Evaluation.Verdict.Blocked,
        };
    }

    private static ChangeEvaluation Jobs(int count)
    {
        Change change = new();
        for (int i = 0; i < count; i++)
        {
            change.Put(
                string.Create(CultureInfo.InvariantCulture, $"jobs-requests/vision/job-{i:000}.yaml"),
                Change
                    .Request(string.Create(CultureInfo.InvariantCulture, $"job-{i:000}"), 1)
                    .Replace(", gpu: a100, gpus: 1", "", StringComparison.Ordinal)
            );
        }

        return change.Preview();
    }

    [Fact]
    public void One_job() => Golden("one-job", ReviewComment.Write(One(), Place).ToString());

    [Fact]
    public void What_pods_have_of_their_own_is_shown()
    {
        string request = Change
            .Request("resnet", 1)
            .Replace("gpus: 1", "gpus: 1, image: other", StringComparison.Ordinal);
        string text = ReviewComment
            .Write(
                new Change().Put("jobs-requests/vision/resnet.yaml", request + "head: {image: other}\n").Preview(),
                Place
            )
            .ToString();
        text.ShouldContain("head, `other`; ");
        text.ShouldContain("Gi, `other` |");
    }

    [Fact]
    public void A_replacement_that_needs_approval() =>
        Golden("needs-approval", ReviewComment.Write(Approval(), Place).ToString());

    [Fact]
    public void A_blocked_request_in_Chinese() =>
        Golden(
            "blocked-zh",
            ReviewComment
                .Write(new Change("zh-CN").Live("vision", "old", 8).Ask("vision", "big", 12).Preview(), Place)
                .ToString()
        );

    /// <summary>A team is told in its own language; where teams differ, in the platform's.</summary>
    [Theory]
    [InlineData("vision", "", "可以合并")]
    [InlineData("nlp", "", "Ready to merge")]
    [InlineData("vision", "nlp", "Ready to merge")]
    public void A_team_is_told_in_its_language(string team, string other, string expected)
    {
        Change change = new Change()
            .Live(
                "policies/quotas.yaml",
                Change.Quotas.Replace("  vision:\n", "  vision:\n    language: zh-CN\n", StringComparison.Ordinal)
                    + "\n"
            )
            .Ask(team, "small", 2);
        if (other.Length > 0)
        {
            change.Ask(other, "small-too", 2);
        }

        ReviewComment.Write(change.Preview(), Place).ToString().ShouldContain(expected);
    }

    [Fact]
    public void Another_was_merged_first() =>
        Golden(
            "overtaken",
            ReviewComment
                .Write(
                    new Change()
                        .Live("vision", "nightly", 4)
                        .LiveSince("vision", "resnet", 6)
                        .Ask("vision", "llm", 8)
                        .Preview(),
                    Place
                )
                .ToString()
        );

    [Fact]
    public void Taken_out_of_the_queue_in_Chinese() =>
        Golden(
            "queue-zh",
            ReviewComment
                .Write(
                    new Change("zh-CN").Live("vision", "old", 8).Ask("vision", "big", 12).Preview(),
                    Place with
                    {
                        At = EvaluationStage.MergeQueue,
                    }
                )
                .ToString()
        );

    [Fact]
    public void A_thousand_findings() =>
        Golden("thousand-findings", ReviewComment.Write(Findings(1000), Place).ToString());

    [Fact]
    public void Five_hundred_jobs() => Golden("five-hundred-jobs", ReviewComment.Write(Jobs(500), Place).ToString());

    [Fact]
    public void The_same_preview_gives_the_same_text() =>
        ReviewComment.Write(Approval(), Place).ToString().ShouldBe(ReviewComment.Write(Approval(), Place).ToString());

    [Fact]
    public void It_fits_whatever_comes()
    {
        string huge = new('x', 200_000);
        ChangeEvaluation preview = Altered(
            Findings(5000),
            a => a with { Manifests = [new ManifestDiff("jobs/vision/x.yaml", null, Encoding.UTF8.GetBytes(huge))] }
        );
        ReviewComment.Write(preview, Place).Length.ShouldBeLessThanOrEqualTo(ReviewComment.Limit);
        string chinese = ReviewComment
            .Write(
                Altered(
                    preview,
                    a =>
                        a with
                        {
                            Findings = [.. a.Findings.Select(f => f with { Text = new string('学', 600) })],
                            Policies = new Change("zh-CN").Preview().Assessment.Policies,
                        }
                ),
                Place
            )
            .ToString();
        Encoding.UTF8.GetByteCount(chinese).ShouldBeInRange(20_000, ReviewComment.ByteLimit);
        ReviewComment.Write(preview, Place, 3000).Length.ShouldBeLessThanOrEqualTo(3000);
        ReviewComment
            .Write(preview, Place, ReviewComment.SummaryLimit)
            .Length.ShouldBeLessThanOrEqualTo(ReviewComment.SummaryLimit);
    }

    [Fact]
    public void A_status_fits_and_holds_nothing_of_the_authors()
    {
        foreach (ChangeEvaluation preview in new[] { One(), Approval(), Findings(10), Jobs(500) })
        {
            ReviewComment.Headline(preview).Length.ShouldBeLessThanOrEqualTo(140);
        }
    }

    [Fact]
    public void Hostile_text_in_every_field_stays_text()
    {
        List<string> faults = [];
        foreach (string hostile in HostileText.All.Where(h => h.Length < 100_000))
        {
            ChangeEvaluation preview = Approval();
            SourceText source = new($"jobs-requests/vision/{hostile}.yaml", "a\n");
            preview = Altered(
                preview,
                a =>
                    a with
                    {
                        Findings =
                        [
                            new Finding(
                                SyntaxRules.BadValue,
                                Severity.Error,
                                new SourceSpan(source, new TextSpan(0, 1)),
                                hostile
                            )
                            {
                                Fix = new Fix(hostile, FixSafety.Safe, []),
                            },
                        ],
                        Jobs = [a.Jobs[0] with { Name = hostile, Replaces = hostile, Request = hostile }],
                        Quota =
                        [
                            .. a.Quota.Select(q =>
                                q with
                                {
                                    Team = hostile,
                                    Resource = hostile,
                                    Consumers = [new QuotaConsumer(hostile, q.Asked)],
                                }
                            ),
                        ],
                        GpuHours = [new GpuHoursRow(hostile, hostile, 1, 2, 3)],
                        Manifests =
                        [
                            new ManifestDiff($"jobs/{hostile}.yaml", null, Encoding.UTF8.GetBytes(hostile + "\n")),
                        ],
                    }
            ) with
            {
                Reasons =
                [
                    .. preview.Reasons.Select(r => r with { Team = hostile, Resource = hostile, People = [hostile] }),
                ],
                Approvals = new ApprovalState(
                    [new TeamApproval(hostile, [hostile], [], [])],
                    [new IgnoredApproval(hostile, IgnoredReason.NotApprover)]
                ),
            };
            AngleSharp.Dom.IDocument document = GitHubReading.Read(ReviewComment.Write(preview, Place).ToString());
            IReadOnlyList<string> meanings = GitHubReading.Meanings(
                document,
                "H3",
                "H4",
                "A",
                "UL",
                "LI",
                "SUB",
                "STRONG"
            );
            faults.AddRange(
                meanings
                    .Where(m => !m.StartsWith("<!--", StringComparison.Ordinal))
                    .Select(m => $"{(hostile.Length > 60 ? hostile[..60] : hostile)} became {m}")
            );
            faults.AddRange(
                document
                    .QuerySelectorAll("a")
                    .Select(a => a.GetAttribute("href") ?? "")
                    .Where(a => !a.StartsWith("https://github.com/acme/ray-jobs/", StringComparison.Ordinal))
            );
            if (
                document.QuerySelectorAll("h3").Length != 1
                || document.QuerySelectorAll("h4").Length != 4
                || document.QuerySelectorAll("table").Length != 3
            )
            {
                faults.Add($"{hostile} changed the outline");
            }
        }

        faults.Take(20).ShouldBeEmpty();
    }

    private static void Golden(string name, string text, [CallerFilePath] string file = "")
    {
        text.Length.ShouldBeLessThanOrEqualTo(ReviewComment.Limit);
        Encoding.UTF8.GetByteCount(text).ShouldBeLessThanOrEqualTo(ReviewComment.ByteLimit);
        string path = Path.Combine(Path.GetDirectoryName(file)!, "cases", name, "expected.comment.md");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Environment.GetEnvironmentVariable("CI").ShouldBeNull();
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        text.ShouldBe(File.ReadAllText(path));
    }

    private static ChangeEvaluation Altered(ChangeEvaluation evaluation, Func<Assessment, Assessment> alter) =>
        evaluation with
        {
            Assessment = alter(evaluation.Assessment),
        };
}

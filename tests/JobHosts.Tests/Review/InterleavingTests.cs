using System.Globalization;
using Rayquest.JobHosts.Review;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.JobHosts.Tests.Review;

/// <summary>
/// Evaluations of one pull request that overlap, without a clock in it: at a call of the one, the whole other runs. Each
/// must end with one comment, one check run that counts, one review of suggestions, and the verdict of what is so now.
/// </summary>
public sealed class InterleavingTests
{
    // No evaluation makes more calls than this.
    private const int MostCalls = 12;

    private static readonly bool IsFull = Environment.GetEnvironmentVariable("RAYQUEST_FULL_MATRIX") == "1";

    // Where the second evaluation is itself overtaken by a third, so many calls after it began.
    private static readonly int[] Later = IsFull ? [2, 5, 8] : [4];

    public static TheoryData<string, int> MomentsOfThree => Moments(IsFull ? ["pass", "blocked"] : ["blocked"]);

    [Fact]
    public async Task An_approval_that_arrives_while_it_is_judged_is_not_overwritten()
    {
        int calls = int.MaxValue;
        for (int call = 1; call <= calls; call++)
        {
            calls = await ApproveAt(call);
        }

        calls.ShouldBeInRange(8, MostCalls);
    }

    private static async Task<int> ApproveAt(int call)
    {
        using ReviewFixture fixture = new(open: false);
        fixture.Ask("large", 12);
        await fixture.Review();
        // Something to write, so that the slow evaluation doesn't end before it has begun.
        fixture.GitHub.Review(fixture.Mallory, 1, "APPROVED");
        bool approved = false;
        Interrupt(
            fixture,
            call,
            () =>
            {
                approved = true;
                fixture.GitHub.Review(fixture.Bob, 1, "APPROVED");
                fixture.Review().Wait();
            }
        );
        await fixture.Review();
        if (!approved)
        {
            return call - 1; // The evaluation made fewer calls.
        }

        fixture
            .GitHub.Statuses.Last(s => s.Sha == fixture.Head())
            .State.ShouldBe("success", fixture.GitHub.Conversation());
        fixture.GitHub.LabelsOf(1).ShouldBe(["rayquest/pass"]);
        fixture.BotComment().ShouldContain("`bob` approved");
        ShouldBeThereOnce(fixture);
        (await fixture.Review()).Written.ShouldBeEmpty();
        return int.MaxValue;
    }

    [Fact]
    public async Task A_push_while_it_is_judged_never_gets_the_verdict_of_what_was_before()
    {
        int tried = 0;
        for (int call = 1; call <= MostCalls; call++)
        {
            using ReviewFixture fixture = new();
            string? pushed = null;
            Interrupt(
                fixture,
                call,
                () =>
                {
                    fixture.Push("resnet", ("jobs-requests/vision/resnet.yaml", ReviewFixture.Request("resnet", 40)));
                    pushed = fixture.Head();
                }
            );
            await fixture.Review();
            if (pushed is null)
            {
                continue; // The evaluation made fewer calls.
            }

            tried++;
            fixture
                .GitHub.Statuses.Where(s => s.Sha == pushed)
                .ShouldAllBe(s => s.State == "failure", fixture.GitHub.Conversation());
            await fixture.Review();
            fixture.Head().ShouldBe(pushed, "nothing is committed on top of what is blocked");
            fixture.GitHub.Statuses.Last(s => s.Sha == pushed).State.ShouldBe("failure");
            fixture.GitHub.LabelsOf(1).ShouldBe(["rayquest/blocked"]);
            ShouldBeThereOnce(fixture);
        }

        tried.ShouldBeGreaterThan(7);
    }

    [Fact]
    public async Task After_a_withdrawal_was_evaluated_no_slower_evaluation_makes_it_green_again()
    {
        (int tried, int late) = (0, 0);
        for (int call = 1; call <= MostCalls; call++)
        {
            using ReviewFixture fixture = new(open: false);
            fixture.Ask("large", 12);
            await fixture.Review();
            fixture.GitHub.Review(fixture.Bob, 1, "APPROVED");
            int known = -1;
            Interrupt(
                fixture,
                call,
                () =>
                {
                    fixture.GitHub.Comment(fixture.Bob, 1, "/revoke-quota");
                    fixture.Review().Wait();
                    known = fixture.GitHub.Statuses.Count;
                }
            );
            await fixture.Review();
            if (known < 0)
            {
                continue; // The evaluation made fewer calls.
            }

            tried++;
            // At the very call that puts it nothing can stop it; then the same evaluation takes it back by the next.
            string[] after = [.. fixture.GitHub.Statuses.Skip(known).Select(s => s.State)];
            late += after.Count(s => s == "success");
            string.Concat(after.Select(s => s[0]))
                .ShouldMatch("^(sp)?p*$", $"call {call}: {string.Join(' ', after)}\n{fixture.GitHub.Conversation()}");
            fixture.GitHub.Statuses.Last(s => s.Sha == fixture.Head()).State.ShouldBe("pending");
        }

        tried.ShouldBeGreaterThan(8);
        late.ShouldBe(1);
    }

    [Fact]
    public async Task A_head_that_was_replaced_while_it_was_evaluated_is_not_left_green()
    {
        int tried = 0;
        for (int call = 1; call <= MostCalls; call++)
        {
            using ReviewFixture fixture = new();
            string? before = null;
            Interrupt(
                fixture,
                call,
                () =>
                {
                    before = fixture.Head();
                    fixture.Push("resnet", ("jobs-requests/vision/resnet.yaml", ReviewFixture.Request("resnet", 6)));
                    fixture.Review().Wait();
                }
            );
            await fixture.Review();
            if (before is null)
            {
                continue; // The evaluation made fewer calls.
            }

            tried++;
            fixture.Head().ShouldNotBe(before);
            (fixture.GitHub.Statuses.LastOrDefault(s => s.Sha == before)?.State).ShouldNotBe(
                "success",
                $"call {call}\n{fixture.GitHub.Conversation()}"
            );
        }

        tried.ShouldBeGreaterThan(7);
    }

    [Theory]
    [MemberData(nameof(MomentsOfThree))]
    public async Task Three_at_once_leave_one_of_everything(string name, int call)
    {
        foreach (int later in Later)
        {
            using ReviewFixture fixture = new(open: false);
            fixture.Ask(name, 4, name == "blocked" ? "replica: 1\n" : "");
            fixture.GitHub.ForgetCalls();
            Interrupt(fixture, call + later, () => fixture.Review().Wait());
            Interrupt(fixture, call, () => fixture.Review().Wait());
            ReviewOutcome outcome = await fixture.Review();

            outcome.Preview!.Verdict.ShouldBe(name == "pass" ? Verdict.Pass : Verdict.Blocked);
            ShouldBeThereOnce(fixture);
            (await fixture.Review()).Written.ShouldBeEmpty(
                string.Create(CultureInfo.InvariantCulture, $"{name}, calls {call} and {call + later}")
            );
        }
    }

    [Fact]
    public async Task What_was_made_twice_says_that_it_is_superseded()
    {
        using ReviewFixture fixture = new(open: false);
        fixture.Ask("resnet", 4, "replica: 1\n");
        fixture.GitHub.Before(
            c => c.Method == "POST" && c.Path.EndsWith("/check-runs", StringComparison.Ordinal),
            () => fixture.Review().Wait()
        );
        await fixture.Review();

        ShouldBeThereOnce(fixture);
        EmulatedCheckRun surplus = fixture.GitHub.CheckRuns.MaxBy(r => r.Id)!;
        (surplus.Name, surplus.Status, surplus.Conclusion).ShouldBe(
            ("rayquest review (superseded)", "completed", "skipped")
        );
    }

    private static TheoryData<string, int> Moments(string[] stories)
    {
        TheoryData<string, int> moments = [];
        foreach (string name in stories)
        {
            for (int call = 1; call <= MostCalls; call++)
            {
                moments.Add(name, call);
            }
        }

        return moments;
    }

    private static void Interrupt(ReviewFixture fixture, int call, Action act)
    {
        int start = fixture.GitHub.Calls.Count;
        fixture.GitHub.Before(c => c.Number == start + call, act);
    }

    private static void ShouldBeThereOnce(ReviewFixture fixture)
    {
        fixture.GitHub.HookFailure.ShouldBeNull();
        fixture.GitHub.Comments.Count(c => c.Author == fixture.GitHub.Bot).ShouldBe(1, fixture.GitHub.Conversation());
        fixture
            .GitHub.CheckRuns.GroupBy(r => (r.HeadSha, r.Name))
            .Where(g => g.Key.Name == "rayquest review")
            .ShouldAllBe(g => g.Count() == 1 && g.All(r => r.Status == "completed"), fixture.GitHub.Conversation());
        fixture.GitHub.CheckRuns.ShouldContain(r => r.HeadSha == fixture.Head() && r.Name == "rayquest review");
        EmulatedPull pull = fixture.GitHub.Pull(1);
        pull.Reviews.Count(r => r.Body.Contains("rayquest:suggestions", StringComparison.Ordinal))
            .ShouldBeLessThanOrEqualTo(1);
        pull.ReviewComments.Select(c => (c.Path, c.Line)).ShouldBeUnique();
    }
}

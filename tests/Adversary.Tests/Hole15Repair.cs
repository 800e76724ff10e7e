using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.Review;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.Adversary.Tests;

/// <summary>What stands under <c>jobs/</c> on main without a request behind it, or isn't there although it should be.</summary>
[Hole(15)]
public sealed class Hole15Repair : IDisposable
{
    private const string Job = "jobs/vision/one.yaml";
    private readonly Stage stage = new();

    public void Dispose() => stage.Dispose();

    [Fact]
    public async Task An_edited_manifest_is_put_back_byte_for_byte_and_a_smuggled_one_removed()
    {
        stage.Fixture.Ask("one", 4);
        await stage.Land(1);
        string merged = stage.OnMain(Job)!;
        ObjectId before = stage.Main;
        stage.GitHub.Push(
            stage.Fixture.Mallory,
            "main",
            "Nothing to see",
            ReviewFixture.Files(
                (Job, merged.Replace("a100", "h100", StringComparison.Ordinal)),
                ("jobs/vision/evil.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: evil}\n")
            )
        );
        ReviewOutcome outcome = await stage.Repair(before);
        stage.OnMain(Job).ShouldBe(merged);
        stage.OnMain("jobs/vision/evil.yaml").ShouldBeNull();
        outcome.Written.ShouldContain("put right jobs/vision/evil.yaml");
        (await stage.Repair(before)).Commit.ShouldBeNull("a second run finds nothing to do");
    }

    [Fact]
    public async Task An_edited_manifest_with_a_header_that_fits_it_is_put_back_too()
    {
        stage.Fixture.Ask("one", 4);
        await stage.Land(1);
        string merged = stage.OnMain(Job)!;
        ObjectId before = stage.Main;
        stage.GitHub.Push(stage.Fixture.Mallory, "main", "Nothing to see", ReviewFixture.Files((Job, Forged(merged))));
        await stage.Repair(before);
        stage.OnMain(Job).ShouldBe(merged);
    }

    [Fact]
    public async Task One_that_is_over_the_limit_keeps_no_innocent_one_from_running()
    {
        Fork("alice", "big", 12);
        Fork("mallory", "huge", 12);
        Fork("carol", "tiny", 1);
        ObjectId before = stage.Main;
        foreach (int pull in new[] { 1, 2, 3 })
        {
            stage.GitHub.Succeed(stage.Fixture.Head(pull), "rayquest");
            stage.GitHub.Review(stage.Fixture.Bob, pull, "APPROVED");
            stage.GitHub.Merge(stage.Fixture.Bob, pull);
        }

        ReviewOutcome outcome = await stage.Repair(before);
        stage.OnMain("jobs/vision/big.yaml").ShouldNotBeNull();
        stage.OnMain("jobs/vision/tiny.yaml").ShouldNotBeNull();
        stage.OnMain("jobs/vision/huge.yaml").ShouldBeNull("24 of 16");
        outcome.Written.ShouldContain("withheld jobs-requests/vision/huge.yaml");
        stage.Held().ShouldBeLessThanOrEqualTo(16);
    }

    [Fact]
    public async Task What_nobody_approved_is_not_rendered_at_the_merge()
    {
        Fork("mallory", "big", 12);
        ObjectId before = stage.Main;
        stage.GitHub.Succeed(stage.Fixture.Head(1), "rayquest");
        stage.GitHub.Merge(stage.Fixture.Bob, 1);
        await stage.Repair(before);
        stage.OnMain("jobs/vision/big.yaml").ShouldBeNull();
        await stage.Repair(stage.Main);
        stage
            .OnMain("jobs/vision/big.yaml")
            .ShouldBeNull("the hourly run knows no push, and nobody has approved it since");

        stage.GitHub.Review(stage.Fixture.Bob, 1, "APPROVED");
        await stage.Repair(stage.Main);
        stage.OnMain("jobs/vision/big.yaml").ShouldNotBeNull("approved since, and any later run renders it");
    }

    [Fact]
    public async Task An_edit_that_nobody_approved_is_not_rendered_at_the_merge()
    {
        stage.Fixture.Ask("one", 4);
        await stage.Land(1);
        string merged = stage.OnMain(Job)!;
        Fork("mallory", "one", 12);
        ObjectId before = stage.Main;
        stage.GitHub.Succeed(stage.Fixture.Head(2), "rayquest");
        stage.GitHub.Merge(stage.Fixture.Bob, 2);
        await stage.Repair(before);
        stage.OnMain(Job).ShouldBe(merged, "12 are more than the soft limit");
        await stage.Repair(stage.Main);
        stage.OnMain(Job).ShouldBe(merged, "and nobody has approved them since");
    }

    private void Fork(string login, string name, int gpus)
    {
        EmulatedUser user = stage.GitHub.AddUser(login);
        stage.GitHub.PushToFork(
            user,
            name,
            "Ask",
            ReviewFixture.Files(($"jobs-requests/vision/{name}.yaml", ReviewFixture.Request(name, gpus)))
        );
        stage.GitHub.OpenPull(user, $"{login}:{name}", $"Run {name}");
    }

    // Forges the digest of the content as well.
    private static string Forged(string merged)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(merged);
        JobModel.Plans.JobHeader header = JobModel.Plans.JobHeader.Read(bytes, out int body)!;
        string edited = System
            .Text.Encoding.UTF8.GetString(bytes.AsSpan(body))
            .Replace("replicas: 4", "replicas: 64", StringComparison.Ordinal);
        string digest = JobModel.Plans.JobHeader.Digest(System.Text.Encoding.UTF8.GetBytes(edited));
        return System
                .Text.Encoding.UTF8.GetString(bytes.AsSpan(0, body))
                .Replace(header.ContentDigest, digest, StringComparison.Ordinal) + edited;
    }
}

using System.Globalization;
using Rayquest.JobHosts.Git;

namespace Rayquest.Adversary.Tests;

/// <summary>A pull request stays green although a merge took the GPUs it needs.</summary>
[Hole(8)]
public sealed class Hole08StaleGreens : IDisposable
{
    private readonly Stage stage = new();

    public void Dispose() => stage.Dispose();

    [Fact]
    public async Task Without_its_label_it_is_found_all_the_same()
    {
        stage.Fixture.Ask("one", 8);
        stage.Fixture.Ask("two", 8);
        await stage.Review(1);
        await stage.Review(2);
        stage.GitHub.SetLabels(2);
        ObjectId before = stage.Main;
        stage.GitHub.Merge(stage.Fixture.Bob, 1);
        await stage.Merged(before);
        stage.StatusOf(stage.Fixture.Head(2)).ShouldNotBe("success");
    }

    [Fact]
    public async Task Beyond_those_that_one_run_evaluates_nobody_stays_green()
    {
        const int evaluated = 3;
        const int others = evaluated + 4;
        using Stage few = new() { MaxReevaluated = evaluated };
        few.Fixture.Ask("first", 8);
        await few.Review(1);
        for (int i = 2; i < others + 2; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"job-{i:00}");
            few.Fixture.Ask(name, 4);
            few.GitHub.Succeed(few.Fixture.Head(i), "rayquest");
        }

        ObjectId before = few.Main;
        few.GitHub.Merge(few.Fixture.Bob, 1);
        (await few.Merged(before)).Count.ShouldBe(evaluated);
        Enumerable.Range(2, others).Count(i => few.StatusOf(few.Fixture.Head(i)) == "success").ShouldBe(0);
    }

    [Fact]
    public async Task What_a_run_that_never_started_has_left_is_done_by_the_next()
    {
        stage.Fixture.Ask("one", 8);
        stage.Fixture.Ask("two", 8);
        stage.Fixture.Ask("note", 0);
        await stage.Review(1);
        await stage.Review(2);
        stage.GitHub.Merge(stage.Fixture.Bob, 1);
        // The run of that push is lost; another push comes, about something else.
        ObjectId before = stage.GitHub.Push(
            stage.Fixture.Bob,
            "main",
            "A note",
            ReviewFixture.Files(("README.md", "# more\n"))
        );
        await stage.Merged(before);
        stage.StatusOf(stage.Fixture.Head(2)).ShouldNotBe("success");
    }
}

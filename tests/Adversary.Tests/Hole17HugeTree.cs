using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.Review;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests;

/// <summary>A few small tree objects name a hundred million paths.</summary>
[Hole(17)]
public sealed class Hole17HugeTree : IDisposable
{
    private readonly Stage stage = new();

    public void Dispose() => stage.Dispose();

    [Fact]
    public async Task It_is_blocked_by_itself_and_nobody_else_is()
    {
        GitRepository git = stage.GitHub.Git;
        ObjectId bomb = git.Bomb(stage.Main, "jobs-requests/vision", levels: 8, width: 10);
        git.UpdateReference("refs/heads/bomb", bomb, null);
        stage.GitHub.OpenPull(stage.Fixture.Mallory, "bomb", "Run it");
        stage.Fixture.Ask("one", 4);
        ReviewOutcome other = await stage.Review(2);
        other.Preview!.Verdict.ShouldBe(Verdict.Pass);
        stage.StatusOf(stage.Fixture.Head(2)).ShouldBe("success");

        ReviewOutcome own = await stage.Review(1);
        own.Preview!.Verdict.ShouldBe(Verdict.Blocked);
        own.Preview.Reasons.ShouldContain(r => r.Kind == ReasonKind.Unreadable);
        stage.StatusOf(stage.Fixture.Head(1)).ShouldBe("failure");
        ObjectId before = stage.Main;
        stage.GitHub.Merge(stage.Fixture.Bob, 2);
        await stage.Merged(before);
    }
}

/// <summary>Trees within trees.</summary>
internal static class TreeBomb
{
    /// <summary>A commit whose tree has <paramref name="width"/> to the power of <paramref name="levels"/> files below a folder.</summary>
    public static ObjectId Bomb(this GitRepository git, ObjectId parent, string folder, int levels, int width)
    {
        ObjectId leaf = git.WriteBlobs(["x"u8.ToArray()])[0];
        // Each level is a tree that names the level below it many times.
        ObjectId tree = git.WriteTree(
            null,
            [.. Enumerable.Range(0, width).Select(i => ($"f{i}", EntryMode.Regular, (ObjectId?)leaf))]
        );
        for (int level = 1; level < levels; level++)
        {
            tree = Folder(git, Enumerable.Range(0, width).Select(i => $"d{i}"), tree);
        }

        Signature mallory = new("mallory", "mallory@users.noreply.example.com", DateTimeOffset.UnixEpoch);
        foreach (string name in folder.Split('/').Reverse())
        {
            tree = Folder(git, [name], tree);
        }

        return git.WriteCommit(tree, [parent], mallory, mallory, "Ask for everything");
    }

    private static ObjectId Folder(GitRepository git, IEnumerable<string> names, ObjectId tree)
    {
        string lines = string.Concat(names.Select(name => $"040000 tree {tree}\t{name}\n"));
        return ObjectId.Parse(
            new GitProgram(git.GitDirectory, GitOptions.Default)
                .Run(["mktree"], System.Text.Encoding.UTF8.GetBytes(lines))
                .Text.TrimEnd('\n')
        );
    }
}

using System.Text;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.Processes;

namespace Rayquest.JobHosts.Tests.Git;

/// <summary>A tree made of another one and a change is the tree that Git lists.</summary>
public sealed class CommitTreeTests : IDisposable
{
    private static readonly Signature Alice = new("Alice", "a@example.com", DateTimeOffset.UnixEpoch);

    // Files in folders' places, links, and what lies outside of our folders, too.
    private static readonly string[] Paths =
    [
        "jobs",
        "jobs/a",
        "jobs/a/one.yaml",
        "jobs/b/two.yaml",
        "jobs/é/three.yaml",
        "jobs-requests/a/one.yaml",
        "jobs-requests/a/two.yaml",
        "jobs-requests/z",
        "policies",
        "policies/quotas.yaml",
        "other/file",
        "README.md",
    ];

    private readonly TemporaryFolder folder = new();
    private readonly GitRepository repository;

    public CommitTreeTests() => repository = GitRepository.InitBare(folder.Child("origin"));

    public void Dispose()
    {
        repository.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_change_makes_the_tree_that_Git_lists()
    {
        Random random = new(20261201);
        IReadOnlyList<ObjectId> contents = repository.WriteBlobs([.. "one two three".Split(' ').Select(Bytes)]);
        List<ObjectId> commits = [];
        for (int i = 0; i < 40; i++)
        {
            commits.Add(RandomCommit(random, contents));
        }

        int overlaid = 0;
        for (int i = 0; i < 150; i++)
        {
            ObjectId from = commits[random.Next(commits.Count)];
            ObjectId to = commits[random.Next(commits.Count)];
            CommitTree before = new(repository, from);
            before.Prefetch(before.List("").Select(e => e.Path));

            CommitTree after = before.After(to, repository.Diff(from, to));

            Shown(after).ShouldBe(Shown(new CommitTree(repository, to)), $"{from} to {to}");
            Shown(before).ShouldBe(Shown(new CommitTree(repository, from)));
            overlaid += repository.Diff(from, to).Any(c => c.Path is "jobs" or "policies") ? 0 : 1;
        }

        overlaid.ShouldBeGreaterThan(30);
    }

    [Theory]
    [InlineData("first", "second")]
    [InlineData("second", "first")]
    [InlineData("new", "first")]
    public void A_name_that_stands_twice_in_its_folder_is_what_Git_lists(string one, string two)
    {
        IReadOnlyList<ObjectId> ids = repository.WriteBlobs([.. new[] { one, two, "first" }.Select(Bytes)]);
        ObjectId from = Commit(Root(Folder(("x", ids[2]))));
        ObjectId to = Commit(Root(Folder(("x", ids[0]), ("x", ids[1]))));

        CommitTree after = new CommitTree(repository, from).After(to, repository.Diff(from, to));

        Shown(after).ShouldBe(Shown(new CommitTree(repository, to)));
    }

    private ObjectId RandomCommit(Random random, IReadOnlyList<ObjectId> contents)
    {
        List<(string Path, EntryMode Mode, ObjectId? Id)> entries = [];
        EntryMode[] modes = [EntryMode.Regular, EntryMode.Regular, EntryMode.Executable, EntryMode.Symlink];
        foreach (string path in Paths.OrderBy(_ => random.Next()).Take(7))
        {
            bool isInTheWay = entries.Any(e =>
                e.Path.StartsWith(path + "/", StringComparison.Ordinal)
                || path.StartsWith(e.Path + "/", StringComparison.Ordinal)
            );
            if (!isInTheWay && (path.Contains('/', StringComparison.Ordinal) || random.Next(4) == 0))
            {
                entries.Add((path, modes[random.Next(modes.Length)], contents[random.Next(contents.Count)]));
            }
        }

        return Commit(repository.WriteTree((ObjectId?)null, entries));
    }

    private ObjectId Commit(ObjectId tree) => repository.WriteCommit(tree, [], Alice, Alice, "m");

    private ObjectId Root(ObjectId folder) =>
        Tree([.. Bytes("40000 jobs\0"), .. Convert.FromHexString(folder.ToString())]);

    private ObjectId Folder(params (string Name, ObjectId Id)[] files) =>
        Tree([.. files.SelectMany(f => Bytes($"100644 {f.Name}\0").Concat(Convert.FromHexString(f.Id.ToString())))]);

    // Git's own tools write no such tree; whoever pushes can.
    private ObjectId Tree(byte[] content)
    {
        ProcessResult result = ChildProcess.Run(
            "git",
            ["hash-object", "-w", "-t", "tree", "--literally", "--stdin"],
            repository.GitDirectory,
            new Dictionary<string, string?>(StringComparer.Ordinal),
            TimeSpan.FromMinutes(1),
            content
        );
        result.ExitCode.ShouldBe(0, result.Error);
        return ObjectId.Parse(result.Text.Trim());
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Shown(CommitTree tree) =>
        string.Join(
            '\n',
            tree.List("")
                .Select(e =>
                    $"{e.Kind} {tree.IdOf(e.Path)} {e.Path} {Encoding.UTF8.GetString((tree.Read(e.Path) ?? default).Span)}"
                )
                .Concat(Paths.Select(p => $"{p}: {tree.Find(p)?.Kind.ToString() ?? "absent"}"))
        );
}

using Rayquest.JobModel.Repository;

namespace Rayquest.JobModel.Tests;

public class ListedTreeTests
{
    private static readonly string[] Paths =
    [
        "README.md",
        "jobs-requests/a/one.yaml",
        "jobs-requests/a/two.yaml",
        "jobs-requests/a-b/one.yaml",
        "jobs-requests/a/code/train.py",
        "jobs-requests/ab.yaml",
        "jobs/a/one.yaml",
        "policies/platform.yaml",
    ];

    [Theory]
    [InlineData("")]
    [InlineData("jobs-requests/")]
    [InlineData("jobs-requests/a/")]
    [InlineData("jobs-requests/a/code/")]
    [InlineData("jobs-requests/b/")]
    [InlineData("jobs/")]
    [InlineData("nothing/")]
    public void Lists_what_the_tree_below_lists(string folder)
    {
        CountingTree below = new();
        ListedTree tree = new(below);
        tree.List(folder).ShouldBe(below.List(folder));
        tree.List("jobs-requests/").Count.ShouldBe(5);
        tree.List(folder).ShouldBe(below.List(folder));
    }

    [Theory]
    [InlineData("jobs-requests/a/one.yaml")]
    [InlineData("jobs-requests/a/three.yaml")]
    [InlineData("jobs-requests/a")]
    [InlineData("jobs-requests/zz")]
    [InlineData("jobs-requests/")]
    [InlineData("README.md")]
    [InlineData("jobs/a/one.yaml")]
    public void Finds_what_the_tree_below_finds(string path)
    {
        CountingTree below = new();
        ListedTree tree = new(below);
        TreeEntry? wanted = below.Find(path);
        tree.Find(path).ShouldBe(wanted);
        tree.List("jobs-requests/");
        tree.Find(path).ShouldBe(wanted);
    }

    [Fact]
    public void A_folder_is_listed_once_and_what_was_listed_is_not_asked_for_again()
    {
        CountingTree below = new();
        ListedTree tree = new(below);
        tree.List("jobs-requests/a/");
        tree.List("jobs-requests/");
        tree.List("jobs-requests/a-b/");
        below.Listed.ShouldBe(["jobs-requests/"]);
        tree.Find("jobs-requests/a/one.yaml").ShouldNotBeNull();
        tree.Find("jobs-requests/a/none.yaml").ShouldBeNull();
        below.Found.ShouldBeEmpty();
    }

    [Fact]
    public void What_lies_behind_a_link_is_asked_of_the_tree_below()
    {
        CountingTree below = new(link: "jobs-requests/away");
        ListedTree tree = new(below);
        tree.List("jobs-requests/").ShouldContain(e => e.Kind == TreeEntryKind.Symlink);
        tree.Find("jobs-requests/away/one.yaml")
            .ShouldBe(new("jobs-requests/away/one.yaml", TreeEntryKind.Symlink, -1));
        below.Found.ShouldBe(["jobs-requests/away/one.yaml"]);
    }

    [Fact]
    public void Content_is_read_each_time()
    {
        Dictionary<string, byte[]> files = new() { ["jobs/a.yaml"] = [1] };
        ListedTree tree = new(new MemoryTree(files));
        tree.List("jobs/").ShouldHaveSingleItem();
        tree.Read("jobs/a.yaml")!.Value.ToArray().ShouldBe([1]);
        tree.Read("jobs/b.yaml").ShouldBeNull();
    }

    /// <summary>Remembers what it was asked.</summary>
    private sealed class CountingTree(string? link = null) : IRepositoryTree
    {
        private readonly MemoryTree files = new(Paths.ToDictionary(p => p, _ => Array.Empty<byte>()));

        public List<string> Listed { get; } = [];

        public List<string> Found { get; } = [];

        public IReadOnlyList<TreeEntry> List(string folder)
        {
            Listed.Add(folder);
            IEnumerable<TreeEntry> all = files.List(folder);
            return link is null || !link.StartsWith(folder, StringComparison.Ordinal)
                ? [.. all]
                :
                [
                    .. all.Append(new TreeEntry(link, TreeEntryKind.Symlink, 4))
                        .OrderBy(e => e.Path, StringComparer.Ordinal),
                ];
        }

        public TreeEntry? Find(string path)
        {
            Found.Add(path);
            return link is not null && path.StartsWith(link + "/", StringComparison.Ordinal)
                ? new TreeEntry(path, TreeEntryKind.Symlink, -1)
                : files.Find(path);
        }

        public ReadOnlyMemory<byte>? Read(string path) => files.Read(path);
    }
}

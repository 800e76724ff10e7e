using System.Text;
using Rayquest.JobHosts.Git;

namespace Rayquest.JobHosts.Tests.Git;

/// <summary>
/// What a checkout of one commit becomes: all commits, the names of all files, and of their content only what is read. With the
/// real git, over <c>file://</c> (a plain path would be copied, filters or not).
/// </summary>
public sealed class PartialCloneTests : IDisposable
{
    private const string Main = "refs/heads/main";
    private const string Local = "refs/rayquest/main";

    private static readonly Signature Alice = new(
        "Alice",
        "alice@example.com",
        DateTimeOffset.FromUnixTimeSeconds(1_700_000_000)
    );

    private readonly TemporaryFolder folder = new();
    private readonly GitRepository origin;

    public PartialCloneTests()
    {
        origin = GitRepository.InitBare(folder.Child("origin"));
        ShallowCheckout.Allow(folder.Child("origin"));
    }

    public void Dispose()
    {
        origin.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void History_comes_without_what_is_in_its_files()
    {
        ObjectId tip = History(20);
        using GitRepository clone = Checkout();
        clone.IsShallow.ShouldBeTrue();
        int blobs = Objects("blob");
        Objects("commit").ShouldBe(1);

        clone.Complete("origin", $"+{Main}:{Local}");

        clone.IsShallow.ShouldBeFalse();
        clone.Resolve(Local).ShouldBe(tip);
        Objects("commit").ShouldBe(20);
        Objects("blob").ShouldBe(blobs, "no version of a file but the one that is checked out");
        clone.FirstParents(null, tip, "jobs-requests").Count.ShouldBe(20);

        int packs = Packs();
        clone.Complete("origin", $"+{Main}:{Local}");
        Packs().ShouldBe(packs, "what is whole is not fetched again");
    }

    [Fact]
    public void Of_a_head_only_what_is_read_comes_and_in_one_conversation()
    {
        ObjectId tip = History(3);
        ObjectId head = Commit(
            tip,
            ("jobs-requests/a/new.yaml", "new\n"),
            ("jobs-requests/a/other.yaml", "other\n"),
            ("jobs-requests/b/unread.yaml", "unread\n")
        );
        origin.UpdateReference("refs/pull/1/head", head, null);
        using GitRepository clone = Checkout();
        clone.Complete("origin", $"+{Main}:{Local}");
        int blobs = Objects("blob");

        clone.FetchCommit("origin", head);
        Objects("blob").ShouldBe(blobs);
        clone.Diff(tip, head).Select(change => change.Path).Count().ShouldBe(3);
        Objects("blob").ShouldBe(blobs, "what changed is told by the trees");

        int packs = Packs();
        CommitTree tree = new(clone, head);
        tree.Prefetch(["jobs-requests/a/new.yaml", "jobs-requests/a/other.yaml"]);
        Encoding.UTF8.GetString(tree.Read("jobs-requests/a/new.yaml")!.Value.Span).ShouldBe("new\n");
        Encoding.UTF8.GetString(tree.Read("jobs-requests/a/other.yaml")!.Value.Span).ShouldBe("other\n");
        (Objects("blob") - blobs, Packs() - packs).ShouldBe((2, 1));
    }

    [Fact]
    public void A_remote_that_knows_no_filters_gives_everything()
    {
        Configure("false");
        ObjectId tip = History(5);
        using GitRepository clone = Checkout();
        clone.Complete("origin", $"+{Main}:{Local}");
        Objects("blob").ShouldBe(5 + 1);
        ReadOld(clone, tip).ShouldBe("version 0\n");
    }

    [Fact]
    public void What_cannot_be_fetched_is_a_fault_and_never_an_absent_file()
    {
        ObjectId tip = History(3);
        using GitRepository clone = Checkout();
        clone.Complete("origin", $"+{Main}:{Local}");
        Directory.Move(folder.Child("origin"), folder.Child("gone"));
        Should.Throw<GitException>(() => ReadOld(clone, tip));
        Should.Throw<GitException>(() => new CommitTree(clone, Old(clone, tip)).Read("jobs-requests/a/one.yaml"));
    }

    [Fact]
    public void A_clone_that_an_earlier_command_completed_is_known_for_a_partial_one()
    {
        ObjectId tip = History(3);
        using (GitRepository first = Checkout())
        {
            first.Complete("origin", $"+{Main}:{Local}");
        }

        using GitRepository second = GitRepository.Open(folder.Child("clone"));
        ReadOld(second, tip).ShouldBe("version 0\n");
        using GitRepository third = GitRepository.Open(folder.Child("clone"));
        Directory.Move(folder.Child("origin"), folder.Child("gone"));
        Should.Throw<GitException>(() => third.ReadFile(third.ReadCommit(tip).Parents[0], "jobs-requests/a/one.yaml"));
    }

    [Fact]
    public void A_merge_is_the_same_as_in_a_whole_clone()
    {
        string lines = string.Concat(Enumerable.Range(0, 20).Select(i => $"line {i}\n"));
        ObjectId start = Commit(null, ("jobs-requests/a/one.yaml", lines));
        ObjectId ours = Commit(
            start,
            ("jobs-requests/a/one.yaml", lines.Replace("line 2\n", "ours\n", StringComparison.Ordinal))
        );
        ObjectId theirs = Commit(
            start,
            ("jobs-requests/a/one.yaml", lines.Replace("line 17\n", "theirs\n", StringComparison.Ordinal))
        );
        origin.UpdateReference(Main, ours, null);
        origin.UpdateReference("refs/pull/1/head", theirs, null);
        using GitRepository clone = Checkout();
        clone.Complete("origin", $"+{Main}:{Local}");
        clone.FetchCommit("origin", theirs);
        clone.Merge(ours, theirs).Tree.ShouldBe(origin.Merge(ours, theirs).Tree.ShouldNotBeNull());
        clone.MergeBase(ours, theirs).ShouldBe(start);
    }

    [Fact]
    public void Where_history_is_cut_off_no_merge_base_is_no_answer()
    {
        ObjectId tip = History(3);
        ObjectId head = Commit(origin.ReadCommit(tip).Parents[0], ("jobs-requests/a/new.yaml", "new\n"));
        origin.UpdateReference("refs/pull/1/head", head, null);
        using GitRepository clone = Checkout();
        ShallowCheckout.Git(folder.Child("clone"), "fetch", "--quiet", "--depth=1", "origin", head.ToString());
        Should.Throw<GitException>(() => clone.MergeBase(tip, head)).Message.ShouldContain("is cut off");
        clone.Complete("origin", $"+{Main}:{Local}");
        clone.FetchCommit("origin", head);
        clone.MergeBase(tip, head).ShouldBe(origin.ReadCommit(tip).Parents[0]);
    }

    [Fact]
    public void A_submodule_of_the_head_is_asked_of_nobody()
    {
        ObjectId tip = History(2);
        ObjectId tree = origin.WriteTree(
            tip,
            [("jobs-requests/a/module", EntryMode.Submodule, ObjectId.Parse(new string('a', 40)))]
        );
        ObjectId head = origin.WriteCommit(tree, [tip], Alice, Alice, "Module\n");
        origin.UpdateReference("refs/pull/1/head", head, null);
        using GitRepository clone = Checkout();
        clone.Complete("origin", $"+{Main}:{Local}");
        clone.FetchCommit("origin", head);
        CommitTree read = new(clone, head);
        read.Prefetch(["jobs-requests/a/module", "jobs-requests/a/one.yaml"]);
        read.Read("jobs-requests/a/module").ShouldBeNull();
        clone.ReadFile(head, "jobs-requests/a/module").ShouldBeNull();
        clone.ReadFile(head, "jobs-requests/a/none.yaml").ShouldBeNull();
    }

    // One file that every commit changes, and one that never changes.
    private ObjectId History(int commits)
    {
        ObjectId? at = null;
        for (int i = 0; i < commits; i++)
        {
            at = Commit(at, ("jobs-requests/a/one.yaml", $"version {i}\n"), ("policies/quotas.yaml", "teams: {}\n"));
        }

        origin.UpdateReference(Main, at!, null);
        return at!;
    }

    private static ObjectId Old(GitRepository clone, ObjectId tip) => clone.FirstParents(null, tip, "jobs-requests")[0];

    private static string ReadOld(GitRepository clone, ObjectId tip) =>
        Encoding.UTF8.GetString(clone.ReadFile(Old(clone, tip), "jobs-requests/a/one.yaml").ShouldNotBeNull());

    private ObjectId Commit(ObjectId? parent, params (string Path, string Text)[] files) =>
        origin.WriteCommit(
            origin.WriteTree(
                parent,
                [.. files.Select(file => new TreeEdit(file.Path, Encoding.UTF8.GetBytes(file.Text)))]
            ),
            parent is null ? [] : [parent],
            Alice,
            Alice,
            "Change\n"
        );

    private GitRepository Checkout() => ShallowCheckout.Of(folder.Child("origin"), folder.Child("clone"));

    private void Configure(string allowed)
    {
        ShallowCheckout.Git(folder.Child("origin"), "config", "uploadpack.allowFilter", allowed);
    }

    private int Objects(string type) =>
        ShallowCheckout
            .Git(folder.Child("clone"), "cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objecttype)")
            .Split('\n')
            .Count(line => line == type);

    private int Packs() =>
        Directory.GetFiles(Path.Combine(folder.Child("clone"), ".git", "objects", "pack"), "*.pack").Length;
}

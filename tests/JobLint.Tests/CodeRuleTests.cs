using System.Text;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobLint.Tests;

/// <summary>Rules over code: what a URL is taken apart into, which files are told, and how large they may be.</summary>
public class CodeRuleTests
{
    private const string Head = "name: train\nentrypoint: python train.py\n";
    private const string Digestless = "image: x/y:1\nrayVersion: ";

    public static TheoryData<string, string, string> Places { get; } =
        new()
        {
            { "RQ3042", "code: {archive: https://h/x.tar}", "https://h/x.tar" },
            { "RQ3042", "code: {archive: \"https://h/x.zip?y=x.tar\"}", "" },
            { "RQ3042", "code: {archive: \"https://h/x.zip#x.tar\"}", "" },
            { "RQ3042", "code: {archive: \"https://h/x.tar?y=x.zip\"}", "\"https://h/x.tar?y=x.zip\"" },
            { "RQ3042", "code: {archive: \"https://h?x.zip\"}", "\"https://h?x.zip\"" },
            { "RQ3042", "code: {archive: HTTPS://h/x.whl}", "" },
            { "RQ3042", "code: {archive: azure://c@a/x.zip}", "" },
            { "RQ3042", "code: {archive: ftp://h/x.zip}", "ftp://h/x.zip" },
            { "RQ3042", Digestless + "2.39.9\ncode: {archive: https://h/x.tar.gz}", "https://h/x.tar.gz" },
            { "RQ3042", Digestless + "2.39.9\ncode: {archive: https://h/x.tgz}", "https://h/x.tgz" },
            { "RQ3042", Digestless + "2.39.9\ncode: {archive: https://h/x.zip}", "" },
            { "RQ3042", Digestless + "2.40.0\ncode: {archive: https://h/x.tgz}", "" },
            {
                "RQ3042",
                "runtimeEnv: {working_dir: s3://b/x, py_modules: [s3://b/y, ./z, s3://b/z.zip, [s3://b/z]]}",
                "s3://b/x | s3://b/y"
            },
            { "RQ3042", "runtimeEnv: {working_dir: local://x, py_modules: gcs://y}", "" },
            { "RQ3042", "runtimeEnv: {working_dir: ./x}", "" },
            { "RQ5010", "code: {archive: http://h/x.zip}", "http://h/x.zip -> https" },
            { "RQ5010", "code: {archive: ftp://h/x.zip}", "ftp://h/x.zip" },
            { "RQ5010", "code: {archive: HTTP://h/x.zip}", "HTTP://h/x.zip" },
            {
                "RQ5010",
                "runtimeEnv: {working_dir: http://h/x.zip, py_modules: [https://h/x.zip]}",
                "http://h/x.zip -> https"
            },
            {
                "RQ5011",
                "code: {archive: \"https://evil.example.net:8443/x.zip\"}",
                "\"https://evil.example.net:8443/x.zip\""
            },
            { "RQ5011", "code: {archive: \"https://GitHub.com:443/x.zip\"}", "" },
            { "RQ5011", "code: {archive: https://user@github.com/x.zip}", "" },
            { "RQ5011", "code: {archive: https://github.com}", "" },
            { "RQ5011", "code: {archive: \"https://github.com?x@y\"}", "" },
            { "RQ5011", "code: {archive: \"https://github.com#x\"}", "" },
            { "RQ5011", "code: {archive: x.zip}", "" },
            { "RQ5011", "code: {archive: https:///x.zip}", "" },
            {
                "RQ5011",
                "runtimeEnv: {py_modules: [gcs://h/x.zip, local://h/x, file://h/x.zip, file:///x.zip, abfss://h/x.zip]}",
                "abfss://h/x.zip"
            },
            { "RQ3041", "code: {archive: https://github.com/e/t/archive/v1.zip}", "" },
            { "RQ3041", "code: {archive: https://github.com/e/t/archive/.zip}", "" },
            { "RQ3041", "code: {archive: https://github.com/e/t/releases/train.zip}", "" },
            {
                "RQ3041",
                "code: {archive: https://github.com/e/t/refs/heads/v1.zip}",
                "https://github.com/e/t/refs/heads/v1.zip"
            },
            {
                "RQ3041",
                "code: {archive: https://codeload.github.com/e/t/archive/x.zip}",
                "https://codeload.github.com/e/t/archive/x.zip"
            },
            { "RQ3041", "code: {archive: https://h/e/t/archive/x.zip}", "" },
            { "RQ3041", "code: {archive: https://h/e/t/-/archive/x.zip}", "https://h/e/t/-/archive/x.zip" },
            { "RQ3041", "code: {archive: https://h/main.tar.gz}", "https://h/main.tar.gz" },
            { "RQ3041", "code: {archive: https://h/HEAD}", "https://h/HEAD" },
        };

    [Theory]
    [MemberData(nameof(Places))]
    public void A_rule_points_at_the_URL_it_means(string code, string rest, string expected) =>
        Pointed.At(code, Head + rest + "\n").ShouldBe(expected, rest);

    [Theory]
    [InlineData("RQ3042", "code: {archive: x.zip}", "`x.zip` is not a URL")]
    [InlineData("RQ3042", "code: {archive: ssh://h/x.zip}", "Ray does not fetch `ssh://`")]
    [InlineData("RQ3042", "code: {archive: https://h/x}", "does not end with `.tar.gz`, `.tgz`, `.zip` or `.whl`")]
    [InlineData("RQ3042", Digestless + "2.39.9\ncode: {archive: https://h/x.tgz}", "Ray 2.39.9 unpacks")]
    [InlineData(
        "RQ5011",
        "code: {archive: \"https://u:p@Evil.example.net:8443/x.zip\"}",
        "may not come from `evil.example.net`; allowed: "
    )]
    [InlineData("RQ3041", "code: {archive: https://h/refs/heads/main.zip}", "the archive is that of a branch")]
    [InlineData("RQ3041", "code: {archive: https://h/master.tgz}", "`master` is another content")]
    [InlineData("RQ3041", "code: {archive: https://h/latest/}", "`latest` is another content")]
    [InlineData("RQ3041", "code: {archive: https://h/latest/t1.zip}", "`t1` is another content")]
    [InlineData("RQ3041", "code: {archive: https://github.com/e/t/archive/x.whl}", "`x` is a branch")]
    public void A_rule_says_what_is_wrong_with_the_URL(string code, string rest, string expected) =>
        Pointed.Said(code, Head + rest + "\n").ShouldContain(expected);

    [Fact]
    public void Without_a_list_of_hosts_any_will_do() =>
        Pointed
            .At(
                "RQ5011",
                Repository.Tree(
                    ("policies/rules.yaml", "archiveHosts: []\n"),
                    ("jobs-requests/vision/train.yaml", Head + "code: {archive: https://h/x.zip}\n")
                )
            )
            .ShouldBeEmpty();

    [Theory]
    [InlineData(
        "RQ3043",
        "run.py: trian.py",
        "trian.py -> train.py",
        "there is no file `jobs-requests/vision/trian.py`; did you mean"
    )]
    [InlineData(
        "RQ3043",
        "train.py: run.py",
        "run.py",
        "there is no file `jobs-requests/vision/run.py`, but `train.py` is beside the request: the path in the container comes first"
    )]
    [InlineData("RQ3043", "run.py: trains.yaml", "trains.yaml", "there is no file `jobs-requests/vision/trains.yaml`")]
    [InlineData(
        "RQ3043",
        "train.py: trian.py",
        "trian.py",
        "there is no file `jobs-requests/vision/trian.py`, but `train.py` is"
    )]
    [InlineData("RQ3043", "train.py: train.py, x: ../nlp/x", "", "")]
    [InlineData(
        "RQ5012",
        "train.py: train.py, x: ../nlp/x",
        "../nlp/x",
        "`../nlp/x` leaves the folder `jobs-requests/vision/`"
    )]
    [InlineData("RQ3044", "train.py: train.py, x: ../nlp/x, y: y", "", "")]
    [InlineData("RQ5013", "train.py: train.py, x: ../nlp/x, y: y", "", "")]
    [InlineData(
        "RQ3046",
        "a: x, a/b: x, a/b/c: x, ab/c: x",
        "a/b | a/b/c | a/b/c",
        "`a` is shipped as a file, so `a/b` can't lie below it"
    )]
    [InlineData("RQ3046", "a/b: x, a/c: x", "", "")]
    public void A_rule_over_files_points_at_the_one_at_fault(string code, string files, string expected, string said)
    {
        MemoryTree tree = Repository.Tree(
            ("jobs-requests/vision/train.yaml", Head + $"code: {{files: {{{files}}}}}\n"),
            ("jobs-requests/vision/train.py", "print(1)\n")
        );
        Pointed.At(code, tree).ShouldBe(expected);
        Pointed.Said(code, tree).ShouldStartWith(said);
    }

    [Fact]
    public void The_file_that_is_in_the_way_is_shown() =>
        Repository
            .Lint(Repository.Vision(Head + "code: {files: {a/b: x, a: y}}\n"), only: "RQ3046")
            .Findings.Where(f => f.Rule.Code == "RQ3046")
            .ShouldHaveSingleItem()
            .Related.ShouldHaveSingleItem()
            .Span.Text.ShouldBe("a");

    [Theory]
    [InlineData(TreeEntryKind.Symlink, "symbolic link")]
    [InlineData(TreeEntryKind.Submodule, "submodule")]
    public void A_link_and_a_submodule_are_called_what_they_are(TreeEntryKind kind, string expected)
    {
        LinkTree tree = new(
            Repository.Tree(("jobs-requests/vision/train.yaml", Head + "code: {files: {train.py: train.py}}\n")),
            "jobs-requests/vision/train.py"
        )
        {
            Kind = kind,
        };
        Pointed.Said("RQ5013", tree).ShouldContain($"`jobs-requests/vision/train.py` is a {expected},");
        Pointed.Said("RQ5015", tree).ShouldContain($"`jobs-requests/vision/train.py` is a {expected},");
        Pointed.At("RQ3044", tree).ShouldBeEmpty();
        Pointed.At("RQ3045", tree).ShouldBeEmpty();
    }

    [Fact]
    public void Sizes_of_all_files_and_their_paths_are_summed()
    {
        string Said(int first, int second, bool sizes) =>
            Pointed.Said(
                "RQ3045",
                new SizeTree(
                    Repository.Tree(
                        (
                            "jobs-requests/vision/train.yaml",
                            Head + "code: {files: {a.py: a.py, b.py: b.py, c.py: c.py, d.py: ../d.py}}\n"
                        ),
                        ("jobs-requests/vision/a.py", new string('#', first)),
                        ("jobs-requests/vision/b.py", new string('#', second))
                    ),
                    sizes
                )
            );
        foreach (bool sizes in new[] { true, false })
        {
            Said(450 * 1024, (450 * 1024) - 8, sizes).ShouldBeEmpty();
            Said(450 * 1024, (450 * 1024) - 7, sizes).ShouldStartWith("the files hold 900 KiB together, at most 900");
            Said(900 * 1024, 900 * 1024, sizes).ShouldStartWith("the files hold 1800 KiB together");
        }
    }

    // Git tells no size without reading the file.
    private sealed class SizeTree(MemoryTree inner, bool sizes) : IRepositoryTree
    {
        public IReadOnlyList<TreeEntry> List(string folder) => [.. inner.List(folder).Select(Seen)];

        public TreeEntry? Find(string path) => inner.Find(path) is { } entry ? Seen(entry) : null;

        public ReadOnlyMemory<byte>? Read(string path) => inner.Read(path);

        private TreeEntry Seen(TreeEntry entry) => sizes ? entry : entry with { Size = -1 };
    }
}

using System.Text.RegularExpressions;

namespace Rayquest.JobCli.Tests.House;

/// <summary>What the guide tells people to write is what the program takes.</summary>
public sealed partial class GuideTests
{
    private const string Request = "name: example\nentrypoint: python train.py\n";

    private static readonly string Guide = File.ReadAllText(RepositoryFiles.Path("docs/guide.md"));

    [Fact]
    public void The_first_request_is_clean()
    {
        var (code, output) = DocumentedRequests.Lint(
            ("mnist.yaml", Requests()[0]),
            ("mnist/train.py", "print('hello')\n")
        );
        code.ShouldBe(0, output);
        output.ShouldContain("1 file clean");
    }

    [Fact]
    public void The_ignore_silences_what_it_says_and_nothing_else()
    {
        var request = Requests().First(r => r.Contains("name: nightly-torch", StringComparison.Ordinal));
        var (code, output) = DocumentedRequests.Lint(("nightly-torch.yaml", request));
        code.ShouldBe(0, output);
        output.ShouldContain("1 file clean");

        var comment = Ignore().Match(request);
        comment.Success.ShouldBeTrue();
        var (_, without) = DocumentedRequests.Lint(
            ("nightly-torch.yaml", request.Remove(comment.Index, comment.Length))
        );
        without.ShouldContain(comment.Groups[1].Value);
    }

    public static TheoryData<string> Wishes { get; } =
    [.. Row().Matches(Guide).SelectMany(row => Fragment().Matches(row.Groups[1].Value)).Select(f => f.Groups[1].Value)];

    [Fact]
    public void The_table_of_wishes_is_found() => Wishes.Count.ShouldBeGreaterThanOrEqualTo(10);

    [Theory]
    [MemberData(nameof(Wishes))]
    public void A_wish_is_written_as_the_guide_shows(string fragment)
    {
        fragment = fragment
            .Replace("github.com/…/archive/<full sha>", $"github.com/example/train/archive/{new string('4', 40)}")
            .Replace("`", "");
        var request = fragment.StartsWith("entrypoint:", StringComparison.Ordinal)
            ? $"name: example\n{fragment}\n"
            : $"{Request}{fragment}\n";
        if (fragment.StartsWith("sweep:", StringComparison.Ordinal))
        {
            request = request.Replace("train.py", "train.py ${sweep.lr} ${sweep.batch}");
        }

        if (fragment.Contains("gpu"))
        {
            request += "image: ray-gpu\ntimeout: 1h\n";
        }

        if (
            !fragment.StartsWith("workers:", StringComparison.Ordinal)
            && !fragment.StartsWith("cluster:", StringComparison.Ordinal)
        )
        {
            request += "workers: {replicas: 1}\n";
        }

        var (code, output) = DocumentedRequests.Lint(("example.yaml", request));
        code.ShouldBe(0, $"{request}\n{output}");
    }

    [Fact]
    public void The_Chinese_guide_shows_the_same_files_and_wishes()
    {
        string chinese = File.ReadAllText(RepositoryFiles.Path("docs/guide.zh-CN.md"));
        Shown(chinese).ShouldBe(Shown(Guide));
    }

    // Without what is said in words: comments and the names of what is to be filled in.
    private static List<string> Shown(string guide) =>
        [
            .. Yaml().Matches(guide).Select(block => Remark().Replace(block.Groups[1].Value, "")),
            .. guide
                .Split('\n')
                .Where(line => line.StartsWith('|'))
                .SelectMany(row => Fragment().Matches(row))
                .Select(f => Placeholder().Replace(f.Groups[1].Value, "<>")),
        ];

    private static string[] Requests() => [.. Yaml().Matches(Guide).Select(block => block.Groups[1].Value)];

    [GeneratedRegex(@" +# (?!rayquest:|yaml-).*$", RegexOptions.Multiline)]
    private static partial Regex Remark();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Placeholder();

    [GeneratedRegex("^```yaml\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Yaml();

    [GeneratedRegex(" *# rayquest: ignore (RQ[0-9]{4}) .*\n")]
    private static partial Regex Ignore();

    // The rows of "you want | you write"; a row's second cell holds what is written.
    [GeneratedRegex(
        @"^\| (?:GPUs|to scale|code from|packages|data|a secret|a grid|a cluster|shell syntax|the same again)[^|]* \| (.*) \|$",
        RegexOptions.Multiline
    )]
    private static partial Regex Row();

    [GeneratedRegex("`((?:workers|code|runtimeEnv|volumes|secrets|sweep|cluster|entrypoint|run): [^`]+)`")]
    private static partial Regex Fragment();
}

using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Rayquest.JobEngines.Ray;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobLint.Tests;

/// <summary>What must hold for any input at all.</summary>
public class PropertyTests
{
    private static readonly string[] Good =
    [
        .. Repository
            .Files("jobs-requests")
            .Where(f => RequestPath.IsRequest(f.Key))
            .Select(f => Encoding.UTF8.GetString(f.Value)),
    ];

    private static readonly string[] Pieces =
    [
        "\n",
        " ",
        "  ",
        "\t",
        ":",
        ": ",
        "-",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "'",
        "|",
        ">",
        "#",
        "&a",
        "*a",
        "!!str ",
        "<<: ",
        "---\n",
        "...",
        "%",
        "@",
        "`",
        "$",
        "${sweep.x}",
        "\0",
        "\uFEFF",
        "é",
        "😀",
        "\u202E",
        "null",
        "~",
        "no",
        "1e3",
        "0o17",
        "12:30",
        "2.10",
        "-1",
        "99999999999999999999",
        "1Gi",
        "1e1.5",
        "name:",
        "workers:",
        "replicas: {min: 9, max: 1}",
        "gpus: 99",
        "gpu: nope",
        "timeout: 99999999d",
        "sweep: {a: [1]}",
        "runtimeEnv: {pip: x}",
        "code: {files: {a: ../b}}",
        "entrypoint: 'a && \"b",
        "secrets: [{}]",
        "volumes: [{claim: a}]",
        "env: {RAY_ADDRESS: x}",
        "cluster: shared-dev\n",
        "image: a:b:c@d\n",
    ];

    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(400);

    [Fact]
    public void Arbitrary_bytes_are_read_and_judged_without_a_fault_of_ours() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => LintsWithoutFault(bytes)).Check(Many);

    [Fact]
    public void Mutations_of_good_requests_are_judged_without_a_fault_of_ours()
    {
        Gen<string> mutation =
            from text in Gen.Elements(Good)
            from edits in Gen.ListOf(
                from at in Gen.Choose(0, 10_000)
                from cut in Gen.Choose(0, 12)
                from piece in Gen.Elements(Pieces)
                select (at, cut, piece),
                3
            )
            select edits.Aggregate(
                text,
                (t, e) =>
                {
                    int at = e.at % (t.Length + 1);
                    return t[..at] + e.piece + t[Math.Min(t.Length, at + e.cut)..];
                }
            );
        Prop.ForAll(mutation.ToArbitrary(), text => LintsWithoutFault(Encoding.UTF8.GetBytes(text)))
            .Check(Many.WithMaxTest(1500));
    }

    [Fact]
    public void Safe_fixes_of_mutations_never_bring_a_new_fault_of_syntax()
    {
        Gen<string> mutation =
            from text in Gen.Elements(Good)
            from at in Gen.Choose(0, 10_000)
            from piece in Gen.Elements(Pieces)
            select text.Insert(at % (text.Length + 1), piece);
        Prop.ForAll(
                mutation.ToArbitrary(),
                text =>
                {
                    IReadOnlyList<Finding> before = Repository.Lint(Repository.Vision(text)).Findings;
                    if (
                        before.Any(f => f.Rule == SyntaxRules.SyntaxError)
                        || !before.Any(f => f.Fix is { Safety: FixSafety.Safe })
                    )
                    {
                        return true;
                    }

                    string repaired = Repository.Fixed(text, before);
                    return !Repository
                        .Lint(Repository.Tree((Repository.PathOf(text), repaired)))
                        .Findings.Any(f => f.Rule == SyntaxRules.SyntaxError);
                }
            )
            .Check(Many.WithMaxTest(600));
    }

    [Fact]
    public void Any_command_line_is_read_and_its_pieces_lie_in_order_inside_it() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<NonNull<string>>(),
                given =>
                {
                    string text = given.Get;
                    ShellText shell = ShellText.Read(text);
                    int end = 0;
                    foreach (ShellToken token in shell.Tokens)
                    {
                        if (token.Start < end || token.End < token.Start || token.End > text.Length)
                        {
                            return false;
                        }

                        end = token.End;
                    }

                    return shell.Expansions.All(e => e.Start >= 0 && e.End <= text.Length && e.Start < e.End);
                }
            )
            .Check(Many);

    [Fact]
    public void Order_of_keys_changes_no_finding()
    {
        foreach (string text in Good)
        {
            string[] names = [.. Rules(text)];
            string[] blocks = Blocks(text);
            string reversed = string.Concat(blocks.Reverse());
            Rules(reversed).ShouldBe(names, reversed);
        }

        static IEnumerable<string> Rules(string text) =>
            Repository.Lint(Repository.Vision(text)).Findings.Select(f => f.Rule.Code).Order(StringComparer.Ordinal);

        // A top-level key with the lines below it.
        static string[] Blocks(string text)
        {
            List<StringBuilder> blocks = [];
            foreach (string line in text.Split('\n').Where(l => l.Length > 0 && l[0] != '#'))
            {
                if (char.IsAsciiLetter(line[0]))
                {
                    blocks.Add(new StringBuilder());
                }

                blocks[^1].Append(line).Append('\n');
            }

            return [.. blocks.Select(b => b.ToString())];
        }
    }

    private static bool LintsWithoutFault(byte[] bytes)
    {
        Dictionary<string, byte[]> files = Repository.Files("policies").ToDictionary(StringComparer.Ordinal);
        files["jobs-requests/vision/fuzz.yaml"] = bytes;
        MemoryTree tree = new(files);
        IReadOnlyList<Finding> findings = Linter.Run(new LintInput { Tree = tree, Policies = Policies }).Findings;
        foreach (Finding finding in findings)
        {
            if (finding.Rule == LinterRules.InternalError)
            {
                throw new InvalidOperationException(finding.Message);
            }

            if (
                finding.Span.Span.Start < 0
                || finding.Span.Span.End > finding.Span.Source.Text.Length
                || finding.Span.Span.Start > finding.Span.Span.End
            )
            {
                throw new InvalidOperationException($"{finding.Rule.Code} points outside the file");
            }
        }

        return true;
    }

    private static LoadedPolicies Policies { get; } = PolicyLoader.Load(new MemoryTree(Repository.Files("policies")));
}

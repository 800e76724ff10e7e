using System.Runtime.CompilerServices;
using System.Text;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Messages;
using Rayquest.JobLint.Rules;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Text;

namespace Rayquest.JobLint.Tests;

/// <summary>Repositories in memory for tests: the policies of <c>tests/Fixtures/repository</c> with other files laid over them.</summary>
internal static class Repository
{
    private static readonly Lazy<IReadOnlyDictionary<string, byte[]>> FixturePolicies = new(() => Files("policies"));

    /// <summary>The folder of this repository.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    /// <summary>The example repository of the tests: what this repository's own requests and policies say is no test's matter.</summary>
    public static string Fixture { get; } = Path.Combine(Root, "tests", "Fixtures", "repository");

    /// <summary>The files of a folder of the example repository, by repository path.</summary>
    public static IReadOnlyDictionary<string, byte[]> Files(string folder) =>
        Directory
            .EnumerateFiles(Path.Combine(Fixture, folder), "*", SearchOption.AllDirectories)
            .ToDictionary(
                f => Path.GetRelativePath(Fixture, f).Replace('\\', '/'),
                File.ReadAllBytes,
                StringComparer.Ordinal
            );

    /// <summary>The policies with files laid over them.</summary>
    public static MemoryTree Tree(params IEnumerable<(string Path, string Text)> files)
    {
        Dictionary<string, byte[]> all = FixturePolicies.Value.ToDictionary(StringComparer.Ordinal);
        foreach ((string path, string text) in files)
        {
            all[path] = Encoding.UTF8.GetBytes(text);
        }

        return new MemoryTree(all);
    }

    /// <summary>One request of team vision over the policies.</summary>
    public static MemoryTree Vision(string request) => Tree((PathOf(request), request));

    /// <summary>The path of a request of team vision: after its name.</summary>
    public static string PathOf(string request)
    {
        string? name = request.Split('\n').FirstOrDefault(l => l.StartsWith("name:", StringComparison.Ordinal));
        string word = name is null ? "" : name["name:".Length..].Split('#')[0].Trim().Trim('"', '\'');
        return $"jobs-requests/vision/{(word.Length is 0 or > 60 ? "example" : word)}.yaml";
    }

    /// <summary>The tree an example of a rule stands for.</summary>
    public static MemoryTree TreeOf(RuleExample example) =>
        example.Kind switch
        {
            ExampleKind.Request => Vision(example.Text),
            ExampleKind.Policy => Tree((example.Text.Split('\n')[0].TrimStart('#', ' '), example.Text)),
            _ => Tree(Split(example.Text)),
        };

    /// <summary>The files of an example of several files.</summary>
    public static IEnumerable<(string Path, string Text)> Split(string text)
    {
        const string mark = "# file: ";
        string? path = null;
        StringBuilder body = new();
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith(mark, StringComparison.Ordinal))
            {
                if (path is not null)
                {
                    yield return (path, body.ToString());
                }

                path = line[mark.Length..].Trim();
                body.Clear();
            }
            else
            {
                body.Append(line).Append('\n');
            }
        }

        if (path is not null)
        {
            yield return (path, body.ToString().TrimEnd('\n') + "\n");
        }
    }

    /// <summary>Lints a tree with the policies it holds, by all rules or by one.</summary>
    public static LintResult Lint(IRepositoryTree tree, string? author = null, string? only = null) =>
        Linter.Run(
            new LintInput
            {
                Tree = tree,
                Policies = PolicyLoader.Load(tree),
                Author = author,
                Only = Rule(only),
            }
        );

    /// <summary>Lints a change: policies come from the base.</summary>
    public static LintResult LintChange(
        IRepositoryTree before,
        IRepositoryTree after,
        string? author = null,
        string? only = null
    )
    {
        string[] changed =
        [
            .. before
                .List("")
                .Concat(after.List(""))
                .Select(e => e.Path)
                .Distinct(StringComparer.Ordinal)
                .Where(p =>
                    before.Read(p) is not { } old
                    || after.Read(p) is not { } young
                    || !old.Span.SequenceEqual(young.Span)
                )
                .Order(StringComparer.Ordinal),
        ];
        return Linter.Run(
            new LintInput
            {
                Tree = after,
                Base = before,
                Policies = PolicyLoader.Load(before),
                Paths = [.. changed.Where(p => RequestPath.IsRequest(p) && after.Find(p) is not null)],
                ChangedPaths = changed,
                Author = author,
                Only = Rule(only),
            }
        );
    }

    /// <summary>The rule of a code; null for none. A code that names no rule would run them all.</summary>
    public static RuleInfo? Rule(string? code) => code is null ? null : RuleCatalog.Find(code).ShouldNotBeNull(code);

    /// <summary>The text of a file after the safe fixes of its findings, applied from the end.</summary>
    public static string Fixed(string text, IEnumerable<Finding> findings, FixSafety upTo = FixSafety.Safe)
    {
        if (
            upTo == FixSafety.Safe
            && findings.Select(f => f.Span.Source).FirstOrDefault(source => source.Text == text) is { } source
        )
        {
            return FixApplier.Apply(source, findings).Text;
        }

        int end = int.MaxValue;
        foreach (
            TextEdit edit in findings
                .Where(f => f.Fix is { } fix && fix.Safety <= upTo)
                .SelectMany(f => f.Fix!.Edits)
                .Distinct()
                .OrderByDescending(e => e.Span.Start)
        )
        {
            if (edit.Span.End <= end)
            {
                text = text[..edit.Span.Start] + edit.NewText + text[edit.Span.End..];
                end = edit.Span.Start;
            }
        }

        return text;
    }

    /// <summary>Findings as the golden files hold them: place, rule, message, the line, and a caret line under the span.</summary>
    public static string Print(IEnumerable<Finding> findings)
    {
        StringBuilder text = new();
        Finding[] all = [.. findings];
        Redaction redaction = Redaction.Of(all);
        foreach (Finding finding in all)
        {
            LinePosition start = finding.Span.Start;
            text.Append(
                $"{finding.Span.Source.Path}:{start.Line}:{start.Column}: {finding.Severity.ToString().ToLowerInvariant()} {finding.Rule.Code} {finding.Rule.Name}\n"
            );
            string line = redaction.Mask(finding.Span.Source.Line(start.Line));
            if (line.Length > 0)
            {
                int length =
                    finding.Span.End.Line == start.Line
                        ? Math.Max(1, finding.Span.End.Column - start.Column)
                        : Math.Max(1, SourceText.CodePoints(line) - start.Column + 1);
                text.Append($"  {line}\n  {new string(' ', start.Column - 1)}{new string('^', length)}\n");
            }

            text.Append($"  {finding.Message}\n");
            foreach (RelatedLocation place in finding.Related)
            {
                text.Append(
                    $"  see {place.Span.Source.Path}:{place.Span.Start.Line}:{place.Span.Start.Column}: {place.Message}\n"
                );
            }

            if (finding.Fix is { } fix)
            {
                text.Append($"  {fix.Safety.ToString().ToLowerInvariant()} fix: {fix.Title}\n");
            }
        }

        return text.ToString();
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}

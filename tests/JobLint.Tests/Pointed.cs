using Rayquest.JobLint.Catalogue;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobLint.Tests;

/// <summary>What one rule points at, as rows compare it: the text of every span, each with what its fix would write. A rule that throws is told by its fault.</summary>
internal static class Pointed
{
    /// <summary>In a request of team vision under this repository's own policies.</summary>
    public static string At(string code, string request) => At(code, Repository.Vision(request));

    /// <summary>In a tree.</summary>
    public static string At(string code, IRepositoryTree tree) => Of(code, Repository.Lint(tree, only: code).Findings);

    /// <summary>Among findings.</summary>
    public static string Of(string code, IEnumerable<Finding> findings) =>
        string.Join(" | ", Of(findings, code).Select(Text));

    /// <summary>What the rule says in a request of team vision, one line a finding.</summary>
    public static string Said(string code, string request) => Said(code, Repository.Vision(request));

    /// <summary>What the rule says in a tree.</summary>
    public static string Said(string code, IRepositoryTree tree) =>
        string.Join('\n', Of(Repository.Lint(tree, only: code).Findings, code).Select(f => f.Message));

    /// <summary>The one place that the rule's one finding shows beside its own: what came first.</summary>
    public static string Before(string code, string request) =>
        Of(Repository.Lint(Repository.Vision(request), only: code).Findings, code)
            .ShouldHaveSingleItem()
            .Related.ShouldHaveSingleItem()
            .Span.Text;

    private static IEnumerable<Finding> Of(IEnumerable<Finding> findings, string code) =>
        findings.Where(f => f.Rule.Code == code || f.Rule == LinterRules.InternalError);

    private static string Text(Finding finding) =>
        finding.Rule == LinterRules.InternalError
            ? finding.Message
            : finding.Span.Text
                + (finding.Fix is { } fix ? $" -> {string.Concat(fix.Edits.Select(e => e.NewText))}" : "");
}

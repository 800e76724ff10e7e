using System.Text;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobLint.Tests;

public class RulePageTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "docs", "rules");

    public static TheoryData<string> Codes { get; } = [.. RuleCatalog.All.Select(r => r.Code)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void The_page_of_a_rule_is_what_the_catalogue_says(string code) =>
        Golden.Check(Path.Combine(Folder, $"{code}.md"), RulePage.Markdown(RuleCatalog.Find(code)!));

    [Fact]
    public void The_index_lists_every_rule() => Golden.Check(Path.Combine(Folder, "README.md"), RulePage.Index());

    [Fact]
    public void No_page_is_left_over() =>
        Directory
            .EnumerateFiles(Folder, "RQ*.md")
            .Select(f => Path.GetFileNameWithoutExtension(f))
            .Except(RuleCatalog.All.Select(r => r.Code))
            .ShouldBeEmpty();

    [Fact]
    public void A_page_says_severity_reason_and_examples()
    {
        string page = RulePage.Markdown(RuleCatalog.Find("RQ2001")!);
        page.ShouldStartWith("# RQ2001: gpu-over-quota\n");
        page.ShouldContain("a request can't ignore it");
        page.ShouldContain("## Why it matters");
        page.ShouldContain("```yaml\nname: train");
    }
}

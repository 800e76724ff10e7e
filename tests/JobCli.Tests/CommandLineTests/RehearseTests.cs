using Rayquest.JobCli.Tests.House;

namespace Rayquest.JobCli.Tests.CommandLineTests;

/// <summary><c>rayquest rehearse --repo</c>: a request's life by a repository's own policies, as <c>init</c> wrote them or changed.</summary>
public sealed class RehearseTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("rayquest-rehearse-").FullName;

    public RehearseTests()
    {
        Needs.Program("git");
        (int code, string output, string errors) = Shell.RunIn(
            folder,
            "init",
            Path.Combine(folder, "own"),
            "--org",
            "acme",
            "--team",
            "search=chen,li",
            "--approver",
            "search=li",
            "--platform-approver",
            "zhao",
            "--scheduler",
            "none"
        );
        code.ShouldBe(0, output + errors);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_init_wrote_plays_its_own_story()
    {
        string[] before = Listing();
        (int code, string output, string errors) = Play();
        code.ShouldBe(0, output + errors);
        output.ShouldContain("✓ chen of team search asks for jobs-requests/search/hello-ray.yaml: ");
        output.ShouldContain("✓ the same with a misspelt key: ");
        output.ShouldContain("✓ the same, with a change of policies/quotas.yaml on the way: ");
        output.ShouldContain("✓ somebody-else, who is in no team, asks for it: ");
        output.ShouldContain("✓ it is merged: jobs/search/hello-ray.yaml is on main");
        output.ShouldContain("✓ the hourly run looks at it again: there is nothing to do");
        output.ShouldContain("Everything ended as expected");
        Listing().ShouldBe(before, "the repository is only read");
    }

    [Fact]
    public void Its_own_policies_decide()
    {
        File.WriteAllText(
            Path.Combine(folder, "own", "policies", "quotas.yaml"),
            "approvers: [zhao]\nteams:\n  search:\n    members: [chen, li]\n    approvers: [li]\n    hard: {jobs: 0}\n"
        );
        (int code, string output, string errors) = Play();
        code.ShouldBe(1, output + errors);
        output.ShouldContain("✗ chen of team search asks for jobs-requests/search/hello-ray.yaml: ");
        output.ShouldContain("NOT everything ended as expected");
    }

    [Fact]
    public void A_soft_limit_asks_the_approvers_that_the_policies_name()
    {
        File.WriteAllText(
            Path.Combine(folder, "own", "policies", "quotas.yaml"),
            "approvers: [zhao]\nteams:\n  search:\n    members: [chen, li]\n    approvers: [li]\n    soft: {jobs: 0}\n    hard: {jobs: 5}\n"
        );
        (int code, string output, string errors) = Play();
        code.ShouldBe(0, output + errors);
        output.ShouldContain("✓ li approves the first one: ");
        output.ShouldContain("✓ it is merged: ");
    }

    [Theory]
    [InlineData("teams: {search: {approvers: [li]}}\n", "lists no team with a member by name")]
    [InlineData("teams: {search: {members: 7}}\n", "the platform's policies are broken")]
    public void Without_people_or_policies_there_is_no_story(string quotas, string expected)
    {
        File.WriteAllText(Path.Combine(folder, "own", "policies", "quotas.yaml"), quotas);
        (int code, _, string errors) = Play();
        code.ShouldBe(2);
        errors.ShouldContain(expected);
    }

    private (int Code, string Out, string Error) Play() =>
        Shell.RunIn(folder, "rehearse", "--repo", Path.Combine(folder, "own"));

    private string[] Listing() =>
        [
            .. Directory
                .GetFiles(Path.Combine(folder, "own"), "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(file => $"{file} {File.GetLastWriteTimeUtc(file).Ticks}"),
        ];
}

using System.Text;
using Rayquest.JobModel.Requests;
using Rayquest.JobReport.Lifecycle;

namespace Rayquest.JobReport.Tests.Lifecycle;

/// <summary>Asking for the same again changes one line of the request, and nothing that somebody wrote.</summary>
public sealed class NextRunTests
{
    [Theory]
    [InlineData(
        "name: a\nentrypoint: x\nrun: 3 # again\nowner: bob\n",
        "name: a\nentrypoint: x\nrun: 4 # again\nowner: bob\n"
    )]
    [InlineData("name: a\nentrypoint: x\n", "name: a\nentrypoint: x\nrun: 2\nowner: alice\n")]
    [InlineData("# top\nname: a\nentrypoint: x", "# top\nname: a\nentrypoint: x\nrun: 2\nowner: alice\n")]
    [InlineData("name: a\nentrypoint: |\n  x\n  y\n", "name: a\nentrypoint: |\n  x\n  y\nrun: 2\nowner: alice\n")]
    [InlineData("---\nname: a\nentrypoint: x\n...\n", "---\nrun: 2\nowner: alice\nname: a\nentrypoint: x\n...\n")]
    [InlineData("run: 7\nname: a\nentrypoint: x\n", "run: 8\nname: a\nentrypoint: x\nowner: alice\n")]
    public void The_run_is_raised_where_it_stands_or_added(string request, string expected) =>
        Raise(request).ShouldBe(expected);

    [Theory]
    [InlineData("{name: a, entrypoint: x}\n")]
    [InlineData("name: a\nentrypoint: x\nrunn: 1\n")]
    [InlineData("name: [\n")]
    [InlineData("")]
    public void What_a_line_does_not_change_is_left_alone(string request) => Raise(request).ShouldBeNull();

    [Fact]
    public void A_run_that_was_is_passed_over()
    {
        HashSet<int> taken = [2, 3];
        byte[]? bytes = NextRun.Of(
            "jobs-requests/vision/a.yaml",
            Encoding.UTF8.GetBytes("name: a\nentrypoint: x\n"),
            null,
            document => !taken.Contains(document.Request!.Run!.Value)
        );
        Encoding.UTF8.GetString(bytes!).ShouldBe("name: a\nentrypoint: x\nrun: 4\n");
    }

    private static string? Raise(string request) =>
        NextRun.Of("jobs-requests/vision/a.yaml", Encoding.UTF8.GetBytes(request), "alice", (RequestDocument _) => true)
            is { } bytes
            ? Encoding.UTF8.GetString(bytes)
            : null;
}

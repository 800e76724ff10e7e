using System.Text.RegularExpressions;
using Rayquest.JobCli.Tests.House;

namespace Rayquest.JobCli.Tests.Workflows;

/// <summary>What the workflows call is there: a renamed command or option fails here and not in somebody's pull request.</summary>
public sealed partial class WorkflowCommandTests
{
    public static TheoryData<string> Calls { get; } =
    [
        .. RepositoryFiles
            .Workflows()
            .SelectMany(file => Call().Matches(File.ReadAllText(file)).Select(call => call.Groups[1].Value))
            .Distinct(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Calls))]
    public void The_program_knows_the_call(string call)
    {
        var words = call.Split(' ');
        var (code, help, errors) = Tool.Run(
            "dotnet",
            Path.Combine(AppContext.BaseDirectory, "rayquest.dll"),
            words[0],
            "--help"
        );
        code.ShouldBe(0, errors);
        foreach (var option in words.Where(word => word.StartsWith("--", StringComparison.Ordinal)))
        {
            help.ShouldContain($"{option} ");
        }
    }

    [Fact]
    public void The_dispatch_that_the_program_sends_is_one_that_the_merge_workflow_listens_to() =>
        File.ReadAllText(RepositoryFiles.Path(".github", "workflows", "merge.yml"))
            .ShouldContain($"  repository_dispatch:\n    types: [{Commands.CommandServices.MergeEvent}]\n");

    [Fact]
    public void The_form_asks_for_keys_that_requests_have()
    {
        var form = File.ReadAllText(RepositoryFiles.Path(".github", "ISSUE_TEMPLATE", "ray-job.yml"));
        var labels = Label().Matches(form).Select(label => label.Groups[1].Value).ToArray();
        labels.Length.ShouldBe(12);
        foreach (var label in labels.Where(label => label != "team"))
        {
            var fields = label.StartsWith("workers.", StringComparison.Ordinal)
                ? JobModel.Requests.JobRequestFormat.WorkerGroup.Fields.Select(field => field.Key)
                : JobModel.Requests.JobRequestFormat.Request.Fields.Select(field => field.Key);
            fields.ShouldContain(label.Split('.')[^1]);
        }
    }

    [GeneratedRegex(@"run: \./rayquest (.+)$", RegexOptions.Multiline)]
    private static partial Regex Call();

    [GeneratedRegex("label: (.+)$", RegexOptions.Multiline)]
    private static partial Regex Label();
}

using System.Text.RegularExpressions;

namespace Rayquest.JobCli.Tests.House;

/// <summary>README shows a request, a wrong one, and what the linter says of it: all three are true.</summary>
public sealed partial class ReadmeTests
{
    private const string Command = "$ ./rayquest lint\n";

    [Theory]
    [InlineData("README.md")]
    [InlineData("README.zh-CN.md")]
    public void The_first_request_is_clean_and_the_second_gets_the_answer_that_is_shown(string name)
    {
        var readme = File.ReadAllText(RepositoryFiles.Path(name));
        var requests = Yaml().Matches(readme).Select(block => block.Groups[1].Value).ToArray();
        requests.Length.ShouldBe(2);
        Lint(requests[0]).Code.ShouldBe(0, Lint(requests[0]).Output);

        var shown = Console().Match(readme).Groups[1];
        var (code, output) = Lint(requests[1]);
        code.ShouldBe(1);
        if (
            Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1"
            && Environment.GetEnvironmentVariable("CI") != "true"
        )
        {
            File.WriteAllText(
                RepositoryFiles.Path(name),
                readme[..shown.Index] + Command + output + readme[(shown.Index + shown.Length)..]
            );
        }
        else
        {
            shown.Value.ShouldBe(Command + output);
        }
    }

    private static (int Code, string Output) Lint(string request) =>
        DocumentedRequests.Lint(("resnet-sweep.yaml", request));

    [GeneratedRegex("^```yaml\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Yaml();

    [GeneratedRegex("^```console\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Console();
}

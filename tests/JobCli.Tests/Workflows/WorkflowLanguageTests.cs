using System.Text.Json;
using Rayquest.JobCli.Tests.House;

namespace Rayquest.JobCli.Tests.Workflows;

public sealed class WorkflowLanguageTests
{
    // GitHub's documented context for `on: merge_group`; this version of the language service has no table of it and
    // says "might be invalid".
    internal const string UnknownToTheService = "Context access might be invalid: merge_group";

    [Fact]
    public void GitHub_accepts_every_workflow()
    {
        Needs.LanguageService();
        Ask(RepositoryFiles.Workflows())
            .Where(message => !message.EndsWith(UnknownToTheService, StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [Fact]
    public void GitHub_refuses_what_is_wrong()
    {
        Needs.LanguageService();
        var folder = Directory.CreateTempSubdirectory("rayquest-workflow-");
        try
        {
            var file = Path.Combine(folder.FullName, "bad.yml");
            File.WriteAllText(
                file,
                """
                name: bad
                on: push
                concurrency:
                  group: a
                  queue: often
                jobs:
                  a:
                    runs-on: ubuntu-latest
                  b:
                    runs-on: ubuntu-latest
                    needs: nobody
                    steps:
                      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
                        with: {fetch-dept: 0}
                      - run: 'true'
                        shel: bash
                """
            );
            var messages = Ask([file]);
            messages.ShouldContain(message => message.Contains("'often'", StringComparison.Ordinal));
            messages.ShouldContain(message => message.Contains("'nobody'", StringComparison.Ordinal));
            messages.ShouldContain(message => message.Contains("'fetch-dept'", StringComparison.Ordinal));
            messages.ShouldContain(message => message.Contains("'shel'", StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Actionlint_has_nothing_to_say()
    {
        Needs.Program("actionlint");
        var (code, output, errors) = Tool.Run("actionlint", RepositoryFiles.Workflows());
        code.ShouldBe(0, output + errors);
    }

    [Fact]
    public void Shellcheck_has_nothing_to_say_of_our_scripts()
    {
        Needs.Program("shellcheck");
        var (code, output, errors) = Tool.Run(
            "shellcheck",
            "build.sh",
            "rayquest",
            ".ci/run",
            "action/program.sh",
            "action/run.sh",
            "build/image.sh",
            "build/pin.sh",
            "build/publish.sh"
        );
        code.ShouldBe(0, output + errors);
    }

    internal static List<string> Ask(string[] files)
    {
        var (code, output, errors) = Tool.Run(
            "node",
            [RepositoryFiles.Path("tests", "workflows", "check.mjs"), .. files]
        );
        code.ShouldBe(0, errors);
        return
        [
            .. output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Select(found =>
                    $"{Path.GetFileName(found.GetProperty("file").GetString())}:{found.GetProperty("line")}: {found.GetProperty("message").GetString()}"
                ),
        ];
    }
}

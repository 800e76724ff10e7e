using System.Text.Json;
using Rayquest.JobCli.Commands;
using Rayquest.JobCli.Console;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobCli.Tests.CommandLineTests;

public sealed class LintTests : IDisposable
{
    private readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    [Fact]
    public void A_clean_request_is_exit_code_0()
    {
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good);
        (int code, string text, string error) = shell.Run("lint");
        (code, error).ShouldBe((0, ""));
        text.ShouldBe("1 file clean\n");
    }

    [Theory]
    [InlineData("lint", "--trace")]
    [InlineData("--trace", "lint")]
    public void What_rules_took_is_told_beside_the_result(params string[] arguments)
    {
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good);
        (int code, string text, string error) = shell.Run(arguments);
        (code, text).ShouldBe((0, "1 file clean\n"));
        error.ShouldMatch(@"(?m)^rule RQ2001 +[0-9]+\.[0-9]{3} ms  \S+$");
        error.Split('\n').Count(line => line.StartsWith("rule RQ", StringComparison.Ordinal)).ShouldBeGreaterThan(100);
    }

    [Fact]
    public void A_fault_is_exit_code_1_with_file_line_column_caret_and_help()
    {
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good + "timout: 1h\n");
        (int code, string text, _) = shell.Run("lint");
        code.ShouldBe(1);
        text.ShouldContain("jobs-requests/vision/train.yaml:4:1: error RQ0003 (unknown-key)\n");
        text.ShouldContain(" 4 | timout: 1h\n   | ^^^^^^\n");
        text.ShouldContain("did you mean `timeout`?");
        text.ShouldContain("help: rayquest explain RQ0003");
        text.ShouldNotContain("\u001b");
    }

    [Fact]
    public void One_request_is_judged_without_a_word_about_other_files()
    {
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good);
        shell.Write("jobs-requests/nlp/helper.py", "print(1)\n");
        shell.Run("lint", "jobs-requests/vision/train.yaml").ShouldBe((0, "1 file clean\n", ""));
        shell.Run("lint").Out.ShouldContain("jobs-requests/nlp/helper.py");
    }

    [Fact]
    public void A_file_that_is_no_request_at_all_counts_as_a_file()
    {
        shell.Write("jobs-requests/vision/train.yaml", "");
        shell.Run("lint").Out.ShouldEndWith("1 error, 0 warnings in 1 file\n");
    }

    [Fact]
    public void Outside_a_repository_there_is_nothing_to_call_clean()
    {
        string outside = Directory.CreateTempSubdirectory("rayquest-outside-").FullName;
        (int code, string text, string error) = Shell.RunIn(outside, "lint");
        (code, text).ShouldBe((2, ""));
        error.ShouldContain("no repository around the current folder");
        error.ShouldContain("--repo");
        Directory.Delete(outside);
    }

    [Fact]
    public void A_misspelt_key_of_a_policy_is_mended_where_that_is_certain()
    {
        shell.Write("policies/quotas.yaml", "teams: {vision: {approver: [bob]}}\n");
        shell.Run("lint", "--fix").Code.ShouldBe(0);
        File.ReadAllText(Path.Combine(shell.Root, "policies/quotas.yaml"))
            .ShouldBe("teams: {vision: {approvers: [bob]}}\n");
    }

    [Fact]
    public void Colours_are_for_terminals()
    {
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good + "timout: 1h\n");
        shell.Run("", isTerminal: true, "lint").Out.ShouldContain("\u001b[1;31merror\u001b[0m");
    }

    [Fact]
    public void A_broken_policy_is_exit_code_2_and_blames_no_request()
    {
        shell.Write("jobs-requests/vision/train.yaml", "name: X\n");
        shell.Write("policies/quotas.yaml", "teams: {vision: {approver: [bob]}}\n");
        (int code, string text, string error) = shell.Run("lint");
        code.ShouldBe(2);
        text.ShouldContain("policies/quotas.yaml:1:18");
        text.ShouldNotContain("jobs-requests");
        error.ShouldContain("platform's fault");
    }

    [Theory]
    [InlineData("lint", "nowhere.yaml")]
    [InlineData("lint", "policies/quotas.yaml")]
    [InlineData("lint", "--base", "main")]
    [InlineData("lint", "--format", "xml")]
    [InlineData("lint", "--manifest")]
    [InlineData("lint", "--repo", "nowhere")]
    [InlineData("explain", "RQ7777")]
    [InlineData("schema", "nonsense")]
    [InlineData("quota", "nobody")]
    [InlineData("frobnicate")]
    [InlineData("lnt")]
    public void Wrong_usage_is_exit_code_2_with_a_remedy(params string[] arguments)
    {
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good);
        (int code, string text, string error) = shell.Run(arguments);
        code.ShouldBe(2);
        text.ShouldBeEmpty();
        error.ShouldStartWith("rayquest: ");
        error.Split('\n').Length.ShouldBeGreaterThan(2, error);
        error.ShouldNotContain("   at ");
    }

    [Fact]
    public void A_commit_that_does_not_exist_is_the_worlds_fault()
    {
        (int code, _, string error) = shell.Run("lint", "--base", "main", "--head", "topic");
        code.ShouldBe(3);
        error.ShouldNotContain("   at ");
    }

    [Fact]
    public void Fixes_are_applied_in_place_and_once()
    {
        shell.Write(
            "jobs-requests/vision/train.yaml",
            "name: train # the job\nentrypoint: python train.py\nworker: {replicas: \"2\"}\nenv: {A: no}\r\n"
        );
        shell.Run("lint", "--fix").Code.ShouldBe(0);
        string repaired = shell.Read("jobs-requests/vision/train.yaml");
        repaired.ShouldBe(
            "name: train # the job\nentrypoint: python train.py\nworkers: {replicas: 2}\nenv: {A: \"no\"}\n"
        );
        shell.Run("lint", "--fix").Error.ShouldContain("0 fixes applied");
        shell.Read("jobs-requests/vision/train.yaml").ShouldBe(repaired);
    }

    [Fact]
    public void Json_keeps_its_contract()
    {
        shell.Write(
            "jobs-requests/vision/train.yaml",
            "name: train\nentrypoint: python \"\u00e9\U0001F600\" train.py\nworkers: {replicas: \"2\"}\n"
        );
        (int code, string text, _) = shell.Run("lint", "--format", "json");
        code.ShouldBe(1);
        using JsonDocument json = JsonDocument.Parse(text);
        json.RootElement.GetProperty("schema").GetInt32().ShouldBe(1);
        json.RootElement.GetProperty("tool").GetString().ShouldBe("rayquest");
        JsonElement finding = json.RootElement.GetProperty("findings")[0];
        finding.GetProperty("rule").GetString().ShouldBe("RQ0004");
        finding.GetProperty("line").GetInt32().ShouldBe(3);
        finding.GetProperty("column").GetInt32().ShouldBe(21);
        finding.GetProperty("endColumn").GetInt32().ShouldBe(24);
        finding.GetProperty("fix").GetProperty("edits")[0].GetProperty("text").GetString().ShouldBe("2");
        json.RootElement.GetProperty("summary").GetProperty("errors").GetInt32().ShouldBe(1);
    }

    [Fact]
    public void Sarif_has_what_the_standard_requires()
    {
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good + "timout: 1h\nretries: 99\n");
        using JsonDocument json = JsonDocument.Parse(shell.Run("lint", "--format", "sarif").Out);
        json.RootElement.GetProperty("version").GetString().ShouldBe("2.1.0");
        JsonElement run = json.RootElement.GetProperty("runs")[0];
        run.GetProperty("columnKind").GetString().ShouldBe("unicodeCodePoints");
        JsonElement rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules");
        JsonElement[] results = [.. run.GetProperty("results").EnumerateArray()];
        results.Length.ShouldBe(2);
        foreach (JsonElement result in results)
        {
            rules[result.GetProperty("ruleIndex").GetInt32()]
                .GetProperty("id")
                .GetString()
                .ShouldBe(result.GetProperty("ruleId").GetString());
            result.GetProperty("level").GetString().ShouldBe("error");
            result.GetProperty("message").GetProperty("text").GetString().ShouldNotBeNullOrEmpty();
            JsonElement place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
            place
                .GetProperty("artifactLocation")
                .GetProperty("uri")
                .GetString()
                .ShouldBe("jobs-requests/vision/train.yaml");
            place.GetProperty("region").GetProperty("startLine").GetInt32().ShouldBeGreaterThan(3);
        }
    }

    [Fact]
    public void Workflow_commands_hold_no_command_of_the_authors()
    {
        shell.Write("jobs-requests/vision/train.yaml", "name: \"x::error::y\\n::warning::z%\"\nentrypoint: a\n");
        string[] lines = shell.Run("lint", "--format", "github").Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (string line in lines[..^1])
        {
            line.ShouldStartWith("::error file=jobs-requests/vision/train.yaml,line=");
        }
    }

    [Fact]
    public void Control_characters_never_reach_the_terminal()
    {
        shell.Write("jobs-requests/vision/train.yaml", "name: \"\\e[31mred\"\nentrypoint: \"a\u202Eb\"\n");
        string text = shell.Run("lint").Out;
        text.ShouldNotContain("\u001b");
        text.ShouldNotContain("\u202E");
        text.ShouldContain("\\u202e");
    }

    [Fact]
    public void A_manifest_is_checked_with_its_place()
    {
        shell.Write("job.yaml", "apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {name: a}\nspec:\n  entrypont: x\n");
        (int code, string text, _) = shell.Run("lint", "--manifest", "job.yaml");
        code.ShouldBe(1);
        text.ShouldContain("job.yaml:5:3: error RQ40");
        text.ShouldContain("entrypoint");
    }

    private static readonly string Fixable = new ManifestExample { Spec = "backoffLimit: \"2\"" }.Text();

    [Fact]
    public void What_can_be_fixed_in_a_manifest_is_fixed()
    {
        shell.Write("m/job.yaml", Fixable);
        shell.Run("lint", "--manifest", "m").Out.ShouldContain("1 can be fixed by --fix");
        (_, string text, string error) = shell.Run("lint", "--manifest", "m", "--fix");
        error.ShouldContain("1 fix applied");
        text.ShouldNotContain("--fix");
        File.ReadAllText(Path.Combine(shell.Root, "m/job.yaml"))
            .ShouldBe(Fixable.Replace("\"2\"", "2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("lint", "--manifest", "-", "--fix")]
    [InlineData("lint", "--manifest", "m", "--fix", "--set", "A=b")]
    public void Only_files_as_they_are_can_be_fixed(params string[] arguments)
    {
        shell.Write("m/job.yaml", Fixable);
        (int code, _, string error) = shell.Run(arguments);
        code.ShouldBe(2);
        error.ShouldContain("`--fix` writes files as they are");
        File.ReadAllText(Path.Combine(shell.Root, "m/job.yaml")).ShouldBe(Fixable);
    }

    [Fact]
    public void An_empty_manifest_is_said_to_be_empty()
    {
        shell.Write("job.yaml", "");
        (int code, string text, _) = shell.Run("lint", "--manifest", "job.yaml");
        code.ShouldBe(1);
        text.ShouldContain("no manifest");
    }

    [Fact]
    public void A_folder_of_manifests_is_read_without_what_is_none_and_without_its_links_back()
    {
        shell.Write("m/job.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
        shell.Write("m/kustomization.yaml", "resources: [job.yaml]\n");
        shell.Write("m/sub/values.yaml", "a: 1\n");
        Directory.CreateSymbolicLink(Path.Combine(shell.Root, "m/sub/loop"), Path.Combine(shell.Root, "m"));
        shell
            .Run("lint", "--manifest", "m", "m/job.yaml")
            .ShouldBe(
                (
                    0,
                    "1 file clean\n",
                    "passed over 2 files without a manifest: m/kustomization.yaml, m/sub/values.yaml"
                        + Environment.NewLine
                )
            );
    }

    [Fact]
    public void A_file_that_can_not_be_read_is_named()
    {
        shell.Write("m/job.yaml", "apiVersion: v1\n");
        File.CreateSymbolicLink(Path.Combine(shell.Root, "m/gone.yaml"), "nowhere.yaml");
        (int code, _, string error) = shell.Run("lint", "--manifest", "m");
        code.ShouldBe(2);
        error.ShouldContain("`m/gone.yaml` can't be read");
    }

    [Fact]
    public void The_version_is_one_line() =>
        shell.Run("--version").ShouldBe((0, ProgramVersion.Text + Environment.NewLine, ""));

    [Fact]
    public void Help_of_every_command_has_examples()
    {
        foreach (IProgramCommand command in CommandLine.Commands)
        {
            string name = command.Name;
            (int code, string text, _) = shell.Run(name, "--help");
            code.ShouldBe(0, name);
            text.ShouldContain("Examples:", customMessage: name);
            text.ShouldContain($"rayquest {name}", customMessage: name);
        }
    }
}

using Rayquest.JobModel.Fields;
using Rayquest.JobModel.Formats;

namespace Rayquest.JobCli.Tests.CommandLineTests;

public sealed class NewTests : IDisposable
{
    private readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    [Fact]
    public void A_request_from_the_command_line_is_valid()
    {
        (int code, string text, string error) = shell.Run(
            "new",
            "vision",
            "resnet",
            "--entrypoint",
            "python train.py --lr 0.1",
            "--gpu",
            "a100",
            "--gpus",
            "2",
            "--timeout",
            "6h",
            "--image",
            "gpu"
        );
        (code, error).ShouldBe((0, ""));
        text.ShouldContain("jobs-requests/vision/resnet.yaml");
        shell.Read("jobs-requests/vision/resnet.yaml").ShouldContain("workers: {replicas: 1, gpu: a100, gpus: 2}");
        shell.Run("lint").Code.ShouldBe(0);
    }

    [Theory]
    [InlineData("RayCluster", "--lease", "7d", "lease: 7d")]
    [InlineData("RayService", "--import-path", "chat:app", "chat:app")]
    public void Of_every_kind(string kind, string option, string value, string line)
    {
        (int code, _, string error) = shell.Run("new", "vision", "shared", "--kind", kind, option, value);
        (code, error).ShouldBe((0, ""));
        string text = shell.Read("jobs-requests/vision/shared.yaml");
        text.ShouldContain($"kind: {kind}\n");
        text.ShouldContain(line);
        text.ShouldNotContain("entrypoint");
    }

    [Fact]
    public void A_schedule_is_asked_for_until_it_is_one()
    {
        (int code, _, string error) = shell.Run(
            "0 3 * *\n0 4 * * *\nCEST\nEurope/Berlin\npython eval.py\n1\n0\n",
            isTerminal: true,
            "new",
            "--kind",
            "RayCronJob",
            "vision",
            "nightly",
            "--timeout",
            "1h"
        );
        code.ShouldBe(0, error);
        error.ShouldContain("five fields");
        string text = shell.Read("jobs-requests/vision/nightly.yaml");
        text.ShouldContain("kind: RayCronJob\nname: nightly\n");
        text.ShouldContain("timeZone: Europe/Berlin\nentrypoint: python eval.py\n");
    }

    [Fact]
    public void Nothing_is_overwritten()
    {
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good);
        (int code, _, string error) = shell.Run("new", "vision", "train", "--entrypoint", "x");
        code.ShouldBe(2);
        error.ShouldContain("exists already");
        shell.Read("jobs-requests/vision/train.yaml").ShouldBe(Shell.Good);
    }

    [Fact]
    public void On_a_terminal_it_asks_until_the_answer_will_do()
    {
        (int code, _, string error) = shell.Run("\nMy Job\nmy-job\npython a.py: b\n2\n0\n", isTerminal: true, "new");
        code.ShouldBe(0);
        error.ShouldContain("wanted: lower-case letters");
        shell
            .Read("jobs-requests/vision/my-job.yaml")
            .ShouldContain("entrypoint: \"python a.py: b\"\nworkers: {replicas: 2}\n");
    }

    [Fact]
    public void Without_a_terminal_it_says_what_is_missing()
    {
        (int code, _, string error) = shell.Run("new");
        code.ShouldBe(2);
        error.ShouldContain("name is not given");
    }

    [Fact]
    public void An_end_of_input_leaves_nothing_behind()
    {
        shell.Run("vision\n", isTerminal: true, "new").Code.ShouldBe(3);
        Directory.Exists(Path.Combine(shell.Root, "jobs-requests")).ShouldBeFalse();
    }

    [Fact]
    public void Schemas_are_compared_with_what_this_version_writes()
    {
        shell.Run("schema", "--check").Code.ShouldBe(1);
        shell.Run("schema", "--write").Code.ShouldBe(0);
        shell.Run("schema", "--check").Code.ShouldBe(0);
        shell.Write("policies/schema/rules.schema.json", "{}");
        (int code, string output, _) = shell.Run("schema", "--check");
        code.ShouldBe(1);
        output.ShouldBe(
            "policies/schema/rules.schema.json is not what this version writes\nwrite it with `rayquest schema --write`\n"
        );
    }

    [Theory]
    [InlineData("bash", "complete ")]
    [InlineData("zsh", "#compdef rayquest")]
    [InlineData("fish", "complete -c rayquest")]
    public void Shells_learn_our_words(string name, string part) =>
        shell.Run("completion", name).Out.ShouldContain(part);

    [Fact]
    public void Every_rule_has_its_page()
    {
        string list = shell.Run("explain").Out;
        list.ShouldContain("RQ0001");
        string page = shell.Run("explain", "syntax-error").Out;
        page.ShouldStartWith("# RQ0001: syntax-error");
        page.ShouldContain("## Wrong");
    }

    [Fact]
    public void Every_key_of_every_kind_is_explained()
    {
        foreach (string key in JobLint.Catalogue.KeyPage.All)
        {
            JobLint.Catalogue.KeyPage.Markdown(key).ShouldNotBeNull().ShouldStartWith($"# `{key}`");
        }

        shell.Run("explain", "workers.gpu").Out.ShouldContain("catalogue");
        shell.Run("explain", "schedule").Out.ShouldContain("Of: RayCronJob.");
        shell.Run("explain", "RayCronJob").Out.ShouldContain("| `timeZone` |");
        shell.Run("explain", "RayCluster").Out.ShouldNotContain("| `schedule` |");
        (int code, _, string error) = shell.Run("explain", "shedule");
        code.ShouldBe(2);
        error.ShouldContain("schedule");
    }
}

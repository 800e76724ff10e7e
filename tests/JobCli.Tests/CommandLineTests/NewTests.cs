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

    private const string Template =
        "description: Trains a model.\nparams:\n  lr: {type: number, max: 1, help: the learning rate}\n  data: {type: string}\n  epochs: {type: integer, default: 3, help: how often}\nrequest:\n  entrypoint: python train.py --lr ${params.lr} --data ${params.data} --epochs ${params.epochs}\n  workers: {replicas: 1}\n";

    [Fact]
    public void Of_a_template()
    {
        shell.Write("policies/templates/train.yaml", Template);
        string[] start = ["new", "vision", "tune", "--template", "train"];
        (int code, _, string error) = shell.Run([.. start, "--param", "lr=0.1", "--param", "data=yes: it is"]);
        (code, error).ShouldBe((0, ""));
        shell
            .Read("jobs-requests/vision/tune.yaml")
            .ShouldEndWith(
                "name: tune\ntemplate: train\nparams:\n  lr: 0.1  # the learning rate\n  data: \"yes: it is\"\n  # epochs: 3  # how often\n"
            );
        shell.Run("lint").Code.ShouldBe(0);
        shell.Run("render", "--stdout").Out.ShouldContain("--data yes: it is --epochs 3");
    }

    [Theory]
    [InlineData("data is not given", "--template", "train", "--param", "lr=0.1")]
    [InlineData("wanted: a number, 1 at most", "--template", "train", "--param", "lr=2", "--param", "data=x")]
    [InlineData("has no parameter `rl`; did you mean `lr`?", "--template", "train", "--param", "rl=2")]
    [InlineData("`lr` gives no value", "--template", "train", "--param", "lr")]
    [InlineData("there is no template `trian`; did you mean `train`?", "--template", "trian")]
    [InlineData("--workers is what the template decides", "--template", "train", "--workers", "3")]
    [InlineData("--param is of a template", "--param", "lr=2")]
    public void What_a_template_does_not_take_is_said(string said, params string[] options)
    {
        shell.Write("policies/templates/train.yaml", Template);
        (int code, _, string error) = shell.Run(["new", "vision", "tune", .. options]);
        code.ShouldBe(2);
        error.ShouldContain(said);
        shell.Exists("jobs-requests/vision/tune.yaml").ShouldBeFalse();
    }

    [Fact]
    public void An_editor_is_offered_templates_parameters_and_their_values()
    {
        shell.Write(
            "policies/templates/train.yaml",
            Template.Replace("data: {type: string}", "data: {type: choice, allowed: [cifar, imagenet]}")
        );
        LanguageServer.LanguageService service = new(shell.Root);
        const string path = "jobs-requests/vision/tune.yaml";
        service.Change(path, "name: tune\ntemplate: train\nparams:\n  lr: 0.1\n  data: \n");
        service.Complete(path, 1, "template: ".Length).ShouldBe([("train", "Trains a model.", false)]);
        service.Complete(path, 3, 2).Select(c => c.Label).ShouldBe(["lr", "data", "epochs"]);
        service.Complete(path, 4, "  data: ".Length).Select(c => c.Label).ShouldBe(["cifar", "imagenet"]);
        service.Definition(path, 1, 12).ShouldBe(("policies/templates/train.yaml", 0));
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

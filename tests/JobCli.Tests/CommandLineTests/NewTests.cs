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
    public void The_schemas_in_the_repository_are_what_the_program_writes()
    {
        string root = House.RepositoryFiles.Root;
        foreach (SchemaDocument document in SchemaDocument.All)
        {
            File.ReadAllText(Path.Combine(root, "policies", "schema", document.FileName))
                .ShouldBe(
                    document.Write(),
                    $"run `rayquest schema --write` and commit policies/schema/{document.FileName}"
                );
        }
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
}

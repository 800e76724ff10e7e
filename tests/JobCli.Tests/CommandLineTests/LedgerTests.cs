using Rayquest.JobCli.Tests.House;

namespace Rayquest.JobCli.Tests.CommandLineTests;

/// <summary>
/// <c>rayquest ledger rebuild</c> in a repository that began as a copy of somebody's, with jobs of a team that nobody here knows:
/// what is counted, what is said before it is written, and what a dry run leaves alone.
/// </summary>
public sealed class LedgerTests : IDisposable
{
    private const string Ours = "  vision: {approvers: [bob], hard: {gpus: {a100: 8}}}\n";
    private readonly Shell shell = new();
    private readonly string copied;

    public LedgerTests()
    {
        Needs.Program("git");
        Git("init", "--quiet", "--initial-branch=main");
        shell.Write("policies/quotas.yaml", "teams:\n" + Ours + "  seed: {approvers: [bob]}\n");
        Merge("seed", "theirs");
        Merge("vision", "first");
        copied = Git("rev-parse", "HEAD").Trim();
        Merge("vision", "second");
        shell.Write("policies/quotas.yaml", "teams:\n" + Ours);
        Commit("Ours alone");
    }

    public void Dispose() => shell.Dispose();

    [Fact]
    public void A_dry_run_says_what_and_where_and_writes_nothing()
    {
        string references = Git("for-each-ref");
        (int code, string output, string errors) = shell.Run("ledger", "rebuild", "--dry-run");
        code.ShouldBe(0, errors);
        output.ShouldBe(
            "would write to the local branch ledger: 2 jobs (vision 2) added, 0 ended\n"
                + "left out, of teams that policies/quotas.yaml doesn't list (--all-teams counts them): 1 job (seed 1)\n"
        );
        Git("for-each-ref").ShouldBe(references);
    }

    [Fact]
    public void Since_a_commit_nothing_before_it_is_counted()
    {
        (int code, string output, string errors) = shell.Run("ledger", "rebuild", "--dry-run", "--since", copied);
        code.ShouldBe(0, errors);
        output.ShouldBe("would write to the local branch ledger: 1 job (vision 1) added, 0 ended\n");
        shell.Run("ledger", "rebuild", "--since", copied).Code.ShouldBe(0);
        Exported().ShouldBe(["second"]);
    }

    [Fact]
    public void All_teams_counts_those_that_are_gone()
    {
        (int code, string output, string errors) = shell.Run("ledger", "rebuild", "--dry-run", "--all-teams");
        code.ShouldBe(0, errors);
        output.ShouldBe("would write to the local branch ledger: 3 jobs (seed 1, vision 2) added, 0 ended\n");
        shell.Run("ledger", "rebuild", "--all-teams").Code.ShouldBe(0);
        Exported().ShouldBe(["first", "second", "theirs"], ignoreOrder: true);
    }

    [Fact]
    public void What_was_said_is_what_is_written_and_a_second_time_nothing()
    {
        (int code, string output, string errors) = shell.Run("ledger", "rebuild");
        code.ShouldBe(0, errors);
        output.ShouldStartWith("writing to the local branch ledger: 2 jobs (vision 2) added, 0 ended\n");
        Exported().ShouldBe(["first", "second"], ignoreOrder: true);
        string head = Git("rev-parse", "refs/heads/ledger");
        shell
            .Run("ledger", "rebuild")
            .Out.ShouldStartWith("writing to the local branch ledger: no job added, 0 ended\n");
        Git("rev-parse", "refs/heads/ledger").ShouldBe(head);
    }

    [Fact]
    public void A_commit_that_is_not_there_is_named()
    {
        (int code, _, string errors) = shell.Run("ledger", "rebuild", "--dry-run", "--since", "nowhere");
        code.ShouldBe(3);
        errors.ShouldContain("'nowhere' names no commit of this repository");
    }

    // The requests' names, of whose jobs there are rows.
    private string[] Exported()
    {
        (int code, string output, string errors) = shell.Run("ledger", "export", "--format", "csv");
        code.ShouldBe(0, errors);
        return
        [
            .. new[] { "first", "second", "theirs" }.Where(name =>
                output.Contains($",{name}-", StringComparison.Ordinal)
                || output.Contains($"/{name}.yaml", StringComparison.Ordinal)
            ),
        ];
    }

    private void Merge(string team, string name)
    {
        shell.Write(
            $"jobs-requests/{team}/{name}.yaml",
            $"name: {name}\nowner: alice\nentrypoint: python {name}.py\nworkers: {{replicas: 2}}\n"
        );
        (int code, string output, string errors) = shell.Run("render");
        code.ShouldBe(0, output + errors);
        Commit($"Run {name}");
    }

    private void Commit(string message)
    {
        Git("add", "--all");
        Git("commit", "--quiet", $"--message={message}");
    }

    private string Git(params string[] arguments)
    {
        (int code, string output, string errors) = Tool.Run(
            "git",
            ["-c", "user.name=alice", "-c", "user.email=alice@example.com", .. arguments],
            shell.Root,
            []
        );
        code.ShouldBe(0, errors);
        return output;
    }
}

using Rayquest.JobCli.Tests.House;

namespace Rayquest.JobCli.Tests.CommandLineTests;

public sealed class RenderTests : IDisposable
{
    private readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    [Fact]
    public void A_request_becomes_a_file_and_stays_frozen_whatever_the_policies_say()
    {
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good);
        shell.Run("render").Code.ShouldBe(0);
        string first = shell.Read("jobs/vision/train.yaml");
        first.ShouldContain("image: rayproject/ray:2.52.0-py312-cpu");
        shell.Write("policies/images.yaml", "aliases: {ray: 'rayproject/ray:2.53.0-py312-cpu'}\n");
        (int code, string text, _) = shell.Run("render");
        code.ShouldBe(0);
        text.ShouldContain("0 written, 0 removed, 1 unchanged");
        shell.Read("jobs/vision/train.yaml").ShouldBe(first);
        shell.Run("render", "--check").Code.ShouldBe(0);
    }

    [Fact]
    public void An_edited_request_is_a_new_object_and_a_removed_one_removes_its_job()
    {
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good);
        shell.Run("render");
        string first = shell.Read("jobs/vision/train.yaml");
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good + "run: 2\n");
        shell.Run("render").Out.ShouldContain("changed  jobs/vision/train.yaml");
        shell.Read("jobs/vision/train.yaml").ShouldNotBe(first);
        File.Delete(Path.Combine(shell.Root, "jobs-requests/vision/train.yaml"));
        shell.Run("render").Out.ShouldContain("removed  jobs/vision/train.yaml");
        shell.Exists("jobs/vision/train.yaml").ShouldBeFalse();
    }

    [Fact]
    public void Check_shows_the_difference_and_writes_nothing()
    {
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good);
        (int code, string text, _) = shell.Run("render", "--check");
        code.ShouldBe(1);
        text.ShouldContain("+++ b/jobs/vision/train.yaml");
        text.ShouldContain("+kind: RayJob");
        shell.Exists("jobs/vision/train.yaml").ShouldBeFalse();
    }

    [Fact]
    public void What_a_killed_run_left_half_written_is_removed_and_what_another_writes_is_not()
    {
        // No process has so high a number.
        string left = $"jobs/vision/train.yaml.{int.MaxValue}.tmp";
        string current = $"jobs/vision/other.yaml.{Environment.ProcessId}.tmp";
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good);
        shell.Write(left, "half");
        shell.Write(current, "half");
        shell.Write("jobs/vision/notes.tmp", "mine");
        shell.Run("render", "--check");
        shell.Exists(left).ShouldBeTrue();
        shell.Run("render").Code.ShouldBe(0);
        shell.Exists(left).ShouldBeFalse();
        shell.Exists(current).ShouldBeTrue();
        shell.Exists("jobs/vision/notes.tmp").ShouldBeTrue();
        shell.Exists("jobs/vision/train.yaml").ShouldBeTrue();
    }

    [Fact]
    public void A_hand_edited_file_is_found_and_put_right()
    {
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good);
        shell.Run("render");
        string good = shell.Read("jobs/vision/train.yaml");
        shell.Write("jobs/vision/train.yaml", good.Replace("replicas: 2", "replicas: 200", StringComparison.Ordinal));
        shell.Run("lint").Code.ShouldBe(1);
        shell.Run("render", "--check").Code.ShouldBe(1);
        shell.Run("render").Code.ShouldBe(0);
        shell.Read("jobs/vision/train.yaml").ShouldBe(good);
    }

    [Fact]
    public void A_faulty_request_is_not_rendered_and_the_others_are()
    {
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good);
        shell.Write("jobs-requests/vision/bad.yaml", "name: bad\nentrypoint: x\nworkers: {replicas: many}\n");
        (int code, _, string error) = shell.Run("render");
        code.ShouldBe(1);
        error.ShouldContain("jobs-requests/vision/bad.yaml:3:");
        shell.Exists("jobs/vision/train.yaml").ShouldBeTrue();
        shell.Exists("jobs/vision/bad.yaml").ShouldBeFalse();
    }

    [Fact]
    public void A_fault_of_a_profile_is_told_at_the_profiles_line()
    {
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good + "profile: odd\n");
        shell.Write(
            "policies/profiles/odd.yaml",
            "spec:\n  rayClusterSpec:\n    headGroupSpec:\n      template:\n        spec:\n          hostNetwrk: true\n"
        );
        (int code, _, string error) = shell.Run("render");
        code.ShouldBe(1);
        error.ShouldContain("policies/profiles/odd.yaml:6:11");
    }

    [Fact]
    public void Stdout_prints_and_writes_nothing()
    {
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good);
        (int code, string text, _) = shell.Run("render", "--stdout", "jobs-requests/vision/train.yaml");
        code.ShouldBe(0);
        text.ShouldStartWith("---\n# Rendered by Rayquest from jobs-requests/vision/train.yaml");
        shell.Exists("jobs/vision/train.yaml").ShouldBeFalse();
    }

    [Fact]
    public void What_is_rendered_can_be_imported_again()
    {
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good);
        shell.Run("render");
        (int code, string text, _) = shell.Run("import", "jobs/vision/train.yaml");
        code.ShouldBe(0);
        text.ShouldContain("entrypoint: python train.py");
        shell.Run("import", "jobs/vision/train.yaml", "--team", "nlp").Code.ShouldBe(0);
        shell.Run("import", "jobs/vision/train.yaml", "--team", "nlp").Code.ShouldBe(2, "it exists already");
    }

    [Fact]
    public void Quota_counts_what_is_live()
    {
        shell.Write(
            "jobs-requests/vision/train.yaml",
            "name: train\nentrypoint: python train.py\nimage: gpu\nworkers: {replicas: 2, gpus: 2}\ntimeout: 1h\n"
        );
        shell.Run("render").Code.ShouldBe(0);
        (int code, string text, _) = shell.Run("quota", "vision");
        code.ShouldBe(0);
        text.ShouldContain("a100");
        text.ShouldContain("train 4");
        shell.Run("quota", "--format", "json").Out.ShouldContain("\"resource\": \"a100\"");
    }

    [Fact]
    public void Render_and_lint_ask_the_branch_and_not_the_folder()
    {
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good);
        Git("init", "-q", "-b", "main");
        Git("add", "policies");
        Git("commit", "-q", "-m", "Begin");
        shell.Run("render").Code.ShouldBe(0);
        const string file = "jobs/vision/train.yaml";
        string first = shell.Read(file);

        // Not merged: other policies, another manifest, and both are evaluated.
        shell.Write("policies/images.yaml", "aliases: {ray: 'rayproject/ray:2.53.0-py312-cpu'}\n");
        shell.Run("render").Code.ShouldBe(0);
        shell.Read(file).ShouldNotBe(first);
        shell.Write("policies/rules.yaml", "naming: {vision: '^v-.*$'}\n");
        shell.Run("lint").Code.ShouldBe(1);

        // Merged: nothing changes any more, and nothing is evaluated again.
        string merged = shell.Read(file);
        Git("add", "-A");
        Git("commit", "-q", "-m", "Merge");
        shell.Write("policies/images.yaml", "aliases: {ray: 'rayproject/ray:2.54.0-py312-cpu'}\n");
        shell.Run("render").Code.ShouldBe(0);
        shell.Read(file).ShouldBe(merged);
        shell.Run("lint").Code.ShouldBe(0);
        shell.Run("render", "--check").Code.ShouldBe(0);
    }

    private void Git(params string[] arguments) =>
        Tool.Run("git", ["-c", "user.name=Alice", "-c", "user.email=alice@example.com", .. arguments], shell.Root, [])
            .Code.ShouldBe(0);
}

using System.Text;
using Rayquest.JobLint.Context;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobRender.Folder;

namespace Rayquest.JobRender.Tests;

public class JobsFolderTests
{
    private const string Request = "name: hello\nentrypoint: python a.py\nimage: rayproject/ray:2.52.0\n";
    private const string RequestFile = "jobs-requests/vision/hello.yaml";
    private const string JobFile = "jobs/vision/hello.yaml";

    private static MemoryTree Tree(params (string Path, string Text)[] files) =>
        new(files.ToDictionary(f => f.Path, f => Encoding.UTF8.GetBytes(f.Text), StringComparer.Ordinal));

    private static IReadOnlyList<PlannedRequest> Planned(MemoryTree tree)
    {
        PolicySet policies = PolicyLoader.Load(tree).Policies;
        return
        [
            .. tree.List(RequestPath.Requests)
                .Where(e => RequestPath.IsRequest(e.Path))
                .Select(e => new PlannedRequest(
                    e.Path,
                    JobPlanner.Plan(RequestDocument.Read(e.Path, tree.Read(e.Path)!.Value.Span), policies, tree)
                )),
        ];
    }

    private static RenderDecision Only(MemoryTree tree, MemoryTree? merged = null) =>
        JobsFolder.Decide(Planned(tree), tree, merged ?? tree).ShouldHaveSingleItem();

    private static string Text(ReadOnlyMemory<byte>? bytes) => Encoding.UTF8.GetString(bytes!.Value.Span);

    private static string Rendered(string request = Request, string policies = "labelPrefix: rayquest.dev\n") =>
        Text(Only(Tree((RequestFile, request), ("policies/platform.yaml", policies))).Wanted);

    [Fact]
    public void A_new_request_is_written()
    {
        RenderDecision decision = Only(Tree((RequestFile, Request)));
        decision.Action.ShouldBe(RenderAction.Write);
        decision.Reason.ShouldBe(RenderReason.NewRequest);
        decision.Path.ShouldBe(JobFile);
        decision.Rendered.ShouldNotBeNull().Path.ShouldBe(JobFile);
        decision.Diff().ShouldStartWith("--- /dev/null\n+++ b/jobs/vision/hello.yaml\n@@ -0,0 +1,");
    }

    [Fact]
    public void What_is_rendered_is_kept()
    {
        RenderDecision decision = Only(Tree((RequestFile, Request), (JobFile, Rendered())));
        decision.Action.ShouldBe(RenderAction.Keep);
        decision.Reason.ShouldBe(RenderReason.Frozen);
        decision.IsOff.ShouldBeFalse();
        decision.Diff().ShouldBe("");
    }

    [Fact]
    public void A_merged_file_stays_when_policies_change()
    {
        RenderDecision decision = Only(
            Tree(
                (RequestFile, Request),
                (JobFile, Rendered()),
                ("policies/platform.yaml", "labelPrefix: other.example.com\ndefaults: {head: {cpu: 16}}\n")
            )
        );
        decision.Reason.ShouldBe(RenderReason.Frozen);
        Text(decision.Wanted).ShouldBe(Rendered());
    }

    [Fact]
    public void A_merged_file_stays_when_the_request_only_looks_different() =>
        Only(
            Tree(
                (
                    RequestFile,
                    "# why\nimage: \"rayproject/ray:2.52.0\"\nentrypoint: python a.py\nname: hello\ndescription: new words\n"
                ),
                (JobFile, Rendered())
            )
        )
            .Reason.ShouldBe(RenderReason.Frozen);

    [Fact]
    public void An_edited_request_is_rendered_anew_under_a_new_name()
    {
        RenderDecision decision = Only(Tree((RequestFile, Request + "run: 2\n"), (JobFile, Rendered())));
        decision.Action.ShouldBe(RenderAction.Write);
        decision.Reason.ShouldBe(RenderReason.RequestChanged);
        decision.Header!.Jobs[0].Name.ShouldNotBe(JobHeader.Read(decision.Current!.Value, out _)!.Jobs[0].Name);
    }

    [Fact]
    public void A_hand_edited_file_is_put_right()
    {
        string edited = Rendered().Replace("python a.py", "rm -rf /", StringComparison.Ordinal);
        RenderDecision decision = Only(Tree((RequestFile, Request), (JobFile, edited)));
        decision.Action.ShouldBe(RenderAction.Write);
        decision.Reason.ShouldBe(RenderReason.HandEdited);
        Text(decision.Wanted).ShouldBe(Rendered());
        decision.Diff().ShouldContain("-  entrypoint: rm -rf /\n+  entrypoint: python a.py\n");
    }

    [Fact]
    public void A_hand_edited_file_is_restored_from_what_was_merged_not_from_todays_policies()
    {
        string edited = Rendered().Replace("python a.py", "rm -rf /", StringComparison.Ordinal);
        MemoryTree head = Tree(
            (RequestFile, Request),
            (JobFile, edited),
            ("policies/platform.yaml", "defaults: {head: {cpu: 16}}\n")
        );
        MemoryTree merged = Tree((RequestFile, Request), (JobFile, Rendered()));
        RenderDecision decision = Only(head, merged);
        decision.Reason.ShouldBe(RenderReason.HandEdited);
        Text(decision.Wanted).ShouldBe(Rendered());
    }

    [Fact]
    public void A_forged_header_is_not_believed_in_a_proposed_tree()
    {
        // The content is sealed properly, but nobody merged it.
        string forged = Rendered(policies: "defaults: {head: {cpu: 64}}\n");
        MemoryTree head = Tree((RequestFile, Request), (JobFile, forged));
        JobsFolder.IntactHeader(JobFile, Encoding.UTF8.GetBytes(forged)).ShouldNotBeNull();
        RenderDecision decision = Only(head, merged: Tree((RequestFile, Request)));
        decision.Action.ShouldBe(RenderAction.Write);
        decision.Reason.ShouldBe(RenderReason.HandEdited);
        Text(decision.Wanted).ShouldBe(Rendered());
    }

    [Fact]
    public void An_unmerged_rendering_that_is_right_is_up_to_date() =>
        Only(Tree((RequestFile, Request), (JobFile, Rendered())), merged: Tree())
            .Reason.ShouldBe(RenderReason.UpToDate);

    [Fact]
    public void The_job_of_a_removed_request_is_removed()
    {
        RenderDecision decision = Only(Tree((JobFile, Rendered())));
        decision.Action.ShouldBe(RenderAction.Remove);
        decision.Reason.ShouldBe(RenderReason.RequestGone);
        decision.Header!.Jobs.ShouldHaveSingleItem();
        decision.Diff().ShouldContain("+++ /dev/null");
    }

    [Theory]
    [InlineData("jobs/vision/smuggled.yaml", "kind: Pod\n")]
    [InlineData("jobs/vision/deep/smuggled.json", "{}")]
    [InlineData(
        "jobs/vision/smuggled.yml",
        "# Rendered by Rayquest from jobs-requests/vision/x.yaml; do not edit this file, edit the request.\n# rayquest: {}\n"
    )]
    public void A_smuggled_file_is_removed(string path, string text)
    {
        RenderDecision decision = Only(Tree((path, text)));
        decision.Action.ShouldBe(RenderAction.Remove);
        decision.Reason.ShouldBe(RenderReason.NoRequest);
    }

    [Fact]
    public void Files_argo_cd_does_not_apply_are_left_alone() =>
        JobsFolder
            .Decide([], Tree(("jobs/README.md", "x"), ("jobs/README.yaml", "x"), ("jobs/vision/.gitkeep", "")), Tree())
            .ShouldBeEmpty();

    [Fact]
    public void The_job_of_a_broken_request_is_left_alone()
    {
        MemoryTree tree = Tree((RequestFile, "name: hello\n  bad"), (JobFile, Rendered()));
        RenderDecision decision = Only(tree);
        decision.Action.ShouldBe(RenderAction.Keep);
        decision.Reason.ShouldBe(RenderReason.RequestBroken);
    }

    [Fact]
    public void A_file_moved_to_another_request_is_not_frozen_there()
    {
        RenderDecision decision = JobsFolder
            .Decide(
                Planned(Tree((RequestFile, Request))),
                Tree(
                    (
                        JobFile,
                        Rendered().Replace("jobs-requests/vision/", "jobs-requests/audio/", StringComparison.Ordinal)
                    )
                ),
                Tree()
            )
            .ShouldHaveSingleItem();
        decision.Reason.ShouldBe(RenderReason.HandEdited);
    }

    [Fact]
    public void Decisions_are_in_order_of_path_whatever_the_order_of_requests()
    {
        MemoryTree tree = Tree(
            ("jobs-requests/b/one.yaml", Request.Replace("hello", "one", StringComparison.Ordinal)),
            ("jobs-requests/a/two.yaml", Request.Replace("hello", "two", StringComparison.Ordinal)),
            ("jobs/a/gone.yaml", "x")
        );
        IReadOnlyList<PlannedRequest> requests = Planned(tree);
        string[] forward =
        [
            .. JobsFolder.Decide(requests, tree, tree).Select(d => $"{d.Path} {d.Action} {d.Header?.ContentDigest}"),
        ];
        string[] backward =
        [
            .. JobsFolder
                .Decide([.. requests.Reverse()], tree, tree)
                .Select(d => $"{d.Path} {d.Action} {d.Header?.ContentDigest}"),
        ];
        backward.ShouldBe(forward);
        forward.Select(f => f.Split(' ')[0]).ShouldBe(["jobs/a/gone.yaml", "jobs/a/two.yaml", "jobs/b/one.yaml"]);
    }
}

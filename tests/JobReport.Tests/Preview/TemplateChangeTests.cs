using System.Text;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.JobReport.Tests.Preview;

/// <summary>Requests that are made of a template, on their way through a review.</summary>
public sealed class TemplateChangeTests
{
    private const string Path = "jobs-requests/vision/tune.yaml";
    private const string Job = "jobs/vision/tune.yaml";
    private const string TemplatePath = "policies/templates/train.yaml";
    private const string Template =
        "description: d\nparams:\n  lr: {type: number, max: 1}\n  gpus: {type: integer, max: 99}\nrequest:\n  entrypoint: python train.py --lr ${params.lr}\n  timeout: 2h\n  workers: {replicas: \"${params.gpus}\", gpu: a100, gpus: 1}\n";

    private static string Request(int gpus, string lr = "0.1") =>
        $"name: tune\nowner: alice\ntemplate: train\nparams:\n  lr: {lr}\n  gpus: {gpus}\n";

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    [Fact]
    public void It_is_judged_counted_and_rendered_like_any_other()
    {
        ChangeEvaluation preview = new Change().Live(TemplatePath, Template).Put(Path, Request(4)).Preview();
        preview.Findings.ShouldBeEmpty();
        preview.Verdict.ShouldBe(Verdict.Pass);
        preview.Quota.Single(q => q.Team == "vision" && q.Resource == "a100").After.ToDouble().ShouldBe(4);
        Text(preview.RenderChanges.Single().Bytes!.Value).ShouldContain("entrypoint: python train.py --lr 0.1\n");
    }

    [Fact]
    public void A_quota_is_missed_at_the_parameter()
    {
        string template = Template.Replace(
            "{replicas: \"${params.gpus}\", gpu: a100, gpus: 1}",
            "{replicas: 8, gpu: a100, gpus: \"${params.gpus}\"}",
            StringComparison.Ordinal
        );
        ChangeEvaluation preview = new Change().Live(TemplatePath, template).Put(Path, Request(4)).Preview();
        preview.Verdict.ShouldBe(Verdict.Blocked);
        preview.Findings.ShouldContain(f =>
            f.Rule.Code == "RQ2001"
            && f.Span.Source.Path == Path
            && f.Span.Start.Line == 6
            && f.Message.EndsWith("(parameter `gpus`, policies/templates/train.yaml:8)")
        );
        ReviewComment.Write(preview, Place).ToString().ShouldContain("policies/templates/train.yaml:8");
    }

    [Fact]
    public void What_no_parameter_decides_is_found_at_the_template()
    {
        ChangeEvaluation preview = new Change().Live(TemplatePath, Template).Put(Path, Request(40)).Preview();
        preview.Verdict.ShouldBe(Verdict.Blocked);
        preview.Findings.ShouldContain(f =>
            f.Rule.Code == "RQ2001"
            && f.Span.Start.Line == 3
            && f.Span.Text == "train"
            && f.Message.EndsWith("(template `train`, policies/templates/train.yaml:8)")
        );
    }

    [Fact]
    public void The_template_of_the_base_counts()
    {
        ChangeEvaluation preview = new Change()
            .Live(TemplatePath, Template)
            .Put(Path, Request(4))
            .Put(TemplatePath, Template.Replace("train.py", "evil.py", StringComparison.Ordinal))
            .Preview();
        preview.Verdict.ShouldBe(Verdict.Blocked);
        preview.RenderChanges.ShouldAllBe(c => !Text(c.Bytes!.Value).Contains("evil.py"));
        new Change().Put(Path, Request(4)).Preview().Findings.ShouldContain(f => f.Rule.Name == "unknown-template");
    }

    [Fact]
    public void A_merged_job_stays_what_it_was_when_its_template_changes_or_goes()
    {
        byte[] rendered = new Change()
            .Live(TemplatePath, Template)
            .Put(Path, Request(4))
            .Preview()
            .RenderChanges.Single()
            .Bytes!.Value.ToArray();
        string later = Template.Replace("train.py", "train2.py", StringComparison.Ordinal);
        foreach (string? template in new[] { later, null })
        {
            Change change = new Change().Live(Path, Request(4)).Live(Job, Encoding.UTF8.GetString(rendered));
            if (template is not null)
            {
                change.Live(TemplatePath, template);
            }

            // A description is mended: the job is the same, and nothing is written anew.
            ChangeEvaluation preview = change.Put(Path, "description: why\n" + Request(4)).Preview();
            preview.RenderChanges.ShouldBeEmpty();
            preview.Findings.ShouldBeEmpty();
            preview.Verdict.ShouldBe(Verdict.Pass);
        }

        ChangeEvaluation edited = new Change()
            .Live(Path, Request(4))
            .Live(Job, Encoding.UTF8.GetString(rendered))
            .Live(TemplatePath, later)
            .Put(Path, Request(4, "0.2"))
            .Preview();
        Text(edited.RenderChanges.Single().Bytes!.Value).ShouldContain("train2.py --lr 0.2");
    }

    private static CommentContext Place { get; } =
        new("https://github.com/acme/ray-jobs", Change.Head, new string('b', 40));
}

using System.Text;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Tests;

/// <summary>Requests that are made of a template, and parameters of their own.</summary>
public sealed class TemplateTests
{
    private const string Path = "jobs-requests/vision/tune.yaml";
    private const string Template = """
        description: Trains a model.
        params:
          lr: {type: number, min: 0, max: 1}
          data: {type: string, default: cifar}
          gpus: {type: integer, min: 1, max: 8, default: 1}
          fast: {type: boolean, default: false}
          memory: {type: quantity, min: 8Gi, max: 64Gi, default: 16Gi}
          timeout: {type: duration, min: 10m, max: 6h, default: 1h}
          size: {type: choice, allowed: [small, large], default: small}
        request:
          image: rayproject/ray:2.52.0
          entrypoint: python train.py --lr ${params.lr} --data ${params.data} --fast ${params.fast} --size ${params.size}
          workers: {replicas: "${params.gpus}", memory: "${params.memory}"}
          timeout: ${params.timeout}
        """;

    private static readonly string Head = "name: tune\ntemplate: train\n";

    private static (RequestDocument Document, LoadedPolicies Policies, MemoryTree Tree) Read(
        string request,
        string template = Template
    )
    {
        MemoryTree tree = PlanTests.Tree(("policies/templates/train.yaml", template), (Path, request));
        LoadedPolicies policies = PolicyLoader.Load(tree);
        return (
            RequestDocument.Read(Path, Encoding.UTF8.GetBytes(request), policies.Policies.Templates),
            policies,
            tree
        );
    }

    private static string Said(RequestDocument document) =>
        string.Join(
            '\n',
            document.Findings.Select(f =>
                $"{f.Span.Source.Path[(f.Span.Source.Path.LastIndexOf('/') + 1)..]}:{f.Span.Start.Line} {f.Rule.Code} {f.Message}"
            )
        );

    [Fact]
    public void A_request_is_what_its_template_and_its_parameters_make()
    {
        (RequestDocument document, LoadedPolicies policies, MemoryTree tree) = Read(
            Head + "owner: alice\nparams: {lr: 1e-4, gpus: 4, timeout: 2h, memory: 32Gi}\n"
        );
        policies.Findings.ShouldBeEmpty();
        Said(document).ShouldBeEmpty();
        JobPlan job = JobPlanner.Plan(document, policies.Policies, tree)!.Jobs.Single();
        job.Entrypoint!.Value.ShouldBe("python train.py --lr 1e-4 --data cifar --fast false --size small");
        job.Workers.Single().Replicas.Value.Max.ShouldBe(4);
        job.Workers.Single().Memory.Value.ToString().ShouldBe("32Gi");
        job.Timeout!.Value.ToString().ShouldBe("2h");
        job.Owner.ShouldBe("alice");
    }

    [Theory]
    [InlineData("template: trian\nparams: {lr: 0.1}\n", "RQ0131 there is no template `trian`; did you mean `train`?")]
    [InlineData(
        "template: train\nparams: {lr: 0.1, gpu: 2}\n",
        "RQ0132 template `train` has no parameter `gpu`; did you mean `gpus`?"
    )]
    [InlineData("template: train\n", "RQ0133 template `train` needs `lr`: a number from 0 to 1; add it under `params`")]
    [InlineData(
        "template: train\nparams: {lr: fast}\n",
        "RQ0004 `fast` is text, but a number from 0 to 1 is wanted here"
    )]
    [InlineData(
        "template: train\nparams: {lr: \"0.1\"}\n",
        "RQ0004 `\"0.1\"` is text, but a number from 0 to 1 is wanted here"
    )]
    [InlineData("template: train\nparams: {lr: .nan}\n", "RQ0004")]
    [InlineData("template: train\nparams: {lr: 1e999}\n", "RQ0004")]
    [InlineData("template: train\nparams: {lr: 2}\n", "is out of bounds: a number from 0 to 1 is wanted here")]
    [InlineData("template: train\nparams: {lr: [1, 2]}\n", "RQ0004 this is a list")]
    [InlineData("template: train\nparams: {lr: {a: 1}}\n", "RQ0004 this is a mapping")]
    [InlineData("template: train\nparams: {lr: 0.1, gpus: 9}\n", "a whole number from 1 to 8 is wanted here")]
    [InlineData("template: train\nparams: {lr: 0.1, gpus: 1.5}\n", "a whole number from 1 to 8 is wanted here")]
    [InlineData(
        "template: train\nparams: {lr: 0.1, timeout: 1m}\n",
        "a duration such as `6h` from 10m to 6h is wanted here"
    )]
    [InlineData(
        "template: train\nparams: {lr: 0.1, memory: 1Ti}\n",
        "a Kubernetes quantity such as `64Gi` from 8Gi to 64Gi is wanted here"
    )]
    [InlineData("template: train\nparams: {lr: 0.1, size: lage}\n", "did you mean `large`?")]
    [InlineData("template: train\nparams: {lr: 0.1, fast: maybe}\n", "`true` or `false`")]
    [InlineData("template: train\nparams: {lr: 0.1, data: \"${sweep.a}\"}\n", "holds a placeholder")]
    [InlineData("template: train\nparams: {lr: 0.1, data: \"${params.lr}\"}\n", "holds a placeholder")]
    [InlineData(
        "template: train\nparams: {lr: 0.1}\nworkers: {replicas: 9}\n",
        "RQ0136 template `train` decides `workers`"
    )]
    [InlineData("template: train\nparams: {lr: 0.1}\nkind: RayCluster\n", "RQ0136 template `train` decides `kind`")]
    [InlineData(
        "template: train\nparams: {lr: 0.1}\nserviceAccount: root\n",
        "RQ0136 a request that is made of a template has no `serviceAccount`"
    )]
    [InlineData("template: [train]\n", "RQ0004")]
    [InlineData("template: train\nparams: [lr]\n", "RQ0004")]
    public void What_does_not_fit_is_said_and_nothing_is_planned(string request, string said)
    {
        (RequestDocument document, LoadedPolicies policies, MemoryTree tree) = Read("name: tune\n" + request);
        Said(document).ShouldContain(said);
        JobPlanner.Plan(document, policies.Policies, tree).ShouldBeNull();
        // Who it is stays known, so that a merged job stays known as its own.
        document.Request!.Name!.Value.ShouldBe("tune");
    }

    [Fact]
    public void A_value_never_becomes_structure()
    {
        const string evil = "a\\\"}, serviceAccount: root, env: {A: b}, x: {y: \\\"";
        (RequestDocument document, LoadedPolicies policies, MemoryTree tree) = Read(
            Head + $"params: {{lr: 0.1, data: \"{evil}\"}}\n"
        );
        Said(document).ShouldBeEmpty();
        JobPlan job = JobPlanner.Plan(document, policies.Policies, tree)!.Jobs.Single();
        job.ServiceAccount.ShouldBeNull();
        job.Env.ShouldBeEmpty();
        job.Entrypoint!.Value.ShouldContain("serviceAccount: root");
    }

    [Fact]
    public void A_fault_of_what_the_template_gives_stands_at_the_parameter_or_at_the_template()
    {
        string template = Template
            .Replace("image: rayproject/ray:2.52.0", "profil: x\n  image: \"${params.data}\"", StringComparison.Ordinal)
            .Replace("data: {type: string", "data: {type: string, help: the image", StringComparison.Ordinal);
        (RequestDocument document, _, _) = Read(
            Head + $"params:\n  lr: 0.1\n  data: {new string('x', 600)}\n",
            template
        );
        string[] said = Said(document).Split('\n');
        said.ShouldContain(s =>
            s.StartsWith("tune.yaml:2 RQ0003", StringComparison.Ordinal)
            && s.EndsWith("(template `train`, policies/templates/train.yaml:11)", StringComparison.Ordinal)
        );
        said.ShouldContain(s =>
            s.StartsWith("tune.yaml:5 ", StringComparison.Ordinal)
            && s.EndsWith("(parameter `data`, policies/templates/train.yaml:12)", StringComparison.Ordinal)
        );
        document.Findings.ShouldAllBe(f => f.Fix == null && f.Span.Source.Path == Path);
    }

    [Fact]
    public void The_digest_is_of_the_request_and_not_of_the_template()
    {
        string request = Head + "params: {lr: 0.1}\n";
        (RequestDocument one, LoadedPolicies policies, MemoryTree tree) = Read(request);
        (RequestDocument other, LoadedPolicies later, _) = Read(
            request,
            Template.Replace("train.py", "train2.py", StringComparison.Ordinal)
        );
        RequestPlan before = JobPlanner.Plan(one, policies.Policies, tree)!;
        RequestPlan after = JobPlanner.Plan(other, later.Policies, tree)!;
        after.Digest.ShouldBe(before.Digest);
        after.Jobs[0].Entrypoint!.Value.ShouldContain("train2.py");
        JobPlanner
            .Identity(RequestDocument.Read(Path, Encoding.UTF8.GetBytes(request)), tree)!
            .Digest.ShouldBe(before.Digest);
        JobPlanner
            .Plan(Read(Head + "params: {lr: 0.2}\n").Document, policies.Policies, tree)!
            .Digest.ShouldNotBe(before.Digest);
    }

    [Fact]
    public void A_document_that_was_released_is_read_again_with_its_template()
    {
        RequestDocument document = Read(Head + "params: {lr: 0.1}\n").Document;
        string entrypoint = document.Request!.Entrypoint!.Value;
        document.Release();
        document.Request!.Entrypoint!.Value.ShouldBe(entrypoint);
    }

    [Fact]
    public void Parameters_work_without_a_template()
    {
        (RequestDocument document, LoadedPolicies policies, MemoryTree tree) = Read(
            "name: tune\nparams: {lr: 0.1, n: 3, tag: \"007\"}\nimage: rayproject/ray:2.52.0\nentrypoint: python t.py --lr ${params.lr} ${HOME}\nworkers: {replicas: \"${params.n}\"}\nenv: {TAG: \"${params.tag}\", BOTH: \"${params.n}-${params.tag}\"}\n"
        );
        Said(document).ShouldBeEmpty();
        JobPlan job = JobPlanner.Plan(document, policies.Policies, tree)!.Jobs.Single();
        job.Entrypoint!.Value.ShouldBe("python t.py --lr 0.1 ${HOME}");
        job.Workers.Single().Replicas.Value.Max.ShouldBe(3);
        job.Env.Select(e => e.Value.Value).ShouldBe(["007", "3-007"]);
    }

    [Theory]
    [InlineData("params: {a: 1}\nentrypoint: x\n", "tune.yaml:2 RQ0134 nothing uses `${params.a}`")]
    [InlineData(
        "params: {lr: 1}\nentrypoint: x ${params.lr} ${params.rl}\n",
        "tune.yaml:3 RQ0135 there is no parameter `rl`"
    )]
    [InlineData("entrypoint: x ${params.lr}\n", "tune.yaml:2 RQ0135 there is no parameter `lr`")]
    [InlineData("params: {a: \"${params.a}\"}\nentrypoint: x ${params.a}\n", "holds a placeholder")]
    public void Own_parameters_are_used_and_known(string request, string said) =>
        Said(Read("name: tune\n" + request).Document).ShouldContain(said);

    [Theory]
    [InlineData(
        "params: {a: {type: integer, min: 5, max: 2}}",
        "x ${params.a}",
        "RQ0640 no value of `a` is from 5 to 2"
    )]
    [InlineData("params: {a: {type: integer, default: x}}", "x ${params.a}", "RQ0004")]
    [InlineData("params: {a: {type: integer, max: 2, default: 3}}", "x ${params.a}", "out of bounds")]
    [InlineData("params: {a: {type: choice}}", "x ${params.a}", "RQ0640 `a` is a choice of nothing")]
    [InlineData("params: {a: {type: string, min: 1}}", "x ${params.a}", "has no bounds")]
    [InlineData("params: {a: {type: string, pattern: \"(?=a)b\"}}", "x ${params.a}", "RQ0640 the pattern of `a`")]
    [InlineData("params: {a: {type: integer, pattern: a}}", "x ${params.a}", "a pattern is for text")]
    [InlineData("params: {a: {type: colour}}", "x ${params.a}", "RQ0004")]
    [InlineData("params: {a: {type: string}}", "x ${params.b}", "RQ0640 there is no parameter `b`")]
    [InlineData("params: {a: {type: string}}", "x", "RQ0641 nothing in `request` uses `${params.a}`")]
    [InlineData("params: {}", "x\n  name: y", "RQ0640 `name` is what a request says itself")]
    [InlineData("params: {}", "x\n  code: {files: {a.py: a.py}}", "RQ0640 the files of `code`")]
    [InlineData("params: {a: {type: string}}", "x ${params.a}\n  kind: \"${params.a}\"", "RQ0640 the kind decides")]
    [InlineData("params: {}", "x\n  wokers: {replicas: 1}", "RQ0003")]
    [InlineData(
        "params: {a: {type: boolean, default: true}}",
        "x\n  workers: {replicas: \"${params.a}\"}",
        "RQ0004 `true` is a boolean"
    )]
    public void A_template_that_cannot_work_is_found_at_its_own_line(string parameters, string entrypoint, string said)
    {
        (_, LoadedPolicies policies, _) = Read(
            Head,
            $"description: d\n{parameters}\nrequest:\n  entrypoint: {entrypoint}\n"
        );
        policies.Findings.Select(f => $"{f.Rule.Code} {f.Message}").ShouldContain(m => m.Contains(said));
        policies.Findings.ShouldAllBe(f => f.Span.Source.Path == "policies/templates/train.yaml");
    }
}

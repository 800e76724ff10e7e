using System.Text;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Requests;

namespace Rayquest.JobModel.Tests;

public class RequestTests
{
    internal static RequestDocument Read(string text) =>
        RequestDocument.Read("jobs-requests/vision/train.yaml", Encoding.UTF8.GetBytes(text));

    [Fact]
    public void Everything_a_request_can_say_is_read_without_a_finding()
    {
        RequestDocument document = Read(
            """
            kind: RayJob
            name: resnet-sweep
            description: learning-rate sweep for the June report
            owner: alice
            profile: gpu
            image: ray-gpu
            rayVersion: 2.52.0
            entrypoint: bash -c 'python train.py --lr ${sweep.lr}'
            code:
              files: {train.py: resnet/train.py}
            runtimeEnv: {pip: [torch==2.5.1], env_vars: {LR: "0.1"}}
            head: {cpu: 2, memory: 8Gi}
            workers:
            - name: trainers
              replicas: {min: 1, max: 8}
              cpu: 8
              memory: 64Gi
              gpu: a100
              gpus: 1
            - replicas: 2
              numOfHosts: 4
            autoscaling: {version: v2, idleTimeout: 60s}
            volumes: [{claim: datasets, mount: /data, readOnly: true}]
            secrets: [{name: wandb, key: api-key, env: WANDB_API_KEY}, {name: certs, mount: /certs}]
            env: {NCCL_DEBUG: INFO}
            serviceAccount: trainer
            timeout: 6h
            queueTimeout: 2h
            retries: 1
            keep: 10m
            priority: normal
            cluster: shared-dev
            submissionMode: K8sJobMode
            run: 2
            sweep: {lr: [0.1, 0.01], batch: [64, 128]}
            """
        );
        document.Findings.ShouldBeEmpty();
        JobRequest request = document.Request.ShouldNotBeNull();
        request.Name!.Value.ShouldBe("resnet-sweep");
        request.Kind!.Value.ShouldBe(JobKind.RayJob);
        request.Workers!.Value.Count.ShouldBe(2);
        request.Workers.Value[0].Value.Replicas!.Value.ShouldBe(new ReplicaRange(1, 8, IsRange: true));
        request.Workers.Value[1].Value.Replicas!.Value.ShouldBe(new ReplicaRange(2, 2, IsRange: false));
        request.Workers.Value[1].Value.NumOfHosts!.Value.ShouldBe(4);
        request.Timeout!.Value.Seconds.ShouldBe(21_600);
        request.Sweep!.Value[0].Value.Value.Select(v => v.Value).ShouldBe(["0.1", "0.01"]);
        request.SubmissionMode!.Value.ShouldBe(SubmissionMode.K8sJobMode);
        request.Timeout.Span.Text.ShouldBe("6h");
        document.FileName.ShouldBe("train");
        document.Team.ShouldBe("vision");
    }

    [Fact]
    public void One_group_may_be_a_mapping()
    {
        JobRequest request = Read("name: a\nentrypoint: b\nworkers: {replicas: 4, gpus: 1}\n").Request!;
        request.Workers!.Value.ShouldHaveSingleItem().Value.Gpus!.Value.ShouldBe(1);
    }

    [Theory]
    [InlineData("", "RQ0012", null)]
    [InlineData("# only a comment\n", "RQ0012", null)]
    [InlineData("~\n", "RQ0012", null)]
    [InlineData("- a\n", "RQ0004", "list")]
    [InlineData("text\n", "RQ0004", "mapping")]
    [InlineData("entrypoint: x\n", "RQ0005", "`name`")]
    [InlineData("name: a\nworker: {}\n", "RQ0003", "`workers`")]
    [InlineData("name: a\nzzzzzzz: 1\n", "RQ0003", "allowed: kind")]
    [InlineData("name: Train\n", "RQ0004", "write `train`")]
    [InlineData("name: 1abc\n", "RQ0004", "not a job name")]
    [InlineData("name: a23456789012345678901234567890123456789012\n", "RQ0021", "at most 41")]
    [InlineData("name: a\nname: b\n", "RQ0002", "line 1")]
    [InlineData("name: a\nkind: RayJobb\n", "RQ0004", "did you mean `RayJob`")]
    [InlineData("name: a\nretries: ２\n", "RQ0025", "write `2`")]
    [InlineData("name: a\ntimeout: “１０m”\n", "RQ0025", "write `\"10m\"`")]
    [InlineData("name: a\nhead: {memory: ８Gi}\n", "RQ0025", "`８` is a full-width character")]
    [InlineData("name: a\n　timeout: 10m\n", "RQ0025", "the blank U+3000 is")]
    [InlineData("name: a\nｔimeout: 10m\n", "RQ0025", "write `timeout`")]
    [InlineData("name: a\nretries: two\n", "RQ0004", "whole number")]
    [InlineData("name: a\nretries: \"2\"\n", "RQ0004", "whole number")]
    [InlineData("name: a\nretries: 0o2\n", "RQ0013", "decimal")]
    [InlineData("name: a\nretries: 1e1\n", "RQ0013", "decimal")]
    [InlineData("name: a\nretries: 012\n", "RQ0013", "decimal")]
    [InlineData("name: a\nretries: 12:30\n", "RQ0013", "decimal")]
    [InlineData("name: a\nretries: 11\n", "RQ0021", "from 0 to 10")]
    [InlineData("name: a\nretries: 99999999999\n", "RQ0021", "from 0 to 10")]
    [InlineData("name: a\nretries:\n", "RQ0004", "nothing is given")]
    [InlineData("name: a\nretries: [1]\n", "RQ0004", "a list")]
    [InlineData("name: a\ntimeout: 90\n", "RQ0023", "write `90s`")]
    [InlineData("name: a\ntimeout: 2 weeks\n", "RQ0023", "write `14d`")]
    [InlineData("name: a\ntimeout: 0s\n", "RQ0021", "too short")]
    [InlineData("name: a\ntimeout: soon\n", "RQ0023", "one whole number")]
    [InlineData("name: a\nhead: {memory: 8GB}\n", "RQ0022", "write `8G`")]
    [InlineData("name: a\nhead: {memory: 8 Gi}\n", "RQ0022", "blank")]
    [InlineData("name: a\nhead: {cpu: lots}\n", "RQ0022", "does not begin with a number")]
    [InlineData("name: a\nhead: {cpu: -1}\n", "RQ0022", "negative")]
    [InlineData("name: a\nhead: {cpu: 0}\n", "RQ0022", "nothing")]
    [InlineData("name: a\nhead: {cpu: 1e1.5}\n", "RQ0022", "suffix")]
    [InlineData("name: a\nhead: []\n", "RQ0004", "`cpu`, `memory`")]
    [InlineData("name: a\nworkers: 3\n", "RQ0004", "mapping")]
    [InlineData("name: a\nworkers: []\n", "RQ0021", "1 to 64")]
    [InlineData("name: a\nworkers: {replicas: {min: 1}}\n", "RQ0005", "`max`")]
    [InlineData("name: a\nvolumes: [{claim: c, mount: data}]\n", "RQ0004", "absolute path")]
    [InlineData("name: a\nvolumes: [{claim: c, mount: /a/../b}]\n", "RQ0004", "absolute path")]
    [InlineData("name: a\nvolumes: [{claim: c, mount: /d, readOnly: yes}]\n", "RQ0013", "write `true`")]
    [InlineData("name: a\nvolumes: [{claim: c, mount: /d, readOnly: 1}]\n", "RQ0004", "`true` or `false`")]
    [InlineData("name: a\nenv: {A: no}\n", "RQ0013", "quote it")]
    [InlineData("name: a\nenv: {A: 12:30}\n", "RQ0013", "quote it")]
    [InlineData("name: a\nenv: {A: 8080}\n", "RQ0013", "quote it")]
    [InlineData("name: a\nenv: {A: 2.10}\n", "RQ0013", "quote it")]
    [InlineData("name: a\nenv: {1A: x}\n", "RQ0004", "`1A`")]
    [InlineData("name: a\nenv: {A: }\n", "RQ0004", "nothing is given")]
    [InlineData("name: a\nenv: [A]\n", "RQ0004", "mapping")]
    [InlineData("name: a\nowner: \"@alice\"\n", "RQ0004", "write `alice`")]
    [InlineData("name: a\nrayVersion: 2.10\n", "RQ0004", "three numbers")]
    [InlineData("name: a\nrayVersion: v2.52.0\n", "RQ0004", "write `2.52.0`")]
    [InlineData("name: a\ncode: {files: {../x: y}}\n", "RQ0004", "relative path")]
    [InlineData("name: a\nentrypoint: \"a\\u202Eb\"\n", "RQ0020", "U+202E")]
    [InlineData("name: a\nimage: \"a\\nb\"\n", "RQ0020", "one line")]
    [InlineData("name: a\nsweep: {lr: 1}\n", "RQ0004", "list of values")]
    public void A_fault_gives_one_finding_that_says_what_is_allowed(string text, string code, string? part)
    {
        Finding finding = Read(text).Findings.ShouldHaveSingleItem();
        finding.Rule.Code.ShouldBe(code);
        if (part is not null)
        {
            finding.Message.ShouldContain(part);
        }
    }

    [Fact]
    public void Reading_goes_on_past_every_fault()
    {
        RequestDocument document = Read("name: A B\nretries: x\nhead: {cpu: y}\ntimeout: z\nowner: alice\n");
        document.Findings.Select(f => f.Rule.Code).ShouldBe(["RQ0004", "RQ0004", "RQ0022", "RQ0023"]);
        document.Request!.Owner!.Value.ShouldBe("alice");
        document.HasErrors.ShouldBeTrue();
    }

    [Fact]
    public void A_list_of_many_thousand_elements_is_refused_in_its_own_words()
    {
        string text = "name: a\nruntimeEnv: {pip: [" + string.Concat(Enumerable.Repeat("x,", 60_000)) + "]}\n";
        Read(text).Findings.ShouldContain(f => f.Rule.Code == "RQ0015");
    }

    [Fact]
    public void An_enormous_file_is_refused_unread()
    {
        Finding finding = Read(new string('a', 300 * 1024)).Findings.ShouldHaveSingleItem();
        finding.Rule.Code.ShouldBe("RQ0007");
        finding.Message.ShouldContain("262,144");
    }

    [Fact]
    public void An_enormous_scalar_is_refused_at_its_key()
    {
        Finding finding = Read("name: a\nentrypoint: " + new string('x', 40_000) + "\n")
            .Findings.ShouldHaveSingleItem();
        finding.Rule.Code.ShouldBe("RQ0021");
        finding.Span.Start.Line.ShouldBe(2);
    }

    [Fact]
    public void What_was_released_is_read_again_from_the_same_text()
    {
        RequestDocument document = Read(
            "name: train\nentrypoint: \"python train.py # 1\"  # why\nworkers: {replicas: 2}\nenv: {A: b}\n"
        );
        JobRequest before = document.Request.ShouldNotBeNull();
        document.Release();
        JobRequest after = document.Request.ShouldNotBeNull();
        after.ShouldNotBeSameAs(before);
        after.Name.ShouldBe(before.Name);
        after.Entrypoint.ShouldBe(before.Entrypoint);
        after.Workers!.Value[0].Span.ShouldBe(before.Workers!.Value[0].Span);
        after.Env!.Value.ShouldBe(before.Env!.Value);
        after.Name!.Span.Source.ShouldBeSameAs(document.Source);
        document.Request.ShouldBeSameAs(after);
        document.File.Comments.ShouldHaveSingleItem().Text.ShouldBe("why");
    }

    [Fact]
    public void A_file_with_faults_is_not_released()
    {
        RequestDocument document = Read("name: train\nentrypoint: python train.py\nnonsense: 1\n");
        document.Findings.ShouldNotBeEmpty();
        JobRequest before = document.Request.ShouldNotBeNull();
        document.Release();
        document.Request.ShouldBeSameAs(before);
        document.File.Root.ShouldNotBeNull();
    }
}

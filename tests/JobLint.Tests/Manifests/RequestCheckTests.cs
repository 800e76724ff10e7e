using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Tests.Manifests;

/// <summary>A manifest's runtime environment, variables and images are told what a request's are told.</summary>
public class RequestCheckTests
{
    // In a time zone that is said, so that nothing is told of the schedule.
    private const string Schedule = "schedule: \"0 3 * * *\"\ntimeZone: UTC";

    private const string Gpu = "resources:\n  limits:\n    cpu: \"1\"\n    nvidia.com/gpu: \"1\"";

    [Theory]
    [InlineData("env_vars: {OUT: \"s3://$BUCKET/x\"}", "RQ3026 $BUCKET")]
    [InlineData("pip: [a==1]\n    conda: env", "RQ3021 conda")]
    [InlineData("env_vars: {A: 1}", "RQ3024 1")]
    [InlineData("workingDir: s3://b/x.zip", "RQ3020 workingDir")]
    [InlineData("pip: [torch]", "RQ3023 torch")]
    [InlineData("pip: 3", "RQ3022 3")]
    [InlineData("env_vars: {DB_PASSWORD: hunter}", "RQ5041 hunter")]
    [InlineData("pip: [a==1]", "")]
    public void The_runtime_environment_is_told_at_its_line(string environment, string expected)
    {
        foreach (string kind in new[] { "RayJob", "RayCronJob" })
        {
            string text = new ManifestExample
            {
                Kind = kind,
                Schedule = Schedule,
                Spec = $"runtimeEnvYAML: |\n    {environment}",
            }.Text();
            Told(text).ShouldBe(expected, text);
        }
    }

    /// <summary>What Ray refuses wherever it runs is an error, as in a request; what the image may hold is a warning.</summary>
    [Theory]
    [InlineData("pip: [a==1]\n    conda: env", "RQ3021 Error")]
    [InlineData("pip: 3", "RQ3022 Error")]
    [InlineData("env_vars: {A: 1}", "RQ3024 Error")]
    [InlineData("workingDir: s3://b/x.zip", "RQ3020 Warning")]
    [InlineData("working_dir: /opt/train", "RQ3025 Warning")]
    [InlineData("working_dir: ./src", "RQ3025 Warning")]
    [InlineData("pip: requirements.txt", "RQ3025 Warning")]
    public void What_breaks_for_certain_is_an_error(string environment, string expected)
    {
        Finding finding = Lint.Text(new ManifestExample { Spec = $"runtimeEnvYAML: |\n    {environment}" }.Text())
            .Where(f => f.Rule.Category != RuleCategory.Manifest)
            .ShouldHaveSingleItem();
        $"{finding.Rule.Code} {finding.Severity}".ShouldBe(expected);
        finding.Message.ShouldNotContain("code.files");
    }

    [Theory]
    [InlineData("runtimeEnvYAML: 'env_vars: {A: 1}'", "RQ3024 1")]
    [InlineData("runtimeEnvYAML: \"env_vars:\\n  A: 1\\n\"", "RQ3024 \"env_vars:\\n  A: 1\\n\"")]
    [InlineData("runtimeEnvYAML: >\n  env_vars: {A: 1}", "RQ3024 1")]
    public void Its_place_is_known_however_the_text_is_written(string spec, string expected) =>
        Told(new ManifestExample { Spec = spec }.Text()).ShouldBe(expected);

    [Fact]
    public void A_fix_writes_into_the_text_only_where_the_place_is_known()
    {
        string known = new ManifestExample { Spec = "runtimeEnvYAML: |\n  env_vars:\n    A: 1" }.Text();
        IReadOnlyList<Finding> findings = Lint.Text(known);
        FixApplier.Apply(findings[0].Span.Source, findings).Text.ShouldContain("    A: \"1\"");
        Lint.Text(new ManifestExample { Spec = "runtimeEnvYAML: \"env_vars:\\n  A: 1\\n\"" }.Text())
            .ShouldAllBe(f => f.Fix == null);
    }

    [Theory]
    [InlineData("env:\n  - {name: A, value: \"s3://$BUCKET/x\"}", "RQ3031 $BUCKET")]
    [InlineData("env:\n  - {name: A, value: \"${HOME}/x\"}", "RQ3031 ${HOME}")]
    [InlineData("env:\n  - {name: A, value: $(B)}", "")]
    [InlineData("env:\n  - {name: A, value: costs 5$}", "")]
    [InlineData("env:\n  - {name: A, value: ^a$b}", "")]
    [InlineData("env:\n  - {name: AWS_SECRET_ACCESS_KEY, value: minioadmin}", "RQ5041 minioadmin")]
    [InlineData("env:\n  - name: HF_TOKEN\n    valueFrom: {secretKeyRef: {name: hf, key: token}}", "")]
    [InlineData(Gpu, "RQ3004 rayproject/ray:2.52.0")]
    public void Containers_are_told_in_every_kind(string container, string expected)
    {
        foreach (string kind in new[] { "RayJob", "RayCluster", "RayService", "RayCronJob" })
        {
            Told(
                    new ManifestExample
                    {
                        Kind = kind,
                        Schedule = Schedule,
                        Container = container,
                    }.Text()
                )
                .ShouldBe(expected, kind);
        }
    }

    [Fact]
    public void An_image_with_CUDA_may_have_GPUs() =>
        Told(
                new ManifestExample
                {
                    ContainerHead = "name: ray-head\nimage: rayproject/ray:2.52.0-py312-cu128",
                    Container = Gpu,
                }.Text()
            )
            .ShouldBe("");

    /// <summary>None of Ray's images holds anything for another maker's devices; of other images nothing is known.</summary>
    [Theory]
    [InlineData("rayproject/ray:2.52.0-py312-cu128", "amd.com/gpu", "is built for CUDA")]
    [InlineData("rayproject/ray:2.52.0", "amd.com/gpu", "is one of Ray's for CPUs")]
    [InlineData("rayproject/ray:2.52.0", "habana.ai/gaudi", "is one of Ray's for CPUs")]
    [InlineData("rayproject/ray:2.52.0", "aws.amazon.com/neuron", "is one of Ray's for CPUs")]
    [InlineData("rayproject/ray:2.52.0", "nvidia.com/mig-1g.5gb", "has no CUDA")]
    [InlineData("rayproject/ray:2.52.0", "rdma/hca", "")]
    [InlineData("ghcr.io/example/rocm:6.4", "amd.com/gpu", "")]
    public void Another_makers_devices_want_another_image(string image, string device, string says)
    {
        string text = new ManifestExample
        {
            ContainerHead = $"name: ray-head\nimage: {image}",
            Container = $"resources:\n  limits:\n    cpu: \"1\"\n    {device}: \"1\"",
        }.Text();
        Finding[] told = [.. Lint.Text(text).Where(f => f.Rule.Code == "RQ3004")];
        told.Length.ShouldBe(says.Length == 0 ? 0 : 1);
        told.ShouldAllBe(f => f.Severity == Severity.Warning && f.Message.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void An_image_that_moves_is_a_warning() =>
        Lint.Text(new ManifestExample { ContainerHead = "name: ray-head\nimage: ghcr.io/example/a:latest" }.Text())
            .ShouldContain(f => f.Rule.Code == "RQ5001" && f.Severity == Severity.Warning);

    private static string Told(string text) =>
        string.Join(
            " | ",
            Lint.Text(text)
                .Where(f => f.Rule.Category != RuleCategory.Manifest)
                .Select(f => $"{f.Rule.Code} {f.Span.Text}")
        );
}

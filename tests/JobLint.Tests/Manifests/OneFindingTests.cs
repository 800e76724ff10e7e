using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Tests.Manifests;

/// <summary>One fault, one finding: neither a second item of one key nor a null is told twice.</summary>
public class OneFindingTests
{
    [Theory]
    [InlineData("env:\n  - {name: A, value: b}\n  - {name: A, value: c}")]
    [InlineData("ports:\n  - {name: dashboard, containerPort: 8265}\n  - {name: other, containerPort: 8265}")]
    [InlineData("volumeMounts:\n  - {name: x, mountPath: /a}\n  - {name: x, mountPath: /a}")]
    public void An_item_that_is_there_twice_is_told_once(string lines)
    {
        ManifestExample example = new()
        {
            Kind = "RayCluster",
            Container = lines,
            Pod = "volumes:\n  - {name: x, emptyDir: {}}",
        };
        Lint.Errors(example.Text()).Select(f => f.Rule.Code).ShouldBe(["RQ4008"]);
    }

    [Fact]
    public void A_container_that_is_there_twice_is_told_once()
    {
        string text =
            new ManifestExample { Kind = "RayCluster" }.Text()
            + "          - {name: ray-head, image: \"rayproject/ray:2.52.0\"}\n";
        Lint.Errors(text).Select(f => f.Rule.Code).ShouldBe(["RQ4008"], text);
    }

    [Theory]
    [InlineData("metadata: {name: train}", "metadata: {name: null}", "RQ4021")]
    [InlineData("entrypoint: python train.py", "entrypoint: null", "RQ4132")]
    [InlineData("name: ray-head", "name: null", "RQ4003")]
    [InlineData("groupName: small", "groupName: null", "RQ4003")]
    [InlineData("rayVersion: \"2.52.0\"", "rayVersion: null", "RQ4012")]
    public void A_null_where_something_must_be_is_told_once(string from, string to, string code)
    {
        string text = new ManifestExample { Worker = "replicas: 1" }
            .Text()
            .Replace("metadata:\n  name: train\n", "metadata: {name: train}\n", StringComparison.Ordinal);
        text.ShouldContain(from);
        IReadOnlyList<Finding> findings = Lint.Text(text.Replace(from, to, StringComparison.Ordinal));
        int line = text.Split('\n').ToList().FindIndex(l => l.Contains(from, StringComparison.Ordinal)) + 1;
        findings
            .Where(f => f.Span.Start.Line == line)
            .Select(f => f.Rule.Code)
            .ShouldBe([code], Lint.Describe(findings));
    }
}

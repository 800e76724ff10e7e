using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Canonical;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Tests;

public class StrategicMergeTests
{
    private static YamlMapping Read(string text)
    {
        FindingBag findings = new();
        YamlFile file = YamlReader.Read(
            "a.yaml",
            System.Text.Encoding.UTF8.GetBytes(text),
            YamlLimits.Manifest,
            findings
        );
        findings.Findings.ShouldBeEmpty();
        return (YamlMapping)file.Root!;
    }

    private static string Merged(string under, string over) =>
        CanonicalYaml.Write(StrategicMerge.Merge(Read(under), Read(over)));

    [Fact]
    public void It_does_what_kubectl_does()
    {
        // Recorded: kubectl patch --local --type=strategic -f under.yaml --patch-file over.yaml -o yaml
        string folder = Path.Combine(GoldenCases.Folder, "merge");
        YamlMapping under = Read(File.ReadAllText(Path.Combine(folder, "under.yaml")));
        YamlMapping over = Read(File.ReadAllText(Path.Combine(folder, "over.yaml")));
        YamlMapping expected = Read(File.ReadAllText(Path.Combine(folder, "expected.kubectl.yaml")));
        CanonicalYaml
            .Write(CanonicalForm.Of(StrategicMerge.Merge(under, over)))
            .ShouldBe(CanonicalYaml.Write(CanonicalForm.Of(expected)));
    }

    [Theory]
    [InlineData("{a: 1}", "{b: 2}", "a: 1\nb: 2\n")]
    [InlineData("{a: {w: 1, z: 2}}", "{a: {z: 3}}", "a:\n  w: 1\n  z: 3\n")]
    [InlineData("{a: {x: 1}}", "{a: text}", "a: text\n")]
    [InlineData("{a: [1, 2]}", "{a: [3]}", "a:\n- 3\n")]
    [InlineData("{a: [1]}", "{a: {x: 1}}", "a:\n  x: 1\n")]
    [InlineData("{}", "{a: 1}", "a: 1\n")]
    [InlineData("{a: 1}", "{}", "a: 1\n")]
    public void What_is_laid_over_wins(string under, string over, string merged) =>
        Merged(under, over).ShouldBe(merged);

    [Theory]
    [InlineData("env: [{name: A, value: x}]", "env: [{name: A, valueFrom: {fieldRef: {fieldPath: p}}}]", "value:")]
    [InlineData("volumes: [{name: A, emptyDir: {}}]", "volumes: [{name: A, secret: {secretName: s}}]", "emptyDir")]
    [InlineData(
        "volumeMounts: [{name: A, mountPath: /a, subPath: s}]",
        "volumeMounts: [{name: B, mountPath: /a}]",
        "subPath"
    )]
    public void Nothing_of_one_source_is_mixed_with_another(string under, string over, string left) =>
        Merged(under, over).ShouldNotContain(left);

    [Fact]
    public void Tolerations_are_joined_without_repeating_any() =>
        Merged(
                "tolerations: [{key: a, operator: Exists}, {key: b, value: x, effect: NoSchedule}]",
                "tolerations: [{effect: NoSchedule, value: x, key: b}, {key: a}, {key: c, list: [1, {x: 2}]}, {list: [1, {x: 2}], key: c}, {key: c, list: [1]}, {key: c, list: [1, 2]}]"
            )
            .ShouldBe(
                "tolerations:\n- key: a\n  operator: Exists\n- effect: NoSchedule\n  key: b\n  value: x\n- key: a\n- key: c\n  list:\n  - 1\n  - x: 2\n- key: c\n  list:\n  - 1\n- key: c\n  list:\n  - 1\n  - 2\n"
            );

    [Fact]
    public void Items_without_their_key_are_all_kept() =>
        Merged("containers: [{image: a}, text]", "containers: [{image: b}]")
            .ShouldBe("containers:\n- image: a\n- text\n- image: b\n");
}

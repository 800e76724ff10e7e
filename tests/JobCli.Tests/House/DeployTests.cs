using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Yaml;
using Rayquest.JobReport.Argo;

namespace Rayquest.JobCli.Tests.House;

/// <summary>What runs in the cluster: the image's recipe and the CronJob, held to what the rest of the repository says.</summary>
public sealed class DeployTests
{
    private static readonly string[] Recipe = File.ReadAllLines(RepositoryFiles.Path("deploy", "Containerfile"));

    [Fact]
    public void The_image_is_pinned_unprivileged_and_made_of_what_the_build_makes()
    {
        string[] bases = [.. Recipe.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal))];
        bases.ShouldNotBeEmpty();
        bases.ShouldAllBe(line => line.Contains(':', StringComparison.Ordinal) && !line.Contains(":latest"));
        // A moving tag (bookworm-slim, 12-slim) is no pin.
        bases.ShouldAllBe(line => line.Split(':')[1].Contains('.', StringComparison.Ordinal));
        Recipe.ShouldContain("USER 10001:10001");
        Recipe.ShouldContain("ENTRYPOINT [\"rayquest\"]");

        // The commands above it exist, and what they make is what is copied.
        var text = string.Join('\n', Recipe);
        text.ShouldContain("./build.sh --target=Aot");
        File.ReadAllText(RepositoryFiles.Path("build", "build.cake")).ShouldContain("Task(\"Aot\")");
        text.ShouldContain("cp artifacts/aot/rayquest \"$(command -v kubectl)\" deploy/program/");
        text.ShouldContain("COPY --chmod=0755 deploy/program /opt/rayquest");
        File.ReadAllText(RepositoryFiles.Path("src", "JobCli", "JobCli.csproj"))
            .ShouldContain("<AssemblyName>rayquest</AssemblyName>");
        // Without ICU in the image the program must not ask for it.
        File.ReadAllText(RepositoryFiles.Path("Directory.Build.props"))
            .ShouldContain("<InvariantGlobalization>true</InvariantGlobalization>");
        // What is copied there to be built from is nobody's to commit.
        Tool.Run("git", "check-ignore", "deploy/program/rayquest").Code.ShouldBe(0);
    }

    [Fact]
    public void The_CronJob_is_one_at_a_time_with_the_least_rights()
    {
        var findings = new FindingBag();
        var documents = YamlReader
            .Read(
                "deploy/status-cronjob.yaml",
                File.ReadAllBytes(RepositoryFiles.Path("deploy", "status-cronjob.yaml")),
                YamlLimits.Manifest,
                findings
            )
            .Documents;
        findings.Findings.ShouldBeEmpty();
        documents.Select(document => Text(document, "kind")).ShouldBe(["ServiceAccount", "CronJob"]);
        var account = documents[0];
        var cron = documents[1];
        // The account that the bundle's Roles are bound to, and no other rights with it.
        Text(account, "metadata", "name").ShouldBe(ArgoBundle.StatusReaderAccount);
        Text(account, "metadata", "namespace").ShouldBe(ArgoBundle.StatusReaderNamespace);
        Text(cron, "metadata", "namespace").ShouldBe(ArgoBundle.StatusReaderNamespace);

        Text(cron, "spec", "concurrencyPolicy").ShouldBe("Forbid");
        string[] job = ["spec", "jobTemplate", "spec"];
        Text(cron, [.. job, "backoffLimit"]).ShouldBe("0");
        int.Parse(Text(cron, [.. job, "activeDeadlineSeconds"])!, null).ShouldBeLessThanOrEqualTo(900);
        string[] pod = [.. job, "template", "spec"];
        Text(cron, [.. pod, "serviceAccountName"]).ShouldBe(ArgoBundle.StatusReaderAccount);
        Text(cron, [.. pod, "restartPolicy"]).ShouldBe("Never");
        Text(cron, [.. pod, "securityContext", "runAsNonRoot"]).ShouldBe("true");
        Recipe.ShouldContain(
            $"USER {Text(cron, [.. pod, "securityContext", "runAsUser"])}:{Text(cron, [.. pod, "securityContext", "runAsGroup"])}"
        );
        var container = ((YamlSequence)At(cron, [.. pod, "containers"])!).Items.ShouldHaveSingleItem();
        Text(container, "securityContext", "readOnlyRootFilesystem").ShouldBe("true");
        Text(container, "securityContext", "allowPrivilegeEscalation").ShouldBe("false");
        Text(container, "image")!.Split(':')[^1].ShouldNotBe("latest");
        Text(container, "image")!
            .Split(':')[^1]
            .ShouldBe(string.Join('\n', Recipe).Split("rayquest:")[1].Split(' ')[0], "the recipe builds another tag");

        // With a read-only root every place that is written to is a volume: git, kubectl's cache and our own files.
        var mounts = ((YamlSequence)At(container, "volumeMounts")!)
            .Items.Select(item => Text(item, "mountPath"))
            .ToArray();
        mounts.ShouldBe(["/data", "/tmp"]);
        Environment(container, "HOME").ShouldBe("/data");
        var arguments = ((YamlSequence)At(container, "args")!).Items.Select(item => ((YamlScalar)item).Value).ToArray();
        arguments.ShouldBe(["status", "--fetch", "--repo", "/data"]);
        // The command reads these and none else.
        foreach (var name in new[] { "RAYQUEST_APP_ID", "RAYQUEST_APP_INSTALLATION_ID", "RAYQUEST_APP_PRIVATE_KEY" })
        {
            Environment(container, name).ShouldBe("", $"{name} comes from the Secret");
            File.ReadAllText(RepositoryFiles.Path("src", "JobHosts", "GitHub", "Credentials.cs")).ShouldContain(name);
        }
    }

    private static string? Environment(YamlNode container, string name) =>
        ((YamlSequence)At(container, "env")!)
            .Items.Where(item => Text(item, "name") == name)
            .Select(item => Text(item, "value") ?? "")
            .SingleOrDefault();

    private static YamlNode? At(YamlNode? node, params string[] path) =>
        path.Aggregate(node, (at, key) => (at as YamlMapping)?[key]);

    private static string? Text(YamlNode node, params string[] path) => (At(node, path) as YamlScalar)?.Value;
}

using Rayquest.JobCli.Tests.House;
using YamlDotNet.RepresentationModel;

namespace Rayquest.JobCli.Tests.Workflows;

/// <summary>
/// The release, job by job: what each may do and why each step is there. A step, a right or a job that isn't explained here is a
/// fault, and so is an explanation of something that went away.
/// </summary>
public sealed class ReleaseWorkflowTests
{
    private const string Checkout = "actions/checkout";
    private const string Sdk = "actions/setup-dotnet";
    private const string Upload = "actions/upload-artifact";
    private const string Download = "actions/download-artifact";
    private const string Attest = "actions/attest-build-provenance";

    private static readonly Explained[] Jobs =
    [
        new(
            "release-build.yml",
            "native",
            "contents: read",
            (Checkout, "the commit that the run was started with: there is no right here that an old one could misuse"),
            (Sdk, "the SDK of global.json"),
            ("./build.sh --target=Native", "compiles and links on the platform it is for"),
            (Upload, "hands the program to assemble; artifacts are the run's own")
        ),
        new(
            "release-build.yml",
            "assemble",
            "contents: read",
            (Checkout, "with its history: the archives carry the time of the last commit that touches a source"),
            (Sdk, "packs the .NET tool and the form's page"),
            (Download, "the programs of all platforms"),
            ("./build.sh --target=Assemble", "everything a release holds, with SHA256SUMS"),
            (Upload, "hands it to attest and to release.yml")
        ),
        new(
            "release-build.yml",
            "attest",
            "attestations: write, id-token: write",
            (Download, "what is signed; nothing of it is run"),
            (Attest, "signs the digests of SHA256SUMS with the name of this workflow")
        ),
        new("release.yml", "build", "attestations: write, contents: read, id-token: write"),
        new(
            "release.yml",
            "publish",
            "contents: write, pull-requests: write",
            (Checkout, "main by name, for the tag's commit; publish.sh refuses when it isn't what was built"),
            (Download, "the release's files"),
            ("./build/publish.sh artifacts/release", "bash, git and gh: tag, release, pull request; compiles nothing")
        ),
        new(
            "release.yml",
            "image",
            "attestations: write, contents: read, id-token: write, packages: write",
            (Checkout, "main by name, for build/image.sh"),
            (Download, "the release's files, with the image's context"),
            (
                "./build/image.sh artifacts/release \"$RAYQUEST_IMAGE\"",
                "bash and docker: builds, pushes, tells the digest"
            ),
            (Attest, "signs the image's digest, and puts that beside the image")
        ),
        new(
            "release.yml",
            "tool",
            "id-token: write",
            (Download, "the package"),
            ("NuGet/login", "lends a key for this run, by the signed name of the workflow"),
            (
                "dotnet nuget push artifacts/release/*.nupkg --skip-duplicate --api-key \"$KEY\" --source \"$SOURCE\"",
                "pushes the package; one that is there already is no fault"
            )
        ),
    ];

    [Fact]
    public void Every_job_step_and_right_is_explained_and_every_explanation_is_of_one() =>
        Actual().ShouldBe(Jobs.Select(job => job.ToString()), ignoreOrder: true);

    [Fact]
    public void A_job_that_compiles_has_no_right_and_no_credential_and_one_that_has_compiles_nothing()
    {
        foreach ((string file, string name, YamlMappingNode job) in JobsOf())
        {
            string text = string.Join('\n', job.AllNodes.OfType<YamlScalarNode>().Select(node => node.Value));
            if (text.Contains("./build.sh", StringComparison.Ordinal))
            {
                text.ShouldNotContain("write", Case.Sensitive, $"{file} {name}");
                text.ShouldNotContain("secrets", Case.Sensitive, $"{file} {name}");
                text.ShouldNotContain("github.token", Case.Sensitive, $"{file} {name}");
            }
        }
    }

    [Fact]
    public void Whoever_publishes_waits_for_the_environment_that_only_main_may_use()
    {
        foreach (
            (string file, string name, YamlMappingNode job) in JobsOf().Where(entry => entry.File == "release.yml")
        )
        {
            bool builds = job.Children.ContainsKey(new YamlScalarNode("uses"));
            job.Children.ContainsKey(new YamlScalarNode("environment")).ShouldBe(!builds, $"{file} {name}");
        }

        // Nobody but a person starts it: no push, no pull request, no other repository.
        File.ReadAllText(Workflow("release.yml")).ShouldContain("\non:\n  workflow_dispatch:\n\npermissions: {}\n");
        File.ReadAllText(Workflow("release-build.yml")).ShouldContain("\non:\n  workflow_call:\n\npermissions: {}\n");
    }

    [Fact]
    public void The_matrix_builds_every_platform_that_the_action_asks_for()
    {
        string script = File.ReadAllText(RepositoryFiles.Path("action", "program.sh"));
        string[] asked =
        [
            .. script
                .Split('\n')
                .Where(line => line.Contains(") platform=", StringComparison.Ordinal))
                .Select(line => line.Split("platform=")[1].Split(' ')[0]),
        ];
        asked.Length.ShouldBe(4);
        string matrix = File.ReadAllText(Workflow("release-build.yml"));
        matrix
            .Split('\n')
            .Where(line => line.Contains("{platform: ", StringComparison.Ordinal))
            .Select(line => line.Split("{platform: ")[1].Split(',')[0])
            .ShouldBe(asked, ignoreOrder: true);
    }

    private static IEnumerable<string> Actual()
    {
        foreach ((string file, string name, YamlMappingNode job) in JobsOf())
        {
            IEnumerable<string> rights = ((YamlMappingNode)job["permissions"])
                .Children.Select(right => $"{right.Key}: {right.Value}")
                .Order(StringComparer.Ordinal);
            IEnumerable<string> steps = job.Children.TryGetValue(new YamlScalarNode("steps"), out YamlNode? list)
                ? ((YamlSequenceNode)list).Children.Cast<YamlMappingNode>().Select(StepOf)
                : [];
            yield return Line(file, name, string.Join(", ", rights), steps);
        }
    }

    private static string StepOf(YamlMappingNode step) =>
        step.Children.TryGetValue(new YamlScalarNode("run"), out YamlNode? run)
            ? run.ToString()
            : step["uses"].ToString().Split('@')[0];

    private static IEnumerable<(string File, string Name, YamlMappingNode Job)> JobsOf()
    {
        foreach (string file in new[] { "release-build.yml", "release.yml" })
        {
            YamlStream stream = [];
            stream.Load(new StringReader(File.ReadAllText(Workflow(file))));
            foreach (
                (YamlNode name, YamlNode job) in (
                    (YamlMappingNode)((YamlMappingNode)stream.Documents[0].RootNode)["jobs"]
                ).Children
            )
            {
                yield return (file, name.ToString(), (YamlMappingNode)job);
            }
        }
    }

    private static string Workflow(string file) => RepositoryFiles.Path(".github", "workflows", file);

    private static string Line(string file, string name, string rights, IEnumerable<string> steps) =>
        $"{file} {name} ({rights}): {string.Join(" | ", steps)}";

    private sealed record Explained(string File, string Job, string Rights, params (string Step, string Why)[] Steps)
    {
        public override string ToString() => Line(File, Job, Rights, Steps.Select(step => step.Step));
    }
}

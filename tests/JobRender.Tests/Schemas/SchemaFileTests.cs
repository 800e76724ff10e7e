using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobRender.Tests.Schemas;

/// <summary>The schema data is what the generator makes of the definitions, small, and read back as written.</summary>
public class SchemaFileTests
{
    public static TheoryData<string> Folders => ["kubernetes", "kuberay", "volcano", "kueue", "argocd"];

    [Theory]
    [MemberData(nameof(Folders))]
    public void The_data_is_what_the_definitions_say(string folder) =>
        Generate(Path.Combine(Definitions.Folder, folder)).ShouldBe(Stored(folder), "run tools/SchemaGenerator");

    [Fact]
    public void The_data_stays_small() =>
        Directory
            .GetFiles(Path.Combine(Definitions.Repository, "src", "JobModel", "Schemas", "Data"))
            .Sum(f => new FileInfo(f).Length)
            .ShouldBeLessThan(300 * 1024);

    [Theory]
    [InlineData("ray.io/v1", "RayJob")]
    [InlineData("ray.io/v1alpha1", "RayJob")]
    [InlineData("ray.io/v1", "RayCluster")]
    [InlineData("ray.io/v1", "RayService")]
    [InlineData("ray.io/v1", "RayCronJob")]
    [InlineData("batch.volcano.sh/v1alpha1", "Job")]
    [InlineData("scheduling.volcano.sh/v1beta1", "Queue")]
    [InlineData("argoproj.io/v1alpha1", "ApplicationSet")]
    [InlineData("kueue.x-k8s.io/v1beta2", "LocalQueue")]
    [InlineData("v1", "ConfigMap")]
    [InlineData("rbac.authorization.k8s.io/v1", "Role")]
    public void Kinds_are_found(string apiVersion, string kind) =>
        SchemaCatalog.BuiltIn.Find(apiVersion, kind).ShouldNotBeNull().ApiVersion.ShouldBe(apiVersion);

    [Theory]
    [InlineData("ray.io/v2", "RayJob")]
    [InlineData("ray.io/v1alpha1", "RayCronJob")]
    [InlineData("apps/v1", "Deployment")]
    [InlineData("v1", "Pod")]
    public void Other_kinds_are_not(string apiVersion, string kind) =>
        SchemaCatalog.BuiltIn.Find(apiVersion, kind).ShouldBeNull();

    [Fact]
    public void Equal_subtrees_are_one_node()
    {
        SchemaNode Template(string apiVersion, string kind, params string[] path)
        {
            SchemaNode node = SchemaCatalog.BuiltIn.Find(apiVersion, kind)!.Root;
            foreach (string part in path)
            {
                node = part == "[]" ? node.Items! : node.Fields[part];
            }

            return node;
        }

        Template("ray.io/v1", "RayJob", "spec", "rayClusterSpec", "headGroupSpec", "template")
            .ShouldBeSameAs(
                Template("ray.io/v1", "RayService", "spec", "rayClusterConfig", "workerGroupSpecs", "[]", "template")
            );
    }

    [Fact]
    public void A_users_definition_goes_before_ours()
    {
        const string Definition = """
            kind: CustomResourceDefinition
            spec:
              group: ray.io
              names: {kind: RayJob}
              versions:
                - name: v1
                  served: true
                  schema:
                    openAPIV3Schema:
                      type: object
                      properties:
                        spec: {type: object, properties: {mine: {type: string, maxLength: 2, nullable: true}}}
                - name: v0
                  served: false
                  schema: {openAPIV3Schema: {type: object}}
            """;
        SchemaCatalog catalog = SchemaCatalog.BuiltIn.WithDefinitions(
            YamlReader.Parse(
                new JobModel.Text.SourceText("crd.yaml", Definition),
                YamlLimits.Manifest,
                new FindingBag()
            )
        );
        catalog.Find("ray.io/v1", "RayJob")!.Root.Fields["spec"].Fields.Keys.ShouldBe(["mine"]);
        catalog.Find("ray.io/v1", "RayCluster").ShouldNotBeNull();
        catalog.Find("ray.io/v0", "RayJob").ShouldBeNull();
        SchemaText
            .Read(SchemaText.Write([catalog.Find("ray.io/v1", "RayJob")!]))
            .Single()
            .Root.Fields["spec"]
            .Fields["mine"]
            .MaxSize.ShouldBe(2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("something else")]
    [InlineData("rayquest-schema 1\nq")]
    [InlineData("rayquest-schema 1\no f=a:7")]
    [InlineData("rayquest-schema 1\no f=a")]
    [InlineData("rayquest-schema 1\ni n=x")]
    [InlineData("rayquest-schema 1\ns o=5")]
    [InlineData("rayquest-schema 1\ns e=[")]
    [InlineData("rayquest-schema 1\ns y=1")]
    [InlineData("rayquest-schema 1\ns\nkind a b c 9")]
    [InlineData("rayquest-schema 1\ns\nkind a b")]
    public void Malformed_data_is_refused(string text) => Should.Throw<FormatException>(() => SchemaText.Read(text));

    private static string Stored(string folder) =>
        File.ReadAllText(
            Path.Combine(Definitions.Repository, "src", "JobModel", "Schemas", "Data", folder + ".schema")
        );

    private static string Generate(string folder)
    {
        CrdReader reader = new();
        List<SchemaKind> kinds = [];
        foreach (string file in Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal))
        {
            kinds.AddRange(
                reader.Read(
                    YamlReader.Read(file, File.ReadAllBytes(file), YamlLimits.Manifest, new FindingBag()).Documents
                )
            );
        }

        return SchemaText.Write(kinds);
    }
}

/// <summary>Where the repository is, and where the definitions are.</summary>
internal static class Definitions
{
    public static string Repository { get; } =
        Up(AppContext.BaseDirectory, f => File.Exists(Path.Combine(f, "Rayquest.slnx")))!;

    public static string Folder { get; } = Path.Combine(Repository, "tools", "SchemaGenerator", "definitions");

    private static string? Up(string start, Func<string, bool> found)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            if (found(folder.FullName))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}

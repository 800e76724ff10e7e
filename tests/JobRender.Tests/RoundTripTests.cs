using System.Text.Json.Nodes;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Canonical;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Tests;

/// <summary>
/// What a real operator (KubeRay 1.7.0, API server 1.36) wrote back of a RayJob whose groups were applied without empty mappings,
/// beside the form we render. <c>workerGroupSpecs</c> is an atomic list: applying it again replaces it as a whole, and only the
/// schema's defaults come back by themselves.
/// </summary>
public class RoundTripTests
{
    private static readonly string Recording = Path.Combine(
        AppContext.BaseDirectory,
        "recordings",
        "rayjob-after-operator.json"
    );

    [Fact]
    public void The_operator_adds_nothing_to_a_worker_group_that_is_not_rendered()
    {
        JsonObject live = JsonNode.Parse(File.ReadAllText(Recording))!.AsObject();
        JsonArray recorded = live["spec"]!["rayClusterSpec"]!["workerGroupSpecs"]!.AsArray();
        foreach (JsonNode? group in recorded)
        {
            // Defaults of the schema: the API server puts them back on every write.
            group!.AsObject().Remove("numOfHosts");
            group.AsObject().Remove("priority");
        }

        JsonArray applied = JsonNode.Parse(recorded.ToJsonString())!.AsArray();
        foreach (JsonNode? group in applied)
        {
            group!.AsObject().Remove("scaleStrategy").ShouldBeTrue("the recording shows what the operator adds");
            group["template"]!.AsObject().Remove("metadata").ShouldBeTrue("the recording shows what the operator adds");
        }

        Written(Canonical(applied)).ShouldBe(Written(Parsed(recorded)));
        Written(Canonical(recorded)).ShouldBe(Written(Parsed(recorded)));
    }

    [Fact]
    public void Metadata_that_says_something_is_kept() =>
        Written(
                Canonical(
                    JsonNode.Parse("""[{"groupName":"a","template":{"metadata":{"labels":{"a":"b"}}}}]""")!.AsArray()
                )
            )
            .ShouldContain("a: b");

    private static YamlMapping Canonical(JsonArray groups) => CanonicalForm.Of(Parsed(groups));

    private static YamlMapping Parsed(JsonArray groups) =>
        (YamlMapping)
            YamlReader
                .Parse(
                    new SourceText(
                        "rayjob.yaml",
                        new JsonObject { ["workerGroupSpecs"] = JsonNode.Parse(groups.ToJsonString()) }.ToJsonString()
                    ),
                    YamlLimits.Manifest,
                    new FindingBag()
                )
                .Root!;

    private static string Written(YamlMapping mapping) => CanonicalYaml.Write(mapping);
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Rayquest.JobRehearsal.Cluster;

/// <summary>What kubectl asks before it asks for anything: which kinds there are and what their methods take.</summary>
internal static class Discovery
{
    private const string Aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    private static readonly string[] Verbs = ["create", "delete", "get", "list", "patch", "update"];

    /// <summary>/api and /apis, aggregated when the client can read it, else the old lists.</summary>
    public static ClusterAnswer Groups(IReadOnlyList<EmulatedKind> kinds, bool core, string accept, string known)
    {
        var groups = kinds
            .Where(kind => kind.Group.Length == 0 == core)
            .GroupBy(kind => kind.Group, StringComparer.Ordinal)
            .ToArray();
        if (!accept.Contains("g=apidiscovery.k8s.io;v=v2;", StringComparison.Ordinal))
        {
            return ClusterAnswer.Json(core ? """{"kind":"APIVersions","versions":["v1"]}""" : OldGroups(groups));
        }

        var items = new JsonArray();
        foreach (var group in groups)
        {
            var versions = new JsonArray();
            foreach (var version in group.GroupBy(kind => kind.Version, StringComparer.Ordinal))
            {
                versions.Add(
                    (JsonNode)
                        new JsonObject
                        {
                            ["version"] = version.Key,
                            ["resources"] = new JsonArray([.. version.Select(Resource)]),
                            ["freshness"] = "Current",
                        }
                );
            }

            var metadata = new JsonObject { ["creationTimestamp"] = null };
            if (group.Key.Length > 0)
            {
                metadata["name"] = group.Key;
            }

            items.Add((JsonNode)new JsonObject { ["metadata"] = metadata, ["versions"] = versions });
        }

        var body = Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["kind"] = "APIGroupDiscoveryList",
                ["apiVersion"] = "apidiscovery.k8s.io/v2",
                ["metadata"] = new JsonObject(),
                ["items"] = items,
            }.ToJsonString()
        );
        var tag = $"\"{Convert.ToHexString(SHA512.HashData(body))}\"";
        return string.Equals(known, tag, StringComparison.Ordinal)
            ? new ClusterAnswer(304, Aggregated, [], tag)
            : new ClusterAnswer(200, Aggregated, body, tag);
    }

    /// <summary>/apis/GROUP/VERSION; null when there is no such version.</summary>
    public static ClusterAnswer? Resources(IReadOnlyList<EmulatedKind> kinds, string group, string version)
    {
        EmulatedKind[] mine =
        [
            .. kinds.Where(kind =>
                string.Equals(kind.Group, group, StringComparison.Ordinal)
                && string.Equals(kind.Version, version, StringComparison.Ordinal)
            ),
        ];
        return mine.Length == 0
            ? null
            : ClusterAnswer.Json(
                new JsonObject
                {
                    ["kind"] = "APIResourceList",
                    ["apiVersion"] = "v1",
                    ["groupVersion"] = mine[0].ApiVersion,
                    ["resources"] = new JsonArray([
                        .. mine.Select(kind => new JsonObject
                        {
                            ["name"] = kind.Plural,
                            ["singularName"] = kind.Kind.ToLowerInvariant(),
                            ["namespaced"] = kind.Namespaced,
                            ["kind"] = kind.Kind,
                            ["verbs"] = Words(),
                        }),
                    ]),
                }.ToJsonString()
            );
    }

    public static ClusterAnswer OpenApiIndex(IReadOnlyList<EmulatedKind> kinds)
    {
        var paths = new JsonObject();
        foreach (var kind in kinds)
        {
            var path = Path(kind);
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash=REHEARSAL" };
        }

        return ClusterAnswer.Json(new JsonObject { ["paths"] = paths }.ToJsonString());
    }

    /// <summary>Only what kubectl looks for: that writes take <c>fieldValidation</c> (else it would validate by itself).</summary>
    public static ClusterAnswer OpenApi(IReadOnlyList<EmulatedKind> kinds, string path)
    {
        var paths = new JsonObject();
        foreach (var kind in kinds.Where(kind => string.Equals(Path(kind), path, StringComparison.Ordinal)))
        {
            var list = $"/{Path(kind)}" + (kind.Namespaced ? "/namespaces/{namespace}" : "") + $"/{kind.Plural}";
            paths[list] = new JsonObject { ["post"] = Operation(kind, "post") };
            paths[list + "/{name}"] = new JsonObject
            {
                ["patch"] = Operation(kind, "patch"),
                ["put"] = Operation(kind, "put"),
            };
        }

        return paths.Count == 0
            ? ClusterAnswer.Failure(404, "NotFound", "the server could not find the requested resource")
            : ClusterAnswer.Json(
                new JsonObject
                {
                    ["openapi"] = "3.0.0",
                    ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1.36.0" },
                    ["paths"] = paths,
                    ["components"] = new JsonObject { ["schemas"] = new JsonObject() },
                }.ToJsonString()
            );
    }

    private static string Path(EmulatedKind kind) => kind.Group.Length == 0 ? "api/v1" : $"apis/{kind.ApiVersion}";

    private static JsonObject Operation(EmulatedKind kind, string action) =>
        new()
        {
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = new JsonObject
            {
                ["group"] = kind.Group,
                ["version"] = kind.Version,
                ["kind"] = kind.Kind,
            },
            ["parameters"] = new JsonArray(
                Parameter("dryRun"),
                Parameter("fieldValidation"),
                Parameter("fieldManager")
            ),
            ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
        };

    private static JsonObject Parameter(string name) =>
        new()
        {
            ["name"] = name,
            ["in"] = "query",
            ["schema"] = new JsonObject { ["type"] = "string" },
        };

    private static JsonObject Resource(EmulatedKind kind)
    {
        var resource = new JsonObject
        {
            ["resource"] = kind.Plural,
            ["responseKind"] = Kind(kind),
            ["scope"] = kind.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = kind.Kind.ToLowerInvariant(),
            ["verbs"] = Words(),
        };
        JsonObject[] parts = kind.Kind switch
        {
            "Pod" => [Part(kind, "log", "get"), Part(kind, "status", "patch")],
            "Namespace" or "Event" or "ConfigMap" or "Secret" => [],
            _ => [Part(kind, "status", "patch")],
        };
        if (parts.Length > 0)
        {
            resource["subresources"] = new JsonArray([.. parts]);
        }

        return resource;
    }

    private static JsonObject Part(EmulatedKind kind, string name, string verb) =>
        new()
        {
            ["subresource"] = name,
            ["responseKind"] = Kind(kind),
            ["verbs"] = new JsonArray("get", verb),
        };

    private static JsonObject Kind(EmulatedKind kind) =>
        new()
        {
            ["group"] = kind.Group,
            ["version"] = kind.Version,
            ["kind"] = kind.Kind,
        };

    private static JsonArray Words() => new([.. Verbs.Select(verb => JsonValue.Create(verb))]);

    private static string OldGroups(IEnumerable<IGrouping<string, EmulatedKind>> groups)
    {
        var list = new JsonArray();
        foreach (var group in groups)
        {
            var versions = new JsonArray([
                .. group
                    .Select(kind => kind.Version)
                    .Distinct(StringComparer.Ordinal)
                    .Select(version => new JsonObject
                    {
                        ["groupVersion"] = $"{group.Key}/{version}",
                        ["version"] = version,
                    }),
            ]);
            list.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["name"] = group.Key,
                        ["versions"] = versions,
                        ["preferredVersion"] = versions[0]!.DeepClone(),
                    }
            );
        }

        return new JsonObject
        {
            ["kind"] = "APIGroupList",
            ["apiVersion"] = "v1",
            ["groups"] = list,
        }.ToJsonString();
    }
}

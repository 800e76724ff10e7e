using System.Text;
using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Serve;

/// <summary>SV14: the `serveConfig` of KubeRay before 1.1, and what it must become.</summary>
public static class OldServeConfig
{
    /// <summary>Reports the old key with the text that does the same.</summary>
    public static void Check(Field spec, FaultList faults)
    {
        Field old = spec["serveConfig"];
        if (spec.Mapping?.Entry("serveConfig") is not { } entry)
        {
            return;
        }

        string message = spec["serveConfigV2"].Exists
            ? "`serveConfig` is gone since KubeRay 1.1, and `serveConfigV2` is there; remove it"
            : $"`serveConfig` is gone since KubeRay 1.1; `serveConfigV2` is a text of another form. Write it as: {NewForm(old)}";
        faults.Add(
            ServeRules.OldConfig,
            ServeRules.OldConfig.DefaultSeverity,
            old.Exists ? old.Path : spec.Path.Child("serveConfig"),
            entry.Key.Span,
            message,
            null
        );
    }

    private static string NewForm(Field old)
    {
        StringBuilder text = new("serveConfigV2: '{applications: [{name: default, import_path: ");
        text.Append(Shown(old["importPath"].Text, "module:attribute"));
        text.Append(", route_prefix: ").Append(Shown(Prefix(old), "/"));
        if (old["runtimeEnv"].Exists)
        {
            text.Append(", runtime_env: {…}");
        }

        if (old["deployments"].Count > 0)
        {
            text.Append(", deployments: [");
            text.AppendJoin(", ", old["deployments"].Items().Take(3).Select(Deployment));
            text.Append(old["deployments"].Count > 3 ? ", …]" : "]");
        }

        return text.Append("}]}'").ToString();
    }

    private static string? Prefix(Field old) =>
        old["deployments"].Items().Select(d => d["routePrefix"].Text).FirstOrDefault(p => p is { Length: > 0 });

    private static string Deployment(Field deployment)
    {
        StringBuilder text = new("{name: ");
        text.Append(Shown(deployment["name"].Text, "…"));
        foreach ((YamlScalar key, Field value) in deployment.Entries())
        {
            if (key.Value is "name" or "routePrefix")
            {
                continue;
            }

            string name = key.Value == "maxConcurrentQueries" ? "max_ongoing_requests" : Snake(key.Value);
            text.Append(", ").Append(NameGrammar.Shorten(name)).Append(": ");
            // Numbers only: any text may hold what nobody should see again.
            text.Append(value.Json is { Kind: not JsonKind.Text } json ? json.Text : "{…}");
        }

        return text.Append('}').ToString();
    }

    private static string Shown(string? text, string otherwise) =>
        text is { Length: > 0 } ? NameGrammar.Shorten(text) : otherwise;

    private static string Snake(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterUpper(c) ? "_" + char.ToLowerInvariant(c) : c.ToString()));
}

namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>RQ4380: an application whose module isn't shipped.</summary>
public sealed class ModuleNotShipped : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4380", "module-not-shipped", Severity.Warning, "The module of an application is not among the files.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "With `code.files` the working directory holds those files; `import_path: app:app` wants an `app.py` there, or an `app` that the image has. Without either the application ends as `DEPLOY_FAILED`, after the cluster has come up, and a service never becomes ready.",
            Facts = "SV5",
            Bad = Example.Repository(
                "# file: jobs-requests/vision/chat/app.py\napp = 1\n# file: jobs-requests/vision/chat.yaml\nkind: RayService\nname: chat\nimage: ray\nworkers: {replicas: 1}\ncode:\n  files: {app.py: chat/app.py}\nserve:\n  applications:\n  - {name: chat, import_path: \"server:app\"}\n"
            ),
            Good = Example.Repository(
                "# file: jobs-requests/vision/chat/app.py\napp = 1\n# file: jobs-requests/vision/chat.yaml\nkind: RayService\nname: chat\nimage: ray\nworkers: {replicas: 1}\ncode:\n  files: {app.py: chat/app.py}\nserve:\n  applications:\n  - {name: chat, import_path: \"app:app\"}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (
            context.Request is not { Serve.Value: { } serve, Code.Value: { Files: { } files, Archive: null } }
            || serve["applications"] is not YamlSequence applications
        )
        {
            yield break;
        }

        HashSet<string> shipped = [.. files.Value.Select(f => f.Key.Value)];
        foreach (YamlMapping application in applications.Items.OfType<YamlMapping>())
        {
            if (
                application["import_path"] is not YamlScalar { Value: { } path } place
                || (application["runtime_env"] as YamlMapping)?["working_dir"] is not null
                || path.Split(':') is not [{ Length: > 0 } module, _]
            )
            {
                continue;
            }

            string file = module.Replace('.', '/');
            if (!shipped.Contains($"{file}.py") && !shipped.Any(s => s.StartsWith($"{file}/", StringComparison.Ordinal)))
            {
                yield return At(
                    place.Span,
                    $"`{MessageText.Shorten(module)}` is not among `code.files` ({MessageText.Allowed(shipped)}); ship `{MessageText.Shorten(file)}.py`, unless the image has the module"
                );
            }
        }
    }
}

namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>RQ0117: a service of nothing.</summary>
public sealed class MissingServe : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0117", "missing-serve", Severity.Error, "The service says nothing to serve.")
        {
            Category = RuleCategory.Shape,
            HasFixedSeverity = true,
            Why =
                "A RayService runs the applications of its `serve`. Without any it is never ready, and holds its GPUs all the same.",
            Bad = Example.Request("kind: RayService\nname: chat\nworkers: {replicas: 1}\n"),
            Good = Example.Request(
                "kind: RayService\nname: chat\nworkers: {replicas: 1}\nserve:\n  applications:\n  - {name: chat, import_path: \"app.chat:app\", route_prefix: /}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Kind == JobKind.RayService && context.Request.Serve is null && !context.IsMeant("serve")
            ?
            [
                At(
                    context.Request.Kind!,
                    "there is no `serve`, so there is nothing to serve; add `serve: {applications: [{name: app, import_path: \"module:app\"}]}`"
                ),
            ]
            : [];
}

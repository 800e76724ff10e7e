namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>RQ0116: a code archive that nothing unpacks.</summary>
public sealed class ArchiveOutsideJob : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0116", "archive-outside-job", Severity.Error, "`code.archive` is for what runs an entrypoint.")
        {
            Category = RuleCategory.Shape,
            Why =
                "An archive is the working directory of one job's runtime environment: Ray unpacks it when the job is submitted. A cluster has none, and each job that is submitted to it brings its own; a Serve application names it in its own `runtime_env`. `code.files` are mounted into the pods, for every kind.",
            Bad = Example.Request(
                "kind: RayCluster\nname: shared\nworkers: {replicas: 1}\nlease: 30d\ncode: {archive: \"https://github.com/example/app/archive/0123456789abcdef0123456789abcdef01234567.zip\"}\n"
            ),
            Good = Example.Request("kind: RayCluster\nname: shared\nworkers: {replicas: 1}\nlease: 30d\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        !KindRules.HasEntrypoint(context.Kind) && context.Request.Code?.Value.Archive is { } archive
            ?
            [
                At(
                    archive,
                    $"a {context.Kind} submits no job that would unpack this; let the jobs bring it, or mount `code.files`"
                ),
            ]
            : [];
}

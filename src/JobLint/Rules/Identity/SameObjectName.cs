namespace Rayquest.JobLint.Rules.Identity;

/// <summary>RQ1005: two requests that become one object.</summary>
public sealed class SameObjectName : RepositoryRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ1005",
            "same-object-name",
            Severity.Error,
            "Two requests become jobs of the same name in the same namespace."
        )
        {
            Category = RuleCategory.Identity,
            HasFixedSeverity = true,
            Why =
                "Two teams share a namespace, and two requests have the same name and content. The second would overwrite the first, and the submitter Job, which has the RayJob's name, would exist already: the RayJob then stays in Initializing for ever.",
            Facts = "X6",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\nscheduler: none\nnamespace: ray-jobs\ndefaults: {image: ray}\n# file: jobs-requests/search/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\nscheduler: none\nnamespace: ray-{team}\ndefaults: {image: ray}\n# file: jobs-requests/search/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RepositoryContext context)
    {
        Dictionary<string, RequestContext> seen = new(StringComparer.Ordinal);
        foreach (RequestContext request in context.Requests)
        {
            foreach (string job in request.Outline?.Objects ?? [])
            {
                if (!seen.TryAdd(job, request) && seen[job] is { } first && first != request)
                {
                    string[] parts = job.Split('/');
                    yield return At(
                        request.Anchor,
                        $"`{first.Document.Path}` becomes the same job {parts[1]} in namespace {parts[0]}; rename one of them, or give the teams namespaces of their own"
                    ) with
                    {
                        Related = [new RelatedLocation(first.Anchor, "the other request")],
                    };
                    break;
                }
            }
        }
    }
}

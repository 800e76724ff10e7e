namespace Rayquest.JobLint.Rules.Access;

/// <summary>RQ5036: a label that isn't the team's to set.</summary>
public sealed class LabelNotAllowed : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5036", "label-not-allowed", Severity.Error, "The label is not the team's to set.")
        {
            Category = RuleCategory.Security,
            HasFixedSeverity = true,
            Why =
                "Network policies, quotas, meshes and schedulers go by labels: a label can open a door, or jump a queue. Which ones a team may set on its pods is in `policies/rules.yaml`, under `labels`; those of Kubernetes, Ray, the schedulers and our own are nobody's.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nlabels: {ray.io/node-type: worker, example.com/team: nlp}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nlabels: {vision.example.com/experiment: resnet-50}\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Request.Labels is not { } labels)
        {
            yield break;
        }

        IReadOnlyList<string> open = context.Policies.Rules.LabelsOf(context.Team);
        foreach ((Located<string> key, _) in labels.Value)
        {
            if (LabelGrant.IsReserved(key.Value, context.Policies.Platform.LabelPrefix))
            {
                yield return At(key, $"`{key.Value}` is the platform's or an engine's own label; use one of your own");
            }
            else if (!LabelGrant.IsOpen(open, key.Value))
            {
                yield return At(
                    key,
                    $"team {context.Team} may not set the label `{key.Value}`; allowed: {MessageText.Allowed(open)}"
                );
            }
        }
    }
}

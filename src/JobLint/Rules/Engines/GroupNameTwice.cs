namespace Rayquest.JobLint.Rules.Engines;

/// <summary>RQ4506: two groups of one name.</summary>
public sealed class GroupNameTwice : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4506", "group-name-twice", Severity.Error, "Two worker groups have the same name.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "The operator counts pods by the group's name: for two groups of one name it makes the pods of one, the cluster never becomes ready, and the RayJob stays in Initializing for ever, without an event.",
            Facts = "W1, X3",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers:\n- {name: gpu, replicas: 1}\n- {name: gpu, replicas: 2}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers:\n- {name: small, replicas: 1}\n- {name: large, replicas: 2}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        Dictionary<string, SourceSpan> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach (WorkerGroupPlan group in context.Groups)
        {
            SourceSpan place = group.Request.Name?.Span ?? group.Span;
            if (!seen.TryAdd(group.Name.Value, place))
            {
                yield return At(
                    place,
                    $"there is a group `{group.Name.Value}` already{(group.Request.Name is null ? (Message)" (groups without a name are called `workers`, `workers-2` and so on)" : Message.None)}; rename one"
                ) with
                {
                    Related = [new RelatedLocation(seen[group.Name.Value], "the other group")],
                };
            }
        }
    }
}

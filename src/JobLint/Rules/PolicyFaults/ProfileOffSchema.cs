using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0616: a profile with a field or value no RayJob has.</summary>
public sealed class ProfileOffSchema : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0616", "profile-off-schema", Severity.Error, "A profile has a field or a value that no RayJob takes.")
        {
            Category = RuleCategory.Policy,
            Why =
                "A profile is laid under every request that names it. What the API server would refuse in it would fail them all, one by one, on pull requests of people who can't fix it.",
            Bad = Example.Policy(
                "# policies/profiles/gpu.yaml\nspec:\n  rayClusterSpec:\n    headGroupSpec: {template: {spec: {nodeSelektor: {pool: cpu}}}}\n"
            ),
            Good = Example.Policy(
                "# policies/profiles/gpu.yaml\nspec:\n  rayClusterSpec:\n    headGroupSpec: {template: {spec: {nodeSelector: {pool: cpu}}}}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        SchemaKind? job =
            loaded.Policies.Profiles.Count == 0 ? null : SchemaCatalog.BuiltIn.Find("ray.io/v1", "RayJob");
        if (job is null)
        {
            yield break;
        }

        foreach (ProfilePolicy profile in loaded.Policies.Profiles.Values)
        {
            FaultList faults = new();
            Field root = new(profile.Manifest, FieldPath.Root, profile.Manifest.Span);
            if (root["spec"] is { Exists: true } spec)
            {
                new SchemaValidator(job, faults) { IsPartial = true }.Value(job.Root.Fields["spec"], spec);
            }

            foreach (string map in (ReadOnlySpan<string>)["labels", "annotations"])
            {
                foreach ((YamlScalar key, Field value) in root["metadata"][map].Entries())
                {
                    if (value.Text is null)
                    {
                        faults.Add(SchemaRules.WrongType, value, $"`{key.Value}` of `{map}` is text: put it in quotes");
                    }
                }
            }

            foreach (ManifestFault fault in faults.Faults.Where(f => f.Severity == Severity.Error))
            {
                yield return At(fault.Span, fault.Message, fault.Fix);
            }
        }
    }
}

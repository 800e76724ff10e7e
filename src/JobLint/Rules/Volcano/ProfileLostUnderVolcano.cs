namespace Rayquest.JobLint.Rules.Volcano;

/// <summary>RQ4379: a profile for KubeRay.</summary>
public sealed class ProfileLostUnderVolcano : VolcanoTargetRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ4379",
            "profile-lost-under-volcano",
            Severity.Warning,
            "A Volcano Job has no place for something the profile says."
        )
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "Of a profile only what it says of pods goes into a Volcano Job: the templates of head and workers and of the submitter. Fields of KubeRay's own, such as `headService`, `rayStartParams` or `gcsFaultToleranceOptions`, are left out.",
            Facts = "VR5",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: policies/profiles/ft.yaml\nspec: {rayClusterSpec: {headGroupSpec: {serviceType: NodePort}}}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nprofile: ft\nworkers: {replicas: 2}\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: policies/profiles/ft.yaml\nspec: {rayClusterSpec: {headGroupSpec: {template: {spec: {priorityClassName: low}}}}}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nprofile: ft\nworkers: {replicas: 2}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context)
    {
        string? name = context.Request.Profile?.Value ?? context.Policies.Platform.Defaults.Profile;
        if (name is null || context.Policies.Profiles.GetValueOrDefault(name)?.Manifest["spec"] is not YamlMapping spec)
        {
            return [];
        }

        string[] lost =
        [
            .. spec.Entries.Select(e => e.Key.Value).Where(k => k is not ("rayClusterSpec" or "submitterPodTemplate")),
            .. Lost(spec["rayClusterSpec"], "headGroupSpec", "workerGroupSpecs"),
            .. Lost((spec["rayClusterSpec"] as YamlMapping)?["headGroupSpec"], "template"),
        ];
        return lost.Length == 0
            ? []
            :
            [
                At(
                    context.Request.Profile?.Span ?? context.Anchor,
                    $"a Volcano Job has no place for {MessageText.Allowed(lost)} of the profile `{name}`; choose another, or have the platform team take it out"
                ),
            ];
    }

    private static IEnumerable<string> Lost(YamlNode? node, params string[] kept) =>
        (node as YamlMapping)?.Entries.Select(e => e.Key.Value).Where(k => !kept.Contains(k)) ?? [];
}

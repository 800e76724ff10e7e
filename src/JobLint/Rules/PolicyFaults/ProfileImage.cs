using Rayquest.JobLint.Rules.Images;

namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0633: a profile that runs an image the policy doesn't take.</summary>
public sealed class ProfileImage : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0633",
            "profile-image",
            Severity.Error,
            "A profile's container runs an image that moves, or that `images.yaml` doesn't take."
        )
        {
            Category = RuleCategory.Policy,
            Why =
                "Init containers and sidecars come through profiles alone, into the pods of everybody who uses them, with their volumes and Secrets. Their images are held to what requests' images are held to: pinned, and an alias's or one that `allowed` names.",
            Bad = Example.Policy(
                "# policies/profiles/gpu.yaml\nspec:\n  rayClusterSpec:\n    workerGroupSpecs:\n    - groupName: \"*\"\n      template: {spec: {initContainers: [{name: fetch, image: \"busybox:latest\", command: [sh, -c, \"true\"]}]}}\n"
            ),
            Good = Example.Policy(
                "# policies/profiles/gpu.yaml\nspec:\n  rayClusterSpec:\n    workerGroupSpecs:\n    - groupName: \"*\"\n      template: {spec: {initContainers: [{name: fetch, image: \"ghcr.io/example/shared/fetch:1.2.0\", command: [fetch]}]}}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        ImagesPolicy images = loaded.Policies.Images;
        foreach (ProfilePolicy profile in loaded.Policies.Profiles.Values)
        {
            foreach (YamlScalar image in Images(profile.Manifest))
            {
                if (Fault(image.Value, images) is { } fault)
                {
                    yield return At(image.Span, fault);
                }
            }
        }
    }

    private static string? Fault(string image, ImagesPolicy images)
    {
        if (ImageReference.Parse(image, out string? fault) is not { } reference)
        {
            return $"`{MessageText.Shorten(image)}` is not an image reference: {fault}";
        }

        if (ImageNotPinned.MovingTag(reference) is { } moving)
        {
            return $"{moving}; write a version tag or a digest";
        }

        if (images.RequireDigest && !reference.IsPinned)
        {
            return $"{MessageText.Shorten(image)} has no digest, but `requireDigest` is set; add `@sha256:…`";
        }

        string withoutDigest = image.Split('@')[0];
        bool isAllowed =
            images.Aliases.Values.Any(a => a.Value == image)
            || images.Allowed.Any(a => Glob.Matches(a.Pattern, image) || Glob.Matches(a.Pattern, withoutDigest));
        return isAllowed
            ? null
            : $"`policies/images.yaml` doesn't take {MessageText.Shorten(image)}; add it to `allowed`, or use one of {MessageText.Allowed(images.Allowed.Select(a => a.Pattern))}";
    }

    private static IEnumerable<YamlScalar> Images(YamlNode? node) =>
        node switch
        {
            YamlSequence list => list.Items.SelectMany(Images),
            YamlMapping mapping => mapping.Entries.SelectMany(e =>
                e is { Key.Value: "containers" or "initContainers", Value: YamlSequence containers }
                    ? containers
                        .Items.Select(c => (c as YamlMapping)?["image"])
                        .OfType<YamlScalar>()
                        .Where(i => !i.IsNull)
                    : Images(e.Value)
            ),
            _ => [],
        };
}

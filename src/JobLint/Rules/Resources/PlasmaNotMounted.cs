using Rayquest.JobLint.Rules.Access;

namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2052: an object store where no volume is.</summary>
public sealed class PlasmaNotMounted : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2052", "plasma-not-mounted", Severity.Error, "`plasma-directory` lies in no volume of the request.")
        {
            Category = RuleCategory.Resources,
            Why =
                "Ray doesn't make the directory: where it isn't there, `ray start` ends with an error. Outside of a volume it would fill the container's own disk; on a claim that several pods mount their stores would lie side by side.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 1, rayStartParams: {plasma-directory: /scratch}}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nvolumes: [{emptyDir: 50Gi, mount: /scratch}]\nworkers: {replicas: 1, rayStartParams: {plasma-directory: /scratch}}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (PodAmounts pod in PodAmounts.Of(context))
        {
            if (
                pod.Request?.RayStartParams?.Value.PlasmaDirectory is { } folder
                && MountPath.Of(folder.Value) is var path
                && path is not ("/dev/shm" or "/tmp")
                && !(context.Request.Volumes?.Value ?? []).Any(v =>
                    v.Value is { EmptyDir: not null, Mount: { } mount } && MountPath.Of(mount.Value) == path
                )
            )
            {
                yield return At(
                    folder,
                    $"there is no empty volume at `{folder.Value}`; add `{{emptyDir: SIZE, mount: {folder.Value}}}` to `volumes`"
                );
            }
        }
    }
}

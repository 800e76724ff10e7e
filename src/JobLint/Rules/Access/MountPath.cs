namespace Rayquest.JobLint.Rules.Access;

/// <summary>The path a mount means.</summary>
internal static class MountPath
{
    /// <summary>Without a slash at the end and without <c>.</c> steps, which the container runtime takes out as well; empty for the root.</summary>
    public static string Of(string mount) =>
        string.Concat(mount.Split('/').Where(step => step is not ("" or ".")).Select(step => $"/{step}"));
}

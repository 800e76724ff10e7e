using System.Text;

namespace Rayquest.JobReport.Argo;

/// <summary>
/// The Lua that tells Argo CD how a Ray object fares. Upstream has none (4.1): without them an Application is Healthy as
/// soon as it is applied.
/// </summary>
public static class HealthScripts
{
    /// <summary>Key in argocd-cm and name of the script, in the order they are written.</summary>
    public static IReadOnlyList<(string Key, string Name)> All { get; } =
    [
        ("resource.customizations.health.batch.volcano.sh_Job", "VolcanoJob"),
        ("resource.customizations.health.ray.io_RayCluster", "RayCluster"),
        ("resource.customizations.health.ray.io_RayCronJob", "RayCronJob"),
        ("resource.customizations.health.ray.io_RayJob", "RayJob"),
        ("resource.customizations.health.ray.io_RayService", "RayService"),
    ];

    /// <summary>The script of that name, with line feeds only.</summary>
    public static string Text(string name)
    {
        using var stream =
            typeof(HealthScripts).Assembly.GetManifestResourceStream($"health/{name}.lua")
            ?? throw new ArgumentException($"there is no health script {name}", nameof(name));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}

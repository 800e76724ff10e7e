namespace Rayquest.JobRender.Manifests;

/// <summary>The labels and annotations every rendered object carries, by which the status sync finds and names it.</summary>
public static class ManifestLabels
{
    /// <summary>Label; its value is <see cref="ManagedByValue"/>.</summary>
    public const string ManagedBy = "app.kubernetes.io/managed-by";

    /// <summary>The value of <see cref="ManagedBy"/> on everything rendered here.</summary>
    public const string ManagedByValue = "rayquest";

    /// <summary>Label: the team.</summary>
    public static string Team(string prefix) => prefix + "/team";

    /// <summary>Label: the request's name, without hash.</summary>
    public static string Request(string prefix) => prefix + "/request";

    /// <summary>Label: GitHub login of the owner; an annotation where the login can't be a label value.</summary>
    public static string Owner(string prefix) => prefix + "/owner";

    /// <summary>Annotation: the path of the request.</summary>
    public static string Source(string prefix) => prefix + "/source";

    /// <summary>Annotation: how long a cluster is given for.</summary>
    public static string Lease(string prefix) => prefix + "/lease";

    /// <summary>Annotation: which run of the request it is, from the second on.</summary>
    public static string Run(string prefix) => prefix + "/run";

    /// <summary>Annotation of a head: what the pods of the cluster say of nodes and the operator doesn't compare.</summary>
    public static string Placement(string prefix) => prefix + "/placement";
}

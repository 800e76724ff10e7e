namespace Rayquest.JobRehearsal.Cluster;

/// <summary>A kind that the emulated API server serves.</summary>
public sealed record EmulatedKind(string Group, string Version, string Plural, string Kind, bool Namespaced = true)
{
    public static readonly IReadOnlyList<EmulatedKind> All =
    [
        new("", "v1", "namespaces", "Namespace", Namespaced: false),
        new("", "v1", "pods", "Pod"),
        new("", "v1", "events", "Event"),
        new("", "v1", "configmaps", "ConfigMap"),
        new("", "v1", "secrets", "Secret"),
        new("", "v1", "services", "Service"),
        new("", "v1", "serviceaccounts", "ServiceAccount"),
        new("", "v1", "resourcequotas", "ResourceQuota"),
        new("batch", "v1", "jobs", "Job"),
        new("batch", "v1", "cronjobs", "CronJob"),
        new("rbac.authorization.k8s.io", "v1", "roles", "Role"),
        new("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding"),
        new("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", Namespaced: false),
        new("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", Namespaced: false),
        new("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", Namespaced: false),
        new("ray.io", "v1", "rayjobs", "RayJob"),
        new("ray.io", "v1", "rayclusters", "RayCluster"),
        new("ray.io", "v1", "rayservices", "RayService"),
        new("ray.io", "v1", "raycronjobs", "RayCronJob"),
        new("batch.volcano.sh", "v1alpha1", "jobs", "Job"),
        new("argoproj.io", "v1alpha1", "applications", "Application"),
        new("argoproj.io", "v1alpha1", "applicationsets", "ApplicationSet"),
        new("argoproj.io", "v1alpha1", "appprojects", "AppProject"),
        new("kueue.x-k8s.io", "v1beta2", "workloads", "Workload"),
        new("kueue.x-k8s.io", "v1beta2", "localqueues", "LocalQueue"),
    ];

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>As error messages name it: <c>rayjobs.ray.io</c>.</summary>
    public string Qualified => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}

namespace Rayquest.JobScaffold;

/// <summary>Whose cluster it is: each names its GPU nodes by labels of its own.</summary>
public enum Cloud
{
    /// <summary>Any cluster with NVIDIA's GPU feature discovery.</summary>
    Other,

    /// <summary>Google Kubernetes Engine.</summary>
    Gke,

    /// <summary>Amazon Elastic Kubernetes Service.</summary>
    Eks,

    /// <summary>Azure Kubernetes Service.</summary>
    Aks,

    /// <summary>Alibaba Cloud Container Service for Kubernetes.</summary>
    Ack,
}

/// <summary>A common GPU type, and how its nodes are found.</summary>
/// <param name="Type">What requests call it.</param>
/// <param name="Product">The value of <c>nvidia.com/gpu.product</c>, the label of NVIDIA's GPU feature discovery.</param>
/// <param name="Gke">The value of <c>cloud.google.com/gke-accelerator</c>; null where GKE offers none.</param>
/// <param name="Eks">The instance type of EKS; null where there is none.</param>
/// <param name="Aks">The instance type of AKS; null where there is none.</param>
/// <param name="Ack">The value of <c>aliyun.accelerator/nvidia_name</c>; null where ACK offers none.</param>
public sealed record GpuEntry(string Type, string Product, string? Gke, string? Eks, string? Aks, string? Ack)
{
    private const string ProductLabel = "nvidia.com/gpu.product";
    private const string InstanceLabel = "node.kubernetes.io/instance-type";

    /// <summary>The label of a cloud's nodes that have it; NVIDIA's where the cloud has no word for the type.</summary>
    public (string Key, string Value) Label(Cloud cloud) =>
        cloud switch
        {
            Cloud.Gke when Gke is { } accelerator => ("cloud.google.com/gke-accelerator", accelerator),
            Cloud.Eks when Eks is { } instance => (InstanceLabel, instance),
            Cloud.Aks when Aks is { } instance => (InstanceLabel, instance),
            Cloud.Ack when Ack is { } name => ("aliyun.accelerator/nvidia_name", name),
            _ => (ProductLabel, Product),
        };
}

/// <summary>GPU types that are common, with the labels of the nodes that have them.</summary>
public static class GpuCatalogue
{
    /// <summary>All types, by name.</summary>
    public static IReadOnlyList<GpuEntry> All { get; } =
    [
        new("a10", "NVIDIA-A10", null, null, "Standard_NV36ads_A10_v5", "NVIDIA-A10"),
        new("a10g", "NVIDIA-A10G", null, "g5.12xlarge", null, null),
        new("a100", "NVIDIA-A100-SXM4-40GB", "nvidia-tesla-a100", "p4d.24xlarge", null, "NVIDIA-A100-SXM4-40GB"),
        new(
            "a100-80gb",
            "NVIDIA-A100-SXM4-80GB",
            "nvidia-a100-80gb",
            "p4de.24xlarge",
            "Standard_ND96amsr_A100_v4",
            "NVIDIA-A100-SXM4-80GB"
        ),
        new("b200", "NVIDIA-B200", "nvidia-b200", "p6-b200.48xlarge", null, null),
        new("h100", "NVIDIA-H100-80GB-HBM3", "nvidia-h100-80gb", "p5.48xlarge", "Standard_ND96isr_H100_v5", null),
        new("h20", "NVIDIA-H20", null, null, null, "NVIDIA-H20"),
        new("h200", "NVIDIA-H200", "nvidia-h200-141gb", "p5en.48xlarge", "Standard_ND96isr_H200_v5", null),
        new("l4", "NVIDIA-L4", "nvidia-l4", "g6.12xlarge", null, "NVIDIA-L4"),
        new("l40s", "NVIDIA-L40S", null, "g6e.12xlarge", null, null),
        new("t4", "Tesla-T4", "nvidia-tesla-t4", "g4dn.12xlarge", "Standard_NC64as_T4_v3", "Tesla-T4"),
        new("v100", "Tesla-V100-SXM2-16GB", "nvidia-tesla-v100", "p3.8xlarge", null, "Tesla-V100-SXM2-16GB"),
    ];

    /// <summary>The entry of a type, or null.</summary>
    public static GpuEntry? Find(string type) => All.FirstOrDefault(entry => entry.Type == type);
}

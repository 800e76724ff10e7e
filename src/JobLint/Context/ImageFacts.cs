using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Rayquest.JobLint.Context;

/// <summary>What is known of the image a request runs, by its reference alone.</summary>
/// <param name="Text">The full reference, aliases resolved.</param>
/// <param name="Alias">The alias it was named by, or null.</param>
/// <param name="Reference">Its parts; null when no runtime would take it.</param>
/// <param name="Fault">Why not.</param>
/// <param name="RayTag">What the tag says, for Ray's images and their mirrors; null for others and for tags out of grammar.</param>
public sealed record ImageFacts(
    string Text,
    string? Alias,
    ImageReference? Reference,
    string? Fault,
    RayImageTag? RayTag
)
{
    private static readonly ConditionalWeakTable<ImagesPolicy, ConcurrentDictionary<string, ImageFacts>> Known = [];

    /// <summary>The repository that is meant, mirrors resolved; null without a reference.</summary>
    public string? Repository { get; init; }

    /// <summary>The Ray version that the policy says of the alias; null where it doesn't.</summary>
    public string? StatedRelease { get; init; }

    /// <summary>Whether the policy says of the alias that it holds CUDA; null where it says nothing.</summary>
    public bool? StatedCuda { get; init; }

    /// <summary>Whether it is one of Ray's own images, or of a mirror of theirs.</summary>
    public bool IsRayProject => Repository is { } repository && ImagesPolicy.IsRays(repository);

    /// <summary>The Ray version the alias or the tag tells; null when neither does.</summary>
    public string? Release => StatedRelease ?? RayTag?.Release;

    /// <summary>Whether the image is known to hold CUDA, or known to hold none.</summary>
    public bool? HasCuda =>
        StatedCuda
        ?? (
            RayTag is not { } tag ? null
            : tag.HasCuda == true ? true
            : Repository!.EndsWith("/ray-ml", StringComparison.Ordinal) ? null
            : tag.Platform is not null || Repository.EndsWith("/ray", StringComparison.Ordinal) ? false
            : null
        );

    // Devices that CUDA knows nothing of, by what their plugins call them; what else is asked for may be a share of NVIDIA's.
    private static readonly string[] OtherDevices =
    [
        "amd.com/",
        "gpu.intel.com/",
        "habana.ai/",
        "huawei.com/",
        "aws.amazon.com/neuron",
        "rebellions.ai/",
        "metax-tech.com/",
    ];

    /// <summary>Whether a resource is a device of another maker than NVIDIA, TPUs aside.</summary>
    internal static bool IsOtherDevice(string resource) =>
        OtherDevices.Any(d => resource.StartsWith(d, StringComparison.Ordinal));

    /// <summary>What keeps the image from using a device, as a clause about it; null where nothing is known to.</summary>
    internal string? UnfitFor(string resource) =>
        !IsOtherDevice(resource)
            ? HasCuda == false
                ? "has no CUDA"
                : null
            : HasCuda == true
                ? $"is built for CUDA, which `{resource}` does not run"
                : RayTag is not null && HasCuda == false
                    ? $"is one of Ray's for CPUs, without anything for `{resource}`"
                    : null;

    /// <summary>The facts of an alias or reference; the same few are asked for by many requests.</summary>
    internal static ImageFacts Of(string word, ImagesPolicy images)
    {
        ConcurrentDictionary<string, ImageFacts> known = Known.GetOrCreateValue(images);
        return known.TryGetValue(word, out ImageFacts? facts) ? facts : known.GetOrAdd(word, Read(word, images));
    }

    private static ImageFacts Read(string word, ImagesPolicy images)
    {
        string? alias = images.Aliases.TryGetValue(word, out Located<string>? target) ? word : null;
        string text = target?.Value ?? word;
        ImageReference? reference = ImageReference.Parse(text, out string? fault);
        return new ImageFacts(text, alias, reference, fault, reference is null ? null : images.RayTagOf(reference))
        {
            Repository = reference is null ? null : images.RepositoryOf(reference),
            StatedRelease = alias is null ? null : images.Known[alias].RayVersion,
            StatedCuda = alias is null ? null : images.Known[alias].Cuda,
        };
    }
}

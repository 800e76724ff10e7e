using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Rayquest.JobLint;

/// <summary>What is known of the image a request runs, by its reference alone.</summary>
/// <param name="Text">The full reference, aliases resolved.</param>
/// <param name="Alias">The alias it was named by, or null.</param>
/// <param name="Reference">Its parts; null when no runtime would take it.</param>
/// <param name="Fault">Why not.</param>
/// <param name="RayTag">What the tag says, for the images of <c>rayproject</c>; null for others and for tags out of grammar.</param>
public sealed record ImageFacts(
    string Text,
    string? Alias,
    ImageReference? Reference,
    string? Fault,
    RayImageTag? RayTag
)
{
    private static readonly ConditionalWeakTable<ImagesPolicy, ConcurrentDictionary<string, ImageFacts>> Known = [];

    /// <summary>Whether it is one of Ray's own images.</summary>
    public bool IsRayProject =>
        Reference
            is {
                Registry: null or "docker.io",
                Repository: "rayproject/ray" or "rayproject/ray-ml" or "rayproject/ray-llm"
            };

    /// <summary>The Ray version the tag tells; null when it doesn't.</summary>
    public string? Release => RayTag?.Release;

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
        ImageFacts facts = new(text, alias, reference, fault, null);
        return facts.IsRayProject && reference?.Tag is { } tag ? facts with { RayTag = RayImageTag.Parse(tag) } : facts;
    }
}

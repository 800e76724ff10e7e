using System.Collections.Concurrent;
using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobEngines.Ray;

namespace Rayquest.JobLint.Manifests;

/// <summary>The objects of a run, with what the rules of requests said of their images.</summary>
internal sealed class LintedObjects(IEnumerable<ManifestDocument> documents, ManifestOptions options)
    : ObjectIndex(documents, options)
{
    /// <summary>Images with their Ray version of which the rules tell nothing: the same few stand in many files.</summary>
    public ConcurrentDictionary<(string Image, string? RayVersion, Rule[] Rules), bool> CleanImages { get; } = [];
}

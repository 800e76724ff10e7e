using System.Globalization;
using Rayquest.JobHosts.Git;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Yaml;
using Rayquest.JobReport.Ledger;

namespace Rayquest.JobHosts.StatusSync;

/// <summary>Finds the line of the merged request that an operator's refusal is about.</summary>
/// <param name="pageUrl">The repository's page, for a link; empty makes none.</param>
public sealed class RequestLineFinder(GitRepository repository, string pageUrl)
{
    private const long LargestRequest = 256 * 1024;

    /// <summary>Null when the refusal names no key, or the request as it was merged is not at hand.</summary>
    public SourceLink? Of(JobRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (
            run is not { LastState.RequestField: { } field, Merged: { Sha.Length: > 0 } merged }
            || repository.TryResolve(merged.Sha) is not { } commit
            || repository.ReadFile(commit, merged.Request, LargestRequest) is not { } bytes
        )
        {
            return null;
        }

        var node = YamlReader.Read(merged.Request, bytes, YamlLimits.Request, new FindingBag()).Root;
        int? line = null;
        foreach (var key in field.Split('.'))
        {
            // A list of worker groups: the operator seldom says which, so the first.
            var mapping = node as YamlMapping ?? (node as YamlSequence)?.Items.OfType<YamlMapping>().FirstOrDefault();
            if (
                mapping?.Entries.FirstOrDefault(entry => string.Equals(entry.Key.Value, key, StringComparison.Ordinal))
                is not { } entry
            )
            {
                break;
            }

            line = entry.Key.Span.Start.Line;
            node = entry.Value;
        }

        // A key that is not there has a default: the policy's or the profile's, and no line.
        return line is { } found
            ? new SourceLink(
                merged.Request,
                found,
                pageUrl.Length > 0
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"{pageUrl.TrimEnd('/')}/blob/{merged.Sha}/{merged.Request}#L{found}"
                    )
                    : ""
            )
            : null;
    }
}

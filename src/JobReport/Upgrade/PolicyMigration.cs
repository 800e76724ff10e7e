using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobReport.Upgrade;

/// <summary>A policy key that is called otherwise since a version.</summary>
/// <param name="File">The policy file, such as <c>policies/platform.yaml</c>.</param>
/// <param name="Parent">The keys above it; <c>*</c> stands for any, such as a team's name.</param>
/// <param name="From">What it was called.</param>
/// <param name="To">What it is called.</param>
/// <param name="Since">The first version with the new name.</param>
public sealed record PolicyMigration(string File, IReadOnlyList<string> Parent, string From, string To, string Since)
{
    /// <summary>Every key that ever moved, the oldest first. Nothing has moved up to version 0.1.</summary>
    public static IReadOnlyList<PolicyMigration> All { get; } = [];

    /// <summary>Where it stood, such as <c>teams.*.limit</c>.</summary>
    public string Path => string.Join('.', [.. Parent, From]);
}

/// <summary>A key of a policy file that has moved.</summary>
public sealed record MovedKey(string File, int Line, PolicyMigration Migration)
{
    /// <summary>Whether the new key stands there already, so that only a person can say which holds.</summary>
    public bool IsTaken { get; init; }
}

/// <summary>Rewrites policy files to the keys of today. Comments, order and layout stay as they are.</summary>
public static class PolicyMigrator
{
    /// <summary>The keys that have moved, in the order of files and lines.</summary>
    public static IReadOnlyList<MovedKey> Find(IRepositoryTree tree, IReadOnlyList<PolicyMigration> migrations) =>
        [.. Places(tree, migrations).Select(place => place.Moved)];

    /// <summary>The text of each file that changes, by path.</summary>
    public static IReadOnlyDictionary<string, string> Rewrite(
        IRepositoryTree tree,
        IReadOnlyList<PolicyMigration> migrations
    ) =>
        Places(tree, migrations)
            .Where(place => !place.Moved.IsTaken)
            .GroupBy(place => place.Moved.File, StringComparer.Ordinal)
            .ToDictionary(
                file => file.Key,
                file =>
                {
                    string text = file.First().Key.Span.Source.Text;
                    foreach (
                        (YamlScalar key, MovedKey moved) in file.OrderByDescending(place => place.Key.Span.Span.Start)
                    )
                    {
                        text = text[..key.Span.Span.Start] + moved.Migration.To + text[key.Span.Span.End..];
                    }

                    return text;
                },
                StringComparer.Ordinal
            );

    private static IEnumerable<(YamlScalar Key, MovedKey Moved)> Places(
        IRepositoryTree tree,
        IReadOnlyList<PolicyMigration> migrations
    )
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(migrations);
        foreach (
            IGrouping<string, PolicyMigration> file in migrations
                .GroupBy(migration => migration.File, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
        )
        {
            if (tree.Find(file.Key) is null || tree.Read(file.Key) is not { } bytes)
            {
                continue;
            }

            YamlFile policy = YamlReader.Read(file.Key, bytes.Span, YamlLimits.Request, new FindingBag());
            foreach (
                (YamlScalar key, MovedKey moved) in file.SelectMany(migration =>
                        Keys(policy.Root, migration, 0, file.Key)
                    )
                    .OrderBy(place => place.Key.Span.Span.Start)
            )
            {
                yield return (key, moved);
            }
        }
    }

    private static IEnumerable<(YamlScalar Key, MovedKey Moved)> Keys(
        YamlNode? node,
        PolicyMigration migration,
        int depth,
        string file
    )
    {
        if (node is not YamlMapping mapping)
        {
            yield break;
        }

        foreach (YamlEntry entry in mapping.Entries)
        {
            if (depth == migration.Parent.Count)
            {
                if (entry.Key.Value == migration.From)
                {
                    yield return (
                        entry.Key,
                        new MovedKey(file, entry.Key.Span.Start.Line, migration)
                        {
                            IsTaken = mapping[migration.To] is not null,
                        }
                    );
                }
            }
            else if (migration.Parent[depth] is "*" || migration.Parent[depth] == entry.Key.Value)
            {
                foreach ((YamlScalar key, MovedKey moved) in Keys(entry.Value, migration, depth + 1, file))
                {
                    yield return (key, moved);
                }
            }
        }
    }
}

using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.CrossChecks;

/// <summary>
/// What a placeholder becomes decides about other places, too: whether a volume of that name is there, whether a job is shut down.
/// An error stands only where it stands whatever is put in: it is withdrawn when there is a value under which it is gone and nothing
/// else is wrong. The values tried are those that stand in the object, those that the errors ask for, and a few of every type.
/// </summary>
internal static class PlaceholderFillings
{
    private const int MaxNames = 16;
    private const int MaxWords = 400;

    private static readonly string[] Plain = ["true", "false", "", "0", "1", "1000000", "2.52.0", "none"];

    /// <summary>The errors that some value withdraws.</summary>
    /// <param name="root">The object.</param>
    /// <param name="held">Its scalars that hold placeholders.</param>
    /// <param name="errors">The errors at other places.</param>
    /// <param name="before">Everything that was found.</param>
    /// <param name="check">Finds what is wrong with an object.</param>
    public static HashSet<ManifestFault> Doubtful(
        YamlNode root,
        IReadOnlySet<YamlScalar> held,
        IReadOnlyList<ManifestFault> errors,
        IReadOnlyList<ManifestFault> before,
        Func<YamlNode, IReadOnlyList<ManifestFault>> check
    )
    {
        HashSet<(string, string)> known = Errors(before);
        List<ManifestFault> standing = [.. errors];
        HashSet<ManifestFault> doubtful = new(ReferenceEqualityComparer.Instance);
        string[] words = [.. Words(root, errors).Distinct(StringComparer.Ordinal).Take(MaxWords)];
        foreach (
            string name in held.SelectMany(s => PlaceholderChecks.NamesIn(s.Value))
                .Distinct(StringComparer.Ordinal)
                .Take(MaxNames)
        )
        {
            foreach (string word in words)
            {
                HashSet<(string, string)> after = Errors(check(Filled(root, held, name, word)));
                if (after.IsSubsetOf(known))
                {
                    foreach (ManifestFault gone in standing.Where(e => !after.Contains(KeyOf(e))).ToArray())
                    {
                        doubtful.Add(gone);
                        standing.Remove(gone);
                    }
                }

                if (standing.Count == 0)
                {
                    return doubtful;
                }
            }
        }

        return doubtful;
    }

    private static HashSet<(string, string)> Errors(IEnumerable<ManifestFault> faults) =>
        [.. faults.Where(f => f.Severity == Severity.Error).Select(KeyOf)];

    private static (string Rule, string Path) KeyOf(ManifestFault fault) => (fault.Rule.Code, fault.Path.ToString());

    private static IEnumerable<string> Words(YamlNode root, IEnumerable<ManifestFault> errors) =>
        errors
            .SelectMany(e => e.Message.Split('`', '\'', ' ', ',', ';', '{', '}', ':'))
            .Where(w => w.Length > 0)
            .Concat(Plain)
            .Concat(Scalars(root));

    private static IEnumerable<string> Scalars(YamlNode node) =>
        node switch
        {
            YamlScalar scalar => [scalar.Value],
            YamlMapping mapping => mapping.Entries.SelectMany(e => Scalars(e.Value)),
            YamlSequence list => list.Items.SelectMany(Scalars),
            _ => [],
        };

    private static YamlNode Filled(YamlNode node, IReadOnlySet<YamlScalar> held, string name, string word) =>
        node switch
        {
            YamlScalar scalar => held.Contains(scalar) ? Filled(scalar, name, word) : scalar,
            YamlMapping mapping => new YamlMapping(
                mapping.Span,
                [.. mapping.Entries.Select(e => new YamlEntry(e.Key, Filled(e.Value, held, name, word)))],
                mapping.IsFlow
            ),
            YamlSequence list => new YamlSequence(
                list.Span,
                [.. list.Items.Select(i => Filled(i, held, name, word))],
                list.IsFlow
            ),
            _ => node,
        };

    // Alone it may become anything; inside a longer text, text.
    private static YamlScalar Filled(YamlScalar scalar, string name, string word)
    {
        string text = PlaceholderChecks.Fill(
            scalar.Value,
            new Dictionary<string, string>(StringComparer.Ordinal) { [name] = word }
        );
        return text == scalar.Value
            ? scalar
            : new YamlScalar(
                scalar.Span,
                text,
                text == word && word.Length > 0 ? YamlScalarStyle.Plain : YamlScalarStyle.Quoted
            );
    }
}

using Rayquest.JobFormEngine.Fields;
using Rayquest.JobFormEngine.Words;

namespace Rayquest.JobForm;

/// <summary>Keys that are shown together.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="IsOpen">Whether it is open from the start.</param>
/// <param name="Fields">The keys, in order.</param>
internal sealed record FormSection(FormWord Title, bool IsOpen, IReadOnlyList<FormField> Fields)
{
    private static readonly (FormWord Title, bool IsOpen, string[] Keys)[] Layout =
    [
        (
            FormWord.Basics,
            true,
            [
                "kind",
                "name",
                "template",
                "params",
                "entrypoint",
                "schedule",
                "timeZone",
                "suspend",
                "image",
                "profile",
                "description",
                "owner",
                "code",
            ]
        ),
        (FormWord.Compute, true, ["workers", "head", "autoscaling"]),
        (FormWord.Limits, true, ["timeout", "lease", "queueTimeout", "retries", "keep", "submitterRetries"]),
        (FormWord.Serving, true, ["serve", "upgrade"]),
        (FormWord.Data, false, ["volumes", "secrets", "env", "envFrom"]),
        (FormWord.Placement, false, ["priority", "nodePool", "cluster", "serviceAccount", "labels"]),
    ];

    /// <summary>All of them; a key that none names is in the last.</summary>
    public static IReadOnlyList<FormSection> All { get; } = Make();

    private static List<FormSection> Make()
    {
        HashSet<string> named = new(Layout.SelectMany(l => l.Keys), StringComparer.Ordinal);
        return
        [
            .. Layout.Select(l => new FormSection(
                l.Title,
                l.IsOpen,
                [.. l.Keys.Select(FormFields.Find).OfType<FormField>()]
            )),
            new FormSection(FormWord.Advanced, false, [.. FormFields.All.Where(f => !named.Contains(f.Key))]),
        ];
    }
}

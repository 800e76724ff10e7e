using Rayquest.JobFormEngine.Fields;

namespace Rayquest.JobFormEngine.Requests;

/// <summary>Something that can be written at a place.</summary>
/// <param name="Label">As it is shown.</param>
/// <param name="Text">What is inserted.</param>
/// <param name="Path">The field it is.</param>
public sealed record CompletionItem(string Label, string Text, string Path);

/// <summary>What can be written where the caret is, by the declarations of the keys and what the team may choose.</summary>
/// <param name="Start">Where what was begun starts.</param>
/// <param name="End">Where it ends.</param>
public sealed record Completion(int Start, int End, IReadOnlyList<CompletionItem> Items)
{
    /// <summary>Reads the lines up to the caret alone, since a text that is being typed is seldom whole.</summary>
    /// <param name="choices">The values of a field that may be chosen; empty where anything may be typed.</param>
    public static Completion At(string text, int caret, string kind, Func<string, IReadOnlyList<string>> choices)
    {
        caret = Math.Clamp(caret, 0, text.Length);
        int line = caret == 0 ? 0 : text.LastIndexOf('\n', caret - 1) + 1;
        string before = text[line..caret];
        int indent = IndentOf(before);
        string typed = before.TrimStart(' ', '-');
        string parent = ParentAt(text[..line], indent);
        int colon = typed.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
        {
            FormField? field = FormFields.Find(Join(parent, typed[..colon]));
            string value = typed[(colon + 1)..].TrimStart();
            IReadOnlyList<string> words =
                field is null ? []
                : field.Words.Count > 0 ? field.Words
                : choices(field.Path);
            return new Completion(
                caret - value.Length,
                caret,
                [
                    .. words
                        .Where(w => w.StartsWith(value, StringComparison.OrdinalIgnoreCase))
                        .Select(w => new CompletionItem(w, w, field!.Path)),
                ]
            );
        }

        IReadOnlyList<FormField> fields = parent.Length == 0 ? FormFields.All : FormFields.Find(parent)?.Fields ?? [];
        HashSet<string> there = KeysAt(text, line, indent);
        return new Completion(
            caret - typed.Length,
            caret,
            [
                .. fields
                    .Where(f =>
                        f.IsFor(kind)
                        && !there.Contains(f.Key)
                        && f.Key.StartsWith(typed, StringComparison.OrdinalIgnoreCase)
                    )
                    .Select(f => new CompletionItem(f.Key, f.Key + ": ", f.Path)),
            ]
        );
    }

    private static string Join(string parent, string key) => parent.Length == 0 ? key : $"{parent}.{key}";

    // The key above that holds the line, from the nearest one out.
    private static string ParentAt(string above, int indent)
    {
        string path = "";
        string[] lines = above.Split('\n');
        for (int i = lines.Length - 1; i >= 0 && indent > 0; i--)
        {
            string content = lines[i].TrimStart(' ', '-');
            int own = lines[i].Length - lines[i].TrimStart(' ').Length;
            int colon = content.IndexOf(':', StringComparison.Ordinal);
            if (content.Length == 0 || content[0] == '#' || own >= indent || colon < 0)
            {
                continue;
            }

            // A key behind a dash stands beside the line, not above it.
            if (IndentOf(lines[i]) < indent || !lines[i].TrimStart(' ').StartsWith('-'))
            {
                string key = content[..colon];
                path = path.Length == 0 ? key : $"{key}[].{path}";
                indent = own;
            }
        }

        // Whether a key has a list is the declaration's to know.
        return FormFields
                .All.SelectMany(f => f.All())
                .FirstOrDefault(f =>
                    f.Path == path
                    || f.Path.Replace("[]", "", StringComparison.Ordinal)
                        == path.Replace("[]", "", StringComparison.Ordinal)
                )
                ?.Path
            ?? path;
    }

    // Where the key of a line stands; a dash before it is part of the way.
    private static int IndentOf(string line) => line.Length - line.TrimStart(' ', '-').Length;

    private static HashSet<string> KeysAt(string text, int line, int indent)
    {
        HashSet<string> keys = new(StringComparer.Ordinal);
        string[] lines = text.Split('\n');
        int current = text.AsSpan(0, line).Count('\n');
        foreach (int step in (int[])[-1, 1])
        {
            for (int i = current + step; i >= 0 && i < lines.Length; i += step)
            {
                string content = lines[i].TrimStart(' ', '-');
                if (content.Length == 0 || content[0] == '#')
                {
                    continue;
                }

                if (IndentOf(lines[i]) < indent)
                {
                    break;
                }

                int colon = content.IndexOf(':', StringComparison.Ordinal);
                if (IndentOf(lines[i]) == indent && colon > 0)
                {
                    keys.Add(content[..colon]);
                }
            }
        }

        return keys;
    }
}

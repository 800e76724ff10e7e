using System.Text;
using Rayquest.JobModel.Fields;

namespace Rayquest.JobLint.Catalogue;

/// <summary>What is said of a key of requests: <c>rayquest explain workers.gpu</c>. It comes from the key's one declaration.</summary>
public static class KeyPage
{
    /// <summary>Every key of every kind, keys of keys with dots between.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Paths("", JobRequestFormat.Request.Keys)];

    /// <summary>The page of a key; null for one that isn't there.</summary>
    public static string? Markdown(string path)
    {
        IReadOnlyList<FieldOutline> keys = JobRequestFormat.Request.Keys;
        FieldOutline? found = null;
        FieldOutline? root = null;
        foreach (string part in path.Split('.'))
        {
            found = keys.FirstOrDefault(k => k.Key == part);
            if (found is null)
            {
                return null;
            }

            root ??= found;
            keys = found.Type.Keys;
        }

        StringBuilder text = new();
        text.Append($"# `{path}`\n\n{found!.Doc}\n\n");
        text.Append($"- Accepted: {found.Type.Description}.\n");
        text.Append($"- Of: {string.Join(", ", root!.OnlyIn ?? Enum.GetNames<JobKind>())}.\n");
        text.Append(
            found.IsRequired ? "- It must be there.\n"
            : found.Default is { } standard ? $"- Default: {standard}.\n"
            : ""
        );
        if (keys.Count > 0)
        {
            text.Append("\n| key | what it means |\n|---|---|\n");
            foreach (FieldOutline key in keys)
            {
                text.Append($"| `{path}.{key.Key}` | {key.Doc.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
            }
        }

        return text.ToString();
    }

    /// <summary>The keys that a kind may have; null for a word that is none.</summary>
    public static string? OfKind(string word)
    {
        if (KindRules.Of(word) is not { } kind)
        {
            return null;
        }

        StringBuilder text = new();
        text.Append(
            $"# {kind}\n\nA {KindRules.NounOf(kind)}; its name has {KindRules.MaxNameLength(kind)} characters at most.\n\n| key | what it means | default |\n|---|---|---|\n"
        );
        foreach (
            FieldOutline key in JobRequestFormat.Request.Keys.Where(k => k.OnlyIn?.Contains(kind.ToString()) != false)
        )
        {
            text.Append(
                $"| `{key.Key}` | {key.Doc.Replace("|", "\\|", StringComparison.Ordinal)} | {key.Default ?? (key.IsRequired ? "must be there" : "")} |\n"
            );
        }

        return text.ToString();
    }

    private static IEnumerable<string> Paths(string prefix, IReadOnlyList<FieldOutline> keys)
    {
        foreach (FieldOutline key in keys)
        {
            string path = prefix + key.Key;
            yield return path;
            foreach (string inner in Paths($"{path}.", key.Type.Keys))
            {
                yield return inner;
            }
        }
    }
}

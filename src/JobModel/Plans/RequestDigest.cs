using System.Security.Cryptography;
using System.Text;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Plans;

/// <summary>
/// The canonical hash of a request: the same for any order of keys, any quoting, any comments, any spelling of an amount
/// (<c>1000m</c> and <c>1</c>, <c>60m</c> and <c>1h</c>); other for anything that changes what runs. Description, owner and what results are compared by are left out, so that fixing them never replaces a running job.
/// </summary>
public static class RequestDigest
{
    /// <summary>SHA-256 (hex) of a request's root and of the code files it ships, by path in the container.</summary>
    public static string Of(YamlMapping root, IEnumerable<CodeFile> code) => Of(root, code, owner: null);

    /// <summary>The digest as it was when the owner counted in.</summary>
    internal static string WithOwner(YamlMapping root, IEnumerable<CodeFile> code, string owner) =>
        Of(root, code, owner);

    private static string Of(YamlMapping root, IEnumerable<CodeFile> code, string? owner)
    {
        StringBuilder text = new(1024);
        WriteRoot(root, text, owner);
        WriteCode(code, text);
        return JobHeader.Digest(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>SHA-256 (hex) of the code files alone.</summary>
    internal static string OfCode(IEnumerable<CodeFile> code)
    {
        StringBuilder text = new(1024);
        WriteCode(code, text);
        return JobHeader.Digest(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static void WriteCode(IEnumerable<CodeFile> code, StringBuilder text)
    {
        foreach (CodeFile file in code.OrderBy(f => f.Path, StringComparer.Ordinal))
        {
            text.Append('\n')
                .Append(file.Path)
                .Append(' ')
                .Append(JobHeader.Digest(Encoding.UTF8.GetBytes(file.Content)));
        }
    }

    /// <summary>The five hex digits that end the name of one job of the request.</summary>
    public static string Suffix(string digest, IReadOnlyList<KeyValuePair<string, string>> sweepValues, int attempt)
    {
        if (sweepValues.Count == 0 && attempt == 0)
        {
            return digest[..5];
        }

        StringBuilder text = new(digest);
        foreach ((string key, string value) in sweepValues)
        {
            text.Append('\n').Append(key).Append('=').Append(value);
        }

        text.Append('\n').Append(attempt);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..5];
    }

    private static void WriteRoot(YamlMapping root, StringBuilder text, string? owner)
    {
        text.Append('{');
        YamlEntry[] entries = [.. root.Entries];
        Array.Sort(entries, static (a, b) => string.CompareOrdinal(a.Key.Value, b.Key.Value));
        bool isOwnerDue = owner is not null;
        foreach (YamlEntry entry in entries)
        {
            if (entry.Key.Value is "description" or "owner" or "results")
            {
                continue;
            }

            if (isOwnerDue && string.CompareOrdinal(entry.Key.Value, "owner") > 0)
            {
                WriteOwner(text, owner!);
                isOwnerDue = false;
            }

            WriteEntry(entry, text, "", isRoot: true);
        }

        if (isOwnerDue)
        {
            WriteOwner(text, owner!);
        }

        text.Append('}');
    }

    private static void WriteOwner(StringBuilder text, string owner)
    {
        WriteText("owner", text);
        text.Append(':');
        WriteText(owner, text);
        text.Append(',');
    }

    private static void WriteEntry(YamlEntry entry, StringBuilder text, string parent, bool isRoot)
    {
        WriteText(entry.Key.Value, text);
        text.Append(':');
        if (entry.Value is YamlScalar { IsNull: false } scalar)
        {
            WriteText(Canonical(parent, entry.Key.Value, scalar.Value), text);
        }
        else
        {
            bool isMeant = isRoot || (parent is "head" or "workers" && entry.Key.Value == "rayStartParams");
            Write(entry.Value, text, isMeant ? entry.Key.Value : "other");
        }

        text.Append(',');
    }

    // The parent says what a scalar means: cpu is a quantity in head and workers, but a word of Ray's in runtimeEnv.
    private static void Write(YamlNode node, StringBuilder text, string parent)
    {
        switch (node)
        {
            case YamlMapping mapping:
                text.Append('{');
                YamlEntry[] entries = [.. mapping.Entries];
                Array.Sort(entries, static (a, b) => string.CompareOrdinal(a.Key.Value, b.Key.Value));
                foreach (YamlEntry entry in entries)
                {
                    WriteEntry(entry, text, parent, isRoot: false);
                }

                text.Append('}');
                break;
            case YamlSequence list:
                text.Append('[');
                foreach (YamlNode item in list.Items)
                {
                    Write(item, text, parent);
                    text.Append(',');
                }

                text.Append(']');
                break;
            case YamlScalar scalar:
                if (scalar.IsNull)
                {
                    text.Append('~');
                }
                else
                {
                    WriteText(scalar.Value, text);
                }

                break;
        }
    }

    private static string Canonical(string parent, string key, string value) =>
        IsQuantity(parent, key) && Quantity.TryParse(value, out Quantity quantity) ? quantity.ToString()
        : IsDuration(parent, key) && Duration.TryParse(value, out Duration duration) ? duration.ToString()
        : value;

    private static bool IsQuantity(string parent, string key) =>
        parent switch
        {
            "head" or "workers" => key is "cpu" or "memory" or "shm" or "ephemeralStorage",
            "volumes" => key is "emptyDir",
            "rayStartParams" => key is "memory" or "object-store-memory",
            _ => false,
        };

    private static bool IsDuration(string parent, string key) =>
        parent switch
        {
            "" => key is "timeout" or "queueTimeout" or "keep" or "lease",
            "autoscaling" => key is "idleTimeout",
            "upgrade" => key is "interval",
            _ => false,
        };

    // Length first, so that no text can imitate the structure around it.
    private static void WriteText(string value, StringBuilder text) =>
        text.Append(value.Length).Append('"').Append(value).Append('"');
}

using System.Collections.Concurrent;
using System.Reflection;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Text;

namespace Rayquest.JobModel.Languages;

/// <summary>
/// A language people are told in. English stands in code; every other has one table of strings,
/// <c>src/JobModel/Languages/Strings/NAME.po</c>, and says in English what that doesn't know.
/// </summary>
public sealed class Language
{
    private const string Prefix = "strings/";

    private static readonly ConcurrentDictionary<string, Language> Loaded = new(StringComparer.Ordinal);

    private readonly Dictionary<(string Context, string Id), string>? table;

    private Language(string name, Dictionary<(string Context, string Id), string>? table)
    {
        Name = name;
        this.table = table;
    }

    /// <summary>The source language.</summary>
    public static Language English { get; } = new("en", null);

    /// <summary>The names of all languages, English first.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        English.Name,
        .. typeof(Language)
            .Assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(resource => resource[Prefix.Length..])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The name as BCP 47 has it: <c>en</c>, <c>zh-CN</c>.</summary>
    public string Name { get; }

    /// <summary>Whether it is the source language.</summary>
    public bool IsEnglish => table is null;

    /// <summary>
    /// The language of that name, whichever way it is spelt (<c>zh-CN</c>, <c>zh_CN.UTF-8</c>, <c>zh</c>); another region's where
    /// there is none of that one; null where there is none of that language.
    /// </summary>
    public static Language? Find(string name)
    {
        string wanted = name.Split('.', '@')[0].Replace('_', '-');
        string spoken = wanted.Split('-')[0];
        string? known =
            Names.FirstOrDefault(n => n.Equals(wanted, StringComparison.OrdinalIgnoreCase))
            ?? (
                spoken.Length == 0
                    ? null
                    : Names.FirstOrDefault(n => n.Split('-')[0].Equals(spoken, StringComparison.OrdinalIgnoreCase))
            );
        return known is null ? null
            : known == English.Name ? English
            : Loaded.GetOrAdd(known, Load);
    }

    /// <summary>The same, and English where there is none.</summary>
    public static Language Of(string name) => Find(name) ?? English;

    /// <summary>What the file of a language holds, as it stands.</summary>
    public static IReadOnlyList<PoEntry> Entries(string name)
    {
        using Stream stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream(Prefix + name)
            ?? throw new ArgumentException($"there is no table of strings for {name}", nameof(name));
        using StreamReader reader = new(stream);
        return PoFile.Read(reader.ReadToEnd());
    }

    /// <summary>Whether the sentence itself (not what is in its holes) is in the table.</summary>
    public bool Has(string context, string template) => Lookup(context, template) is not null;

    /// <summary>A sentence without holes, or a template with its holes open.</summary>
    public string Text(string context, string template) => Lookup(context, template) ?? template;

    /// <summary>A sentence. Its English where the table doesn't know it; what is in its holes is translated all the same.</summary>
    public string Text(string context, Message message)
    {
        if (table is null)
        {
            return message.English;
        }

        string template = message.Template;
        return Lookup(context, template) is { } text
            ? message.Holes == 0
                ? text
                : message.Fill(text, Nested)
            : message.Holes == 0
                ? message.English
                : message.Fill(template, Nested);

        string Nested(Message nested) => Text(context, nested);
    }

    /// <summary>A finding with its message, the names of its related places and its fix in this language.</summary>
    public Finding Of(Finding finding)
    {
        if (table is null)
        {
            return finding;
        }

        string code = finding.Rule.Code;
        return finding with
        {
            Text = Text(code, finding.Text),
            Related =
                finding.Related.Count == 0
                    ? finding.Related
                    : [.. finding.Related.Select(related => related with { Text = Text(code, related.Text) })],
            Fix = finding.Fix is { } fix ? Of(code, fix) : null,
        };
    }

    private Fix Of(string code, Fix fix) => fix with { Text = Text(code, fix.Text) };

    private string? Lookup(string context, string template) =>
        table is null ? null
        : table.TryGetValue((context, template), out string? own) ? own
        : table.GetValueOrDefault(("", template));

    private static Language Load(string name)
    {
        Dictionary<(string Context, string Id), string> strings = [];
        foreach (PoEntry entry in Entries(name))
        {
            if (entry.Id.Length > 0 && entry.Text.Length > 0)
            {
                strings.TryAdd((entry.Context, entry.Id), entry.Text);
            }
        }

        return new Language(name, strings);
    }
}

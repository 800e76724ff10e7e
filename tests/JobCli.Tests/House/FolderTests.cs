using System.Text.RegularExpressions;

namespace Rayquest.JobCli.Tests.House;

/// <summary>A folder is a namespace, and the folders of a project depend on each other in one direction.</summary>
public sealed partial class FolderTests
{
    /// <summary>
    /// Pairs of folders of a project that depend on each other all the same, with the reason. Whoever cuts one takes its line
    /// away; none is added.
    /// </summary>
    private static readonly string[] KnownCycles = [];

    public static TheoryData<string> Projects { get; } =
    [
        .. Directory
            .GetDirectories(RepositoryFiles.Path("src"))
            .Select(folder => Path.GetFileName(folder)!)
            .Where(project => File.Exists(RepositoryFiles.Path("src", project, $"{project}.csproj")))
            .Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void A_folder_is_a_namespace()
    {
        foreach (string file in SourceCode.Files("src", "tests"))
        {
            string[] parts = Path.GetRelativePath(RepositoryFiles.Root, file).Split(Path.DirectorySeparatorChar);
            if (Namespace().Match(File.ReadAllText(file)) is { Success: true } found)
            {
                found.Groups[1].Value.ShouldBe($"Rayquest.{string.Join('.', parts[1..^1])}", file);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_two_folders_of_a_project_depend_on_each_other(string project)
    {
        Dictionary<string, Dictionary<string, string>> uses = Uses(SourceCode.Files($"src/{project}").Select(Read));
        List<string> cycles = [];
        foreach (string from in uses.Keys.Order(StringComparer.Ordinal))
        {
            foreach ((string to, string why) in uses[from].OrderBy(use => use.Key, StringComparer.Ordinal))
            {
                if (Reaches(uses, to, from) && !KnownCycles.Contains($"{from} -> {to}", StringComparer.Ordinal))
                {
                    cycles.Add($"{from} -> {to} ({why})");
                }
            }
        }

        cycles.ShouldBeEmpty($"folders of {project} that lead back to where they are used");
    }

    [Fact]
    public void A_cycle_is_found_with_the_file_and_type_that_make_it()
    {
        var uses = Uses([
            ("a.cs", "namespace P.A; public class One { P.B.Two x; }"),
            ("b.cs", "using P.A; namespace P.B; public class Two { One y; }"),
            ("c.cs", "using P.A; namespace P.C; public class Three { int One = 1; }"),
        ]);
        uses["P.A"]["P.B"].ShouldBe("a.cs: Two");
        uses["P.B"]["P.A"].ShouldBe("b.cs: One");
        uses.ContainsKey("P.C").ShouldBeFalse();
        Reaches(uses, "P.B", "P.A").ShouldBeTrue();
    }

    private static (string Name, string Code) Read(string file) =>
        (Path.GetFileName(file), SourceCode.Of(File.ReadAllText(file)));

    /// <summary>For each namespace those it uses, with the first use: types are recognised by name and by what is imported.</summary>
    private static Dictionary<string, Dictionary<string, string>> Uses(IEnumerable<(string Name, string Code)> sources)
    {
        (string Name, string Code)[] files = [.. sources];
        HashSet<string> imported =
        [
            .. files.SelectMany(file => GlobalUsing().Matches(file.Code)).Select(match => match.Groups[1].Value),
        ];
        ILookup<string, string> types = files
            .SelectMany(file =>
                Declaration()
                    .Matches(file.Code)
                    .Select(type => (Type: type.Groups[1].Value, Namespace: NamespaceOf(file.Code)))
            )
            .Distinct()
            .ToLookup(pair => pair.Type, pair => pair.Namespace, StringComparer.Ordinal);
        Dictionary<string, Dictionary<string, string>> uses = new(StringComparer.Ordinal);
        foreach ((string name, string code) in files)
        {
            string own = NamespaceOf(code);
            HashSet<string> visible =
            [
                .. imported,
                .. Using().Matches(code).Select(match => match.Groups[1].Value),
                .. Parents(own),
            ];
            foreach (Match use in Name().Matches(AnyUsing().Replace(code, "")))
            {
                string type = use.Groups[2].Value;
                IEnumerable<string> declaring =
                    use.Groups[1].Success
                        ? types[type].Where(ns => ns.EndsWith($".{use.Groups[1].Value}", StringComparison.Ordinal))
                    : types[type].Contains(own) ? []
                    : types[type].Where(visible.Contains);
                foreach (string ns in declaring.Where(ns => ns != own))
                {
                    if (!uses.TryGetValue(own, out Dictionary<string, string>? used))
                    {
                        uses[own] = used = new Dictionary<string, string>(StringComparer.Ordinal);
                    }

                    used.TryAdd(ns, $"{name}: {type}");
                }
            }
        }

        return uses;
    }

    private static bool Reaches(Dictionary<string, Dictionary<string, string>> uses, string from, string to)
    {
        HashSet<string> seen = [from];
        Queue<string> open = new([from]);
        while (open.TryDequeue(out string? next))
        {
            if (next == to)
            {
                return true;
            }

            foreach (string used in uses.GetValueOrDefault(next)?.Keys.Where(seen.Add) ?? [])
            {
                open.Enqueue(used);
            }
        }

        return false;
    }

    private static string NamespaceOf(string code) => Namespace().Match(code).Groups[1].Value;

    private static IEnumerable<string> Parents(string ns)
    {
        for (int end = ns.Length; end > 0; end = ns.LastIndexOf('.', end - 1))
        {
            yield return ns[..end];
        }
    }

    [GeneratedRegex(@"(?<=^|[;\s])namespace ([\w.]+);")]
    private static partial Regex Namespace();

    [GeneratedRegex(@"(?m)^using ([\w.]+);")]
    private static partial Regex Using();

    [GeneratedRegex(@"(?m)^global using ([\w.]+);")]
    private static partial Regex GlobalUsing();

    [GeneratedRegex(@"(?m)^(global )?using [^\n;]*;")]
    private static partial Regex AnyUsing();

    // A type of a namespace begins its line; what is in a type is indented.
    [GeneratedRegex(
        @"(?:^|(?<=\n)|(?<=; ))(?:(?:public|internal|file|static|sealed|abstract|readonly|partial|ref|unsafe) )+(?:class|record struct|record|struct|interface|enum|delegate [\w<>?,\[\]. ]+?) (\w+)"
    )]
    private static partial Regex Declaration();

    // A name that isn't a member of something, or one behind the last part of a namespace; what is assigned to is no type.
    [GeneratedRegex(@"(?:(?<=\b([A-Z]\w*)\s*\.\s*)|(?<!\w|(?<!\.)\.\s*))([A-Z]\w*)\b(?!\s*=[^=>])")]
    private static partial Regex Name();
}

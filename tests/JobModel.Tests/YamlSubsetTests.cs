using System.Runtime.CompilerServices;
using System.Text;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Tests;

/// <summary>
/// The quick reader may give up, but what it gives is what the library gives: the same nodes, spans, styles and
/// comments, and no finding. Held on every YAML text of this repository, on generated documents, and on both of them
/// with their characters and lines disturbed.
/// </summary>
public class YamlSubsetTests
{
    private static readonly YamlLimits[] Limits =
    [
        YamlLimits.Request,
        YamlLimits.Manifest,
        YamlLimits.Request with
        {
            MaxNodes = 25,
        },
        YamlLimits.Manifest with
        {
            MaxNodes = 60,
        },
    ];

    [Fact]
    public void Every_text_of_the_repository_reads_the_same()
    {
        int quick = 0;
        foreach (string text in Texts())
        {
            quick += Compare(text);
        }

        quick.ShouldBeGreaterThan(500);
    }

    [Fact]
    public void Requests_policies_and_rendered_jobs_are_read_by_the_quick_reader()
    {
        foreach (string folder in new[] { "jobs-requests", "policies", "jobs" })
        {
            string[] files = Directory.GetFiles(
                Path.Combine(Root(), "tests", "Fixtures", "repository", folder),
                "*.yaml",
                SearchOption.AllDirectories
            );
            files.ShouldNotBeEmpty();
            int quick = files.Count(file => Quick(File.ReadAllText(file), YamlLimits.Manifest) is not null);
            // Folded blocks and lists over several lines are left to the library.
            quick.ShouldBeGreaterThan(files.Length * 8 / 10, folder);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Disturbed_texts_read_the_same(int seed)
    {
        Random random = new(seed);
        // Of texts it takes as they are: the disturbed ones then lie on both sides of what it takes.
        string[] texts = [.. Texts().Where(t => t.Length < 3000 && Quick(t, YamlLimits.Manifest) is not null)];
        int quick = 0;
        for (int round = 0; round < 800; round++)
        {
            quick += Compare(Disturb(texts[random.Next(texts.Length)], random));
        }

        quick.ShouldBeGreaterThan(200);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    public void Generated_texts_read_the_same(int seed)
    {
        Random random = new(seed);
        int quick = 0;
        for (int round = 0; round < 800; round++)
        {
            StringBuilder text = new();
            Block(text, random, indent: 0, depth: 0);
            quick += Compare(text.ToString());
            quick += Compare(Disturb(text.ToString(), random));
        }

        quick.ShouldBeGreaterThan(500);
    }

    [Fact]
    public void Lines_of_all_pieces_read_the_same()
    {
        string[] first =
        [
            "a",
            "a b",
            "'a'",
            "\"a\"",
            "-",
            "- a",
            "?",
            "*",
            "&x a",
            "a*",
            "#",
            "a #",
            "{a: b}",
            "~",
            "<<",
            ".",
            "---",
            "...",
        ];
        string[] middle = [":", ": ", " : ", ":\n", ":\n  ", ": # c\n", ":\n- ", "", " ", ": |\n  ", ": |-\n   x\n  "];
        string[] last =
        [
            "b",
            "b c",
            "b: c",
            "b #c",
            "b#c",
            "- b",
            "-b",
            "-",
            "[b]",
            "[b, c]",
            "[b,c]",
            "[b, ]",
            "[]",
            "[ ]",
            "{}",
            "{b: c}",
            "{b:c}",
            "{b}",
            "{b: }",
            "[b: c]",
            "[-]",
            "[- b]",
            "{b: [c, {d: e}]}",
            "'b'",
            "'b''c'",
            "\"b\\nc\"",
            "\"b\\x41\"",
            "\"b\" # c",
            "\"b\"#c",
            "'b'#c",
            "[b] # c",
            "[b]# c",
            "'b",
            "\"b",
            "|",
            ">\n  b",
            "!b",
            "*b",
            "%b",
            "@b",
            "`b`",
            ",b",
            "b:",
            "b::c",
            ":b",
            "?b",
            "? b",
            "b\n  c",
            "b\n\n\n",
            "b\nc: d",
            "b\n c: d",
            "b\n# c\n",
            "[b *c: d]",
            "{b *c: d}",
            "b\u00A0",
            "\u00A0b",
            "b\u2028c",
            "\tb",
            "b\tc",
            "b\t",
            "b\r\n",
            "😀",
            "\uFEFFb",
            "b\u0085c",
            "[b # c]",
            "[b#c]",
            "[a, 'b'c]",
            "[\"b\":c]",
            "{\"b\":c}",
            "{\"b\": c}",
            "{'b' : c}",
            "{b : c}",
            "{? b: c}",
            "[[b], [c]]",
            "[b]c",
            "[b]: c",
            "{b: c}: d",
        ];
        string[] after =
        [
            "",
            "\n",
            "\ne: f\n",
            "\n  e: f\n",
            "\n- e\n",
            "\n  - e\n",
            "\n---\ng: h\n",
            "\n...\n",
            "\n# g",
            "\n \n",
            "  ",
        ];
        int quick = 0;
        foreach (string a in first)
        {
            foreach (string b in middle)
            {
                foreach (string c in last)
                {
                    foreach (string d in after)
                    {
                        quick += Compare(a + b + c + d);
                    }
                }
            }
        }

        quick.ShouldBeGreaterThan(1000);
    }

    [Theory]
    [InlineData("a: &x 1\n")]
    [InlineData("<<: {a: 1}\n")]
    [InlineData("a: one\n  two\n")]
    [InlineData("a: [1,\n  2]\n")]
    [InlineData("a: b: c\n")]
    [InlineData("a:\tb\n")]
    [InlineData("a: b\r\n")]
    [InlineData("a: b\n...\n")]
    [InlineData("%YAML 1.2\n---\na: b\n")]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    public void What_it_does_not_surely_know_is_left_to_the_library(string text) =>
        Quick(text, YamlLimits.Request).ShouldBeNull();

    [Fact]
    public void Limits_are_left_to_the_library()
    {
        string deep = string.Concat(Enumerable.Range(0, 40).Select(i => new string(' ', i) + "a:\n"));
        Quick(deep, YamlLimits.Request).ShouldBeNull();
        Quick(new string('k', 1100) + ": x\n", YamlLimits.Request).ShouldBeNull();
        Quick("a: 1\n---\nb: 2\n", YamlLimits.Request).ShouldBeNull();
        Quick("a: 1\n---\nb: 2\n", YamlLimits.Manifest)!.Documents.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("a: 1\na: 2\n")]
    [InlineData("a: {b: 1, b: 2, b: {c: 1, c: 2}}\nd: 1\na: [x]\n")]
    [InlineData("a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\ng: 7\nh: 8\ni: 9\nb: 1\ni: 2\n")]
    public void A_key_given_twice_is_told_as_the_library_s_reading_tells_it(string text) =>
        Compare(text).ShouldBe(Limits.Length);

    [Theory]
    [InlineData(98)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(500)]
    public void Many_keys_given_twice_are_told_as_the_library_s_reading_tells_them(int times)
    {
        string text = string.Concat(Enumerable.Repeat("a: 1\n", times + 1));
        FindingBag findings = new();
        YamlReader.Parse(new SourceText("a.yaml", text), YamlLimits.Request, findings);
        FindingBag library = new();
        YamlReader.ParseAll(new SourceText("a.yaml", text), YamlLimits.Request, library);
        Describe(findings).ShouldBe(Describe(library));
        findings.Findings.Count.ShouldBe(Math.Min(times, FindingBag.MaxOfOneRule));
    }

    [Theory]
    [InlineData(49_996, false)]
    [InlineData(49_997, true)]
    public void A_file_with_too_many_values_is_given_up_where_the_library_does(int items, bool isTooLarge)
    {
        // The mapping, its key and the list count too.
        string text = "a: [" + string.Concat(Enumerable.Repeat("x, ", items)) + "x]\n";
        FindingBag findings = new();
        YamlFile file = YamlReader.Parse(new SourceText("a.yaml", text), YamlLimits.Request, findings);
        FindingBag library = new();
        YamlReader.ParseAll(new SourceText("a.yaml", text), YamlLimits.Request, library);
        file.IsPartial.ShouldBe(isTooLarge);
        findings
            .Findings.Select(f => (f.Rule.Code, f.Span.Span, f.Message))
            .ShouldBe(library.Findings.Select(f => (f.Rule.Code, f.Span.Span, f.Message)));
        findings.Findings.Count.ShouldBe(isTooLarge ? 1 : 0);
    }

    // ---- Both readers -----------------------------------------------------------------------------------------------

    private static YamlFile? Quick(string text, YamlLimits limits) =>
        YamlSubset.TryRead(new SourceText("a.yaml", text), limits, new FindingBag(), out _);

    // How many of the two kinds of limits the quick reader took.
    private static int Compare(string text)
    {
        int quick = 0;
        foreach (YamlLimits limits in Limits)
        {
            SourceText source = new("a.yaml", text.Replace('\0', '\uFFFD'));
            FindingBag own = new();
            if (YamlSubset.TryRead(source, limits, own, out bool isTooLarge) is not { } read)
            {
                continue;
            }

            quick++;
            FindingBag findings = new();
            YamlFile whole = YamlReader.ParseAll(source, limits, findings);
            if (isTooLarge)
            {
                // The library has looked a little further: for comments, at keys given twice, at what is no YAML.
                Nodes(read).ShouldBe(Nodes(whole), $"the text is\n{text.ReplaceLineEndings("⏎\n")}");
                findings.Findings.ShouldContain(f => f.Rule.Code == "RQ0015" || f.Rule.Code == "RQ0001", text);
                continue;
            }

            string expected = Describe(whole) + Describe(findings);
            string found = Describe(read) + Describe(own);
            if (found != expected)
            {
                found.ShouldBe(expected, $"the text is\n{text.ReplaceLineEndings("⏎\n")}");
            }
        }

        return quick;
    }

    private static string Describe(FindingBag findings) =>
        string.Concat(
            findings.Findings.Select(f =>
                $"{f.Rule.Code} {f.Span.Span} {f.Message} {string.Join(' ', f.Related.Select(r => $"{r.Span.Span} {r.Message}"))}\n"
            )
        );

    private static string Nodes(YamlFile file) =>
        Describe(new YamlFile(file.Source, file.Documents, [], file.IsPartial));

    private static string Describe(YamlFile file)
    {
        StringBuilder words = new();
        words.Append(file.IsPartial ? "partial\n" : "whole\n");
        foreach (YamlComment comment in file.Comments)
        {
            words.Append(null, $"# {comment.Span.Span.Start}-{comment.Span.Span.End} <{comment.Text}>\n");
        }

        foreach (YamlNode document in file.Documents)
        {
            words.Append("---\n");
            Describe(document, words);
        }

        return words.ToString();
    }

    private static void Describe(YamlNode node, StringBuilder words)
    {
        words.Append(null, $"{node.GetType().Name} {node.Span.Span.Start}-{node.Span.Span.End} ");
        switch (node)
        {
            case YamlScalar scalar:
                words.Append(null, $"{scalar.Style} <{scalar.Value}>\n");
                break;
            case YamlSequence list:
                words.Append(null, $"{(list.IsFlow ? "flow" : "block")} {list.Items.Length}\n");
                foreach (YamlNode item in list.Items)
                {
                    Describe(item, words);
                }

                break;
            case YamlMapping mapping:
                words.Append(null, $"{(mapping.IsFlow ? "flow" : "block")} {mapping.Entries.Length}\n");
                foreach (YamlEntry entry in mapping.Entries)
                {
                    Describe(entry.Key, words);
                    Describe(entry.Value, words);
                }

                break;
            default:
                throw new InvalidOperationException(node.GetType().Name);
        }
    }

    // ---- Texts ------------------------------------------------------------------------------------------------------

    private static IEnumerable<string> Texts()
    {
        string root = Root();
        string[] folders = ["tests", "docs", "deploy", ".github"];
        foreach (
            string path in folders
                .Select(f => Path.Combine(root, f))
                .Where(Directory.Exists)
                .SelectMany(f => Directory.EnumerateFiles(f, "*", SearchOption.AllDirectories))
                .Where(p => Path.GetExtension(p) is ".yaml" or ".yml" or ".txt" or ".md")
                .Where(p => !p.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules"))
                .Order(StringComparer.Ordinal)
        )
        {
            string text = File.ReadAllText(path);
            yield return text;
            // Case files hold several files, pages hold examples: each is a text of its own.
            StringBuilder part = new();
            foreach (string line in text.Split('\n'))
            {
                if (
                    line.StartsWith("# file:", StringComparison.Ordinal)
                    || line.StartsWith("```", StringComparison.Ordinal)
                )
                {
                    yield return part.ToString();
                    part.Clear();
                }
                else
                {
                    part.Append(line).Append('\n');
                }
            }

            yield return part.ToString();
        }
    }

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));

    private static readonly string[] Pieces =
    [
        ":",
        ": ",
        " #",
        "#",
        "- ",
        "-",
        "\n",
        "\n\n",
        "\n  ",
        "  ",
        " ",
        "'",
        "\"",
        "[",
        "]",
        "{",
        "}",
        ",",
        ", ",
        "|",
        ">",
        "|-",
        "|+\n",
        "&a ",
        "*a",
        "!t ",
        "? ",
        "?",
        "%",
        "@",
        "`",
        "~",
        "<<: ",
        "---\n",
        "...\n",
        "\t",
        "\r",
        "\\",
        "\\n",
        "\\\"",
        "''",
        "é",
        "😀",
        "\u00A0",
        "\u2028",
        "\u0085",
        "\uFEFF",
        "x",
        "0",
        "null",
        "a: b\n",
        "a: b",
        "- a\n",
        "# c\n",
        "::",
        "=",
        "*",
        " *",
        "|2\n",
        ">-\n",
    ];

    private static string Disturb(string text, Random random)
    {
        StringBuilder changed = new(text);
        int times = random.Next(1, 4);
        for (int i = 0; i < times && changed.Length > 0; i++)
        {
            int at = random.Next(changed.Length);
            switch (random.Next(6))
            {
                case 0:
                    changed.Remove(at, Math.Min(random.Next(1, 4), changed.Length - at));
                    break;
                case 1:
                    changed[at] = Pieces[random.Next(Pieces.Length)][0];
                    break;
                case 2:
                    string[] lines = changed.ToString().Split('\n');
                    int line = random.Next(lines.Length);
                    lines[line] = random.Next(3) switch
                    {
                        0 => " " + lines[line],
                        1 => lines[line].TrimStart(),
                        _ => lines[random.Next(lines.Length)],
                    };
                    changed.Clear().AppendJoin('\n', lines);
                    break;
                default:
                    changed.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
            }
        }

        return changed.ToString();
    }

    private static void Block(StringBuilder text, Random random, int indent, int depth)
    {
        string margin = new(' ', indent);
        bool list = random.Next(4) == 0;
        int entries = random.Next(1, 5);
        for (int i = 0; i < entries; i++)
        {
            if (random.Next(8) == 0)
            {
                text.Append(new string(' ', random.Next(5))).Append("# note ").Append(i).Append('\n');
            }

            if (random.Next(8) == 0)
            {
                text.Append(new string(' ', random.Next(4))).Append('\n');
            }

            if (list)
            {
                text.Append(margin).Append('-').Append(' ', random.Next(1, 4));
                if (random.Next(3) == 0)
                {
                    int column = text.Length - 1 - text.ToString().LastIndexOf('\n');
                    text.Append(null, $"k{i}: {Inline(random, 0)}\n");
                    if (random.Next(2) == 0)
                    {
                        text.Append(new string(' ', column)).Append(null, $"l{i}: {Inline(random, 0)}\n");
                    }
                }
                else
                {
                    text.Append(Inline(random, 0)).Append(Tail(random)).Append('\n');
                }

                continue;
            }

            text.Append(margin).Append(Key(random, i)).Append(random.Next(10) == 0 ? " :" : ":");
            switch (random.Next(7))
            {
                case 0 when depth < 4:
                    text.Append(Tail(random)).Append('\n');
                    Block(text, random, indent + random.Next(0, 4), depth + 1);
                    break;
                case 1:
                    text.Append(" |")
                        .Append(
                            random.Next(3) switch
                            {
                                0 => "",
                                1 => "-",
                                _ => "+",
                            }
                        )
                        .Append('\n');
                    int inner = indent + random.Next(1, 4);
                    for (int n = random.Next(1, 5); n > 0; n--)
                    {
                        text.Append(new string(' ', inner + (random.Next(4) == 0 ? 2 : 0)))
                            .Append(random.Next(5) == 0 ? "" : "text: # 'of' a line")
                            .Append('\n');
                    }

                    break;
                case 2:
                    text.Append(Tail(random)).Append('\n');
                    break;
                default:
                    text.Append(' ', random.Next(1, 3)).Append(Inline(random, 0)).Append(Tail(random)).Append('\n');
                    break;
            }
        }
    }

    private static string Key(Random random, int number) =>
        random.Next(6) switch
        {
            0 => $"'key {number}'",
            1 => $"\"key \\\"{number}\"",
            2 => $"key with words {number}",
            3 => $"a/b.c-{number}",
            _ => $"key{number}",
        };

    private static string Tail(Random random) =>
        random.Next(6) switch
        {
            0 => " # why",
            1 => "  ",
            2 => "   #",
            _ => "",
        };

    private static string Inline(Random random, int depth) =>
        random.Next(depth < 3 ? 12 : 9) switch
        {
            0 => "'it''s # here: yes'",
            1 => "\"a \\\"b\\\" \\\\ # {x}: y\"",
            2 => "python train.py --lr 0.1 --x=\"y\"",
            3 => "-5",
            4 => "rayproject/ray:2.52.0-py312",
            5 => "s3://bucket/a#b?c=d&e",
            6 => "~",
            7 => "1.10",
            8 => "two  words",
            9 => "["
                + string.Join(
                    random.Next(2) == 0 ? ", " : ",",
                    Enumerable.Range(0, random.Next(4)).Select(_ => Inline(random, depth + 1))
                )
                + "]",
            _ => "{"
                + string.Join(
                    ", ",
                    Enumerable.Range(0, random.Next(4)).Select(i => $"k{i}: {Inline(random, depth + 1)}")
                )
                + "}",
        };
}

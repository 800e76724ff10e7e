using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Canonical;

namespace Rayquest.JobRender.Tests;

public class CanonicalYamlTests
{
    private static readonly SourceSpan Nowhere = new(new SourceText("a.yaml", ""), default);

    private static YamlScalar Text(string value) => new(Nowhere, value, YamlScalarStyle.Quoted);

    private static YamlScalar Plain(string value) => new(Nowhere, value, YamlScalarStyle.Plain);

    private static YamlMapping Map(params (string Key, YamlNode Value)[] entries) =>
        new(Nowhere, [.. entries.Select(e => new YamlEntry(Text(e.Key), e.Value))], isFlow: false);

    private static YamlSequence List(params YamlNode[] items) => new(Nowhere, [.. items], isFlow: false);

    /// <summary>What a node says, keys sorted, text told from numbers: the form in which written and read are compared.</summary>
    private static string Meaning(YamlNode node)
    {
        StringBuilder text = new();
        Write(node);
        return text.ToString();

        void Write(YamlNode at)
        {
            switch (at)
            {
                case YamlMapping mapping:
                    text.Append('{');
                    foreach (YamlEntry entry in mapping.Entries.OrderBy(e => e.Key.Value, StringComparer.Ordinal))
                    {
                        text.Append(entry.Key.Value.Length).Append('"').Append(entry.Key.Value).Append("\":");
                        Write(entry.Value);
                    }

                    text.Append('}');
                    break;
                case YamlSequence list:
                    text.Append('[');
                    foreach (YamlNode item in list.Items)
                    {
                        Write(item);
                        text.Append(',');
                    }

                    text.Append(']');
                    break;
                case YamlScalar scalar:
                    string canonical = scalar.Value;
                    PlainKind kind =
                        scalar.Style == YamlScalarStyle.Plain
                            ? PlainScalar.Resolve(scalar.Value, out canonical)
                            : PlainKind.Text;
                    text.Append(kind).Append(canonical.Length).Append('"').Append(canonical).Append('"');
                    break;
            }
        }
    }

    private static YamlNode ReadBack(string text)
    {
        FindingBag findings = new();
        YamlFile file = YamlReader.Read("a.yaml", Encoding.UTF8.GetBytes(text), YamlLimits.Manifest, findings);
        findings.Findings.Select(f => f.Message).ShouldBeEmpty(text);
        return file.Documents.ShouldHaveSingleItem();
    }

    private static void SurvivesTheTrip(YamlNode node)
    {
        string written = CanonicalYaml.Write(node);
        YamlNode read = ReadBack(written);
        Meaning(read).ShouldBe(Meaning(node), written);
        CanonicalYaml.Write(read).ShouldBe(written);
    }

    private static readonly string[] Hostile =
    [
        "",
        " ",
        "a ",
        " a",
        "a *b",
        "~",
        "null",
        "Null",
        "true",
        "FALSE",
        "yes",
        "No",
        "on",
        "OFF",
        "y",
        "N",
        ".nan",
        ".inf",
        "-.inf",
        "nan",
        "inf",
        "1",
        "-1",
        "+1",
        "0",
        "007",
        "0o17",
        "0x1F",
        "0b11",
        "1e3",
        "1E3",
        "1.5",
        ".5",
        "5.",
        "1_000",
        "12:30",
        "1:2:3",
        "2001-01-01",
        "2001-12-14t21:59:43.10-05:00",
        "8Gi",
        "500m",
        "1E",
        "1e",
        "0m",
        "00m",
        "2.52.0",
        "v1",
        "=",
        "<<",
        "-",
        "- a",
        "-a",
        "?",
        "? a",
        ":",
        ": a",
        "a:",
        "a: b",
        "a:b",
        "a #b",
        "a#b",
        "#a",
        "# a",
        "*a",
        "&a",
        "!a",
        "!!str a",
        "|",
        "|a",
        ">",
        ">-",
        "%a",
        "@a",
        "`a",
        "'a",
        "\"a",
        "a'b",
        "a\"b",
        "[a]",
        "{a}",
        "a,b",
        "a, b",
        "---",
        "...",
        "--- a",
        "a\\b",
        "\\n",
        "\t",
        "\ta",
        "a\tb",
        "a\n",
        "a\nb",
        "a\nb\n",
        "a\n\n",
        "a\n\nb\n\n\n",
        "\n",
        "\n\n",
        "\na",
        "\n a",
        " a\nb",
        "a\n b\n",
        "a\n\tb",
        "a\n  \nb",
        "a\n  ",
        "a\n  \n",
        "\ta\nb",
        "a \nb",
        "a\r\nb",
        "a\rb",
        "a\u0085b\nc",
        "a\u2028b",
        "a\u2029b\n",
        "\uFEFFa",
        "a\uFEFF",
        "a\u0000b",
        "\u0007",
        "\u001b[31m",
        "a\u007Fb",
        "\u00A0",
        "é",
        "日本語\n東京\n",
        "😀",
        "a😀\nb\n",
        "\uE000",
        "#!/bin/bash\necho hi\n",
        "---\na: b\n...\n",
        "key: value\n- item\n",
        "a\n#b\n",
        "${sweep.lr}",
        "$(X)",
        "::warning::x",
        "a\n---\nb",
        "bash -c 'python a.py && echo \"x: y\"'",
        "a: |\n  b\n",
        new string('k', 1500),
        "1,000",
        "0.1",
        "1.",
        "+",
        "-0",
        "- ",
        "a:\tb",
        "!",
        "a -",
        "a\n\n  b\n \nc",
    ];

    public static TheoryData<string> HostileTexts => [.. Hostile];

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public void Any_text_comes_back_as_itself(string text) =>
        SurvivesTheTrip(
            Map(
                ("a", Text(text)),
                ("list", List(Text(text), List(Text(text)), Map((text, Text(text)), ("z", Text(text)))))
            )
        );

    [Fact]
    public void Any_tree_comes_back_as_itself()
    {
        Gen<string> hostile = Gen.Elements(Hostile);
        Gen<string> anything = ArbMap
            .Default.GeneratorFor<string>()
            .Where(s => s is not null)
            .Select(s => Encodable(s));
        Gen<string> joined = Gen.ArrayOf(Gen.OneOf(hostile, anything)).Select(parts => string.Concat(parts));
        Gen<string> text = Gen.OneOf(hostile, anything, joined);
        Gen<YamlNode> scalar = Gen.OneOf(
            text.Select(YamlNode (t) => Text(t)),
            Gen.Elements("1", "-42", "0", "true", "false", "null", "1.5", "1e3", "Always")
                .Select(YamlNode (t) => Plain(t))
        );
        Gen<YamlNode> tree = Gen.Sized(size => Tree(Math.Min(size, 30)));
        Prop.ForAll(tree.ToArbitrary(), node => SurvivesTheTrip(node))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

        Gen<YamlNode> Tree(int size) =>
            size <= 1
                ? scalar
                : Gen.OneOf(
                    scalar,
                    Gen.Choose(0, 4)
                        .SelectMany(n => Tree(size / 3).ListOf(n))
                        .Select(YamlNode (items) => List([.. items])),
                    Gen.Choose(0, 4)
                        .SelectMany(n =>
                            text.ListOf(n).SelectMany(keys => Tree(size / 3).ListOf(n).Select(values => (keys, values)))
                        )
                        .Select(YamlNode (pairs) => Map([.. pairs.keys.Zip(pairs.values).DistinctBy(p => p.First)]))
                );
    }

    // Half a surrogate pair can't stand in UTF-8, and NUL is refused before YAML is read.
    private static string Encodable(string text) =>
        new UTF8Encoding(false).GetString(new UTF8Encoding(false).GetBytes(text)).Replace('\0', '0');

    [Fact]
    public void Keys_are_sorted_and_what_names_a_thing_comes_first() =>
        CanonicalYaml
            .Write(
                Map(
                    ("spec", Map(("b", List(Map(("image", Text("x")), ("name", Text("ray"))))), ("a", Map()))),
                    ("zeta", List()),
                    ("kind", Text("RayJob")),
                    ("data", Map(("B", Plain("1")), ("a", Text("1")))),
                    ("metadata", Map(("name", Text("job")))),
                    ("apiVersion", Text("ray.io/v1"))
                )
            )
            .ShouldBe(
                """
                apiVersion: ray.io/v1
                kind: RayJob
                metadata:
                  name: job
                spec:
                  a: {}
                  b:
                  - name: ray
                    image: x
                data:
                  B: 1
                  a: "1"
                zeta: []

                """.ReplaceLineEndings("\n")
            );

    [Theory]
    [InlineData("a\nb\n", "v: |\n  a\n  b\n")]
    [InlineData("a\nb", "v: |-\n  a\n  b\n")]
    [InlineData("a\n\n", "v: |+\n  a\n\n")]
    [InlineData(" a\n", "v: \" a\\n\"\n")]
    [InlineData("a\u0085\n", "v: \"a\\x85\\n\"\n")]
    [InlineData("\u2028", "v: \"\\u2028\"\n")]
    [InlineData("8Gi", "v: 8Gi\n")]
    [InlineData("1e3", "v: \"1e3\"\n")]
    public void Text_takes_the_plainest_form_that_is_safe(string text, string written) =>
        CanonicalYaml.Write(Map(("v", Text(text)))).ShouldBe(written);

    [Theory]
    [InlineData("0777", "511")]
    [InlineData("0o17", "15")]
    [InlineData("0x1F", "31")]
    [InlineData("0b101", "5")]
    [InlineData("1_000", "1000")]
    [InlineData("+7", "7")]
    [InlineData("-0x10", "-16")]
    [InlineData("TRUE", "true")]
    [InlineData("False", "false")]
    [InlineData("~", "null")]
    [InlineData("1.50", "1.50")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("99999999999999999999", "99999999999999999999")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("12:30", "\"12:30\"")]
    [InlineData("089", "089")]
    [InlineData("-", "\"-\"")]
    [InlineData("0x", "\"0x\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("Always", "Always")]
    public void Plain_scalars_are_written_as_kubectl_reads_them(string plain, string written) =>
        CanonicalYaml.Write(Map(("v", Plain(plain)))).ShouldBe($"v: {written}\n");

    [Fact]
    public void Half_a_character_is_replaced_since_no_encoding_carries_it() =>
        CanonicalYaml.Write(Map(("v", Text("a\uD800")))).ShouldBe("v: \"a\uFFFD\"\n");

    [Fact]
    public void Documents_are_parted_by_a_line() =>
        Encoding
            .UTF8.GetString(CanonicalYaml.Write([Map(("a", Plain("1"))), List(Plain("2")), Text("x\ny")]))
            .ShouldBe("a: 1\n---\n- 2\n---\n\"x\\ny\"\n");
}

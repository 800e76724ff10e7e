using System.Text;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Tests;

public class YamlReaderTests
{
    private static (YamlFile File, IReadOnlyList<Finding> Findings) Read(string text, YamlLimits? limits = null)
    {
        FindingBag bag = new();
        YamlFile file = YamlReader.Read("a.yaml", Encoding.UTF8.GetBytes(text), limits ?? YamlLimits.Request, bag);
        return (file, bag.Findings);
    }

    [Fact]
    public void Spans_are_exact_for_scalars_of_every_style()
    {
        (YamlFile file, IReadOnlyList<Finding> findings) = Read(
            "# head\nname: train  # why\n\"q\": 'it''s'\nblock: |\n  one\n  two\nflow: {a: [1, 22], b: \"x\"}\nlast: end of it\n"
        );
        findings.ShouldBeEmpty();
        YamlMapping root = file.Root.ShouldBeOfType<YamlMapping>();
        root["name"]!.Span.Text.ShouldBe("train");
        root.Entry("q")!.Key.Span.Text.ShouldBe("\"q\"");
        root["q"]!.Span.Text.ShouldBe("'it''s'");
        ((YamlScalar)root["block"]!).Value.ShouldBe("one\ntwo\n");
        root["block"]!.Span.Text.ShouldBe("|\n  one\n  two");
        root["flow"]!.Span.Text.ShouldBe("{a: [1, 22], b: \"x\"}");
        ((YamlMapping)root["flow"]!)["a"]!.Span.Text.ShouldBe("[1, 22]");
        root["last"]!.Span.Text.ShouldBe("end of it");
        root["last"]!.Span.Start.ShouldBe(new Text.LinePosition(8, 7));
        file.Comments.Select(c => c.Text).ShouldBe(["head", "why"]);
    }

    /// <summary>What an input method wrote is named where it stands, and the fix makes it what was meant.</summary>
    [Theory]
    [InlineData("name：smoke\n", "1:5", "name: smoke\n")]
    [InlineData("name：smoke\nentrypoint: python a.py\n", "1:5", "name: smoke\nentrypoint: python a.py\n")]
    [InlineData("name: a\ntimeout：10m\n", "2:8", "name: a\ntimeout: 10m\n")]
    [InlineData(
        "name: a\nworkers: {replicas: 2，cpu: 4}\nb: c\n",
        "2:22",
        "name: a\nworkers: {replicas: 2, cpu: 4}\nb: c\n"
    )]
    [InlineData("name: a\nworkers: ｛replicas: ２，gpu：l4}\n", "2:10", "name: a\nworkers: {replicas: 2, gpu: l4}\n")]
    [InlineData("- name：a\n  b: “c: d”\n", "1:7 2:6", "- name: a\n  b: \"c: d\"\n")]
    [InlineData("a: {b: 1，\n  c: 2}\nd: e\n", "1:9", "a: {b: 1,\n  c: 2}\nd: e\n")]
    [InlineData(
        "# 说明：一，二\nname：a # 名称：一\nb: 中文，逗号\n",
        "2:5",
        "# 说明：一，二\nname: a # 名称：一\nb: 中文，逗号\n"
    )]
    [InlineData("a: |\n  一：二，三\nb：c\n", "3:2", "a: |\n  一：二，三\nb: c\n")]
    public void Full_width_characters_are_named_where_they_stand(string text, string places, string repaired)
    {
        (YamlFile file, IReadOnlyList<Finding> findings) = Read(text);
        findings.ShouldAllBe(f => f.Rule.Code == "RQ0025");
        string.Join(' ', findings.Select(f => $"{f.Span.Start.Line}:{f.Span.Start.Column}")).ShouldBe(places);
        file.Documents.ShouldBeEmpty();
        string done = text;
        foreach (TextEdit edit in findings.SelectMany(f => f.Fix!.Edits).Reverse())
        {
            done = done.Remove(edit.Span.Start, edit.Span.Length).Insert(edit.Span.Start, edit.NewText);
        }

        done.ShouldBe(repaired);
        Read(done).Findings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a: 中文：一，二。\nb: “引用”\nc: '：'\n")]
    [InlineData("a: >\n  中文：一，二\n")]
    public void In_prose_they_are_right(string text) => Read(text).Findings.ShouldBeEmpty();

    [Fact]
    public void Another_fault_is_not_put_on_them()
    {
        IReadOnlyList<Finding> findings = Read("a: 中文：一，二\nb: {c: 1\n").Findings;
        findings.ShouldHaveSingleItem().Rule.Code.ShouldBe("RQ0001");
    }

    /// <summary>Tabs are one fault; what else is wrong, and every value, is read as they were meant.</summary>
    [Theory]
    [InlineData("a:\n\tb: 1\n\tc:\n\t\td: 2\n", FixSafety.Safe, "a:\n  b: 1\n  c:\n    d: 2\n")]
    [InlineData("a:\n  b: 1\n\tc:\n\t\td: 2\n", FixSafety.Unsafe, "a:\n  b: 1\n  c:\n    d: 2\n")]
    [InlineData("a:\n    b: 1\n\tc:\n\t  d: 2\n", FixSafety.Unsafe, "a:\n    b: 1\n    c:\n      d: 2\n")]
    [InlineData(
        "a:\n        b: 1\n\tc:\n\t\td: 2\n",
        FixSafety.Unsafe,
        "a:\n        b: 1\n        c:\n                d: 2\n"
    )]
    public void A_file_indented_with_tabs_is_read_to_its_end(string text, FixSafety safety, string repaired)
    {
        (YamlFile file, IReadOnlyList<Finding> findings) = Read(text);
        Finding tab = findings.ShouldHaveSingleItem();
        tab.Rule.Code.ShouldBe("RQ0014");
        tab.Span.Text.ShouldBe("\t");
        file.IsPartial.ShouldBeFalse();
        YamlMapping a = (YamlMapping)((YamlMapping)file.Root!)["a"]!;
        a["b"]!.Span.Text.ShouldBe("1");
        ((YamlMapping)a["c"]!)["d"]!.Span.Text.ShouldBe("2");
        tab.Fix.ShouldNotBeNull().Safety.ShouldBe(safety);
        string done = text;
        foreach (TextEdit edit in tab.Fix.Edits.Reverse())
        {
            done = done.Remove(edit.Span.Start, edit.Span.Length).Insert(edit.Span.Start, edit.NewText);
        }

        done.ShouldBe(repaired);
    }

    [Fact]
    public void Faults_after_a_tab_are_found_once_and_those_before_it_too()
    {
        (YamlFile file, IReadOnlyList<Finding> findings) = Read("x: 1\nx: 2\na:\n\tb: {c: [1]}\n\tb: 2\n# end\n");
        findings
            .Select(f => (f.Rule.Code, f.Span.Start.Line))
            .ShouldBe([("RQ0014", 4), ("RQ0002", 2), ("RQ0002", 5)], ignoreOrder: true);
        YamlMapping a = (YamlMapping)((YamlMapping)file.Root!)["a"]!;
        a.Entries[0].Value.Span.Text.ShouldBe("{c: [1]}");
        file.Comments.Single().Span.Text.ShouldBe("# end");
    }

    [Theory]
    [InlineData("a:\n\tb: 1\n   c: 2\n  d: [\n")]
    [InlineData("a:\n\tb: 1\n: :\n\t\t- - :\n  }\n")]
    public void Tabs_in_a_file_that_nobody_could_read_are_one_fault(string text)
    {
        (YamlFile file, IReadOnlyList<Finding> findings) = Read(text);
        findings.ShouldHaveSingleItem().Rule.Code.ShouldBe("RQ0014");
        file.IsPartial.ShouldBeTrue();
    }

    [Fact]
    public void Columns_count_code_points()
    {
        (YamlFile file, _) = Read("a: {\"😀\": x}\n");
        YamlMapping inner = (YamlMapping)((YamlMapping)file.Root!)["a"]!;
        inner.Entries[0].Value.Span.Start.Column.ShouldBe(10);
        inner.Entries[0].Value.Span.Text.ShouldBe("x");
    }

    [Theory]
    [InlineData("a: 1\na: 2\n", "RQ0002", "a")]
    [InlineData("a: &x 1\n", "RQ0009", "1")]
    [InlineData("a: !foo 1\n", "RQ0010", "1")]
    [InlineData("a: 1\n---\nb: 2\n", "RQ0011", "---")]
    [InlineData("a:\n\tb: 2\n", "RQ0014", "\t")]
    [InlineData("a: \"x\nb: 2\n", "RQ0001", null)]
    [InlineData("? [a]\n: b\n", "RQ0016", "[a]")]
    [InlineData("a: b: c\n", "RQ0001", null)]
    [InlineData("a: {\"b\": [1] \"c\": 2}\n", "RQ0001", "\"")]
    [InlineData("a: [\"b\" 'c']\n", "RQ0001", "'")]
    [InlineData("a: [[1][2]]\n", "RQ0001", "[")]
    [InlineData("a: b\0c\n", "RQ0017", "\uFFFD")]
    [InlineData("a: b\r\n", "RQ0019", "\r")]
    public void A_fault_is_reported_at_its_place(string text, string code, string? spanned)
    {
        (_, IReadOnlyList<Finding> findings) = Read(text);
        Finding finding = findings.ShouldHaveSingleItem();
        finding.Rule.Code.ShouldBe(code);
        if (spanned is not null)
        {
            finding.Span.Text.ShouldContain(spanned);
        }
    }

    [Theory]
    [InlineData("{a, b}")]
    [InlineData("{a: , b: }")]
    [InlineData("{a: 1,}")]
    [InlineData("[a: 1, b: 2]")]
    [InlineData("[a: , b]")]
    [InlineData("[{a: 1}, {b: 2}, [], [3], 'x',\n # here, there\n \"y\"]")]
    [InlineData("{? a : b, ? c : d}")]
    [InlineData("[&x 1, *x, !!str 2]")]
    [InlineData("{a: &x {b: 1}, <<: *x, c: *x}")]
    public void Commas_that_are_there_are_seen(string text)
    {
        (_, IReadOnlyList<Finding> findings) = Read(text + "\n", YamlLimits.Manifest);
        findings.ShouldBeEmpty();
    }

    [Fact]
    public void Depth_is_limited_and_reading_goes_on()
    {
        string deep = "a: " + new string('[', 40) + new string(']', 40) + "\nb: 1\n";
        (YamlFile file, IReadOnlyList<Finding> findings) = Read(deep);
        findings.ShouldHaveSingleItem().Rule.Code.ShouldBe("RQ0008");
        ((YamlMapping)file.Root!)["b"].ShouldNotBeNull();
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{")]
    [InlineData("{a: ")]
    [InlineData("[[],")]
    public void Hopeless_nesting_is_given_up_at_once(string open)
    {
        (YamlFile file, IReadOnlyList<Finding> findings) = Read(
            "a: " + string.Concat(Enumerable.Repeat(open, 200_000 / open.Length))
        );
        file.IsPartial.ShouldBeTrue();
        findings.ShouldNotBeEmpty();
        findings.ShouldAllBe(f => f.Rule.Code == "RQ0008");
    }

    [Fact]
    public void Of_one_kind_of_fault_a_hundred_are_told()
    {
        (_, IReadOnlyList<Finding> findings) = Read("a: [" + string.Concat(Enumerable.Repeat("*x , ", 30_000)) + "]\n");
        findings.Count.ShouldBe(FindingBag.MaxOfOneRule);
        findings[^1].Message.ShouldContain("more of this kind");
    }

    [Fact]
    public void Very_many_carriage_returns_are_mended_as_one_piece_of_text()
    {
        (_, IReadOnlyList<Finding> few) = Read("a: 1\r\nb: 2\r\n");
        few.ShouldHaveSingleItem().Fix!.Edits.Count.ShouldBe(2);
        string text = "a: 1\n" + string.Concat(Enumerable.Repeat("# x\r\n#\r", 2000));
        (YamlFile file, IReadOnlyList<Finding> many) = Read(text);
        Finding finding = many.ShouldHaveSingleItem();
        finding.Message.ShouldContain("4,000 lines end");
        TextEdit edit = finding.Fix!.Edits.ShouldHaveSingleItem();
        string repaired = file.Source.Text[..edit.Span.Start] + edit.NewText + file.Source.Text[edit.Span.End..];
        repaired.ShouldBe("a: 1\n" + string.Concat(Enumerable.Repeat("# x\n#\n", 2000)));
    }

    // What is allocated bounds what is held; whole processes are measured by the bench.
    [Fact]
    public void No_hostile_request_costs_more_than_64_MiB_to_read()
    {
        foreach ((string what, string text) in Rayquest.Bench.NastyInputs.All())
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Requests.RequestDocument.Read("jobs-requests/vision/a.yaml", bytes);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            (allocated >> 20).ShouldBeLessThan(64, what);
        }
    }

    [Fact]
    public void Utf16_is_named_and_still_read()
    {
        FindingBag bag = new();
        YamlFile file = YamlReader.Read(
            "a.yaml",
            [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("a: 1\n")],
            YamlLimits.Request,
            bag
        );
        bag.Findings.ShouldHaveSingleItem().Rule.Code.ShouldBe("RQ0006");
        ((YamlMapping)file.Root!)["a"].ShouldNotBeNull();
    }
}

using Rayquest.JobFormEngine.Requests;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobForm.Tests;

public class RequestTextTests
{
    private const string Commented = """
        # what it is for
        name: resnet   # the name

        # the command
        entrypoint: python train.py

        workers: {replicas: 4, gpus: 1}   # four of them
        env:
          # the rate
          LR: "0.1"   # low
          SEED: "1"
        timeout: 6h
        """;

    public static TheoryData<string> Requests { get; } =
    [
        .. Directory
            .EnumerateFiles(Files.Path("jobs-requests"), "*.yaml", SearchOption.AllDirectories)
            .Concat(
                Directory.EnumerateFiles(
                    Files.Path("tests", "JobRender.Tests", "cases"),
                    "request.yaml",
                    SearchOption.AllDirectories
                )
            )
            .Select(f => Path.GetRelativePath(Files.Root, f))
            .Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void A_value_is_replaced_where_it_stands()
    {
        Edit(Commented, P("timeout"), RequestNodes.Plain("8h"))
            .ShouldBe(Commented.Replace("6h", "8h", StringComparison.Ordinal));
        Edit(Commented, P("workers", "replicas"), RequestNodes.Plain("2"))
            .ShouldBe(Commented.Replace("replicas: 4", "replicas: 2", StringComparison.Ordinal));
        Edit(Commented, P("env", "LR"), RequestNodes.Text("0.2"))
            .ShouldBe(Commented.Replace("\"0.1\"", "\"0.2\"", StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_is_added_where_the_reference_has_it() =>
        Edit(Commented, P("image"), RequestNodes.Text("ray-gpu"))
            .ShouldBe(Commented.Replace("# the name\n", "# the name\nimage: ray-gpu\n", StringComparison.Ordinal));

    [Fact]
    public void A_key_is_added_into_braces() =>
        Edit(Commented, P("workers", "memory"), RequestNodes.Plain("64Gi"))
            .ShouldBe(Commented.Replace("gpus: 1}", "gpus: 1, memory: 64Gi}", StringComparison.Ordinal));

    [Fact]
    public void A_key_goes_with_its_line_and_nothing_else()
    {
        Edit(Commented, P("env", "SEED"), null)
            .ShouldBe(Commented.Replace("  SEED: \"1\"\n", "", StringComparison.Ordinal));
        Edit(Commented, P("workers", "gpus"), null)
            .ShouldBe(Commented.Replace(", gpus: 1", "", StringComparison.Ordinal));
        Edit(Commented, P("workers", "replicas"), null)
            .ShouldBe(Commented.Replace("replicas: 4, ", "", StringComparison.Ordinal));
    }

    [Fact]
    public void The_last_key_of_a_mapping_takes_the_mapping_along() =>
        Edit("name: a\nhead: {cpu: 2}\ntimeout: 1h\n", P("head", "cpu"), null).ShouldBe("name: a\ntimeout: 1h\n");

    [Fact]
    public void A_list_of_groups_grows_and_shrinks()
    {
        const string Text = "name: a\nworkers:\n- name: x\n  replicas: 1   # one\n- name: y\n";
        Edit(Text, P("workers", 1), null).ShouldBe("name: a\nworkers:\n- name: x\n  replicas: 1   # one\n");
        Edit(Text, P("workers", 0, "name"), null).ShouldBe("name: a\nworkers:\n- replicas: 1   # one\n- name: y\n");
        Edit(Text, P("workers", 2), RequestNodes.Mapping(("name", RequestNodes.Text("z"))))
            .ShouldBe(Text + "- {name: z}\n");
        Edit(Text, P("workers", 1, "gpus"), RequestNodes.Plain("2")).ShouldBe(Text + "  gpus: 2\n");
    }

    [Fact]
    public void Several_lines_become_a_block() =>
        Edit("name: a\nentrypoint: x\n", P("entrypoint"), RequestNodes.Text("one\n\ntwo"))
            .ShouldBe("name: a\nentrypoint: |-\n  one\n\n  two\n");

    [Theory]
    [InlineData("yes")]
    [InlineData("0.1")]
    [InlineData("a: b")]
    [InlineData("a #b")]
    [InlineData("{x}")]
    [InlineData("[x], y")]
    [InlineData("'\"\\")]
    [InlineData("é\u00A0\u2028x")]
    [InlineData(" lead")]
    [InlineData("*x")]
    [InlineData("- x")]
    [InlineData("null")]
    [InlineData("line\nline ")]
    [InlineData("中文")]
    public void Any_text_comes_back_as_it_went_in(string text)
    {
        foreach (string place in (string[])["description", "env"])
        {
            YamlNode value =
                place == "env" ? RequestNodes.Mapping(("A", RequestNodes.Text(text))) : RequestNodes.Text(text);
            string edited = Edit("name: a\n", P(place), value);
            new RequestText(edited).Word(place == "env" ? P("env", "A") : P(place)).ShouldBe(text);
        }

        string flow = Edit("name: a\nenv: {A: x, B: y}\n", P("env", "A"), RequestNodes.Text(text));
        new RequestText(flow).Word(P("env", "A")).ShouldBe(text);
        new RequestText(flow).Word(P("env", "B")).ShouldBe("y");
    }

    [Fact]
    public void An_empty_text_is_begun() => Edit("", P("name"), RequestNodes.Text("a")).ShouldBe("name: a\n");

    [Fact]
    public void A_key_with_nothing_behind_it_is_filled() =>
        Edit("name: a\nworkers:\ntimeout: 1h\n", P("workers", "replicas"), RequestNodes.Plain("2"))
            .ShouldBe("name: a\nworkers: {replicas: 2}\ntimeout: 1h\n");

    [Theory]
    [InlineData("name: [")]
    [InlineData("name: a\nname: b\n")]
    [InlineData("- a\n")]
    public void What_can_t_be_read_whole_is_not_written(string text) =>
        new RequestText(text).With(P("timeout"), RequestNodes.Plain("1h")).ShouldBeNull();

    [Theory]
    [MemberData(nameof(Requests))]
    public void Every_value_of_a_request_can_be_changed_and_taken_away_and_comments_survive(string file)
    {
        string text = File.ReadAllText(Path.Combine(Files.Root, file));
        RequestText request = new(text);
        request.IsReadable.ShouldBeTrue();
        foreach (FieldPlace place in Places(FieldPlace.Root, request.Root!))
        {
            string changed = Edit(text, place, RequestNodes.Text("changed-value"));
            Comments(changed).ShouldBe(Comments(text), $"{file}: {place}\n{changed}");
            Edit(changed, place, request.At(place)!);
            Edit(text, place, null);
        }
    }

    private static IEnumerable<FieldPlace> Places(FieldPlace at, YamlNode node) =>
        node switch
        {
            YamlMapping mapping => mapping.Entries.SelectMany(e => Places(at.Key(e.Key.Value), e.Value)),
            YamlSequence list => Enumerable
                .Range(0, list.Items.Length)
                .SelectMany(i => Places(at.Item(i), list.Items[i])),
            _ => [at],
        };

    private static IReadOnlyList<string> Comments(string text) =>
        [.. new RequestText(text).File.Comments.Select(c => c.Text)];

    private static string Edit(string text, FieldPlace place, YamlNode? value) =>
        new RequestText(text).With(place, value).ShouldNotBeNull($"{place} in\n{text}");

    private static FieldPlace P(params object[] parts) => new(parts);
}

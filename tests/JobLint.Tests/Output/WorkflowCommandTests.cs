using FsCheck;
using FsCheck.Fluent;
using Rayquest.JobLint.Output;

namespace Rayquest.JobLint.Tests.Output;

public class WorkflowCommandTests
{
    [Fact]
    public void Properties_and_message_are_escaped_as_the_runner_undoes_it() =>
        WorkflowCommand
            .Annotation("error", "a,b:c%d.yaml", 3, 1, 3, 9, "RQ0003 unknown-key", "50% of\r\n::error::x, y: z")
            .Line.ShouldBe(
                "::error file=a%2Cb%3Ac%25d.yaml,line=3,endLine=3,col=1,endColumn=9,title=RQ0003 unknown-key::50%25 of%0D%0A::error::x, y: z"
            );

    [Fact]
    public void Columns_are_left_out_over_several_lines() =>
        // The runner refuses columns there.
        WorkflowCommand
            .Annotation("warning", "a.yaml", 3, 5, 4, 1, "t", "m")
            .Line.ShouldBe("::warning file=a.yaml,line=3,endLine=4,title=t::m");

    [Fact]
    public void Whatever_the_text_the_runner_reads_one_command_with_just_that_text()
    {
        string[] awkward =
        [
            "%",
            "%25",
            "%0A",
            "%0D",
            "%3A",
            "%2C",
            "\r",
            "\n",
            ":",
            "::",
            ",",
            "=",
            "##[",
            "]",
            "a",
            "é",
            " ",
        ];
        Gen<string> text = Gen.Elements(awkward).ListOf(12).Select(string.Concat);
        Gen<(string, string, string)> three = from a in text from b in text from c in text select (a, b, c);
        Prop.ForAll(
                three.ToArbitrary(),
                t =>
                {
                    string line = WorkflowCommand
                        .Annotation("error", "f" + t.Item1, 1, 2, 1, 3, "t" + t.Item2, t.Item3)
                        .Line;
                    line.ShouldNotContain('\n');
                    line.ShouldNotContain('\r');
                    (string command, Dictionary<string, string> properties, string data) = AsTheRunnerReads(line);
                    command.ShouldBe("error");
                    properties.Keys.ShouldBe(["file", "line", "endLine", "col", "endColumn", "title"]);
                    properties["file"].ShouldBe("f" + t.Item1);
                    properties["title"].ShouldBe("t" + t.Item2);
                    data.ShouldBe(t.Item3);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    /// <summary>The runner's reading: the command up to a blank, properties split at commas, each at its first equals sign.</summary>
    private static (string Command, Dictionary<string, string> Properties, string Data) AsTheRunnerReads(string line)
    {
        line.ShouldStartWith("::");
        int end = line.IndexOf("::", 2, StringComparison.Ordinal);
        string head = line[2..end];
        int blank = head.IndexOf(' ', StringComparison.Ordinal);
        return (
            head[..blank],
            head[(blank + 1)..]
                .Split(',')
                .Select(p => p.Split('=', 2))
                .ToDictionary(
                    p => p[0],
                    p =>
                        Undo(
                            p[1]
                                .Replace("%3A", ":", StringComparison.Ordinal)
                                .Replace("%2C", ",", StringComparison.Ordinal)
                        )
                ),
            Undo(line[(end + 2)..])
        );

        static string Undo(string text) =>
            text.Replace("%0D", "\r", StringComparison.Ordinal)
                .Replace("%0A", "\n", StringComparison.Ordinal)
                .Replace("%25", "%", StringComparison.Ordinal);
    }
}

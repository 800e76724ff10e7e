using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Rayquest.JobEngines.Ray;

namespace Rayquest.JobLint.Tests.Shell;

/// <summary>The road of an entrypoint, beside what the real shells and Python's own functions make of it.</summary>
public class EntrypointRoadTests
{
    private static readonly string[] Pieces =
    [
        "a",
        "B7",
        "x=1",
        "--out",
        "s3://b/k",
        "it",
        "0",
        "é",
        ".",
        "-",
        "/data/y",
        "lr",
        "ü b",
        "{",
        "}",
        "{}",
        "{a,b}",
        "[",
        "]",
        "[x]",
        "(",
        ")",
        "()",
        "count(*)",
        "*",
        "?",
        "&",
        "&&",
        "|",
        "||",
        ";",
        ";;",
        "<",
        ">",
        ">>",
        "#",
        "# c",
        "!",
        "~",
        "~/x",
        "=~",
        "%",
        "^",
        "$",
        "$1",
        "$HOME",
        "${HOME}",
        "$(echo hi)",
        "`echo hi`",
        "`",
        "'",
        "\"",
        "\\",
        "\\\\",
        "\\\"",
        "\\'",
        " ",
        "  ",
        "\t",
        "\n",
        "a b",
        "if",
        "2>&1",
        "2",
        ",",
        ":",
        "'a b'",
        "\"a b\"",
        "'a;b'",
        "\"it's\"",
        "'{\"lr\": 0.1}'",
        "'{\"lr\":0.1}'",
        "\"{'a':{'b':1}}\"",
        "'#1'",
        "'$X'",
        "\"\\$X\"",
        "''",
        "\"\"",
        "\\ ",
        "\\;",
        "$'a'",
        "$\"a\"",
        "\\\n",
        "\r",
        "'\n'",
        "'a\nb'",
        "'x\\'",
        "\"x\\\\\"",
    ];

    [Theory]
    [InlineData(20260819)]
    [InlineData(7)]
    public async Task What_is_predicted_arrives(int seed)
    {
        Needs.RealShells();
        Random random = new(seed);
        string[] lines = [.. Enumerable.Range(0, 1000).Select(_ => Line(random))];
        Arrival[] arrived = await Arrivals.Of([.. lines.Select(EntrypointRoad.Dollars)]);

        int certain = 0;
        List<string> wrong = [];
        for (int i = 0; i < lines.Length; i++)
        {
            foreach (ArgumentJoin join in Enum.GetValues<ArgumentJoin>())
            {
                RoadEnd end = EntrypointRoad.Follow(lines[i], isSubmitted: true, join);
                if (end.Doubt != ShellDoubt.None)
                {
                    continue;
                }

                certain++;
                string predicted = Shown(end.Arguments is [_, ..] all ? [.. all.Skip(1)] : null);
                string actual = Shown(join == ArgumentJoin.ForShell ? arrived[i].ForShell : arrived[i].ForWindows);
                if (predicted != actual)
                {
                    wrong.Add(
                        $"{join}: {JsonSerializer.Serialize(lines[i])}\n  predicted {predicted}\n  arrived   {actual}"
                    );
                }
            }
        }

        wrong.ShouldBeEmpty(string.Join('\n', wrong.Take(20)));
        certain.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public async Task What_is_written_anew_arrives_as_it_was_meant()
    {
        Needs.RealShells();
        Random random = new(11);
        string[] arguments =
        [
            .. Enumerable.Range(0, 500).Select(_ => Glued(random, "\r").Replace("\r", "", StringComparison.Ordinal)),
        ];
        RoadOf windows = RoadOf.Release(isSubmitted: true, "2.52.0");
        string?[] written = [.. arguments.Select(a => ArgumentQuoting.Surviving(a, windows))];
        written.Count(w => w is null).ShouldBe(0, string.Join('\n', arguments.Where((_, i) => written[i] is null)));

        string[] lines = [.. written.Select(w => "program " + w)];
        Arrival[] arrived = await Arrivals.Of([.. lines.Select(EntrypointRoad.Dollars)]);
        for (int i = 0; i < lines.Length; i++)
        {
            arrived[i].ForWindows.ShouldNotBeNull(lines[i]).ShouldBe([arguments[i]], lines[i]);
        }
    }

    [Theory]
    [InlineData("kill $$", "kill $")]
    [InlineData("a $$$$ b", "a $$ b")]
    [InlineData("$$(X)", "$(X)")]
    [InlineData("$(a$$b)", "$(a$$b)")]
    [InlineData("$(a", "$(a")]
    [InlineData("$$(a$$", "$(a$")]
    [InlineData("$a$$", "$a$")]
    [InlineData("$", "$")]
    public void The_kubelet_makes_one_of_two_dollar_signs(string argument, string expected) =>
        EntrypointRoad.Dollars(argument).ShouldBe(expected);

    [Theory]
    [InlineData("2.52.0", "python a.py --q 'count(*)'", null)]
    [InlineData("2.52.0", "python a.py --url 'x?a=1&b=2'", null)]
    [InlineData("2.52.0", "python a.py --sep ';'", "python|a.py|--sep")]
    [InlineData("2.52.0", "python a.py --name \"it's\"", null)]
    [InlineData("2.58.0", "python a.py --name \"it's\"", "python|a.py|--name|it's")]
    [InlineData("2.52.0", "X=1 python a.py", "python|a.py")]
    [InlineData("2.52.0", "bash -c 'cd . && python a.py'", "bash|-c|cd . && python a.py")]
    [InlineData("2.52.0", "python a.py --d '{\"a\": 1}'", "python|a.py|--d|{\"a\": 1}")]
    [InlineData("2.52.0", "python a.py # no", null)]
    public void An_entrypoint_is_followed_to_its_end(string version, string entrypoint, string? expected)
    {
        RoadEnd end = EntrypointRoad.Follow(
            entrypoint,
            true,
            RoadOf.Release(true, version).Joins.ShouldHaveSingleItem()
        );
        string? arguments = end.Doubt == ShellDoubt.None && end.Arguments is { } all ? string.Join('|', all) : null;
        arguments.ShouldBe(expected);
    }

    private static string Line(Random random)
    {
        StringBuilder line = new("program");
        for (int words = random.Next(1, 4); words > 0; words--)
        {
            line.Append(' ').Append(random.Next(3) == 0 ? Quoted(random) : Glued(random, ""));
        }

        return line.ToString();
    }

    private static string Quoted(Random random)
    {
        string inner = Glued(random, "'");
        return random.Next(2) == 0
            ? $"'{inner.Replace("'", "", StringComparison.Ordinal)}'"
            : JoinedArguments.QuotedForShell(inner);
    }

    private static string Glued(Random random, string without) =>
        string.Concat(
            Enumerable
                .Range(0, random.Next(1, 4))
                .Select(_ => Pieces[random.Next(Pieces.Length)])
                .Where(p => without.Length == 0 || !p.Contains(without, StringComparison.Ordinal))
        );

    private static string Shown(IReadOnlyList<string>? arguments) =>
        arguments is null ? "nothing is run" : JsonSerializer.Serialize(arguments);
}

/// <summary>What a program got for arguments at the end of the road, joined the two ways Ray does; null when it was not run.</summary>
internal sealed record Arrival(IReadOnlyList<string>? ForWindows, IReadOnlyList<string>? ForShell);

/// <summary>Sends entrypoints down the road with the real bash, sh and Python, as KubeRay and Ray do.</summary>
internal static class Arrivals
{
    // The operator's script, cut down to what the entrypoint stands in; `ray` and `program` note what they get. The head's shell
    // runs in an empty folder, with nothing but those two on its path.
    private const string Script = """
        import json, os, shlex, subprocess, sys, tempfile
        folder = tempfile.mkdtemp()
        programs = os.path.join(folder, "bin")
        work = os.path.join(folder, "work")
        os.mkdir(programs)
        os.mkdir(work)
        note = os.path.join(folder, "note")
        for name in ["ray", "program"]:
            path = os.path.join(programs, name)
            with open(path, "w") as f:
                f.write('#!/bin/sh\n[ -e "$NOTE" ] || { printf "x"; for a in "$@"; do printf "%s\\0" "$a"; done; } > "$NOTE"\n')
            os.chmod(path, 0o755)
        environment = {"PATH": programs, "NOTE": note, "LC_ALL": "C.UTF-8"}
        def arguments(command, shell):
            if os.path.exists(note):
                os.remove(note)
            for name in os.listdir(work):
                os.remove(os.path.join(work, name))
            subprocess.run(command, shell=shell, env=environment, cwd=work, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            if not os.path.exists(note):
                return None
            with open(note, "rb") as f:
                return f.read()[1:].decode("utf-8").split("\0")[:-1]
        result = []
        for line in json.load(sys.stdin):
            script = "if ! false >/dev/null 2>&1 ; then ray -- " + line.strip() + " ; fi ; true"
            got = arguments(["/bin/bash", "-ce", "--", script], False)
            if got is None:
                result.append({"windows": None, "shell": None})
                continue
            entrypoint = got[1:]
            result.append({
                "windows": arguments(subprocess.list2cmdline(entrypoint), True),
                "shell": arguments(shlex.join(entrypoint), True),
            })
        json.dump(result, sys.stdout)
        """;

    public static async Task<Arrival[]> Of(IReadOnlyList<string> lines)
    {
        ProcessStartInfo start = new("python3", ["-c", Script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = new UTF8Encoding(false),
        };
        using Process process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(lines));
        process.StandardInput.Close();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
        using JsonDocument json = JsonDocument.Parse(output);
        return
        [
            .. json
                .RootElement.EnumerateArray()
                .Select(e => new Arrival(Texts(e.GetProperty("windows")), Texts(e.GetProperty("shell")))),
        ];
    }

    private static string[]? Texts(JsonElement list) =>
        list.ValueKind == JsonValueKind.Null ? null : [.. list.EnumerateArray().Select(e => e.GetString()!)];
}

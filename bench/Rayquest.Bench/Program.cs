using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.Bench;

/// <summary>Measures the published program as people start it, on repositories of several sizes, and writes bench/RESULTS.md.</summary>
internal static class Program
{
    private static readonly int[] Sizes = [100, 1_000, 10_000, 100_000];
    private static readonly StringBuilder Report = new();
    private static readonly List<string> Faults = [];

    private static int Main(string[] args)
    {
        var quick = args.Contains("--quick");
        var onlyAdoption = args.Contains("--adoption");
        if (args.FirstOrDefault(arg => !arg.StartsWith('-')) is not { } program || !File.Exists(program))
        {
            Console.Error.WriteLine(
                "usage: Rayquest.Bench <the published program> [--native=<the native one>] [--most=N] [--quick] [--review] [--adoption]"
            );
            return 2;
        }

        program = Path.GetFullPath(program);
        var native = args.FirstOrDefault(arg => arg.StartsWith("--native=", StringComparison.Ordinal))?[
            "--native=".Length..
        ];
        native = native is null ? null : Path.GetFullPath(native);
        var limit = args.FirstOrDefault(arg => arg.StartsWith("--most=", StringComparison.Ordinal))?[
            "--most=".Length..
        ];
        var most = limit is null ? 100_000 : int.Parse(limit, CultureInfo.InvariantCulture);
        int[] sizes = [.. Sizes.Where(size => size <= (quick ? 1_000 : most))];
        var folder = Directory.CreateTempSubdirectory("rayquest-bench-").FullName;
        try
        {
            if (args.Contains("--review"))
            {
                Evaluated("The precompiled program", program, Math.Min(most, 10_000), folder);
                if (native is not null)
                {
                    Evaluated("The same as native code, as it is released", native, Math.Min(most, 10_000), folder);
                }

                return Faults.Count == 0 ? 0 : Blame();
            }

            Preface(native is not null, limit);
            if (onlyAdoption)
            {
                // A part alone is printed and not written down.
                quick = true;
                Adopted(native ?? program, Math.Min(most, 10_000), 7, folder);
                return Faults.Count == 0 ? 0 : Blame();
            }

            Start(program, native, quick);
            Say("The precompiled program (ReadyToRun), as `./rayquest` and `./build.sh --target=Publish` build it:\n");
            Growth(program, sizes, folder);
            OneChanged(program, Math.Min(most, quick ? 1_000 : 10_000), folder);
            Evaluated("The precompiled program", program, Math.Min(most, quick ? 1_000 : 10_000), folder);
            if (native is not null)
            {
                Evaluated(
                    "The same as native code, as it is released",
                    native,
                    Math.Min(most, quick ? 1_000 : 10_000),
                    folder
                );
            }
            Adopted(native ?? program, Math.Min(most, quick ? 1_000 : 10_000), quick ? 3 : 7, folder);
            Nasty(program, quick ? 1 : 5, folder);
            if (native is not null)
            {
                Say("The same work as native code (`./build.sh --target=Aot`):\n");
                Growth(native, [.. sizes.Where(size => size <= 10_000)], folder);
            }

            if (Faults.Count == 0)
            {
                Compare(program, folder);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        if (Faults.Count > 0)
        {
            return Blame();
        }

        if (!quick)
        {
            File.WriteAllText(Path.Combine("bench", "RESULTS.md"), Report.ToString());
        }

        return 0;
    }

    private static int Blame()
    {
        foreach (var fault in Faults)
        {
            Console.Error.WriteLine(fault);
        }

        return 1;
    }

    // What an organisation's own repository waits for, each beside its budget.
    private static void Adopted(string program, int size, int times, string folder)
    {
        const int Edited = 1_000;
        var repository = Path.Combine(folder, "adopted");
        Workload.Write(repository, size);
        Must("render", Measure.Run(repository, 1, program, ["render", "--repo", repository]), 0);
        Git(repository, "init", "--quiet", "--initial-branch=main");
        Git(repository, "add", "--all");
        Git(repository, "commit", "--quiet", "--message=base");
        var before = Load();
        Say(
            $"In a repository of {Number(size)} requests, each run in a fresh folder; the load average was {before} before:\n"
        );
        Say("| what | wall | processor | peak | budget |\n|---|---:|---:|---:|---:|");
        var (checkout, review, both) = Adoption.EventToVerdict(program, repository, folder, times);
        Row("checkout of one commit", checkout, 0, "");
        Row("`rayquest review`, with the history it fetches", review, 0, "");
        Row("event to verdict, our part", both, 0, "3 s, 200 MiB");
        Budget("event to verdict", both.Seconds, 3, "s");
        Budget("event to verdict", both.Mebibytes, 200, "MiB");
        var upgrade = Measure.Run(
            repository,
            times,
            program,
            ["upgrade", "--old", program, "--new", program, "--repo", repository]
        );
        Row("`rayquest upgrade`, old and new program over all of it", upgrade, 0, "5 s");
        Budget("upgrade", upgrade.Seconds, 5, "s");
        Remove(repository);

        var edited = Path.Combine(folder, "edited");
        Workload.Write(edited, Math.Min(size, Edited));
        Git(edited, "init", "--quiet", "--initial-branch=main");
        var strokes = Adoption.Keystrokes(program, edited, 200);
        Say("");
        Say(
            $"From a keystroke to the findings, `rayquest lsp` in a repository of {Number(Math.Min(size, Edited))}, {strokes.Length} keystrokes; the load average was {Load()} after:\n"
        );
        Say("| median | p95 | most | budget |\n|---:|---:|---:|---:|");
        var p95 = Adoption.Percentile(strokes, 0.95);
        Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {Adoption.Percentile(strokes, 0.5):F1} ms | {p95:F1} ms | {strokes[^1]:F1} ms | p95 50 ms |"
            )
        );
        Budget("keystroke to findings", p95, 50, "ms");
        Say("");
        Remove(edited);
    }

    private static void Budget(string what, double measured, double most, string unit)
    {
        if (measured > most)
        {
            Faults.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what}: {measured:F1} {unit}, and {most:F0} {unit} are allowed (load average {Load()})"
                )
            );
        }
    }

    private static void Preface(bool hasNative, string? most)
    {
        Say("# Measured\n");
        Say(
            "Whole processes, as people start them: wall time, processor time over all cores, and peak resident memory; medians. Written by\n"
        );
        Say(
            $"```sh\n{(hasNative ? "./build.sh --target=Aot\n" : "")}./build.sh --target=Bench{(most is null ? "" : " --most=" + most)}\n```\n"
        );
        Say(
            $"on {Environment.ProcessorCount} cores ({Processor()}), {Memory()} GiB, {RuntimeInformation.OSDescription.Split('#')[0].Trim()}, "
                + $".NET {Environment.Version}.\n"
        );
        Say(
            $"When it began, the load average of the machine was {Load()}; above the number of cores, wall time is somebody else's too and processor time says more.\n"
        );
        Say(
            "The requests are generated, the same every time (`bench/Rayquest.Bench/Workload.cs`): ten teams, a quarter of the jobs on GPUs, 12 to 18 lines each.\n"
        );
    }

    private static void Start(string program, string? native, bool quick)
    {
        var times = quick ? 5 : 21;
        Say("| start | wall | processor | peak |\n|---|---:|---:|---:|");
        Row("`rayquest --version`", Measure.Run(".", times, program, ["--version"]), expected: 0);
        if (!OperatingSystem.IsWindows() && File.Exists("rayquest"))
        {
            // The first call may build; the launcher's own share is what it costs from then on.
            Must("./rayquest --version", Measure.Run(".", 1, Path.GetFullPath("rayquest"), ["--version"]), 0);
            Row(
                "`./rayquest --version`, with the launcher's look at the sources",
                Measure.Run(".", times, Path.GetFullPath("rayquest"), ["--version"]),
                expected: 0
            );
        }

        if (native is not null)
        {
            Row("the same as native code", Measure.Run(".", times, native, ["--version"]), expected: 0);
        }

        Say("");
    }

    private static void Growth(string program, int[] sizes, string folder)
    {
        Say(
            "| requests | lint | processor | peak | per request | lint + render | processor | peak | per request | render again, nothing to do | processor | peak |\n|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
        );
        foreach (var size in sizes)
        {
            var repository = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"growth-{size}"));
            Workload.Write(repository, size);
            var times = size >= 100_000 ? 3 : 5;
            var lint = Measure.Run(repository, times, program, ["lint", "--repo", repository]);
            Must("lint", lint, 0);
            var jobs = Path.Combine(repository, "jobs");
            var render = Measure.Run(
                repository,
                times,
                program,
                ["render", "--repo", repository],
                () => SetAside(jobs)
            );
            Must("render", render, 0);
            var made = Directory.Exists(jobs)
                ? Directory.GetFiles(jobs, "*.yaml", SearchOption.AllDirectories).Length
                : 0;
            if (made != size)
            {
                Faults.Add($"render wrote {made} files for {size} requests");
            }

            var again = Measure.Run(repository, times, program, ["render", "--repo", repository]);
            Must("render again", again, 0);
            Say(
                $"| {Number(size)} | {Seconds(lint)} | {Busy(lint)} | {Peak(lint)} | {Each(lint, size)} | {Seconds(render)} | {Busy(render)} | {Peak(render)} | {Each(render, size)} | {Seconds(again)} | {Busy(again)} | {Peak(again)} |"
            );
            Remove(repository);
        }

        Say("");
    }

    // One request changed on a branch of a large repository: what a pull request costs.
    private static void OneChanged(string program, int size, string folder)
    {
        var repository = Path.Combine(folder, "one");
        Workload.Write(repository, size);
        Must("render", Measure.Run(repository, 1, program, ["render", "--repo", repository]), 0);
        Git(repository, "init", "--quiet", "--initial-branch=main");
        Git(repository, "add", "--all");
        Git(repository, "commit", "--quiet", "--message=base");
        Git(repository, "switch", "--quiet", "--create=change");
        File.WriteAllText(Workload.RequestPath(repository, 7), Workload.Request(7, seed: 2));
        Git(repository, "commit", "--quiet", "--all", "--message=change");
        Say($"| one request changed, repository of {Number(size)} | wall | processor | peak |\n|---|---:|---:|---:|");
        Row(
            "`rayquest lint --base main --head change`",
            Measure.Run(repository, 7, program, ["lint", "--repo", repository, "--base", "main", "--head", "change"]),
            expected: 0
        );
        Row(
            "`rayquest preview --base main --head change`",
            Measure.Run(
                repository,
                7,
                program,
                ["preview", "--repo", repository, "--base", "main", "--head", "change"]
            ),
            expected: 0
        );
        Say("");
        Remove(repository);
    }

    // One evaluation of one pull request, as a workflow runs it. GitHub is emulated in this process; the program has its own.
    private static void Evaluated(string title, string program, int size, string folder)
    {
        var repository = Path.Combine(folder, "review");
        var origin = Path.Combine(folder, "review.git");
        var runner = Path.Combine(folder, "runner");
        Workload.Write(repository, size);
        Must("render", Measure.Run(repository, 1, program, ["render", "--repo", repository]), 0);
        Git(repository, "init", "--quiet", "--initial-branch=main");
        Git(repository, "add", "--all");
        Git(repository, "commit", "--quiet", "--message=base");
        Git(folder, "clone", "--quiet", "--bare", repository, origin);
        // As objects come over a network: in one pack.
        Git(origin, "repack", "-a", "-d", "--quiet");
        Git(folder, "clone", "--quiet", "--no-local", origin, runner);
        using (var github = EmulatedGitHub.Start(origin))
        {
            var alice = github.AddUser("alice");
            var pushed = 0;
            Push();
            var pull = github.OpenPull(alice, "change", "One more");
            var number = pull.Number.ToString(CultureInfo.InvariantCulture);
            var changedAt = pull.CreatedAt.UtcDateTime.ToString("s", CultureInfo.InvariantCulture) + "Z";
            var calls = new List<int>();
            Dictionary<string, string> variables = new()
            {
                ["GITHUB_API_URL"] = github.ApiUrl.AbsoluteUri,
                ["GITHUB_REPOSITORY"] = github.Name.ToString(),
                ["GITHUB_SERVER_URL"] = "https://github.com",
                ["GITHUB_TOKEN"] = github.Bot.Token,
            };

            Say(
                $"{title}: one evaluation by the clock, `rayquest review --pull {number} --changed-at {changedAt}` in a clone of a repository of {Number(size)}, fetch and render commit included; GitHub is emulated by another process on the same machine:\n"
            );
            Say("| evaluation | wall | processor | peak | calls of GitHub |\n|---|---:|---:|---:|---:|");
            var changed = Evaluate(() =>
            {
                Push();
                github.ForgetCalls();
            });
            Row("the request was edited: comment, status, check run and rendering follow", changed, 0, Most(calls, 10));
            calls.Clear();
            var unchanged = Evaluate(github.ForgetCalls);
            Row("nothing has changed: nothing is written", unchanged, 0, Most(calls, 6));
            Say("");

            void Push()
            {
                github.Push(
                    alice,
                    "change",
                    "Ask",
                    new Dictionary<string, string?>
                    {
                        [Path.GetRelativePath(repository, Workload.RequestPath(repository, 7)).Replace('\\', '/')] =
                            Workload.Request(7, seed: 2 + pushed++),
                    },
                    "main"
                );
            }

            Measurement Evaluate(Action prepare)
            {
                List<Measurement> all = [];
                for (var i = 0; i < 7; i++)
                {
                    all.Add(
                        Measure.Run(
                            runner,
                            1,
                            program,
                            ["review", "--pull", number, "--changed-at", changedAt],
                            prepare,
                            variables
                        )
                    );
                    calls.Add(github.Calls.Count);
                }

                return Measure.Median(all);
            }
        }

        Remove(repository);
        Remove(origin);
        Remove(runner);
    }

    private static string Most(List<int> calls, int allowed)
    {
        if (calls.Max() > allowed)
        {
            Faults.Add($"{calls.Max()} calls of GitHub, and {allowed} are allowed");
        }

        return calls.Max().ToString(CultureInfo.InvariantCulture);
    }

    // Files no one would write: what each costs beyond an ordinary request, as a whole process.
    private static void Nasty(string program, int times, string folder)
    {
        var repository = Path.Combine(folder, "nasty");
        Workload.Write(repository, 1);
        var ordinary = Measure.Run(repository, times + 2, program, ["lint", "--repo", repository]);
        Must("lint", ordinary, 0);
        Say(
            $"One hostile request instead of an ordinary one ({Seconds(ordinary)}, {Busy(ordinary)} of processor time, {Peak(ordinary)}); the bounds are 100 ms and 64 MiB more:\n"
        );
        Say(
            "| what is in the file | size | findings | wall | beyond | processor | beyond | peak | beyond |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|"
        );
        foreach (var (what, text) in NastyInputs.All())
        {
            File.WriteAllText(Workload.RequestPath(repository, 0), text);
            var measured = Measure.Run(repository, times, program, ["lint", "--format", "json", "--repo", repository]);
            if (measured.ExitCode is not (0 or 1))
            {
                Faults.Add($"{what}: exit code {measured.ExitCode}\n{measured.Output}");
            }

            // Wall time is compared by processor time where the machine is busy.
            var (cpu, memory) = (measured.Processor - ordinary.Processor, measured.Mebibytes - ordinary.Mebibytes);
            if (cpu > 0.1 || memory > 64)
            {
                Console.Error.WriteLine($"{what}: beyond the bounds");
            }

            Say(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {what} | {Encoding.UTF8.GetByteCount(text) / 1024.0:F0} KiB | {(measured.ExitCode == 0 ? "none" : "some")} | {Seconds(measured)} | {measured.Seconds - ordinary.Seconds:+0.000;-0.000} s | {Busy(measured)} | {cpu:+0.00;-0.00} s | {Peak(measured)} | {memory:+0;-0} MiB |"
                )
            );
        }

        Say("");
        Remove(repository);
    }

    // Other programs on the same work, where they are on PATH: the rendered manifests of 1,000 requests.
    private static void Compare(string program, string folder)
    {
        const int Size = 1_000;
        var repository = Path.Combine(folder, "compare");
        Workload.Write(repository, Size);
        Must("render", Measure.Run(repository, 1, program, ["render", "--repo", repository]), 0);
        var jobs = Path.Combine(repository, "jobs");
        var files = Directory
            .GetFiles(jobs, "*.yaml", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .ToArray();
        var manifests = Measure.Run(
            repository,
            5,
            program,
            [
                "lint",
                "--repo",
                repository,
                "--manifest",
                .. Directory.GetDirectories(jobs).Order(StringComparer.Ordinal),
            ]
        );
        Must("lint --manifest", manifests, 0);
        var render = Measure.Run(repository, 5, program, ["render", "--repo", repository], () => SetAside(jobs));
        Must("render", render, 0);
        File.WriteAllText(
            Path.Combine(jobs, "kustomization.yaml"),
            "resources:\n" + string.Concat(files.Select(file => $"- {Path.GetRelativePath(jobs, file)}\n"))
        );

        Say($"The same work beside other programs, {Number(Size)} RayJobs as files (only those on PATH are run):\n");
        Say("| program | wall | processor | peak | beside ours |\n|---|---:|---:|---:|---:|");
        Row("`rayquest lint --manifest jobs/*` (structure and rules)", manifests, 0, "1");
        Row("`rayquest render` (from the requests, linted first)", render, 0, "1");
        Against("kustomize build", "kustomize", ["build", jobs], render);
        Against("kubectl kustomize", "kubectl", ["kustomize", jobs], render);
        Against("kubeconform", "kubeconform", ["-ignore-missing-schemas", .. files], manifests);
        var schema = Path.Combine("policies", "schema", "job-request.schema.json");
        var requests = Directory.GetFiles(
            Path.Combine(repository, "jobs-requests"),
            "*.yaml",
            SearchOption.AllDirectories
        );
        Against("jv (JSON Schema of the requests)", "jv", [Path.GetFullPath(schema), .. requests], manifests);
        Against(
            "ajv (JSON Schema of the requests)",
            "ajv",
            [
                "validate",
                "--spec=draft2020",
                "-s",
                Path.GetFullPath(schema),
                "-d",
                Path.Combine(repository, "jobs-requests", "**", "*.yaml"),
            ],
            manifests
        );
        Say("");
        Remove(repository);

        void Against(string name, string tool, string[] arguments, Measurement ours)
        {
            if (OnPath(tool) is not { } path)
            {
                Console.WriteLine($"({tool} is not on PATH)");
                return;
            }

            var theirs = Measure.Run(repository, 5, path, arguments);
            Row(
                $"`{name}`",
                theirs,
                null,
                string.Create(CultureInfo.InvariantCulture, $"{theirs.Seconds / ours.Seconds:F1} ×")
            );
        }
    }

    private static void Row(string what, Measurement measured, int? expected, string? more = null)
    {
        if (expected is { } code)
        {
            Must(what, measured, code);
        }

        Say(
            $"| {what} | {Seconds(measured)} | {Busy(measured)} | {Peak(measured)} |{(more is null ? "" : $" {more} |")}"
        );
    }

    private static void Must(string what, Measurement measured, int expected)
    {
        if (measured.ExitCode != expected)
        {
            Faults.Add($"{what}: exit code {measured.ExitCode} instead of {expected}\n{measured.Output}");
        }
    }

    private static void Say(string line)
    {
        Console.WriteLine(line);
        Report.Append(line).Append('\n');
    }

    private static void Git(string folder, params string[] arguments)
    {
        var done = Measure.Run(
            folder,
            1,
            "git",
            ["-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0", .. arguments]
        );
        Must("git " + arguments[0], done, 0);
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Moved and not removed: ext4 makes new files slow for some seconds after many were deleted.
    private static void SetAside(string jobs)
    {
        if (Directory.Exists(jobs))
        {
            Directory.Move(
                jobs,
                Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(jobs)!, "..", "aside")).FullName
                    + "/"
                    + Guid.NewGuid()
            );
        }
    }

    private static string Seconds(Measurement measured) =>
        string.Create(CultureInfo.InvariantCulture, $"{measured.Seconds:F3} s");

    private static string Busy(Measurement measured) =>
        double.IsNaN(measured.Processor)
            ? "–"
            : string.Create(CultureInfo.InvariantCulture, $"{measured.Processor:F2} s");

    private static string Peak(Measurement measured) =>
        double.IsNaN(measured.Mebibytes)
            ? "–"
            : string.Create(CultureInfo.InvariantCulture, $"{measured.Mebibytes:F0} MiB");

    private static string Each(Measurement measured, int size) =>
        string.Create(CultureInfo.InvariantCulture, $"{measured.Seconds * 1e6 / size:F0} µs");

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static string Processor() =>
        (File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo") : [])
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            ?.Split(':', 2)[1]
            .Trim()
        ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string Load() =>
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "an unknown value";

    private static string Memory() =>
        (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1L << 30)).ToString(CultureInfo.InvariantCulture);
}

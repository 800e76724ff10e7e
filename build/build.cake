// The targets people and workflows call: ./build.sh --target=<name>. What a target does is done by the program
// or by dotnet; this file only says in which order.
#nullable enable
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

var target = Argument("target", "Default");
var configuration = Argument("configuration", "Debug");
var root = System.IO.Path.GetFullPath(System.IO.Directory.GetCurrentDirectory());
if (!FileExists("./Rayquest.slnx"))
{
    root = System.IO.Path.GetDirectoryName(root)!;
    System.IO.Directory.SetCurrentDirectory(root);
}

string At(params string[] parts) => System.IO.Path.Combine([root, .. parts]);

// ---- Processes -------------------------------------------------------------------------------------------------

(int Code, string Output) Capture(string tool, IEnumerable<string> arguments, string? folder = null)
{
    var start = new System.Diagnostics.ProcessStartInfo(tool)
    {
        WorkingDirectory = folder ?? root,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        RedirectStandardInput = true,
    };
    foreach (var argument in arguments)
    {
        start.ArgumentList.Add(argument);
    }

    var said = new System.Text.StringBuilder();
    void Take(string? line)
    {
        if (line is null) { return; }
        lock (said) { said.AppendLine(line); }
    }

    System.Diagnostics.Process? process;
    try
    {
        process = System.Diagnostics.Process.Start(start);
    }
    catch (System.ComponentModel.Win32Exception absent)
    {
        return (127, $"{tool}: {absent.Message}");
    }

    process!.OutputDataReceived += (_, e) => Take(e.Data);
    process.ErrorDataReceived += (_, e) => Take(e.Data);
    process.BeginOutputReadLine();
    process.BeginErrorReadLine();
    process.StandardInput.Close();
    process.WaitForExit();
    lock (said) { return (process.ExitCode, said.ToString()); }
}

// Shares this console, so what the tool prints is seen as it comes.
int Show(string tool, string folder, params string[] arguments)
{
    var start = new System.Diagnostics.ProcessStartInfo(tool) { WorkingDirectory = folder };
    foreach (var argument in arguments)
    {
        start.ArgumentList.Add(argument);
    }

    using var process = System.Diagnostics.Process.Start(start)!;
    process.WaitForExit();
    return process.ExitCode;
}

void Must(string tool, params string[] arguments)
{
    var code = Show(tool, root, arguments);
    if (code != 0)
    {
        exitCode = code;
        throw new CakeException($"{tool} {string.Join(' ', arguments)}: exit code {code}");
    }
}

var exitCode = 0;
System.IO.DirectoryInfo? launcherFolder = null;
void Rayquest(params string[] arguments)
{
    // In CI the launcher keeps what it builds in RUNNER_TEMP, never in the checkout; the calls of one run share it.
    if (HasEnvironmentVariable("CI") && string.IsNullOrEmpty(EnvironmentVariable("RUNNER_TEMP")))
    {
        launcherFolder = System.IO.Directory.CreateTempSubdirectory("rayquest-");
        System.Environment.SetEnvironmentVariable("RUNNER_TEMP", launcherFolder.FullName);
    }

    Console.WriteLine($"$ ./rayquest {string.Join(' ', arguments)}");
    if (IsRunningOnWindows())
    {
        Must("powershell", ["-NoProfile", "-ExecutionPolicy", "Bypass", "-File", At("rayquest.ps1"), .. arguments]);
    }
    else
    {
        Must(At("rayquest"), arguments);
    }
}

// ---- What the program does for this repository ------------------------------------------------------------------

// The arguments of this call that go on to the program: --base=…, --head=…, --pull=… and so on.
string[] PassedOn(params string[] names) =>
    [.. names.SelectMany(name => HasArgument(name)
        ? (Argument<string>(name, "") is { Length: > 0 } value ? new[] { "--" + name, value } : ["--" + name])
        : [])];

Task("Lint").Description("Lint the requests of this repository.")
    .Does(() => Rayquest(["lint", .. PassedOn("base", "head", "format")]));

Task("Render").Description("Write jobs/ from the requests; with --check only compare.")
    .Does(() => Rayquest(["render", .. PassedOn("check")]));

Task("Quota").Description("What each team holds, and what it costs.")
    .Does(() => Rayquest("quota"));

// What this repository's files are held to, and an adopter's: no test of the program reads them.
Task("Check").Description("Compare jobs/, argocd/ and policies/schema/ with what the program writes.").Does(() =>
{
    Rayquest("render", "--check");
    Rayquest("argocd", "--check");
    Rayquest("schema", "--check");
});

Task("Default").Description("Lint the requests, compare what is rendered, and sum up quota and price.")
    .IsDependentOn("Lint")
    .IsDependentOn("Check")
    .IsDependentOn("Quota");

Task("Preview").Description("What a pull request's comment would say: --base=REF --head=REF.")
    .Does(() => Rayquest(["preview", "--base", Argument("base", "main"), "--head", Argument("head", "HEAD"), .. PassedOn("format")]));

Task("Review").Description("The trusted evaluation of one pull request: --pull=N.")
    .Does(() => Rayquest(["review", "--pull", Argument<string>("pull"), .. PassedOn("dry-run")]));

Task("Status").Description("One pass of the status sync.")
    .Does(() => Rayquest(["status", .. PassedOn("job", "dry-run")]));

Task("Rehearse").Description("The example requests, then the whole life of a request, GitHub and the cluster emulated.")
    .IsDependentOn("Default")
    .Does(() => Rayquest("rehearse"));

// ---- The program's own code -------------------------------------------------------------------------------------

string[] TestProjects() =>
    [.. System.IO.Directory.GetFiles(At("tests"), "*.Tests.csproj", SearchOption.AllDirectories)
        .Where(path => !path.Contains("node_modules", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)];

Task("Build").Description("Build everything once, analyzers on.")
    .Does(() => Must("dotnet", "build", "Rayquest.slnx", "--configuration", configuration, "--nologo", "--verbosity", "quiet"));

// Some checks lean on npm packages. They are installed where a lock file asks for them; what cannot be installed
// is reported as skipped by the tests that need it.
Task("Packages").Description("npm ci where the tests have a package.json.").Does(() =>
{
    foreach (var manifest in System.IO.Directory.GetFiles(At("tests"), "package.json", SearchOption.AllDirectories)
        .Where(path => !path.Contains("node_modules", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
    {
        var folder = System.IO.Path.GetDirectoryName(manifest)!;
        var wanted = System.IO.Path.Combine(folder, "package-lock.json");
        var installed = System.IO.Path.Combine(folder, "node_modules", ".package-lock.json");
        if (!System.IO.File.Exists(wanted)
            || (System.IO.File.Exists(installed) && System.IO.File.GetLastWriteTimeUtc(installed) >= System.IO.File.GetLastWriteTimeUtc(wanted)))
        {
            continue;
        }

        var npm = IsRunningOnWindows() ? "npm.cmd" : "npm";
        var (code, output) = Capture(npm, ["ci", "--no-audit", "--no-fund", "--prefer-offline"], folder);
        if (code == 0)
        {
            System.IO.File.SetLastWriteTimeUtc(installed, DateTime.UtcNow);
        }
        else
        {
            Console.WriteLine($"npm ci in {System.IO.Path.GetRelativePath(root, folder)} failed; the tests that need it are skipped:");
            Console.WriteLine("  " + output.Trim().Split('\n').FirstOrDefault(line => line.Contains("ERR", StringComparison.OrdinalIgnoreCase)));
        }
    }
});

XNamespace trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";
var passed = 0;
var failed = 0;
var skipped = 0;
var reasons = new SortedDictionary<string, int>(StringComparer.Ordinal);

// Runs one suite and adds what its result file says; a suite that dies without a word counts as one failure.
void RunSuite(string project, string results, params string[] more)
{
    var name = System.IO.Path.GetFileNameWithoutExtension(project);
    var folder = System.IO.Path.Combine(results, name);
    var clock = System.Diagnostics.Stopwatch.StartNew();
    var (code, output) = Capture("dotnet",
        ["test", project, "--configuration", configuration, "--no-build", "--nologo", "--logger", "trx", "--results-directory", folder, .. more]);
    int ok = 0, bad = 0, not = 0;
    var files = System.IO.Directory.Exists(folder) ? System.IO.Directory.GetFiles(folder, "*.trx", SearchOption.AllDirectories) : [];
    foreach (var result in files.SelectMany(file => XDocument.Load(file).Descendants(trx + "UnitTestResult")))
    {
        switch ((string?)result.Attribute("outcome"))
        {
            case "Passed": ok++; break;
            case "NotExecuted":
                not++;
                var why = result.Descendants(trx + "StdOut").Concat(result.Descendants(trx + "Message")).FirstOrDefault()?.Value.Trim();
                why = string.IsNullOrEmpty(why) ? "no reason given" : why;
                reasons[why] = reasons.GetValueOrDefault(why) + 1;
                break;
            default: bad++; break;
        }
    }

    // A project without a test yet says so and is no failure.
    var empty = ok + bad + not == 0 && output.Contains("No test is available", StringComparison.Ordinal);
    if (code != 0 && bad == 0 && !empty) { bad = 1; }
    Sum(name, ok, bad, not, clock.Elapsed, output);
}

// One row of the table, and its part in the sums; what a failure said goes before it.
void Sum(string name, int ok, int bad, int not, TimeSpan took, string output)
{
    passed += ok;
    failed += bad;
    skipped += not;
    if (bad > 0) { Console.WriteLine(output); }
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{name,-20} {ok,6} passed {bad,4} failed {not,4} skipped  {took.TotalSeconds,6:F1} s"));
}

// The formatter owns the layout; a file it would write otherwise is a failed test.
void CheckLayout()
{
    var clock = System.Diagnostics.Stopwatch.StartNew();
    var (code, output) = Capture("dotnet", ["csharpier", "check", "."]);
    Sum("layout", code == 0 ? 1 : 0, code == 0 ? 0 : 1, 0, clock.Elapsed, output + "\n./build.sh --target=Format lays these files out\n");
}

// The page of the form goes through the trimmer, which takes a minute: only when a source of it changed.
(int Code, string Output) PublishForm()
{
    var state = new System.Text.StringBuilder();
    foreach (var file in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" }.Select(name => At(name))
        .Concat(System.IO.Directory.GetFiles(At("src"), "*", SearchOption.AllDirectories))
        .Where(path => !Regex.IsMatch(System.IO.Path.GetRelativePath(root, path), @"(^|[\\/])(bin|obj)[\\/]"))
        .Order(StringComparer.Ordinal))
    {
        state.AppendLine(CultureInfo.InvariantCulture, $"{file} {new System.IO.FileInfo(file).Length} {System.IO.File.GetLastWriteTimeUtc(file).Ticks}");
    }

    var stamp = At("artifacts", "form", "stamp");
    if (System.IO.File.Exists(stamp) && System.IO.File.ReadAllText(stamp) == state.ToString()) { return (0, ""); }
    if (System.IO.Directory.Exists(At("artifacts", "form"))) { System.IO.Directory.Delete(At("artifacts", "form"), recursive: true); }
    var (code, output) = Capture("dotnet", ["publish", "src/JobForm/JobForm.csproj", "--configuration", "Release", "--nologo", "--verbosity", "quiet",
        "-p:RunAnalyzers=false", "--output", At("artifacts", "form")]);
    if (code == 0) { System.IO.File.WriteAllText(stamp, state.ToString()); }
    return (code, output);
}

Task("Form").Description("The form in the browser: the page into artifacts/form, a site of this repository into artifacts/form-site.").Does(() =>
{
    var (code, output) = PublishForm();
    if (code != 0)
    {
        Console.WriteLine(output);
        exitCode = code;
        throw new CakeException("the form could not be published; see above");
    }

    Rayquest("form", "--site", At("artifacts", "form", "wwwroot"), "--out", At("artifacts", "form-site"), "--with-requests");
});

Task("Test").Description("Build, run every suite, and end with the sums.")
    .IsDependentOn("Build")
    .IsDependentOn("Packages")
    .Does(() =>
{
    var results = At("artifacts", "tests");
    if (System.IO.Directory.Exists(results)) { System.IO.Directory.Delete(results, recursive: true); }
    CheckLayout();
    var clock = System.Diagnostics.Stopwatch.StartNew();
    var (code, output) = PublishForm();
    Sum("form page", code == 0 ? 1 : 0, code == 0 ? 0 : 1, 0, clock.Elapsed, output);
    foreach (var project in TestProjects()) { RunSuite(project, results); }
});

// For ci.yml: a submission changes requests and what is rendered from them, nothing else, and needs no test of the code.
Task("Changed").Description("Say whether anything but requests changed since BASE_SHA (code=true or false).").Does(() =>
{
    var since = EnvironmentVariable("BASE_SHA") ?? "";
    var (code, output) = Regex.IsMatch(since, "^[0-9a-f]{40}$")
        ? Capture("git", ["diff", "--name-only", "-z", since + "...HEAD", "--"])
        : (1, "");
    // Not knowing means testing.
    var changed = code != 0 || output.Trim().Split('\0', StringSplitOptions.RemoveEmptyEntries)
        .Any(path => !path.StartsWith("jobs-requests/", StringComparison.Ordinal) && !path.StartsWith("jobs/", StringComparison.Ordinal));
    var answer = changed ? "code=true" : "code=false";
    Console.WriteLine(answer);
    if (EnvironmentVariable("GITHUB_OUTPUT") is { Length: > 0 } file) { System.IO.File.AppendAllText(file, answer + "\n"); }
});

Task("Coverage").Description("Line coverage of each shipped project, from all suites together.")
    .IsDependentOn("Build")
    .IsDependentOn("Packages")
    .Does(() =>
{
    var results = At("artifacts", "coverage");
    if (System.IO.Directory.Exists(results)) { System.IO.Directory.Delete(results, recursive: true); }
    foreach (var project in TestProjects()) { RunSuite(project, results, "--collect", "XPlat Code Coverage"); }

    // The same line is seen by several suites; it is covered when one of them ran it.
    var lines = new Dictionary<(string Project, string File, int Line), bool>();
    foreach (var report in System.IO.Directory.GetFiles(results, "coverage.cobertura.xml", SearchOption.AllDirectories))
    {
        var document = XDocument.Load(report);
        var source = document.Descendants("source").FirstOrDefault()?.Value ?? "";
        foreach (var package in document.Descendants("package"))
        {
            foreach (var type in package.Descendants("class"))
            {
                var file = System.IO.Path.GetFullPath(System.IO.Path.Combine(source, (string)type.Attribute("filename")!));
                if (file.Contains("/obj/", StringComparison.Ordinal)) { continue; }
                foreach (var line in type.Element("lines")!.Elements("line"))
                {
                    var key = ((string)package.Attribute("name")!, file, (int)line.Attribute("number")!);
                    lines[key] = lines.GetValueOrDefault(key) || (int)line.Attribute("hits")! > 0;
                }
            }
        }
    }

    Console.WriteLine();
    foreach (var project in lines.GroupBy(line => line.Key.Project).OrderBy(group => group.Key, StringComparer.Ordinal))
    {
        var hit = project.Count(line => line.Value);
        var all = project.Count();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{project.Key,-24} {100.0 * hit / all,6:F1} %  {hit} of {all} lines"));
        foreach (var file in project.GroupBy(line => line.Key.File)
            .Select(group => (File: group.Key, Missed: group.Count(line => !line.Value)))
            .Where(file => file.Missed > 20).OrderByDescending(file => file.Missed).Take(5))
        {
            Console.WriteLine($"    {file.Missed,5} lines not run in {System.IO.Path.GetRelativePath(root, file.File)}");
        }
    }
});

// Mutants are tried by the suite that is meant to kill them, folder after folder: each has a score of its own, and one folder
// alone is minutes: --only=Quota. Settings, and what is not mutated, are in build/mutation/ (why: docs/quality.md).
Task("Mutate").Description("Mutation score of the quantities and the rules, by folder; with --only=FOLDER[,FOLDER] of some.").Does(() =>
{
    // All folders of rules in one run: to build, and to find which test reaches which mutant, takes longer than a folder does.
    (string Suite, string Settings, string Above, string[] Folders)[] suites =
    [
        ("JobModel.Tests", "quantities", At("src", "JobModel"), ["Quantities"]),
        ("JobLint.Tests", "rules", At("src", "JobLint", "Rules"),
            [.. System.IO.Directory.GetDirectories(At("src", "JobLint", "Rules")).Select(folder => System.IO.Path.GetFileName(folder)!).Order(StringComparer.Ordinal)]),
    ];
    var all = suites.SelectMany(suite => suite.Folders).ToList();
    var only = Argument("only", "").Split(',', StringSplitOptions.RemoveEmptyEntries);
    if (only.FirstOrDefault(name => !all.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } unknown)
    {
        throw new CakeException($"--only={unknown} names none of {string.Join(", ", all)}");
    }

    var low = new List<string>();
    foreach (var (suite, settings, above, folders) in suites)
    {
        var wanted = folders.Where(name => only.Length == 0 || only.Contains(name, StringComparer.OrdinalIgnoreCase)).ToArray();
        if (wanted.Length == 0) { continue; }
        var output = At("artifacts", "mutation", settings);
        if (System.IO.Directory.Exists(output)) { System.IO.Directory.Delete(output, recursive: true); }
        // The analyzers have their say in every other build.
        Environment.SetEnvironmentVariable("RunAnalyzers", "false");
        // It wants to stand in the test project's folder.
        var code = Show("dotnet", At("tests", suite), ["stryker", "--config-file", At("build", "mutation", settings + ".json"),
            "--output", output, "--skip-version-check", .. wanted.SelectMany(name => new[] { "--mutate", $"**/{name}/**/*.cs" })]);
        Environment.SetEnvironmentVariable("RunAnalyzers", null);
        if (code != 0) { throw new CakeException($"{settings}: exit code {code}"); }

        using var report = System.Text.Json.JsonDocument.Parse(System.IO.File.ReadAllBytes(System.IO.Path.Combine(output, "reports", "mutation-report.json")));
        foreach (var name in wanted)
        {
            var folder = System.IO.Path.Combine(above, name).Replace('\\', '/') + "/";
            var statuses = report.RootElement.GetProperty("files").EnumerateObject()
                .Where(file => file.Name.Replace('\\', '/').StartsWith(folder, StringComparison.Ordinal))
                .SelectMany(file => file.Value.GetProperty("mutants").EnumerateArray())
                .Select(mutant => mutant.GetProperty("status").GetString()!)
                .CountBy(status => status).ToDictionary();
            var killed = statuses.GetValueOrDefault("Killed") + statuses.GetValueOrDefault("Timeout");
            var counted = killed + statuses.GetValueOrDefault("Survived") + statuses.GetValueOrDefault("NoCoverage");
            Console.WriteLine(FormattableString.Invariant($"{name,-14} {100.0 * killed / counted,6:F1} % of {counted,4}, {statuses.GetValueOrDefault("CompileError")} do not compile"));
            if (!(killed >= 0.8 * counted)) { low.Add(name); }
        }
    }

    if (low.Count > 0) { throw new CakeException($"below 80 %: {string.Join(", ", low)}"); }
});

Task("Format").Description("Lay out the C# files; with --check only compare.")
    .Does(() => Must("dotnet", "csharpier", HasArgument("check") ? "check" : "format", "."));

Task("Publish").Description("The program, framework-dependent, into artifacts/rayquest.").Does(() =>
{
    var precompile = IsRunningOnLinux() && System.Runtime.InteropServices.RuntimeInformation.OSArchitecture
        == System.Runtime.InteropServices.Architecture.X64;
    Must("dotnet", ["publish", "src/JobCli/JobCli.csproj", "--configuration", "Release", "--nologo", "--verbosity", "quiet",
        "--artifacts-path", At("artifacts", "build"), "--output", At("artifacts", "rayquest"), .. precompile ? new[] { "-p:PrecompileFor=linux-x64" } : []]);
    Console.WriteLine($"published to {System.IO.Path.GetRelativePath(root, At("artifacts", "rayquest"))}");
});

Task("Aot").Description("The program as native code, into artifacts/aot (linux-x64; needs gcc or clang).").Does(() =>
{
    var linker = Capture("clang", ["--version"]).Code == 0 ? "clang" : "gcc";
    Must("dotnet", "publish", "src/JobCli/JobCli.csproj", "--configuration", "Release", "--nologo", "--verbosity", "quiet",
        "--artifacts-path", At("artifacts", "aot-build"), "--output", At("artifacts", "aot"),
        "-p:AotFor=linux-x64", "-p:CppCompilerAndLinker=" + linker, "-p:RunAnalyzers=false");
    Console.WriteLine($"published to {System.IO.Path.GetRelativePath(root, At("artifacts", "aot"))}");
});

// ---- The release ------------------------------------------------------------------------------------------------

// Packs files so that the same files give the same bytes: sorted, without owners, of one time. Needs GNU tar and gzip.
void Pack(string archive, string folder, long time)
{
    var tar = System.IO.Path.ChangeExtension(archive, null);
    Must("tar", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mode=u=rwX,go=rX", $"--mtime=@{time}",
        "--format=gnu", "-cf", tar, "-C", System.IO.Path.GetDirectoryName(folder)!, System.IO.Path.GetFileName(folder));
    Must("gzip", "--no-name", "--best", "--force", tar);
}

void CopyTo(string file, string folder, string? name = null)
{
    System.IO.Directory.CreateDirectory(folder);
    System.IO.File.Copy(file, System.IO.Path.Combine(folder, name ?? System.IO.Path.GetFileName(file)), overwrite: true);
}

void CopyTree(string from, string to)
{
    foreach (var file in System.IO.Directory.GetFiles(from, "*", SearchOption.AllDirectories).Where(file => !file.Contains("node_modules", StringComparison.Ordinal)))
    {
        CopyTo(file, System.IO.Path.GetDirectoryName(System.IO.Path.Combine(to, System.IO.Path.GetRelativePath(from, file)))!);
    }
}

string Version() => XDocument.Load(At("Directory.Build.props")).Descendants("Version").First().Value;

// The moment of the last commit that touches a source; the digests that a release adds afterwards are none.
long SourceTime() => long.Parse(Capture("git", ["log", "-1", "--format=%ct", "--", ".", ":(exclude)action/digests"]).Output.Trim(), CultureInfo.InvariantCulture);

string OwnPlatform() => (IsRunningOnWindows() ? "win" : IsRunningOnMacOs() ? "osx" : "linux")
    + (System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "-arm64" : "-x64");

// Where the sources lie, and what Git says of them, is in no file that is made of them.
string[] Reproducible(string name) =>
    ["--configuration", "Release", "--nologo", "--verbosity", "quiet", "--artifacts-path", At("artifacts", name), "-p:RunAnalyzers=false",
        "-p:PathMap=" + root + "=/rayquest", "-p:DeterministicSourcePaths=false", "-p:EnableSourceControlManagerQueries=false", "-p:EnableSourceLink=false"];

void Empty(string folder)
{
    if (System.IO.Directory.Exists(folder)) { System.IO.Directory.Delete(folder, recursive: true); }
    System.IO.Directory.CreateDirectory(folder);
}

void PublishNative(string platform)
{
    string[] linker = OwnPlatform() == platform
        ? platform.StartsWith("linux", StringComparison.Ordinal) ? ["-p:CppCompilerAndLinker=gcc"] : []
        : ["-p:CppCompilerAndLinker=" + CrossLinker, "-p:ObjCopyName=aarch64-linux-gnu-objcopy"];
    Must("dotnet", ["publish", "src/JobCli/JobCli.csproj", .. Reproducible("native-build"), "--output", At("artifacts", "native", platform),
        "-p:AotFor=" + platform, "-p:NativeDebugSymbols=false", .. linker]);
    Console.WriteLine($"{platform}: {System.IO.Path.GetRelativePath(root, At("artifacts", "native", platform))}");
}

const string CrossLinker = "aarch64-linux-gnu-gcc";

// One platform's program: a native program is linked on its own platform, so release-build.yml calls this on each.
Task("Native").Description("The program as native code for this machine's platform, into artifacts/native.")
    .Does(() => PublishNative(OwnPlatform()));

Task("Cross").Description("The program as native code for linux-arm64 too, where a cross linker is installed.").Does(() =>
{
    if (OwnPlatform() != "linux-x64") { return; }
    if (Capture(CrossLinker, ["--version"]).Code == 0) { PublishNative("linux-arm64"); }
    else { Console.WriteLine($"linux-arm64: left out, there is no {CrossLinker} on PATH (Debian's package gcc-aarch64-linux-gnu)"); }
});

Task("Release").Description("Everything a release holds, into artifacts/release: the same bytes from the same commit.")
    .IsDependentOn("Native")
    .IsDependentOn("Cross")
    .IsDependentOn("Assemble");

Task("Assemble").Description("What a release holds, from the programs that lie in artifacts/native.").Does(() =>
{
    var version = Version();
    var time = SourceTime();
    var release = At("artifacts", "release");
    var work = At("artifacts", "release-work");
    Empty(release);
    Empty(work);

    // The native programs that were built here, or that the matrix brought.
    foreach (var built in System.IO.Directory.GetDirectories(At("artifacts", "native")).Order(StringComparer.Ordinal))
    {
        var platform = System.IO.Path.GetFileName(built);
        var exe = platform.StartsWith("win", StringComparison.Ordinal) ? ".exe" : "";
        var copy = System.IO.Path.Combine(release, $"rayquest-{platform}{exe}");
        CopyTo(System.IO.Path.Combine(built, "rayquest" + exe), release, System.IO.Path.GetFileName(copy));
        // What came by way of an artifact has lost its mode.
        if (!IsRunningOnWindows()) { System.IO.File.SetUnixFileMode(copy, (UnixFileMode)Convert.ToInt32("755", 8)); }
    }

    var program = System.IO.Path.Combine(release, "rayquest-linux-x64");

    // The .NET tool runs on every platform that has the runtime.
    Must("dotnet", ["pack", "src/JobCli/JobCli.csproj", .. Reproducible("tool-build"), "--output", work, "-p:AsTool=true"]);
    Repack(System.IO.Path.Combine(work, $"rayquest.{version}.nupkg"), System.IO.Path.Combine(release, $"rayquest.{version}.nupkg"), time);

    // The form's page, to lie beside a program.
    Must("dotnet", ["publish", "src/JobForm/JobForm.csproj", .. Reproducible("form-build"), "--output", System.IO.Path.Combine(work, "form-page")]);
    var form = System.IO.Path.Combine(work, "form");
    CopyTree(System.IO.Path.Combine(work, "form-page", "wwwroot"), form);
    Pack(System.IO.Path.Combine(release, "rayquest-form.tar.gz"), form, time);

    // The bill of materials says what is in the program, not when somebody asked.
    Must("dotnet", "CycloneDX", "src/JobCli/JobCli.csproj", "--output", work, "--filename", "bom.json", "--output-format", "Json", "--exclude-dev",
        "--disable-package-restore", "--base-intermediate-output-path", At("artifacts", "tool-build"), "--no-serial-number",
        "--set-name", "rayquest", "--set-version", version);
    WriteBillOfMaterials(System.IO.Path.Combine(work, "bom.json"), System.IO.Path.Combine(release, "rayquest.cdx.json"), time);

    // What an image is built from; kubectl is added by build/image.sh.
    var context = System.IO.Path.Combine(work, "rayquest-container");
    CopyTo(At("deploy", "Containerfile"), System.IO.Path.Combine(context, "deploy"));
    CopyTo(program, System.IO.Path.Combine(context, "deploy", "program"), "rayquest");
    Pack(System.IO.Path.Combine(release, "rayquest-container.tar.gz"), context, time);

    Must(program, InitTemplate(System.IO.Path.Combine(work, "rayquest-template")));
    Pack(System.IO.Path.Combine(release, "rayquest-template.tar.gz"), System.IO.Path.Combine(work, "rayquest-template"), time);

    // Everything a machine without a network needs; its action takes exactly these programs.
    var bundle = System.IO.Path.Combine(work, $"rayquest-{version}-offline");
    foreach (var file in System.IO.Directory.GetFiles(release)) { CopyTo(file, bundle); }
    CopyTree(At("docs"), System.IO.Path.Combine(bundle, "docs"));
    CopyTree(At("policies", "schema"), System.IO.Path.Combine(bundle, "schema"));
    CopyTree(At("action"), System.IO.Path.Combine(bundle, "action", "action"));
    CopyTo(At("action.yml"), System.IO.Path.Combine(bundle, "action"));
    CopyTo(At("LICENSE"), bundle);
    System.IO.File.WriteAllText(System.IO.Path.Combine(bundle, "SHA256SUMS"), Sums(release));
    WriteDigests(System.IO.Path.Combine(bundle, "SHA256SUMS"), System.IO.Path.Combine(bundle, "action", "action", "digests"));
    Pack(System.IO.Path.Combine(release, $"rayquest-{version}-offline.tar.gz"), bundle, time);

    var sums = Sums(release);
    System.IO.File.WriteAllText(System.IO.Path.Combine(release, "SHA256SUMS"), sums);
    Console.Write(sums);
});

string Sums(string folder) => string.Concat(System.IO.Directory.GetFiles(folder).Order(StringComparer.Ordinal)
    .Select(file => $"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.IO.File.ReadAllBytes(file)))}  {System.IO.Path.GetFileName(file)}\n"));

void WriteDigests(string sums, string into) => Must("bash", At("build", "pin.sh"), sums, Version(), into);

// The words by which `init` writes what a template repository holds; TemplateTests holds what comes of them.
string[] InitTemplate(string into) =>
    ["init", into, .. System.IO.File.ReadAllLines(At("build", "template.txt")).Where(line => line.Length > 0 && line[0] != '#')];

// The packages are listed by CycloneDX. A native program has the runtime in it as well; and whoever wants the same bytes needs
// the same SDK.
void WriteBillOfMaterials(string from, string into, long time)
{
    var bom = System.Text.Json.Nodes.JsonNode.Parse(System.IO.File.ReadAllText(from))!;
    bom["metadata"]!["timestamp"] = DateTimeOffset.FromUnixTimeSeconds(time).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    bom["metadata"]!["properties"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject
    {
        ["name"] = "rayquest:dotnet-sdk",
        ["value"] = Capture("dotnet", ["--version"]).Output.Trim(),
    });
    var runtime = XDocument.Load(At("Directory.Build.targets")).Descendants("KnownILCompilerPack").Single();
    var package = $"pkg:nuget/{runtime.Attribute("Update")!.Value}@{runtime.Attribute("ILCompilerPackVersion")!.Value}";
    bom["components"]!.AsArray().Add(new System.Text.Json.Nodes.JsonObject
    {
        ["type"] = "framework",
        ["bom-ref"] = package,
        ["name"] = runtime.Attribute("Update")!.Value,
        ["version"] = runtime.Attribute("ILCompilerPackVersion")!.Value,
        ["description"] = "Compiler and class library of .NET, linked into the native programs; the .NET tool uses the machine's.",
        ["purl"] = package,
    });
    System.IO.File.WriteAllText(into, bom.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }) + "\n");
}

Task("Template").Description("What a template repository would hold, written by the program into artifacts/template.").Does(() =>
{
    Empty(At("artifacts", "template"));
    Rayquest(InitTemplate(At("artifacts", "template")));
});

// Two clean clones of this commit, in folders of different names, must give one release.
Task("Reproduce").Description("Make the release of HEAD twice, from two clean clones, and compare the bytes.").Does(() =>
{
    var work = System.IO.Directory.CreateTempSubdirectory("rayquest-reproduce-").FullName;
    var commit = Capture("git", ["rev-parse", "HEAD"]).Output.Trim();
    var sums = new List<string>();
    foreach (var name in new[] { "one", "another-folder/two" })
    {
        var clone = System.IO.Path.Combine(work, name);
        Must("git", "clone", "--quiet", "--no-local", root, clone);
        Must("git", "-C", clone, "checkout", "--quiet", "--detach", commit);
        Console.WriteLine($"--- {clone}");
        if (Show(System.IO.Path.Combine(clone, "build.sh"), clone, "--target=Release") is not 0 and var code)
        {
            throw new CakeException($"the release could not be made in {clone}: exit code {code}");
        }

        sums.Add(System.IO.File.ReadAllText(System.IO.Path.Combine(clone, "artifacts", "release", "SHA256SUMS")));
    }

    var differing = sums[0].Split('\n').Except(sums[1].Split('\n')).Concat(sums[1].Split('\n').Except(sums[0].Split('\n'))).ToList();
    if (differing.Count > 0 || sums[0].Length == 0)
    {
        Console.WriteLine(string.Join('\n', differing.Order(StringComparer.Ordinal)));
        throw new CakeException($"the two releases of {commit} differ; both are left in {work}");
    }

    System.IO.Directory.Delete(work, recursive: true);
    Console.WriteLine($"two clean clones of {commit} give the same release, byte for byte");
});

// A package is a zip that carries the time of its making and a random name; neither is of the program.
void Repack(string package, string into, long time)
{
    using var from = System.IO.Compression.ZipFile.OpenRead(package);
    using var file = System.IO.File.Create(into);
    using var to = new System.IO.Compression.ZipArchive(file, System.IO.Compression.ZipArchiveMode.Create);
    foreach (var entry in from.Entries.OrderBy(entry => entry.FullName, StringComparer.Ordinal))
    {
        using var memory = new System.IO.MemoryStream();
        using (var read = entry.Open()) { read.CopyTo(memory); }
        var bytes = memory.ToArray();
        var name = entry.FullName;
        if (name.StartsWith("package/services/metadata/core-properties/", StringComparison.Ordinal))
        {
            name = "package/services/metadata/core-properties/rayquest.psmdcp";
        }
        else if (name == "_rels/.rels")
        {
            var text = System.Text.Encoding.UTF8.GetString(bytes);
            text = Regex.Replace(text, "core-properties/[0-9a-f]+\\.psmdcp", "core-properties/rayquest.psmdcp");
            var number = 0;
            bytes = System.Text.Encoding.UTF8.GetBytes(Regex.Replace(text, "Id=\"[^\"]+\"", _ => $"Id=\"R{++number}\""));
        }

        // Stored: what a compressor makes of it depends on the machine.
        var made = to.CreateEntry(name, System.IO.Compression.CompressionLevel.NoCompression);
        made.LastWriteTime = DateTimeOffset.FromUnixTimeSeconds(time);
        using var write = made.Open();
        write.Write(bytes);
    }
}

Task("Pin").Description("Write the digests of artifacts/release into the action's own tree: action/digests/.").Does(() =>
{
    var sums = At("artifacts", "release", "SHA256SUMS");
    if (!System.IO.File.Exists(sums)) { throw new CakeException("there is no artifacts/release/SHA256SUMS: ./build.sh --target=Release makes it"); }
    WriteDigests(sums, At("action", "digests"));
});

Task("Bench").Description("Whole-process measurements into bench/RESULTS.md; with --quick fewer and smaller, --most=N requests at most, --review or --adoption one part alone, printed.")
    .IsDependentOn("Publish")
    .Does(() =>
{
    // What people run is the precompiled program; native code is measured beside it where it was built (target Aot).
    var native = At("artifacts", "aot", "rayquest");
    var precompiled = At("artifacts", "rayquest", IsRunningOnWindows() ? "rayquest.exe" : "rayquest");
    Must("dotnet", ["run", "--project", "bench/Rayquest.Bench", "--configuration", "Release", "--",
        precompiled, .. FileExists(native) ? new[] { "--native=" + native } : [],
        .. HasArgument("quick") ? new[] { "--quick" } : [], .. new[] { "review", "adoption" }.Where(HasArgument).Select(part => "--" + part), .. HasArgument("most") ? new[] { "--most=" + Argument<string>("most") } : []]);
});

Task("Micro").Description("Micro-benchmarks of the parser, the linter and the renderer.")
    .Does(() => Must("dotnet", "run", "--project", "bench/Rayquest.Bench.Micro", "--configuration", "Release", "--", "--filter", "*"));

// ---- Run --------------------------------------------------------------------------------------------------------

var counts = target.Equals("Test", StringComparison.OrdinalIgnoreCase) || target.Equals("Coverage", StringComparison.OrdinalIgnoreCase);
try
{
    RunTarget(target);
}
catch (Exception fault)
{
    Console.Out.Flush();
    Console.Error.WriteLine(fault is AggregateException { InnerException: { } inner } ? inner.Message : fault.Message);
    Console.Error.Flush();
    if (exitCode == 0) { exitCode = 1; }
    // Nothing ran, or not all of it did: that is a failure in the sum too.
    if (counts) { failed++; }
}

if (counts)
{
    if (failed > 0 && exitCode == 0) { exitCode = 1; }
    if (reasons.Count > 0) { Console.WriteLine("\nskipped because:"); }
    foreach (var (why, times) in reasons) { Console.WriteLine($"  {times,4} × {why}"); }
    Console.WriteLine();
    Console.WriteLine($"{passed} passed, {failed} failed, {skipped} skipped");
}

launcherFolder?.Delete(recursive: true);
Console.Out.Flush();
System.Environment.Exit(exitCode);

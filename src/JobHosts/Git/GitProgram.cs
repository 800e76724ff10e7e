using System.Collections;
using Rayquest.JobHosts.Processes;
using Rayquest.JobReport.Doctor.Checks;

namespace Rayquest.JobHosts.Git;

/// <summary>How <c>git</c> is started.</summary>
/// <param name="LocalTimeout">For one command that stays on this machine.</param>
/// <param name="NetworkTimeout">For one fetch or push.</param>
public sealed record GitOptions(TimeSpan LocalTimeout, TimeSpan NetworkTimeout, string Program = "git")
{
    public static GitOptions Default { get; } = new(TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(5));
}

/// <summary>
/// The <c>git</c> executable in one folder, shielded from whoever set up the environment: no prompts, no hooks, no
/// pager, no system configuration, no replace refs, literal paths, and no <c>GIT_*</c> variable that would point it
/// at other objects than those of this folder.
/// </summary>
internal sealed class GitProgram(string directory, GitOptions options)
{
    private static readonly string[] Always =
    [
        "--no-pager",
        "--no-replace-objects",
        "--literal-pathspecs",
        "--no-optional-locks",
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "core.fsmonitor=false",
        "-c",
        "core.quotePath=false",
        "-c",
        "gc.auto=0",
        "-c",
        "maintenance.auto=false",
        "-c",
        "commit.gpgSign=false",
    ];

    // How to reach a remote is the runner's business; what to read from it is ours.
    private static readonly HashSet<string> Kept = new(StringComparer.Ordinal)
    {
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_SSH_VARIANT",
        "GIT_SSL_CAINFO",
        "GIT_SSL_CAPATH",
        "GIT_SSL_CERT",
        "GIT_SSL_KEY",
        "GIT_EXEC_PATH",
        "GIT_CONFIG_GLOBAL",
        "GIT_ASKPASS",
        "GIT_PROXY_SSL_CAINFO",
    };

    private static readonly Dictionary<string, string?> NoVariables = [];
    private static readonly Dictionary<string, string?> Clean = CleanEnvironment();

    public string Directory { get; } = directory;

    public GitOptions Options { get; } = options;

    public string Executable => Options.Program;

    public static IReadOnlyDictionary<string, string?> Environment => Clean;

    /// <summary>What git needs to fetch by itself what a remote owes a partial clone; null where nothing is owed.</summary>
    public IReadOnlyDictionary<string, string?>? Access { get; set; }

    public static IReadOnlyList<string> Arguments(IEnumerable<string> arguments) => [.. Always, .. arguments];

    /// <summary>Runs one command to its end, whatever its exit code.</summary>
    public ProcessResult Try(
        IReadOnlyList<string> arguments,
        ReadOnlyMemory<byte> input = default,
        IReadOnlyDictionary<string, string?>? environment = null,
        TimeSpan? timeout = null,
        Func<ReadOnlyMemory<byte>, bool>? goesOn = null
    )
    {
        var variables = Clean;
        if (environment is { Count: > 0 } || Access is not null)
        {
            variables = new Dictionary<string, string?>(Clean, StringComparer.Ordinal);
            foreach (var (name, value) in (Access ?? NoVariables).Concat(environment ?? NoVariables))
                variables[name] = value;
        }

        var limit = timeout ?? (Access is null ? Options.LocalTimeout : Options.NetworkTimeout);
        var result = ChildProcess.Run(Executable, Arguments(arguments), Directory, variables, limit, input, goesOn);
        if (result.TimedOut)
            throw new GitException(
                $"git {arguments[0]} did not end within {limit.TotalSeconds:0} s",
                "run it again; if it stays so, look at the remote's health"
            );
        if (result.ExitCode == 127)
            throw new GitException($"git could not be started ({result.Error.Trim()})", "install git 2.38 or newer");
        return result;
    }

    /// <summary>Runs one command whose output is a list of records; they are counted while they come.</summary>
    /// <exception cref="TooManyEntries">There are more of them, or more bytes, than the limit allows.</exception>
    /// <exception cref="GitException">It failed.</exception>
    public ProcessResult List(IReadOnlyList<string> arguments, EntryLimit limit)
    {
        var records = 0;
        var bytes = 0L;
        var result = Try(
            arguments,
            goesOn: piece =>
            {
                records += piece.Span.Count((byte)0);
                bytes += piece.Length;
                return records <= limit.Records && bytes <= limit.Bytes;
            }
        );
        return result.IsStopped ? throw new TooManyEntries(limit)
            : result.ExitCode == 0 ? result
            : throw Fault(arguments, result);
    }

    /// <summary>Runs one command and returns its standard output.</summary>
    /// <exception cref="GitException">It failed.</exception>
    public ProcessResult Run(
        IReadOnlyList<string> arguments,
        ReadOnlyMemory<byte> input = default,
        IReadOnlyDictionary<string, string?>? environment = null,
        TimeSpan? timeout = null
    )
    {
        var result = Try(arguments, input, environment, timeout);
        return result.ExitCode == 0 ? result : throw Fault(arguments, result);
    }

    public static GitException Fault(IReadOnlyList<string> arguments, ProcessResult result)
    {
        var said = result.Error.Trim().ReplaceLineEndings(" ");
        var cause = said.Length == 0 ? $"exit code {result.ExitCode}" : said;
        return new GitException($"git {arguments[0]} failed ({cause})", RemedyFor(said));
    }

    private static string RemedyFor(string said)
    {
        return said switch
        {
            _ when Says("dubious ownership") =>
                "the folder belongs to another user: add it to git's global safe.directory",
            _ when Says("not a git repository") => "run inside a Git repository, or name one with --repo",
            _ when Says("could not read Username") || Says("Authentication failed") || Says("terminal prompts") =>
                "give the run a token that may read the repository",
            _ when Says("couldn't find remote ref") => "the branch or pull request is gone: check its number",
            _ when Says("Could not resolve host") || Says("unable to access") || Says("Connection") =>
                "the remote can't be reached: run again when it can",
            _ when Says("shallow") => "fetch the full history (fetch-depth: 0)",
            _ => "run the same git command by hand in the repository to see more",
        };

        bool Says(string words) => said.Contains(words, StringComparison.Ordinal);
    }

    private static Dictionary<string, string?> CleanEnvironment()
    {
        var clean = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
            if (
                variable.Key is string name
                && name.StartsWith("GIT_", StringComparison.Ordinal)
                && !Kept.Contains(name)
            )
                clean[name] = null;
        clean["GIT_TERMINAL_PROMPT"] = "0";
        clean["GIT_CONFIG_NOSYSTEM"] = "1";
        clean["GIT_ALLOW_PROTOCOL"] = "file:http:https:ssh";
        clean["LC_ALL"] = "C";
        return clean;
    }
}

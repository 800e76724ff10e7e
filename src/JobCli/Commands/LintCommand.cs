using System.CommandLine;
using System.Globalization;
using Rayquest.JobCli.Console;
using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobHosts.Files;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.Review;
using Rayquest.JobLint;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Output;
using Rayquest.JobLint.Quotas;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Languages;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Text;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest lint</c>: every finding, sorted, with the line, the underlined text, what is allowed and the fix.</summary>
internal sealed class LintCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "lint";

    private static readonly string[] Formats = ["text", "github", "sarif", "json"];

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest lint", "check every request of the repository"),
        ("rayquest lint jobs-requests/vision", "check one team's requests"),
        ("rayquest lint --fix", "fix what can be fixed safely, then check"),
        ("rayquest lint --base main --head HEAD", "check what a branch changes, from Git objects, by main's policies"),
        ("rayquest lint --format sarif > lint.sarif", "for code scanning"),
        ("rayquest lint --manifest rayjob.yaml", "check a plain Ray manifest as the API server and KubeRay would"),
        ("helm template . | rayquest lint --manifest -", "the same for standard input"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Argument<string[]> paths = new("PATH")
        {
            Description = "Requests or folders of requests; all of the repository when none is given.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string?> repo = RepositoryOption.Option();
        Option<string?> baseRevision = new("--base")
        {
            Description = "Commit whose policies apply and whose jobs are live.",
            HelpName = "REF",
        };
        Option<string?> head = new("--head")
        {
            Description = "Commit whose changed requests are evaluated, read as data from Git objects.",
            HelpName = "REF",
        };
        Option<string> format = new("--format")
        {
            Description = $"One of {string.Join(", ", Formats)}.",
            DefaultValueFactory = _ => "text",
            HelpName = "FORMAT",
        };
        format.AcceptOnlyFromAmong(Formats);
        Option<bool> fix = new("--fix") { Description = "Apply safe fixes to the files before checking." };
        Option<bool> manifest = new("--manifest")
        {
            Description = "Check plain Ray manifests (files, folders, or - for standard input) instead of requests.",
        };
        Option<string?> gates = new("--feature-gates")
        {
            Description =
                "With --manifest: the operator's feature gates that differ from KubeRay's own, as A=true,B=false.",
            HelpName = "GATES",
        };
        Option<string[]> known = new("--known")
        {
            Description = "With --manifest: an object that exists in the cluster, as Kind/namespace/name or Kind/name.",
            HelpName = "OBJECT",
        };
        Option<bool> closed = new("--closed-world")
        {
            Description =
                "With --manifest: the files and --known objects are all there is, so that a name found in neither is an error.",
        };
        Option<string[]> set = new("--set")
        {
            Description = "With --manifest: the value of a placeholder ($NAME, ${NAME}, <NAME>), as NAME=value.",
            HelpName = "NAME=VALUE",
        };
        Option<string?> environment = new("--env")
        {
            Description = "With --manifest: a file with a NAME=value on each line, for placeholders.",
            HelpName = "FILE",
        };
        Option<string?> author = new("--author")
        {
            Description = "GitHub login of who submits, for the rules of membership.",
            HelpName = "LOGIN",
        };
        Option<string?> language = OutputLanguage.Option();
        Command command = new(
            Name,
            "Check requests, or plain manifests, against the platform's policies and the engines' rules."
        )
        {
            paths,
            repo,
            baseRevision,
            head,
            format,
            fix,
            manifest,
            gates,
            known,
            closed,
            set,
            environment,
            author,
            language,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(language) is { } spoken)
            {
                terminal.Language = Language.Of(spoken);
            }

            string[] given = parsed.GetValue(paths) ?? [];
            string wanted = parsed.GetValue(format)!;
            if (parsed.GetValue(manifest))
            {
                string around = RepositoryOption.RootOrHere(parsed.GetValue(repo), terminal);
                string stated = parsed.GetValue(gates) ?? "";
                ManifestOptions options = new()
                {
                    FeatureGates =
                        ManifestOptions.ParseFeatureGates(stated)
                        ?? throw new UsageException($"`{stated}` are no feature gates", "write A=true,B=false"),
                    KnownObjects = new HashSet<string>(parsed.GetValue(known) ?? [], StringComparer.Ordinal),
                    IsWholeWorld = parsed.GetValue(closed),
                    Parallelism = Environment.ProcessorCount,
                };
                Dictionary<string, string> values = ManifestLint.Values(
                    parsed.GetValue(set) ?? [],
                    parsed.GetValue(environment),
                    terminal
                );
                return ManifestLint.Run(given, around, wanted, options, values, parsed.GetValue(fix), terminal);
            }

            string root = RepositoryOption.Root(parsed.GetValue(repo), terminal);
            string? from = parsed.GetValue(baseRevision);
            string? to = parsed.GetValue(head);
            if (from is null != to is null)
            {
                throw new UsageException(
                    "`--base` and `--head` go together",
                    "give both, or neither to check the working folder"
                );
            }

            if (from is not null)
            {
                if (parsed.GetValue(fix))
                {
                    throw new UsageException(
                        "`--fix` changes files, `--head` reads a commit",
                        "check out the branch and run `rayquest lint --fix` there"
                    );
                }

                return LintChange(root, from, to!, wanted, terminal);
            }

            FolderTree tree = new(root);
            IReadOnlyList<string>? requests = RepositoryOption.Requests(given, tree, terminal);
            using GitRepository? git = RepositoryOption.GitOfMerged(root);
            return LintFolder(tree, git, requests, wanted, parsed.GetValue(fix), parsed.GetValue(author), terminal);
        });
        return command;
    }

    private static int LintFolder(
        FolderTree tree,
        GitRepository? git,
        IReadOnlyList<string>? paths,
        string format,
        bool fix,
        string? author,
        Terminal terminal
    )
    {
        LintResult result = fix ? FixRounds.Run(Found, found => ApplyFixes(tree, found), terminal) : Found();
        return Print(result.Findings, result.Files, format, terminal);

        LintResult Found() => Evaluate(tree, git, paths, author, terminal);
    }

    private static LintResult Evaluate(
        FolderTree tree,
        GitRepository? git,
        IReadOnlyList<string>? paths,
        string? author,
        Terminal terminal
    )
    {
        bool isWhole = paths is null;
        IRepositoryTree evaluated = isWhole ? new ListedTree(tree) : tree;
        paths ??= [.. evaluated.List(RequestPath.Requests).Select(e => e.Path).Where(RequestPath.IsRequest)];
        LoadedPolicies policies = PolicyLoader.Load(evaluated);
        RuleTimes? times = terminal.IsTracing ? new RuleTimes(TimeProvider.System) : null;
        using Progress progress = new(terminal, "checked", paths.Count);
        LintResult result = Run(
            new LintInput
            {
                Tree = evaluated,
                Policies = policies,
                Merged = git is null
                    ? null
                    : RepositoryOption.Merged(git, tree, null, policies.Policies.Platform.ArgoCd.Revision),
                Recorded = LocalLedger.Names(git),
                Paths = paths,
                IsWhole = isWhole,
                Author = author,
                Parallelism = Environment.ProcessorCount,
                Progress = progress.Report,
                KeepsRequests = false,
                Times = times,
            }
        );
        Show(times, terminal);
        return result;
    }

    private static void Show(RuleTimes? times, Terminal terminal)
    {
        foreach ((string code, TimeSpan took) in times?.Longest ?? [])
        {
            terminal.Error.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"rule {code} {took.TotalMilliseconds, 8:F3} ms  {RuleCatalog.Find(code)?.Name}"
                )
            );
        }
    }

    private static int LintChange(string root, string from, string to, string format, Terminal terminal)
    {
        using GitRepository git = GitRepository.Open(root);
        ObjectId head = git.Resolve(to);
        ObjectId target = git.Resolve(from);
        MergedChange change = new ChangeReader(git).Read(target, head);
        Assessment assessment = Assessor.Assess(change.Input(git) with { Recorded = LocalLedger.Names(git) });
        if (change.Obstacle != MergeObstacle.None)
        {
            ChangeEvaluation evaluation = VerdictRule.Decide(assessment, ApprovalInput.None, null);
            foreach (Reason reason in evaluation.Reasons)
            {
                terminal.Error.WriteLine($"rayquest: {TerminalText.Line(ReasonText.Plain(reason))}");
            }

            return evaluation.Verdict == Verdict.Blocked ? ExitCodes.Findings : ExitCodes.Clean;
        }

        return Print(
            assessment.Findings,
            assessment.ChangedPaths.Count(p => RequestPath.IsRequest(p) && change.Result.Find(p) is not null),
            format,
            terminal
        );
    }

    /// <summary>Evaluates, unless the policies are broken: then only the policies' own findings are given.</summary>
    internal static LintResult Run(LintInput input)
    {
        if (!input.Policies.IsBroken)
        {
            LintResult result = Linter.Run(input);
            return input.Policies.Findings.Count == 0
                ? result
                : result with
                {
                    Findings = Linter.Sort(result.Findings.Concat(input.Policies.Findings)),
                };
        }

        return new LintResult(Linter.Sort(input.Policies.Findings), [], new Dictionary<string, TeamUsage>());
    }

    /// <summary>Prints the findings; the exit code tells a broken policy from a wrong request.</summary>
    internal static int Print(IReadOnlyList<Finding> findings, int files, string format, Terminal terminal)
    {
        LintReport report = new(findings, files, ProgramVersion.Text) { Language = terminal.Language };
        terminal.Out.Write(
            format switch
            {
                "github" => GitHubOutput.Write(report),
                "sarif" => SarifOutput.Write(report),
                "json" => JsonOutput.Write(report),
                _ => TextOutput.Write(report, terminal.Colour),
            }
        );
        if (report.Errors == 0)
        {
            return ExitCodes.Clean;
        }

        bool policy = findings.Any(f =>
            f.Severity == Severity.Error
            && f.Span.Source.Path.StartsWith(RequestPath.Policies, StringComparison.Ordinal)
        );
        if (policy)
        {
            terminal.Error.WriteLine(
                "rayquest: a policy file is broken: that is the platform's fault, not the requests'"
            );
        }

        return policy ? ExitCodes.Usage : ExitCodes.Findings;
    }

    private static int ApplyFixes(FolderTree tree, LintResult result)
    {
        int total = 0;
        foreach (
            IGrouping<SourceText, Finding> file in result
                .Findings.Where(f => f.Fix is { Safety: FixSafety.Safe })
                .GroupBy(f => f.Span.Source)
        )
        {
            if (
                !RequestPath.IsRequest(file.Key.Path)
                && !file.Key.Path.StartsWith(RequestPath.Policies, StringComparison.Ordinal)
            )
            {
                continue;
            }

            (string text, int applied) = FixApplier.Apply(file.Key, file);
            if (applied > 0)
            {
                AtomicFile.Write(Path.Combine(tree.Root, file.Key.Path), text);
                total += applied;
            }
        }

        return total;
    }
}

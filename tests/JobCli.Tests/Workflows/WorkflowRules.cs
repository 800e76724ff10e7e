using System.Text.RegularExpressions;
using Rayquest.JobCli.Commands;
using Rayquest.JobReport.Doctor.Checks;
using YamlDotNet.RepresentationModel;

namespace Rayquest.JobCli.Tests.Workflows;

/// <summary>What this repository asks of its own workflow files, beyond what GitHub accepts (docs/security.md).</summary>
internal static partial class WorkflowRules
{
    /// <summary>What a job with a secret or a right to write checks out: by name, so that re-running an old run takes today's.</summary>
    public const string DefaultBranch = "${{ github.event.repository.default_branch }}";

    /// <summary>Builds the program; the one call of it that may stand in a step without secrets of a job that has some.</summary>
    public const string BuildCall = "./rayquest --version";

    /// <summary>The action of this very tree.</summary>
    public const string OwnAction = "./";

    /// <summary>Takes out of the workflows what GitHub Enterprise Server has no word for.</summary>
    public const string EnterpriseServerCommand =
        "sed -i '/^      deployment: false$/d; /^  queue: max$/d' .github/workflows/*.yml";

    // Of release.yml alone: they compile nothing and run no package, so a credential is theirs to have.
    private static readonly string[] ReleaseCalls =
    [
        "./build/publish.sh artifacts/release",
        "./build/image.sh artifacts/release \"$RAYQUEST_IMAGE\"",
        "dotnet nuget push artifacts/release/*.nupkg --skip-duplicate --api-key \"$KEY\" --source \"$SOURCE\"",
    ];

    // What GitHub lends; a release is built on the oldest of each kind.
    private static readonly string[] HostedRunners =
    [
        "ubuntu-latest",
        "ubuntu-22.04",
        "ubuntu-22.04-arm",
        "windows-2022",
        "macos-14",
    ];

    // The one job that reads a cluster may run beside it, on a runner that only this workflow of the default branch may use.
    private const string ChosenRunner = "${{ vars.RAYQUEST_STATUS_RUNNER || 'ubuntu-latest' }}";

    private const string MatrixRunner = "${{ matrix.runner }}";

    private static readonly string[] Justified = ["pull_request_target", "workflow_run"];

    // With these GitHub takes the workflow file itself from what is proposed: whoever proposes it writes the steps. A queue's
    // result is proposed too, though it has passed the checks.
    private static readonly string[] Proposed = ["pull_request", "pull_request_review", "merge_group"];

    /// <summary>Every fault of one workflow file as "line: what is wrong", in the order of the file.</summary>
    public static IReadOnlyList<string> Check(string text)
    {
        var lines = text.Split('\n');
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        var root = (YamlMappingNode)stream.Documents[0].RootNode;
        var faults = new List<(long Line, string What)>();
        void Fault(YamlNode at, string what) => faults.Add((at.Start.Line, what));

        var triggers = Triggers(root).ToList();
        foreach (var (name, node) in triggers.Where(trigger => Justified.Contains(trigger.Name)))
        {
            if (!HasReasonAbove(lines, (int)node.Start.Line))
            {
                Fault(node, $"{name} without a zizmor ignore and its reason beside it");
            }
        }

        if (Get(root, "permissions") is not YamlMappingNode { Children.Count: 0 })
        {
            Fault(root, "top-level permissions are not {}");
        }

        CheckSharedEnvironment(root, "the workflow", Fault);
        var concurrency = Get(root, "concurrency");
        var jobs = Children(root, "jobs").Select(job => (job.Key, Value: (YamlMappingNode)job.Value)).ToList();
        CheckConcurrency(concurrency, jobs.Exists(job => IsPrivileged(job.Value)), Fault);
        foreach (var (key, job) in jobs)
        {
            var privileged = IsPrivileged(job);
            if (Get(job, "permissions") is not YamlMappingNode)
            {
                Fault(key, $"job {key} declares no permissions");
            }

            if (concurrency is null && Get(job, "concurrency") is null)
            {
                Fault(key, $"job {key} has no concurrency group");
            }

            CheckConcurrency(Get(job, "concurrency"), privileged, Fault);
            if (Get(job, "uses") is YamlScalarNode called)
            {
                // Its jobs stand in a file of this commit, and are checked there.
                if (!LocalWorkflow().IsMatch(called.Value!))
                {
                    Fault(called, $"calls a workflow of another repository: {called.Value}");
                }

                continue;
            }

            if (Get(job, "timeout-minutes") is null)
            {
                Fault(key, $"job {key} has no timeout");
            }

            CheckRunner(job, triggers.Exists(trigger => Proposed.Contains(trigger.Name)), Fault);
            CheckSharedEnvironment(job, $"job {key}", Fault);
            if (privileged)
            {
                CheckPrivilegedJob(key, job, root, triggers.Select(trigger => trigger.Name), Fault);
            }

            foreach (var step in Steps(job))
            {
                CheckStep(step, privileged, lines, Fault);
            }
        }

        return [.. faults.OrderBy(fault => fault.Line).Select(fault => $"{fault.Line}: {fault.What}")];
    }

    // Whoever can make such a job run something else than the default branch's own files has what it holds.
    private static bool IsPrivileged(YamlMappingNode job) =>
        Get(job, "environment") is not null
        || Children(job, "permissions").Any(right => Text(right.Value) == "write")
        || Scalars(job).Any(scalar => Secret().IsMatch(scalar.Value ?? ""));

    private static void CheckPrivilegedJob(
        YamlNode key,
        YamlMappingNode job,
        YamlMappingNode root,
        IEnumerable<string> triggers,
        Action<YamlNode, string> fault
    )
    {
        foreach (var trigger in triggers.Where(trigger => Proposed.Contains(trigger)))
        {
            fault(key, $"job {key} has a secret or a right to write, and {trigger} runs what is proposed");
        }

        if (
            Get(root, "on") is YamlMappingNode on
            && Get(on, "push") is { } push
            && !(
                push is YamlMappingNode filter
                && Get(filter, "branches") is YamlSequenceNode { Children: [var only] }
                && Text(only) == "main"
            )
        )
        {
            fault(push, $"job {key} has a secret or a right to write, and a push to any branch starts it");
        }

        if (Get(job, "environment") is null && Scalars(job).Any(scalar => Secret().IsMatch(scalar.Value ?? "")))
        {
            fault(key, $"job {key} reads a secret and names no environment: then every branch can read it");
        }

        var built = false;
        foreach (var step in Steps(job))
        {
            var holds = Scalars(step).Any(scalar => Credential().IsMatch(scalar.Value ?? ""));
            var run = Text(Get(step, "run"));
            var uses = Text(Get(step, "uses")) ?? "";
            var isOurs = uses == OwnAction || OurAction().IsMatch(uses);
            // A released program comes as it is; from the sources of this repository it is built.
            built |= (run == BuildCall && !holds) || OurAction().IsMatch(uses);
            if (isOurs && Text(Get(Get(step, "with") as YamlMappingNode ?? [], "reads")) is "proposal")
            {
                fault(step, $"job {key} holds rights and reads what is proposed");
            }

            if (ReleaseCalls.Contains(run))
            {
                continue;
            }

            if (
                holds
                && !isOurs
                && (
                    run is null
                    || (KnownCall().IsMatch(run) && !run.StartsWith("./rayquest ", StringComparison.Ordinal))
                )
            )
            {
                fault(step, $"job {key} hands a credential to a step that is no call of the program");
            }
            else if (holds && !built)
            {
                fault(
                    step,
                    $"job {key} holds a credential in the step that builds: build before, in a step without it"
                );
                built = true;
            }

            if (Text(Get(step, "uses"))?.StartsWith("actions/cache", StringComparison.Ordinal) == true)
            {
                fault(step, $"job {key} restores what another run left, and runs it with its credentials");
            }
        }
    }

    // What stands here is in the environment of every step, of the one that builds too.
    private static void CheckSharedEnvironment(YamlMappingNode holder, string name, Action<YamlNode, string> fault)
    {
        foreach (var (_, value) in Children(holder, "env").Where(pair => Credential().IsMatch(Text(pair.Value) ?? "")))
        {
            fault(value, $"{name} hands a credential to all its steps");
        }
    }

    /// <summary>What <see cref="EnterpriseServerCommand"/> leaves of a workflow.</summary>
    public static string ForEnterpriseServer(string text) =>
        string.Join('\n', text.Split('\n').Where(line => line is not ("      deployment: false" or "  queue: max")));

    /// <summary>Whether a job may run on a runner that isn't GitHub's.</summary>
    public static bool UsesOtherRunner(string text) =>
        text.Contains($"runs-on: {ChosenRunner}", StringComparison.Ordinal);

    private static void CheckRunner(YamlMappingNode job, bool proposed, Action<YamlNode, string> fault)
    {
        var runner = Get(job, "runs-on");
        var labels =
            Text(runner) == MatrixRunner && Get(job, "strategy") is YamlMappingNode strategy
                ? strategy
                    .AllNodes.OfType<YamlMappingNode>()
                    .SelectMany(entry => Get(entry, "runner") is { } label ? [Text(label)] : Array.Empty<string?>())
                    .DefaultIfEmpty()
                : [Text(runner)];
        if (!labels.All(label => HostedRunners.Contains(label)) && (proposed || Text(runner) != ChosenRunner))
        {
            fault(
                runner ?? job,
                "a runner of one's own: the one job that reads the cluster may have one, and never for what is proposed"
            );
        }
    }

    private static void CheckConcurrency(YamlNode? concurrency, bool privileged, Action<YamlNode, string> fault)
    {
        if (privileged && concurrency is YamlMappingNode mapping && Text(Get(mapping, "cancel-in-progress")) == "true")
        {
            fault(concurrency, "a privileged run is cancelled half way by a newer one");
        }
    }

    private static void CheckStep(YamlMappingNode step, bool privileged, string[] lines, Action<YamlNode, string> fault)
    {
        if (Get(step, "run") is YamlScalarNode run)
        {
            if (run.Value!.Contains("${{", StringComparison.Ordinal))
            {
                fault(run, "an expression inside run: hand it over by env");
            }
            else if (!KnownCall().IsMatch(run.Value) && !ReleaseCalls.Contains(run.Value))
            {
                fault(run, $"run is not one known call: {run.Value}");
            }
        }

        if (Get(step, "uses") is YamlScalarNode uses)
        {
            if (uses.Value == OwnAction)
            {
                // It is of the commit that is checked out.
            }
            else if (!PinnedAction().IsMatch(uses.Value!))
            {
                fault(uses, $"not pinned by a full SHA: {uses.Value}");
            }
            else if (!VersionComment().IsMatch(lines[(int)uses.Start.Line - 1]))
            {
                fault(uses, $"no version comment: {uses.Value}");
            }

            if (uses.Value!.StartsWith("actions/checkout@", StringComparison.Ordinal))
            {
                var with = Get(step, "with") as YamlMappingNode;
                if (Text(with is null ? null : Get(with, "persist-credentials")) != "false")
                {
                    fault(uses, "checkout leaves the token in .git/config: persist-credentials: false");
                }

                if (
                    privileged
                    && (
                        Text(with is null ? null : Get(with, "ref")) != DefaultBranch
                        || (with is not null && Get(with, "repository") is not null)
                    )
                )
                {
                    fault(
                        uses,
                        $"a privileged run checks out something else than the default branch: ref: {DefaultBranch}"
                    );
                }
            }
        }

        if (
            Get(step, "with") is YamlMappingNode inputs
            && Get(inputs, "args") is YamlScalarNode args
            && args.Value!.Contains("${{", StringComparison.Ordinal)
        )
        {
            fault(args, "an expression among the arguments: --event reads what is asked for");
        }

        foreach (var (_, value) in Children(step, "env").Concat(Children(step, "with")))
        {
            foreach (Match expression in Expression().Matches(Text(value) ?? ""))
            {
                if (expression.Value != DefaultBranch && EventText().IsMatch(expression.Value))
                {
                    fault(value, $"event text a stranger may write, handed on: {expression.Value}");
                }
            }
        }
    }

    // A block of comment lines directly above the trigger that names the ignore and goes on to say why.
    private static bool HasReasonAbove(string[] lines, int line)
    {
        for (var at = line - 2; at >= 0 && lines[at].TrimStart().StartsWith('#'); at--)
        {
            if (Ignore().IsMatch(lines[at]))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<(string Name, YamlNode Node)> Triggers(YamlMappingNode root) =>
        Get(root, "on") switch
        {
            YamlMappingNode mapping => mapping.Children.Select(child => (Text(child.Key)!, child.Key)),
            YamlSequenceNode sequence => sequence.Children.Select(child => (Text(child)!, child)),
            YamlScalarNode scalar => [(scalar.Value!, scalar)],
            _ => [],
        };

    private static IEnumerable<YamlMappingNode> Steps(YamlMappingNode job) =>
        Get(job, "steps") is YamlSequenceNode steps ? steps.Children.Cast<YamlMappingNode>() : [];

    private static IEnumerable<YamlScalarNode> Scalars(YamlNode node) => node.AllNodes.OfType<YamlScalarNode>();

    private static YamlNode? Get(YamlMappingNode mapping, string key) =>
        mapping.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    private static IEnumerable<KeyValuePair<YamlNode, YamlNode>> Children(YamlMappingNode mapping, string key) =>
        Get(mapping, key) is YamlMappingNode children ? children.Children : [];

    private static string? Text(YamlNode? node) => (node as YamlScalarNode)?.Value;

    [GeneratedRegex(
        """^(\./build\.sh( --[a-z]+(=[A-Za-z]+)?)*|\./rayquest [a-z-]+( --[a-z-]+( "\$[A-Z_]+")?)*|exit 1|true)$""",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex KnownCall();

    [GeneratedRegex(@"^\./\.github/workflows/[a-z-]+\.yml$", RegexOptions.NonBacktracking)]
    private static partial Regex LocalWorkflow();

    [GeneratedRegex("^[A-Za-z0-9-]+/[A-Za-z0-9._/-]+@[0-9a-f]{40}$", RegexOptions.NonBacktracking)]
    private static partial Regex PinnedAction();

    [GeneratedRegex("^[A-Za-z0-9-]+/rayquest@[0-9a-f]{40}$", RegexOptions.NonBacktracking)]
    private static partial Regex OurAction();

    [GeneratedRegex(@" # v[0-9]+(\.[0-9]+){2}$", RegexOptions.NonBacktracking)]
    private static partial Regex VersionComment();

    [GeneratedRegex(@"# zizmor: ignore\[dangerous-triggers\] \S+ \S+", RegexOptions.NonBacktracking)]
    private static partial Regex Ignore();

    [GeneratedRegex(@"\$\{\{[^}]*\}\}", RegexOptions.NonBacktracking)]
    private static partial Regex Expression();

    [GeneratedRegex(@"\bsecrets\b(?!\.GITHUB_TOKEN\b)")]
    private static partial Regex Secret();

    [GeneratedRegex(@"\bsecrets\b|\bgithub\.token\b", RegexOptions.NonBacktracking)]
    private static partial Regex Credential();

    // Numbers, SHAs and the time of a change are GitHub's own; whatever else an event carries, its author chose.
    [GeneratedRegex(
        @"github\.head_ref|github\.event(\.[a-z_*]+)*\.(?!number\b|sha\b|head_sha\b|base_sha\b|before\b|after\b|updated_at\b)[a-z_]+(?![a-z_.])"
    )]
    private static partial Regex EventText();
}

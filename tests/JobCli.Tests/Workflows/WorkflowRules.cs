using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Rayquest.JobCli.Tests.Workflows;

/// <summary>What this repository asks of its own workflow files, beyond what GitHub accepts (docs/security.md).</summary>
internal static partial class WorkflowRules
{
    private static readonly string[] Privileged = ["pull_request_target", "workflow_run", "issue_comment", "issues"];
    private static readonly string[] Justified = ["pull_request_target", "workflow_run"];

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
        var privileged = triggers.Any(trigger => Privileged.Contains(trigger.Name));
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

        var concurrency = Get(root, "concurrency");
        CheckConcurrency(concurrency, privileged, Fault);
        foreach (var (key, value) in Children(root, "jobs"))
        {
            var job = (YamlMappingNode)value;
            if (Get(job, "permissions") is not YamlMappingNode)
            {
                Fault(key, $"job {key} declares no permissions");
            }

            if (concurrency is null && Get(job, "concurrency") is null)
            {
                Fault(key, $"job {key} has no concurrency group");
            }

            CheckConcurrency(Get(job, "concurrency"), privileged, Fault);
            if (Get(job, "timeout-minutes") is null)
            {
                Fault(key, $"job {key} has no timeout");
            }

            foreach (
                var step in Get(job, "steps") is YamlSequenceNode steps ? steps.Children.Cast<YamlMappingNode>() : []
            )
            {
                CheckStep(step, privileged, lines, Fault);
            }
        }

        return [.. faults.OrderBy(fault => fault.Line).Select(fault => $"{fault.Line}: {fault.What}")];
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
            else if (!KnownCall().IsMatch(run.Value))
            {
                fault(run, $"run is not one known call: {run.Value}");
            }
        }

        if (Get(step, "uses") is YamlScalarNode uses)
        {
            if (!PinnedAction().IsMatch(uses.Value!))
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

                if (privileged && with is not null && (Get(with, "ref") ?? Get(with, "repository")) is { } elsewhere)
                {
                    fault(elsewhere, "a privileged run checks out something else than the base");
                }
            }
        }

        foreach (var (_, value) in Children(step, "env"))
        {
            foreach (Match expression in Expression().Matches(Text(value) ?? ""))
            {
                if (EventText().IsMatch(expression.Value))
                {
                    fault(value, $"event text a stranger may write, in env: {expression.Value}");
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

    [GeneratedRegex("^[A-Za-z0-9-]+/[A-Za-z0-9._/-]+@[0-9a-f]{40}$", RegexOptions.NonBacktracking)]
    private static partial Regex PinnedAction();

    [GeneratedRegex(@" # v[0-9]+(\.[0-9]+){2}$", RegexOptions.NonBacktracking)]
    private static partial Regex VersionComment();

    [GeneratedRegex(@"# zizmor: ignore\[dangerous-triggers\] \S+ \S+", RegexOptions.NonBacktracking)]
    private static partial Regex Ignore();

    [GeneratedRegex(@"\$\{\{[^}]*\}\}", RegexOptions.NonBacktracking)]
    private static partial Regex Expression();

    // Numbers and SHAs are GitHub's own; whatever else an event carries, its author chose.
    [GeneratedRegex(
        @"github\.head_ref|github\.event(\.[a-z_*]+)*\.(?!number\b|sha\b|head_sha\b|base_sha\b|before\b|after\b)[a-z_]+(?![a-z_.])"
    )]
    private static partial Regex EventText();
}

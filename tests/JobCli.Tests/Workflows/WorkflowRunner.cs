using System.Text.Json.Nodes;
using Rayquest.JobCli.Tests.House;
using Rayquest.JobRehearsal.GitHub;
using YamlDotNet.RepresentationModel;

namespace Rayquest.JobCli.Tests.Workflows;

/// <summary>What became of a job.</summary>
internal sealed record JobRun(string Workflow, string Job, int Code, string Output);

/// <summary>
/// Runs the workflow files of an emulated GitHub's repository as a runner would: the file comes from the branch that the event
/// names, its triggers and conditions decide, a job has the secrets of the environment it names and no others, and the action is
/// read from its own tree. There is no .NET SDK on PATH.
/// </summary>
internal sealed class WorkflowRunner(EmulatedGitHub github, string folder, string action, string program)
{
    private static readonly string[] Tools =
    [
        "awk",
        "base64",
        "bash",
        "cat",
        "chmod",
        "curl",
        "cut",
        "dirname",
        "env",
        "git",
        "kubectl",
        "mkdir",
        "mv",
        "rm",
        "sed",
        "sh",
        "sha256sum",
        "tr",
        "uname",
    ];

    private int number;

    /// <summary>Secrets of each environment; nothing outside of one.</summary>
    public Dictionary<string, JsonObject> Secrets { get; } = new(StringComparer.Ordinal);

    /// <summary>Variables of the repository.</summary>
    public JsonObject Variables { get; } = [];

    /// <summary>Runs whatever an event starts.</summary>
    /// <param name="proposal">The commit that a run of <c>pull_request</c> checks out, with its own workflow files.</param>
    public IReadOnlyList<JobRun> Raise(string name, JsonObject payload, string? proposal = null)
    {
        string commit = proposal ?? github.Git.Resolve("refs/heads/main").ToString();
        payload["repository"] = new JsonObject { ["default_branch"] = "main" };
        List<JobRun> runs = [];
        foreach (
            string path in github
                .Git.ListTree(github.Git.Resolve(commit))
                .Select(entry => entry.Path)
                .Where(path => path.StartsWith(".github/workflows/", StringComparison.Ordinal))
        )
        {
            YamlStream stream = [];
            stream.Load(
                new StringReader(
                    System.Text.Encoding.UTF8.GetString(github.Git.ReadFile(github.Git.Resolve(commit), path)!)
                )
            );
            YamlMappingNode workflow = (YamlMappingNode)stream.Documents[0].RootNode;
            if (IsStarted(workflow, name, payload))
            {
                runs.AddRange(Run(path, workflow, name, payload, commit));
            }
        }

        return runs;
    }

    private static bool IsStarted(YamlMappingNode workflow, string name, JsonObject payload)
    {
        if (Get(workflow, "on") is not YamlMappingNode on || !on.Children.ContainsKey(new YamlScalarNode(name)))
        {
            return false;
        }

        YamlMappingNode? filter = Get(on, name) as YamlMappingNode;
        bool Holds(string key, string? value) =>
            filter is null
            || Get(filter, key) is not YamlSequenceNode list
            || list.Children.Any(item => Text(item) == value);

        return Holds("types", payload["action"]?.ToString())
            && Holds("branches", payload["ref"]?.ToString()["refs/heads/".Length..])
            && Holds("workflows", payload["workflow_run"]?["name"]?.ToString())
            // Only the filter of upgrade.yml: whether a file below a folder changed.
            && (
                filter is null || Get(filter, "paths") is null || payload["changes_workflows"]?.GetValue<bool>() == true
            );
    }

    private IEnumerable<JobRun> Run(
        string path,
        YamlMappingNode workflow,
        string name,
        JsonObject payload,
        string commit
    )
    {
        foreach ((YamlNode key, YamlNode value) in ((YamlMappingNode)Get(workflow, "jobs")!).Children)
        {
            YamlMappingNode job = (YamlMappingNode)value;
            string? environment = Get(job, "environment") is YamlMappingNode named ? Text(Get(named, "name")) : null;
            JsonObject contexts = new()
            {
                ["github"] = new JsonObject
                {
                    ["event_name"] = name,
                    ["event"] = payload.DeepClone(),
                    // What the job may not do, its token can't: the emulated GitHub hands out one that may write.
                    ["token"] = CanWrite(job) ? github.Bot.Token : "",
                    ["sha"] = commit,
                    ["action_repository"] = "acme/rayquest",
                },
                ["vars"] = Variables.DeepClone(),
                ["secrets"] =
                    environment is not null && commit == github.Git.Resolve("refs/heads/main").ToString()
                        ? Secrets.GetValueOrDefault(environment)?.DeepClone() ?? new JsonObject()
                        : new JsonObject(),
            };
            if (!WorkflowExpression.IsTrue(Text(Get(job, "if")), contexts))
            {
                continue;
            }

            string workspace = Path.Combine(folder, $"run-{++number}");
            Directory.CreateDirectory(workspace);
            string output = "";
            int code = 0;
            foreach (YamlMappingNode step in ((YamlSequenceNode)Get(job, "steps")!).Children.Cast<YamlMappingNode>())
            {
                (code, string said) = Step(step, contexts, workspace, name, payload, path, commit);
                output += said;
                if (code != 0)
                {
                    break;
                }
            }

            yield return new JobRun(Path.GetFileNameWithoutExtension(path), Text(key)!, code, output);
        }
    }

    private (int Code, string Output) Step(
        YamlMappingNode step,
        JsonObject contexts,
        string workspace,
        string name,
        JsonObject payload,
        string path,
        string commit
    )
    {
        if (!WorkflowExpression.IsTrue(Text(Get(step, "if")), contexts))
        {
            return (0, "");
        }

        Dictionary<string, string> with = Filled(step, "with", contexts);
        string? uses = Text(Get(step, "uses"));
        if (uses?.StartsWith("actions/checkout@", StringComparison.Ordinal) == true)
        {
            return Checkout(with, workspace, commit);
        }

        if (uses is not null)
        {
            uses.ShouldStartWith("acme/rayquest@");
            return Composite(with, contexts, workspace, name, payload, path, commit);
        }

        Dictionary<string, string> environment = Environment(workspace, name, payload, path, commit);
        foreach ((string key, string value) in Filled(step, "env", contexts))
        {
            environment[key] = value;
        }

        (int code, string output, string errors) = Tool.Run(
            "env",
            [
                "-i",
                .. environment.Select(pair => $"{pair.Key}={pair.Value}"),
                "bash",
                "-e",
                "-c",
                Text(Get(step, "run"))!,
            ],
            workspace,
            []
        );
        return (code, output + errors);
    }

    // As actions/checkout does it: one commit, unless all of history is asked for; of folders alone, without what is in the others.
    private (int Code, string Output) Checkout(Dictionary<string, string> with, string workspace, string commit)
    {
        string? branch = with.GetValueOrDefault("ref") is { Length: > 0 } asked ? asked : null;
        string to = branch is null ? "refs/remotes/pull/merge" : $"refs/remotes/origin/{branch}";
        string[] fetched =
            with.GetValueOrDefault("fetch-depth") == "0"
                ? ["+refs/heads/*:refs/remotes/origin/*", $"+{commit}:refs/remotes/pull/merge"]
                : ["--depth=1", $"+{(branch is null ? commit : $"refs/heads/{branch}")}:{to}"];
        string[] folders = with.GetValueOrDefault("sparse-checkout", "")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string config = Path.Combine(github.Git.GitDirectory, "config");
        string said = "";
        List<string[]> calls =
        [
            // What GitHub's server allows.
            ["config", "--file", config, "uploadpack.allowFilter", "true"],
            ["config", "--file", config, "uploadpack.allowAnySHA1InWant", "true"],
            ["init", "--quiet", "--initial-branch=main", "."],
            // A plain path would be copied, whatever depth is asked for.
            ["remote", "add", "origin", new Uri(github.Git.GitDirectory).AbsoluteUri],
        ];
        if (folders.Length > 0)
        {
            calls.Add(["fetch", "--quiet", "--no-tags", "--filter=blob:none", "origin", .. fetched]);
            calls.Add(["sparse-checkout", "set", .. folders]);
        }
        else
        {
            calls.Add(["fetch", "--quiet", "--no-tags", "origin", .. fetched]);
        }

        calls.Add(branch is null ? ["checkout", "--quiet", "--detach", to] : ["checkout", "--quiet", "-B", branch, to]);
        foreach (string[] arguments in calls)
        {
            (int code, _, string errors) = Tool.Run("git", arguments, workspace, []);
            said += errors;
            if (code != 0)
            {
                return (code, said);
            }
        }

        return (0, said);
    }

    // The action's own steps, with its inputs.
    private (int Code, string Output) Composite(
        Dictionary<string, string> with,
        JsonObject contexts,
        string workspace,
        string name,
        JsonObject payload,
        string path,
        string commit
    )
    {
        YamlStream stream = [];
        stream.Load(new StringReader(File.ReadAllText(Path.Combine(action, "action.yml"))));
        YamlMappingNode root = (YamlMappingNode)stream.Documents[0].RootNode;
        JsonObject inputs = [];
        foreach ((YamlNode key, YamlNode value) in ((YamlMappingNode)Get(root, "inputs")!).Children)
        {
            string input = Text(key)!;
            inputs[input] =
                with.GetValueOrDefault(input)
                ?? WorkflowExpression.Fill(Text(Get((YamlMappingNode)value, "default")) ?? "", contexts);
        }

        with.Keys.ShouldBeSubsetOf(inputs.Select(input => input.Key));
        JsonObject inner = (JsonObject)contexts.DeepClone();
        inner.Remove("vars");
        inner.Remove("secrets");
        inner["inputs"] = inputs;
        inner["steps"] = new JsonObject();
        string all = "";
        foreach (
            YamlMappingNode step in (
                (YamlSequenceNode)Get((YamlMappingNode)Get(root, "runs")!, "steps")!
            ).Children.Cast<YamlMappingNode>()
        )
        {
            string outputs = Path.Combine(folder, "outputs");
            File.WriteAllText(outputs, "");
            (int code, string said) = Step(step, inner, workspace, name, payload, path, commit);
            all += said;
            if (code != 0)
            {
                return (code, all);
            }

            if (Text(Get(step, "id")) is { } id)
            {
                inner["steps"]![id] = new JsonObject
                {
                    ["outputs"] = new JsonObject(
                        File.ReadLines(outputs)
                            .Select(line => line.Split('=', 2))
                            .Select(pair => KeyValuePair.Create(pair[0], (JsonNode?)pair[1]))
                    ),
                };
            }
        }

        return (0, all);
    }

    private Dictionary<string, string> Environment(
        string workspace,
        string name,
        JsonObject payload,
        string path,
        string commit
    )
    {
        string tools = Path.Combine(folder, "tools");
        if (!Directory.Exists(tools))
        {
            Directory.CreateDirectory(tools);
            foreach (string tool in Tools)
            {
                if (ProgramPath.Of(tool) is { } at)
                {
                    File.CreateSymbolicLink(Path.Combine(tools, tool), at);
                }
            }
        }

        string payloadFile = Path.Combine(folder, "event.json");
        File.WriteAllText(payloadFile, payload.ToJsonString());
        return new()
        {
            ["PATH"] = tools,
            ["HOME"] = folder,
            // The program of a test is the runtime's; a released one is a file by itself.
            ["DOTNET_ROOT"] = Path.GetDirectoryName(
                File.ResolveLinkTarget(ProgramPath.Of("dotnet")!, returnFinalTarget: true)?.FullName
                    ?? ProgramPath.Of("dotnet")!
            )!,
            ["RAYQUEST_BIN"] = program,
            ["CI"] = "true",
            ["GITHUB_ACTIONS"] = "true",
            ["GITHUB_ACTION_PATH"] = action,
            ["GITHUB_WORKSPACE"] = workspace,
            ["GITHUB_EVENT_NAME"] = name,
            ["GITHUB_EVENT_PATH"] = payloadFile,
            ["GITHUB_OUTPUT"] = Path.Combine(folder, "outputs"),
            ["GITHUB_STEP_SUMMARY"] = Path.Combine(folder, "summary"),
            ["GITHUB_REPOSITORY"] = github.Name.ToString(),
            ["GITHUB_API_URL"] = github.ApiUrl.AbsoluteUri.TrimEnd('/'),
            ["GITHUB_WORKFLOW_SHA"] = commit,
            ["GITHUB_WORKFLOW_REF"] = $"{github.Name}/{path}@refs/heads/main",
            ["RUNNER_TEMP"] = folder,
            ["RUNNER_TOOL_CACHE"] = Path.Combine(folder, "cache"),
        };
    }

    private static bool CanWrite(YamlMappingNode job) =>
        Get(job, "permissions") is YamlMappingNode rights
        && rights.Children.Values.Any(right => Text(right) == "write");

    private static Dictionary<string, string> Filled(YamlMappingNode step, string key, JsonObject contexts) =>
        Get(step, key) is YamlMappingNode values
            ? values.Children.ToDictionary(
                pair => Text(pair.Key)!,
                pair => WorkflowExpression.Fill(Text(pair.Value) ?? "", contexts)
            )
            : [];

    private static YamlNode? Get(YamlMappingNode mapping, string key) =>
        mapping.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? value) ? value : null;

    private static string? Text(YamlNode? node) => (node as YamlScalarNode)?.Value;
}

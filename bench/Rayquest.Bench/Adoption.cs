using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.Bench;

/// <summary>
/// What an organisation's own repository waits for: from the event to the verdict in a workflow's run, the report of an upgrade,
/// and the findings in an editor. Each has a budget; who is over it is a fault of the run.
/// </summary>
internal static class Adoption
{
    /// <summary>
    /// Our part of a run, cold: a checkout as the action asks <c>actions/checkout</c> for (one commit, of the files the policies), then the review with the history it
    /// fetches. GitHub is emulated by this process; Git is served over HTTP.
    /// </summary>
    /// <returns>The checkout, the review, and both together.</returns>
    public static (Measurement Checkout, Measurement Review, Measurement Both) EventToVerdict(
        string program,
        string repository,
        string folder,
        int times
    )
    {
        var origin = Path.Combine(folder, "event.git");
        var bare = Measure.Run(folder, 1, "git", ["clone", "--quiet", "--bare", repository, origin]);
        if (bare.ExitCode != 0)
        {
            throw new InvalidOperationException(bare.Output);
        }

        // GitHub keeps its repositories packed.
        var packed = Measure.Run(origin, 1, "git", ["repack", "-a", "-d", "--quiet"]);
        if (packed.ExitCode != 0)
        {
            throw new InvalidOperationException(packed.Output);
        }

        using var github = EmulatedGitHub.Start(origin);
        var alice = github.AddUser("alice");
        var authorization =
            "Authorization: basic "
            + Convert.ToBase64String(Encoding.UTF8.GetBytes("x-access-token:" + github.Bot.Token));
        List<Measurement> checkouts = [];
        List<Measurement> reviews = [];
        List<Measurement> both = [];
        for (var run = 0; run < times; run++)
        {
            var branch = string.Create(CultureInfo.InvariantCulture, $"change-{run}");
            github.Push(
                alice,
                branch,
                "Ask",
                new Dictionary<string, string?>
                {
                    [Path.GetRelativePath(repository, Workload.RequestPath(repository, 7)).Replace('\\', '/')] =
                        Workload.Request(7, seed: 100 + run),
                },
                "main"
            );
            var pull = github.OpenPull(alice, branch, "One more");
            var runner = Path.Combine(folder, "event-" + branch);
            Directory.CreateDirectory(runner);
            // Over plain http the program gives nobody a token; here, on this machine alone, Git has it from its configuration.
            var configuration = runner + ".gitconfig";
            File.WriteAllText(configuration, $"[http]\n\textraHeader = \"{authorization}\"\n");
            Dictionary<string, string> variables = new()
            {
                ["GIT_CONFIG_GLOBAL"] = configuration,
                ["GITHUB_API_URL"] = github.ApiUrl.AbsoluteUri,
                ["GITHUB_REPOSITORY"] = github.Name.ToString(),
                ["GITHUB_SERVER_URL"] = "https://github.com",
                ["GITHUB_TOKEN"] = github.Bot.Token,
                ["GITHUB_ACTIONS"] = "true",
            };
            var checkout = Measure.Run(
                runner,
                1,
                "sh",
                [
                    "-ec",
                    "git init -q -b main . && git remote add origin \"$1\" && git fetch -q --no-tags --filter=blob:none --depth=1 origin +refs/heads/main:refs/remotes/origin/main && git sparse-checkout set policies && git checkout -q -B main refs/remotes/origin/main",
                    "checkout",
                    github.CloneUrl.AbsoluteUri,
                ],
                variables: variables
            );
            var review = Measure.Run(
                runner,
                1,
                program,
                [
                    "review",
                    "--pull",
                    pull.Number.ToString(CultureInfo.InvariantCulture),
                    "--changed-at",
                    pull.CreatedAt.UtcDateTime.ToString("s", CultureInfo.InvariantCulture) + "Z",
                ],
                variables: variables
            );
            checkouts.Add(checkout);
            reviews.Add(review);
            both.Add(
                new Measurement(
                    checkout.Seconds + review.Seconds,
                    checkout.Processor + review.Processor,
                    Math.Max(checkout.Mebibytes, review.Mebibytes),
                    Math.Max(checkout.ExitCode, review.ExitCode),
                    checkout.Output + review.Output
                )
            );
            Directory.Delete(runner, recursive: true);
        }

        Directory.Delete(origin, recursive: true);
        return (Measure.Median(checkouts), Measure.Median(reviews), Measure.Median(both));
    }

    /// <summary>
    /// The time from a keystroke in an open request to its findings, in milliseconds, one for each keystroke and sorted: the
    /// language server as a process, spoken to as an editor does.
    /// </summary>
    public static double[] Keystrokes(string program, string repository, int times)
    {
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            WorkingDirectory = repository,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add("lsp");
        using var server = Process.Start(start)!;
        var input = server.StandardInput.BaseStream;
        var output = server.StandardOutput.BaseStream;
        var uri = new Uri(Workload.RequestPath(repository, 7)).AbsoluteUri;
        Send(
            1,
            "initialize",
            new JsonObject { ["rootUri"] = new Uri(repository).AbsoluteUri, ["capabilities"] = new JsonObject() }
        );
        Await(message => message["id"] is not null);
        Send(null, "initialized", []);
        Send(
            null,
            "textDocument/didOpen",
            new JsonObject
            {
                ["textDocument"] = new JsonObject
                {
                    ["uri"] = uri,
                    ["languageId"] = "yaml",
                    ["version"] = 1,
                    ["text"] = Workload.Request(7, seed: 1),
                },
            }
        );
        Await(Publishes);
        List<double> milliseconds = [];
        for (var stroke = 0; stroke < times; stroke++)
        {
            var text = Workload.Request(7, seed: 1000 + stroke) + (stroke % 3 == 0 ? "timout: 6h\n" : "");
            var clock = Stopwatch.GetTimestamp();
            Send(
                null,
                "textDocument/didChange",
                new JsonObject
                {
                    ["textDocument"] = new JsonObject { ["uri"] = uri, ["version"] = stroke + 2 },
                    ["contentChanges"] = new JsonArray(new JsonObject { ["text"] = text }),
                }
            );
            var found = Await(Publishes)["params"]!["diagnostics"]!.AsArray().Count;
            milliseconds.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
            if (found > 0 != (stroke % 3 == 0))
            {
                throw new InvalidOperationException(
                    string.Create(CultureInfo.InvariantCulture, $"{found} findings at keystroke {stroke}")
                );
            }
        }

        Send(2, "shutdown", []);
        Await(message => message["id"] is not null);
        Send(null, "exit", []);
        server.WaitForExit();
        milliseconds.Sort();
        return [.. milliseconds];

        bool Publishes(JsonObject message) => message["method"]?.ToString() == "textDocument/publishDiagnostics";

        void Send(int? id, string method, JsonObject parameters)
        {
            JsonObject message = new()
            {
                ["jsonrpc"] = "2.0",
                ["method"] = method,
                ["params"] = parameters,
            };
            if (id is not null)
            {
                message["id"] = id;
            }

            var body = Encoding.UTF8.GetBytes(message.ToJsonString());
            input.Write(Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"));
            input.Write(body);
            input.Flush();
        }

        JsonObject Await(Func<JsonObject, bool> wanted)
        {
            while (true)
            {
                var length = 0;
                while (ReadLine() is { Length: > 0 } line)
                {
                    if (line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))
                    {
                        length = int.Parse(line["Content-Length: ".Length..], CultureInfo.InvariantCulture);
                    }
                }

                var body = new byte[length];
                output.ReadExactly(body);
                if (JsonNode.Parse(body) is JsonObject message && wanted(message))
                {
                    return message;
                }
            }
        }

        string ReadLine()
        {
            StringBuilder line = new();
            for (var next = output.ReadByte(); next is not ('\n' or -1); next = output.ReadByte())
            {
                if (next != '\r')
                {
                    line.Append((char)next);
                }
            }

            return line.ToString();
        }
    }

    /// <summary>The value below which that share of sorted values lies.</summary>
    public static double Percentile(double[] sorted, double share) =>
        sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
}

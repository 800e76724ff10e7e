using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AngleSharp.Dom;
using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;
using Rayquest.JobReport.Tests.Ledger;
using Rayquest.JobReport.Tests.Markdown;
using Rayquest.JobReport.Tests.Preview;

namespace Rayquest.JobReport.Tests.Comment;

/// <summary>
/// Hostile text by the way it really comes: in every field of a request file, in names of files and folders, in policies,
/// in what the engines say and in logs; evaluated and written as a comment, then read as GitHub reads it.
/// </summary>
public sealed class HostileRequestTests
{
    private const string Page = "https://github.com/acme/ray-jobs";
    private static readonly JsonSerializerOptions Plainly = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly CommentContext Place = new(
        Page,
        Change.Head,
        new string('b', 40),
        $"{Page}/actions/runs/1"
    );

    [Fact]
    public void In_every_field_of_a_request() =>
        Check(hostile =>
        {
            string q = Quoted(hostile);
            return Linted(
                ("jobs-requests/vision/x.yaml", EveryField(q)),
                ("jobs-requests/nlp/free.yaml", FreeFields("free", q))
            );
        });

    [Fact]
    public void In_the_fields_of_a_request_that_passes() =>
        Check(hostile => Linted(("jobs-requests/nlp/free.yaml", FreeFields("free", Quoted(hostile)))));

    [Fact]
    public void In_names_of_files_and_folders_and_of_the_author() =>
        Check(hostile =>
        {
            string path = hostile.Replace("\0", "", StringComparison.Ordinal);
            path = path.Length > 4000 ? path[..4000] : path;
            return Linted(
                hostile,
                Change.Quotas,
                ($"jobs-requests/vision/{path}.yaml", Change.Request("x", 1)),
                ($"jobs-requests/{path}/x.yaml", Change.Request("x", 1)),
                ($"jobs/vision/{path}.yaml", "kind: Pod\n"),
                ($"{path}", "anything\n")
            );
        });

    [Fact]
    public void In_policies() =>
        Check(hostile =>
        {
            string q = Quoted(hostile);
            string quotas =
                $"approvers: [{q}]\nteams:\n  vision:\n    members: [{q}, alice]\n    approvers: [{q}, bob]\n    soft: {{gpus: {{a100: 1}}}}\n    hard: {{gpus: {{a100: 8}}}}\n  {q}:\n    members: [alice]\n";
            return Linted("alice", quotas, ("jobs-requests/vision/x.yaml", Change.Request("x", 4)));
        });

    [Fact]
    public void In_what_the_engines_say_and_in_logs() =>
        Check(hostile =>
        {
            JobRecord record = LedgerTests.Then(
                LedgerTests.Record(),
                new JobState(JobPhase.Queued) { Reason = hostile, Message = hostile },
                LedgerTests.T0.AddMinutes(1)
            );
            record = LedgerTests.Then(
                record,
                new JobState(JobPhase.Failed)
                {
                    Reason = hostile,
                    Message = hostile,
                    RayClusterName = hostile,
                    JobId = hostile,
                    DashboardUrl = hostile,
                    RequestField = hostile,
                    Conditions =
                    [
                        new JobCondition(JobConditionKind.Stale, LedgerTests.T0, hostile),
                        new JobCondition(JobConditionKind.OutOfSync, LedgerTests.T0, hostile),
                    ],
                },
                LedgerTests.T0.AddMinutes(2)
            );
            JobRun run = JobRun.Of(record);
            Dictionary<string, LogTail> logs = new(StringComparer.Ordinal)
            {
                [record.Path] = LogTail.Of($"{hostile}\n{hostile}\n"),
            };
            return StatusComment
                .Section([run], logs, new StatusLinks($"{Page}/d/{{cluster}}", $"{Page}/l/{{cluster}}"), LedgerTests.T0)
                .ToString();
        });

    private static void Check(Func<string, string> comment)
    {
        List<string> faults = [];
        foreach (string hostile in HostileText.All)
        {
            string text = comment(hostile);
            string shown = JsonSerializer.Serialize(hostile.Length > 60 ? hostile[..60] : hostile);
            if (text.Length > ReviewComment.Limit || Encoding.UTF8.GetByteCount(text) > 65_536)
            {
                faults.Add($"{shown} made a comment of {text.Length} characters");
            }

            IDocument document = GitHubReading.Read(text);
            faults.AddRange(
                GitHubReading
                    .Meanings(document, "H3", "H4", "A", "UL", "LI", "SUB", "STRONG")
                    .Select(m => $"{shown} became {m}")
            );
            faults.AddRange(
                document
                    .QuerySelectorAll("a")
                    .Select(a => a.GetAttribute("href") ?? "")
                    .Where(a => !a.StartsWith(Page + "/", StringComparison.Ordinal))
                    .Select(a => $"{shown} became a link to {a}")
            );
            faults.AddRange(
                OutsideFences(text)
                    .Where(line => line.StartsWith('/') || line.StartsWith("::", StringComparison.Ordinal))
                    .Select(line => $"{shown} became the command {line}")
            );
            if (document.QuerySelectorAll("h3").Length > 1 || document.QuerySelectorAll("h4").Length > 4)
            {
                faults.Add($"{shown} made a heading");
            }
        }

        faults.Take(20).ShouldBeEmpty();
    }

    // What a bot that looks for commands at the beginning of a line would see.
    private static IEnumerable<string> OutsideFences(string text)
    {
        string? fence = null;
        foreach (string line in text.Split('\n'))
        {
            if (fence is null && line.StartsWith("```", StringComparison.Ordinal))
            {
                fence = line[..(line.LastIndexOf('`') + 1)];
            }
            else if (fence is not null)
            {
                fence = line == fence ? null : fence;
            }
            else
            {
                yield return line;
            }
        }
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text, Plainly);

    private static string EveryField(string q) =>
        $$"""
            kind: {{q}}
            name: {{q}}
            description: {{q}}
            owner: {{q}}
            profile: {{q}}
            image: {{q}}
            rayVersion: {{q}}
            entrypoint: {{q}}
            code: {files: { {{q}}: {{q}} }, archive: {{q}} }
            runtimeEnv: {pip: [{{q}}], env_vars: { {{q}}: {{q}} }, working_dir: {{q}} }
            head: {cpu: {{q}}, memory: {{q}} }
            workers:
            - {name: {{q}}, replicas: {{q}}, cpu: {{q}}, memory: {{q}}, gpu: {{q}}, gpus: {{q}} }
            - {name: {{q}}, replicas: {min: {{q}}, max: {{q}} } }
            autoscaling: {version: {{q}}, idleTimeout: {{q}} }
            volumes: [{claim: {{q}}, mount: {{q}}, readOnly: {{q}} }]
            secrets: [{name: {{q}}, key: {{q}}, env: {{q}} }]
            env: {A: {{q}} }
            timeout: {{q}}
            queueTimeout: {{q}}
            retries: {{q}}
            keep: {{q}}
            priority: {{q}}
            cluster: {{q}}
            submissionMode: {{q}}
            run: {{q}}
            sweep: {lr: [{{q}}]}

            """;

    private static string FreeFields(string name, string q) =>
        $"name: {name}\ndescription: {q}\nentrypoint: python train.py\nenv: {{TEXT: {q}}}\nruntimeEnv: {{env_vars: {{MORE: {q}}}}}\nworkers: {{replicas: 1, cpu: 4, memory: 16Gi}}\ntimeout: 2h\n";

    private static string Linted(params ReadOnlySpan<(string Path, string Text)> files) =>
        Linted("alice", Change.Quotas, files);

    private static string Linted(string author, string quotas, params ReadOnlySpan<(string Path, string Text)> files)
    {
        SortedDictionary<string, byte[]> before = new(StringComparer.Ordinal)
        {
            ["policies/platform.yaml"] = Encoding.UTF8.GetBytes(Change.Policies + "\n"),
            ["policies/quotas.yaml"] = Encoding.UTF8.GetBytes(quotas + "\n"),
            ["policies/images.yaml"] = "allowed: [{pattern: \"rayproject/*\"}]\n"u8.ToArray(),
        };
        SortedDictionary<string, byte[]> after = new(before, StringComparer.Ordinal);
        List<string> changed = [];
        foreach ((string path, string text) in files)
        {
            after[path] = Encoding.UTF8.GetBytes(text);
            changed.Add(path);
        }

        ChangeEvaluation preview = VerdictRule.Decide(
            Assessor.Assess(
                new AssessmentInput
                {
                    Base = new MemoryTree(before),
                    Result = new MemoryTree(after),
                    ChangedPaths = changed,
                }
            ),
            new ApprovalInput(
                author,
                new HashSet<string>([Change.Head], StringComparer.Ordinal),
                [new ApprovalEvent(author, ApprovalAction.Approve, Change.Head, DateTimeOffset.UnixEpoch)]
            ),
            null
        );
        return ReviewComment.Write(preview, Place).ToString();
    }
}

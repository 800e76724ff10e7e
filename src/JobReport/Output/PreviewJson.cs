using System.Globalization;
using System.Text.Json;
using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Output;
using Rayquest.JobLint.Quotas;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobRender.Edits;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Jobs;
using Rayquest.JobReport.Lifecycle;

namespace Rayquest.JobReport.Output;

/// <summary>
/// A preview as JSON of our own, versioned by <c>schema</c>. Amounts are numbers: GPUs, jobs and CPUs by the piece, memory
/// in bytes; a bound that isn't set is null. <c>maxCost</c> is in the platform's currency, <c>timeout</c> in seconds.
/// <c>pods</c> is what each kind of pod of a planned job gets: the head first, then the groups with how many pods they have at most.
/// <c>ignored</c> is what a comment in a request silences: the finding as it would be, the comment's line, and the reason given.
/// </summary>
public static class PreviewJson
{
    /// <summary>The document, ended by a line feed.</summary>
    public static string Write(ChangeEvaluation preview)
    {
        return JsonText.Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("schema", 1);
            json.WriteBoolean("isSubmission", preview.Kind == ChangeKind.Submission);
            json.WriteString("verdict", Word(preview.Verdict));
            json.WriteStartArray("reasons");
            foreach (Reason reason in preview.Reasons)
            {
                json.WriteStringValue(Comment.ReasonText.Plain(reason));
            }

            json.WriteEndArray();
            json.WriteStartArray("findings");
            foreach (Finding finding in preview.Findings)
            {
                JsonOutput.WriteFinding(json, finding);
            }

            json.WriteEndArray();
            json.WriteStartArray("ignored");
            foreach (SuppressedFinding ignored in preview.Assessment.Ignored)
            {
                json.WriteStartObject();
                json.WritePropertyName("finding");
                JsonOutput.WriteFinding(json, ignored.Finding);
                json.WriteNumber("line", ignored.Comment.Start.Line);
                json.WriteString("reason", ignored.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("jobs");
            foreach (JobChange job in preview.Jobs)
            {
                WriteJob(json, job);
            }

            json.WriteEndArray();
            json.WriteStartArray("quota");
            foreach (QuotaRow row in preview.Quota)
            {
                json.WriteStartObject();
                json.WriteString("team", row.Team);
                json.WriteString("resource", row.Resource);
                json.WriteNumber("before", Number(row.Before));
                json.WriteNumber("after", Number(row.After));
                if (row.Surge > Quantity.Zero)
                {
                    json.WriteNumber("peak", Number(row.Peak));
                }

                WriteOptional(json, "soft", row.Soft);
                WriteOptional(json, "hard", row.Hard);
                json.WriteNumber("pendingElsewhere", Number(row.PendingElsewhere));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("approvals");
            json.WriteBoolean("needed", preview.Approvals.IsNeeded);
            WriteList(json, "may", preview.Approvals.Approvers);
            WriteList(json, "have", preview.Approvals.ApprovedBy);
            json.WriteEndObject();
            json.WriteStartArray("stops");
            foreach (StoppedJob job in preview.Stops)
            {
                WriteStop(json, job);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>A verdict as labels, outputs and JSON spell it.</summary>
    public static string Word(Verdict verdict) =>
        verdict switch
        {
            Verdict.Pass => "pass",
            Verdict.NeedsApproval => "needs-approval",
            _ => "blocked",
        };

    private static void WriteJob(Utf8JsonWriter json, JobChange job)
    {
        json.WriteStartObject();
        json.WriteString("request", job.Request);
        json.WriteString("team", job.Team);
        json.WriteString("name", job.Name);
        json.WriteString("action", job.Action.ToString().ToLowerInvariant());
        json.WriteString("replaces", job.Replaces);
        json.WriteStartObject("gpus");
        foreach ((string type, long count) in job.Demand?.Gpus ?? GpuCounts.None)
        {
            json.WriteNumber(type, count);
        }

        json.WriteEndObject();
        if (job.Demand?.MaxCost is { } cost && job.Plan is not null)
        {
            json.WriteNumber("maxCost", Math.Round(cost, 2));
        }
        else
        {
            json.WriteNull("maxCost");
        }

        if (job.Timeout is { } timeout)
        {
            json.WriteNumber("timeout", timeout.Seconds);
        }
        else
        {
            json.WriteNull("timeout");
        }

        if (job.Kind != JobKind.RayJob)
        {
            json.WriteString("kind", job.Kind.ToString());
        }

        if (job.Lease is { } lease)
        {
            json.WriteNumber("lease", lease.Seconds);
        }

        if (job.Plan?.Schedule is { } schedule)
        {
            json.WriteStartObject("schedule");
            json.WriteString("text", schedule.Text.Value);
            json.WriteString("timeZone", schedule.TimeZone?.Value);
            json.WriteBoolean("suspended", schedule.Suspend is { Value: true });
            json.WriteNumber("runsAtOnce", schedule.RunsAtOnce);
            json.WriteNumber("runsOfMonth", schedule.RunsOfMonth);
            WriteList(
                json,
                "next",
                [.. job.NextRuns.Select(r => r.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture))]
            );
            json.WriteEndObject();
        }

        if (job.Plan is { Cluster: null } plan)
        {
            WritePods(json, plan);
        }

        if (job.Action == JobAction.Edit)
        {
            json.WriteStartArray("edits");
            foreach (FieldEdit edit in job.Edits)
            {
                json.WriteStartObject();
                json.WriteString("field", edit.Field);
                json.WriteString("effect", Word(edit.Effect));
                json.WriteString("remedy", edit.Remedy);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WritePods(Utf8JsonWriter json, JobPlan plan)
    {
        json.WriteStartArray("pods");
        WritePod(json, "head", 1, plan.Head.Cpu.Value, plan.Head.Memory.Value, plan.Head.Pod, group: null);
        foreach (WorkerGroupPlan group in plan.Workers)
        {
            WritePod(json, group.Name.Value, group.MaxPods, group.Cpu.Value, group.Memory.Value, group.Pod, group);
        }

        json.WriteEndArray();
    }

    private static void WritePod(
        Utf8JsonWriter json,
        string name,
        long count,
        Quantity cpu,
        Quantity memory,
        PodPlan pod,
        WorkerGroupPlan? group
    )
    {
        json.WriteStartObject();
        json.WriteString("group", name);
        json.WriteNumber("pods", count);
        json.WriteString("image", pod.Image.Value);
        json.WriteString("nodePool", pod.NodePool?.Name.Value);
        json.WriteNumber("cpu", Number(cpu));
        json.WriteNumber("memory", Number(memory));
        json.WriteString("gpu", group is { GpusPerPod: > 0 } ? group.GpuName : null);
        json.WriteNumber("gpus", group?.GpusPerPod ?? 0);
        WriteOptional(json, "shm", pod.Shm?.Value);
        WriteOptional(json, "ephemeralStorage", pod.EphemeralStorage?.Value);
        json.WriteStartObject("labels");
        foreach ((Located<string> key, Located<string> value) in pod.Labels)
        {
            json.WriteString(key.Value, value.Value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>What an edit does, as JSON spells it.</summary>
    public static string Word(EditEffect effect) =>
        effect switch
        {
            EditEffect.AtOnce => "at-once",
            EditEffect.Recreate => "recreate",
            EditEffect.NewCluster => "new-cluster",
            EditEffect.NextRun => "next-run",
            EditEffect.CatchUp => "catch-up",
            EditEffect.NewPodsOnly => "new-pods-only",
            EditEffect.Ignored => "ignored",
            _ => "impossible",
        };

    private static void WriteStop(Utf8JsonWriter json, StoppedJob job)
    {
        json.WriteStartObject();
        json.WriteString("team", job.Team);
        json.WriteString("name", job.Name);
        json.WriteString("state", job.Known?.PhaseWord);
        json.WriteString(
            "since",
            job.Known?.Since is { } since
                ? since.UtcDateTime.ToString("s", System.Globalization.CultureInfo.InvariantCulture) + "Z"
                : null
        );
        json.WriteStartObject("gpuHours");
        foreach ((string type, double hours) in job.Known?.GpuHours ?? [])
        {
            json.WriteNumber(type, Math.Round((decimal)hours, 1));
        }

        json.WriteEndObject();
        json.WriteBoolean("confirmed", job.IsConfirmed);
        WriteList(json, "may", job.Approvers);
        json.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, Quantity? amount)
    {
        if (amount is { } known)
        {
            json.WriteNumber(name, Number(known));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> items)
    {
        json.WriteStartArray(name);
        foreach (string item in items)
        {
            json.WriteStringValue(item);
        }

        json.WriteEndArray();
    }

    private static decimal Number(Quantity amount) => Math.Round((decimal)amount.ToDouble(), 3);
}

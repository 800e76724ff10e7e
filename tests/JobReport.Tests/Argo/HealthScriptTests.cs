using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Rayquest.JobReport.Argo;
using Rayquest.JobReport.Status;
using Rayquest.JobReport.Tests.Status;

namespace Rayquest.JobReport.Tests.Argo;

/// <summary>Runs health scripts the way Argo CD does: the object is the global <c>obj</c>, the answer is returned.</summary>
internal static class Lua
{
    public static readonly string? Program = ProgramPath.Of("lua5.4");

    /// <summary>Status and message for each object, one process for all of them.</summary>
    public static IReadOnlyList<(string Status, string Message)> Run(string script, IEnumerable<JsonElement> objects)
    {
        var text = new StringBuilder();
        text.Append("local function health()\n").Append(HealthScripts.Text(script)).Append("\nend\n");
        foreach (var item in objects)
        {
            text.Append("obj = ");
            Literal(item, text);
            text.Append("\ndo local hs = health()\n")
                .Append("print(hs.status .. '\\t' .. string.gsub(hs.message or '', '%s', ' ')) end\n");
        }

        using var process = Process.Start(
            new ProcessStartInfo(Program!, ["-"])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(text.ToString());
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        error.GetAwaiter().GetResult().ShouldBeEmpty();
        return
        [
            .. output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split('\t', 2))
                .Select(parts => (parts[0], parts[1])),
        ];
    }

    private static void Literal(JsonElement value, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var property in value.EnumerateObject())
                {
                    text.Append('[').Append(Quoted(property.Name)).Append("]=");
                    Literal(property.Value, text);
                    text.Append(',');
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('{');
                foreach (var item in value.EnumerateArray())
                {
                    Literal(item, text);
                    text.Append(',');
                }

                text.Append('}');
                break;
            case JsonValueKind.String:
                text.Append(Quoted(value.GetString()!));
                break;
            case JsonValueKind.Null or JsonValueKind.Undefined:
                text.Append("nil");
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static string Quoted(string value) =>
        "\""
        + string.Concat(
            Encoding.UTF8.GetBytes(value).Select(b => string.Create(CultureInfo.InvariantCulture, $"\\{b:000}"))
        )
        + "\"";
}

public sealed class HealthScriptTests
{
    /// <summary>What Argo CD should show for what we show; the two must never tell different stories.</summary>
    private static string Expected(JobPhase phase) =>
        phase switch
        {
            JobPhase.Succeeded => "Healthy",
            JobPhase.Failed or JobPhase.Rejected or JobPhase.DeadlineExceeded => "Degraded",
            JobPhase.Stopped or JobPhase.Suspended => "Suspended",
            _ => "Progressing",
        };

    [Fact]
    public void Every_recorded_RayJob_gets_the_health_that_fits_its_state()
    {
        Needs.Lua();
        foreach (var file in Directory.GetFiles(Recordings.Folder, "??-rayjobs.json").Order(StringComparer.Ordinal))
        {
            var items = Recordings.Items(Path.GetFileName(file));
            var health = Lua.Run("RayJob", items);
            for (var index = 0; index < items.Count; index++)
            {
                var job = ObservedJob.Read(items[index])!;
                var expected =
                    job.DeploymentStatus.Length == 0 && job.Suspend
                        ? "Suspended"
                        : Expected(JobStateMapper.Present(job).Phase);
                health[index].Status.ShouldBe(expected, $"{Path.GetFileName(file)} {job.Id} {health[index].Message}");
                health[index].Message.ShouldNotBeEmpty();
            }
        }
    }

    [Fact]
    public void Every_recorded_RayCluster_gets_its_health()
    {
        Needs.Lua();
        foreach (var file in Directory.GetFiles(Recordings.Folder, "*-rayclusters.json"))
        {
            var items = Recordings.Items(Path.GetFileName(file));
            var health = Lua.Run("RayCluster", items);
            for (var index = 0; index < items.Count; index++)
            {
                health[index].Status.ShouldBe(ObservedJob.Read(items[index])!.Ready ? "Healthy" : "Progressing");
            }
        }
    }

    /// <summary>The lives of what goes on for ever: the health tells the same story as the words on the pull request.</summary>
    [Theory]
    [InlineData("raycluster", "rayclusters", "RayCluster")]
    [InlineData("rayservice", "rayservices", "RayService")]
    [InlineData("raycronjob", "raycronjobs", "RayCronJob")]
    public void Every_recorded_moment_gets_the_health_that_fits_its_words(string folder, string list, string script)
    {
        Needs.Lua();
        foreach (var file in Directory.GetFiles(Path.Combine(Recordings.Folder, folder), $"*-{list}.json"))
        {
            var items = Recordings.Items(Path.Combine(folder, Path.GetFileName(file)));
            var health = items.Count == 0 ? [] : Lua.Run(script, items);
            for (var index = 0; index < items.Count; index++)
            {
                var job = ObservedJob.Read(items[index])!;
                var state = JobStateMapper.Present(job);
                var expected =
                    job.Suspending || state.Phase == JobPhase.Suspended ? "Suspended"
                    : state.Phase is JobPhase.Failed or JobPhase.Rejected ? "Degraded"
                    : state.Reason is JobState.Unhealthy or JobState.UpgradeFailed or "ValidationFailed" ? "Degraded"
                    : state.Reason is JobState.Upgrading or JobState.ZeroServeEndpoints ? "Progressing"
                    : job.Active is { IsDeploying: true } ? "Progressing"
                    : job.Kind == EngineKind.RayCluster && state.Workers.Ready < state.Workers.Desired ? "Progressing"
                    : state.Phase == JobPhase.Running ? "Healthy"
                    : "Progressing";
                health[index].Status.ShouldBe(expected, $"{folder} {Path.GetFileName(file)} {job.Name}");
            }
        }
    }

    [Theory]
    [InlineData("RayJob", "{}", "Progressing")]
    [InlineData("RayJob", """{"status":{}}""", "Progressing")]
    [InlineData("RayJob", """{"spec":{"suspend":true},"status":{}}""", "Suspended")]
    [InlineData("RayJob", """{"status":{"jobDeploymentStatus":"Complete","jobStatus":"STOPPED"}}""", "Suspended")]
    [InlineData(
        "RayJob",
        """{"status":{"jobDeploymentStatus":"Failed","jobStatus":"STOPPED","reason":"SubmissionFailed"}}""",
        "Suspended"
    )]
    [InlineData("RayJob", """{"status":{"jobDeploymentStatus":"Retrying","jobStatus":"FAILED"}}""", "Progressing")]
    [InlineData("RayJob", """{"status":{"jobDeploymentStatus":"Hibernating"}}""", "Progressing")]
    [InlineData("RayCluster", "{}", "Progressing")]
    [InlineData("RayCluster", """{"status":{"state":"ready"}}""", "Healthy")]
    [InlineData(
        "RayCluster",
        """{"status":{"state":"ready","conditions":[{"type":"RayClusterSuspended","status":"False"}]}}""",
        "Healthy"
    )]
    [InlineData(
        "RayCluster",
        """{"status":{"state":"suspended","conditions":[{"type":"RayClusterSuspended","status":"True"}]}}""",
        "Suspended"
    )]
    [InlineData(
        "RayCluster",
        """{"status":{"conditions":[{"type":"ReplicaFailure","status":"True","reason":"FailedCreateHeadPod"}]}}""",
        "Progressing"
    )]
    [InlineData("RayService", "{}", "Progressing")]
    [InlineData(
        "RayService",
        """{"status":{"conditions":[{"type":"Ready","status":"True","reason":"NonZeroServeEndpoints"}]}}""",
        "Healthy"
    )]
    [InlineData(
        "RayService",
        """{"status":{"conditions":[{"type":"UpgradeInProgress","status":"True"},{"type":"Ready","status":"True"}]}}""",
        "Progressing"
    )]
    [InlineData(
        "RayService",
        """{"status":{"conditions":[{"type":"Ready","status":"False","reason":"ValidationFailed"}]}}""",
        "Degraded"
    )]
    [InlineData(
        "RayService",
        """{"status":{"conditions":[{"type":"Ready","status":"False","reason":"Initializing"}]}}""",
        "Progressing"
    )]
    [InlineData("RayService", """{"status":{"conditions":[{"type":"Suspended","status":"True"}]}}""", "Suspended")]
    [InlineData("VolcanoJob", "{}", "Progressing")]
    [InlineData("VolcanoJob", """{"status":{"state":{"phase":"Running"}}}""", "Progressing")]
    [InlineData("VolcanoJob", """{"status":{"state":{"phase":"Completed"}}}""", "Healthy")]
    [InlineData("VolcanoJob", """{"status":{"state":{"phase":"Failed","message":"x"}}}""", "Degraded")]
    [InlineData("VolcanoJob", """{"status":{"state":{"phase":"Aborted"}}}""", "Suspended")]
    [InlineData("VolcanoJob", """{"status":{"state":{"phase":"Terminated"}}}""", "Degraded")]
    [InlineData(
        "RayCluster",
        """{"status":{"state":"ready","readyWorkerReplicas":0,"desiredWorkerReplicas":2}}""",
        "Progressing"
    )]
    [InlineData("RayCronJob", "{}", "Healthy")]
    [InlineData("RayCronJob", """{"spec":{"suspend":true},"status":{}}""", "Suspended")]
    public void A_status_has_a_health(string script, string json, string status)
    {
        Needs.Lua();
        Lua.Run(script, [JsonDocument.Parse(json).RootElement]).Single().Status.ShouldBe(status);
    }

    [Fact]
    public void Every_script_is_embedded_and_stays_within_Lua_5_1()
    {
        foreach (var (key, name) in HealthScripts.All)
        {
            key.ShouldStartWith("resource.customizations.health.");
            var text = HealthScripts.Text(name);
            text.ShouldEndWith("return hs\n");
            // Argo CD runs gopher-lua: no integer division, no bit operators, no goto.
            foreach (var later in new[] { "//", "goto ", ">>", "<<", "<const>", "require", "os.", "io." })
            {
                text.ShouldNotContain(later);
            }
        }
    }
}

using System.Text.Json;

namespace Rayquest.JobReport.Status;

/// <summary>A Ray cluster of a RayService, and the worst that Serve says of the applications on it.</summary>
/// <param name="Name">Its RayCluster.</param>
/// <param name="Application">The application that fares worst; empty where Serve has said nothing yet.</param>
/// <param name="Status">Serve's word for it: RUNNING, DEPLOYING, UNHEALTHY, DEPLOY_FAILED …</param>
/// <param name="Message">Serve's sentence, the failing deployment's where there is one; text of programs.</param>
/// <param name="TrafficPercent">How much of the traffic it takes, where an upgrade goes step by step.</param>
public sealed record ServingCluster(string Name, string Application, string Status, string Message, int? TrafficPercent)
{
    public bool HasFailed => Status is "DEPLOY_FAILED" or "UNHEALTHY";

    /// <summary>Whether its applications are not all as they should be yet.</summary>
    public bool IsDeploying => Status is "DEPLOYING" or "NOT_STARTED" or "DELETING";

    /// <summary>What is wrong, for a person.</summary>
    public string Failure => $"application {Application} is {Status}{(Message.Length > 0 ? $": {Message}" : "")}";

    /// <summary>One side of a RayService's status; null where it names no cluster.</summary>
    public static ServingCluster? Of(JsonElement side)
    {
        var name = side.Text("rayClusterName");
        if (name.Length == 0)
        {
            return null;
        }

        var traffic = side.Number("trafficRoutedPercent");
        var applications = side.At("applicationStatuses");
        if (applications.ValueKind != JsonValueKind.Object || !applications.IsUnicode())
        {
            return new ServingCluster(name, "", "", "", traffic);
        }

        var worst = applications
            .EnumerateObject()
            .OrderBy(application => Rank(application.Value.Text("status")))
            .ThenBy(application => application.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return worst.Value.ValueKind == JsonValueKind.Object
            ? new ServingCluster(name, worst.Name, worst.Value.Text("status"), Sentence(worst.Value), traffic)
            : new ServingCluster(name, "", "", "", traffic);
    }

    /// <summary>The failing deployment's own words say more than the application's; of a traceback the last line does.</summary>
    private static string Sentence(JsonElement application)
    {
        var deployments = application.At("serveDeploymentStatuses");
        if (deployments.ValueKind == JsonValueKind.Object)
        {
            foreach (var deployment in deployments.EnumerateObject().OrderBy(d => d.Name, StringComparer.Ordinal))
            {
                if (
                    deployment.Value.Text("status") is "UNHEALTHY" or "DEPLOY_FAILED"
                    && deployment.Value.Text("message") is { Length: > 0 } message
                )
                {
                    return $"deployment {deployment.Name}: {LastLine(message)}";
                }
            }
        }

        return LastLine(application.Text("message"));
    }

    private static string LastLine(string message)
    {
        var text = message.TrimEnd();
        var cut = text.LastIndexOf('\n') + 1;
        return text[cut..].Trim();
    }

    private static int Rank(string status) =>
        status switch
        {
            "DEPLOY_FAILED" => 0,
            "UNHEALTHY" => 1,
            "RUNNING" => 3,
            _ => 2,
        };
}

using System.Text;
using System.Text.Json.Nodes;

namespace Rayquest.JobRehearsal.Cluster;

/// <summary>An answer of the emulated API server before it is sent.</summary>
internal sealed record ClusterAnswer(int Status, string ContentType, byte[] Body, string Tag = "")
{
    public static ClusterAnswer Json(string json, int status = 200) =>
        new(status, "application/json", Encoding.UTF8.GetBytes(json));

    /// <summary>A metav1.Status the way the API machinery writes one.</summary>
    public static ClusterAnswer Failure(
        int status,
        string reason,
        string message,
        string name = "",
        string group = "",
        string kind = ""
    )
    {
        var body = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = message,
        };
        if (reason.Length > 0)
        {
            body["reason"] = reason;
        }

        if (name.Length > 0)
        {
            body["details"] = new JsonObject
            {
                ["name"] = name,
                ["group"] = group,
                ["kind"] = kind,
            };
        }

        body["code"] = status;
        return Json(body.ToJsonString(), status);
    }
}

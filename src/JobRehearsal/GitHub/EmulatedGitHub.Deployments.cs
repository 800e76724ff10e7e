using System.Text.Json.Nodes;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>Deployments and dispatches.</summary>
public sealed partial class EmulatedGitHub
{
    private Reply CreateDeployment(EmulatedUser user, JsonObject body)
    {
        var reference = Required(body, "Deployment", "ref");
        if (Git.TryResolve(reference) is not { } sha)
            throw new ApiFault(422, $"No ref found for: {reference}");
        var deployment = new EmulatedDeployment(
            NextId(),
            sha.ToString(),
            reference,
            Text(body, "task") ?? "deploy",
            Text(body, "environment") ?? "production",
            Text(body, "description"),
            body["payload"]?.DeepClone(),
            user,
            Tick()
        );
        deployments.Add(deployment);
        return new Reply(201, Shape.Deployment(deployment));
    }

    private Reply ListDeployments(ApiRequest request)
    {
        return Page(
            request,
            deployments
                .Where(d => Wanted("sha", d.Sha) && Wanted("ref", d.Ref))
                .Where(d => Wanted("environment", d.Environment) && Wanted("task", d.Task))
                .Reverse()
                .Select(Shape.Deployment)
        );

        bool Wanted(string name, string value) =>
            !request.Parameters.TryGetValue(name, out var wanted) || wanted == value;
    }

    private Reply CreateDeploymentStatus(EmulatedDeployment deployment, EmulatedUser user, JsonObject body)
    {
        string[] states = ["error", "failure", "inactive", "in_progress", "queued", "pending", "success"];
        var state = Required(body, "DeploymentStatus", "state");
        if (!states.Contains(state))
            throw Invalid("DeploymentStatus", "state", "invalid");
        if (Text(body, "description") is { Length: > 140 })
            throw Invalid("DeploymentStatus", "description", "invalid");
        var status = new EmulatedDeploymentStatus(
            NextId(),
            state,
            Text(body, "description"),
            Text(body, "log_url") ?? Text(body, "target_url"),
            Text(body, "environment_url"),
            user,
            Tick()
        );
        deployment.Statuses.Add(status);
        return new Reply(201, Shape.DeploymentStatus(status, deployment));
    }

    private IEnumerable<JsonNode> DeploymentStatuses(EmulatedDeployment deployment) =>
        deployment.Statuses.AsEnumerable().Reverse().Select(status => Shape.DeploymentStatus(status, deployment));

    private Reply Dispatch(EmulatedUser user, JsonObject body)
    {
        var type = Required(body, "RepositoryDispatch", "event_type");
        if (type.Length > 100)
            throw Invalid("RepositoryDispatch", "event_type", "invalid");
        if (body["client_payload"] is JsonObject { Count: > 10 })
            throw new ApiFault(422, "No more than 10 properties are allowed; more were supplied.");
        dispatches.Add(new EmulatedDispatch(type, body["client_payload"]?.DeepClone(), user));
        return new Reply(204);
    }
}

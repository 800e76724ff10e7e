using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.Processes;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>What moved a reference, as <c>GET /activity</c> names it.</summary>
public enum ActivityType
{
    Push,
    ForcePush,
    BranchCreation,
    BranchDeletion,
    PullRequestMerge,
    MergeQueueMerge,
}

/// <summary>One move of a reference, and who made it.</summary>
public sealed record EmulatedActivity(
    long Id,
    string Owner,
    string Reference,
    ObjectId Before,
    ObjectId After,
    ActivityType Type,
    EmulatedUser? Actor,
    DateTimeOffset At
);

/// <summary>Something GitHub tells workflows and webhooks.</summary>
/// <param name="Name">pull_request, merge_group, push …</param>
/// <param name="StartsRuns">False for what the workflow's own token caused: it starts no runs.</param>
/// <param name="Payload">The fields that workflows read, as GitHub spells them.</param>
public sealed record EmulatedEvent(string Name, string? Action, bool StartsRuns, JsonObject Payload);

/// <summary>Who pushed what, and the events it caused.</summary>
public sealed partial class EmulatedGitHub
{
    private readonly List<EmulatedActivity> activities = [];
    private readonly List<EmulatedEvent> events = [];

    /// <summary>Every push, creation, deletion and merge that went through the emulator, the oldest first.</summary>
    public IReadOnlyList<EmulatedActivity> Activities => Snapshot(activities);

    /// <summary>Every event of pull requests and merge groups, the oldest first.</summary>
    public IReadOnlyList<EmulatedEvent> Events => Snapshot(events);

    private void Record(string reference, ObjectId? before, ObjectId? after, EmulatedUser? actor, ActivityType type)
    {
        const string forks = "refs/forks/";
        var (owner, name) = (Name.Owner, reference);
        if (reference.StartsWith(forks, StringComparison.Ordinal))
        {
            var rest = reference[forks.Length..];
            var slash = rest.IndexOf('/', StringComparison.Ordinal);
            (owner, name) = (rest[..slash], "refs/" + rest[(slash + 1)..]);
        }

        activities.Add(
            new EmulatedActivity(
                NextId(),
                owner,
                name,
                before ?? ObjectId.Zero,
                after ?? ObjectId.Zero,
                type,
                actor,
                Clock.GetUtcNow()
            )
        );
    }

    private void RecordPush(string reference, ObjectId? before, ObjectId? after, EmulatedUser? actor) =>
        Record(
            reference,
            before,
            after,
            actor,
            before is not { } old ? ActivityType.BranchCreation
                : after is not { } now ? ActivityType.BranchDeletion
                : Git.IsAncestor(old, now) ? ActivityType.Push
                : ActivityType.ForcePush
        );

    private EmulatedUser? PusherOf(EmulatedPull pull, ObjectId head)
    {
        var name = "refs/heads/" + pull.HeadBranch;
        return activities
            .FindLast(move => move.Owner == pull.HeadOwner && move.Reference == name && move.After == head)
            ?.Actor;
    }

    private Reply ListActivity(ApiRequest request, string owner)
    {
        var (reference, actor, type) = (Wanted("ref"), Wanted("actor"), Wanted("activity_type"));
        var full =
            reference is null || reference.StartsWith("refs/", StringComparison.Ordinal)
                ? reference
                : "refs/heads/" + reference;
        return Page(
            request,
            activities
                .Where(move => move.Owner == owner)
                .Where(move => full is null || move.Reference == full)
                .Where(move => actor is null || move.Actor?.Login == actor)
                .Where(move => type is null || WordOf(move.Type) == type)
                .Reverse()
                .Select(move => new JsonObject
                {
                    ["id"] = move.Id,
                    ["node_id"] = $"PU_{move.Id}",
                    ["before"] = move.Before.ToString(),
                    ["after"] = move.After.ToString(),
                    ["ref"] = move.Reference,
                    ["timestamp"] = Shapes.Time(move.At),
                    ["activity_type"] = WordOf(move.Type),
                    ["actor"] = move.Actor is { } who ? Shape.User(who) : null,
                })
        );

        string? Wanted(string name) => request.Parameters.GetValueOrDefault(name);

        static string WordOf(ActivityType type) =>
            type switch
            {
                ActivityType.Push => "push",
                ActivityType.ForcePush => "force_push",
                ActivityType.BranchCreation => "branch_creation",
                ActivityType.BranchDeletion => "branch_deletion",
                ActivityType.PullRequestMerge => "pr_merge",
                _ => "merge_queue_merge",
            };
    }

    /// <summary>Tells an event of a pull request.</summary>
    private void Notify(EmulatedPull pull, string action, EmulatedUser? sender, JsonObject? more = null)
    {
        var payload = more ?? [];
        payload["action"] = action;
        payload["number"] = pull.Number;
        payload["pull_request"] = PullJson(pull);
        Notify("pull_request", action, sender, payload);
    }

    private void Notify(string name, string? action, EmulatedUser? sender, JsonObject payload)
    {
        payload["repository"] = Shape.Repository(Name.Owner, 1, fork: false);
        payload["sender"] = sender is null ? null : Shape.User(sender);
        events.Add(new EmulatedEvent(name, action, sender != Bot, payload));
    }

    /// <summary>What <c>git</c> itself says, in the bare repository.</summary>
    private string RunGit(IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input = default)
    {
        var result = TryGit(arguments, input);
        return result.ExitCode == 0 ? result.Text : throw new GitException(result.Error, "look at the request");
    }

    private ProcessResult TryGit(IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input = default) =>
        ChildProcess.Run(
            "git",
            ["-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0", .. arguments],
            Git.GitDirectory,
            new Dictionary<string, string?> { ["GIT_CONFIG_NOSYSTEM"] = "1", ["LC_ALL"] = "C" },
            TimeSpan.FromMinutes(1),
            input
        );
}

using System.CommandLine;
using System.Text.Json;
using Rayquest.JobCli.Console;

namespace Rayquest.JobCli.Commands;

/// <summary>The event that started a run of GitHub Actions, as far as a command asks for it: numbers, ids and times that are GitHub's own.</summary>
internal sealed record WorkflowEvent
{
    /// <summary>Its name, such as <c>pull_request_target</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The pull request, or the issue that a comment stands on.</summary>
    public int? Number { get; init; }

    /// <summary>The head before a push.</summary>
    public string? Before { get; init; }

    /// <summary>The head after a push.</summary>
    public string? After { get; init; }

    /// <summary>When the pull request was last changed.</summary>
    public string? ChangedAt { get; init; }

    /// <summary>What started the workflow whose end this event tells.</summary>
    public string? OfRun { get; init; }

    /// <summary>The head that that workflow ran for.</summary>
    public string? HeadOfRun { get; init; }

    /// <summary>The option of commands that workflows run.</summary>
    public static Option<bool> Option() =>
        new("--event")
        {
            Description =
                "Take all of this from the event that started this run of GitHub Actions (GITHUB_EVENT_PATH).",
        };

    /// <summary>Reads the event of this run.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static WorkflowEvent Read(Func<string, string?> variable)
    {
        if (
            variable("GITHUB_EVENT_PATH") is not { Length: > 0 } path
            || variable("GITHUB_EVENT_NAME") is not { Length: > 0 } name
        )
        {
            throw new UsageException(
                "there is no event of GitHub Actions",
                "`--event` works in a workflow; elsewhere say what is meant by the other options"
            );
        }

        try
        {
            using FileStream file = File.OpenRead(path);
            using JsonDocument document = JsonDocument.Parse(file);
            return Of(name, document.RootElement);
        }
        catch (JsonException fault)
        {
            throw new UsageException($"{path} is not an event: {fault.Message}", "let GitHub Actions write it");
        }
    }

    private static WorkflowEvent Of(string name, JsonElement root)
    {
        JsonElement? subject = In(root, "pull_request") ?? In(root, "issue");
        JsonElement? run = In(root, "workflow_run");
        return new WorkflowEvent
        {
            Name = name,
            Number = subject is { } s && In(s, "number") is { ValueKind: JsonValueKind.Number } n ? n.GetInt32() : null,
            Before = Text(root, "before"),
            After = Text(root, "after"),
            ChangedAt = subject is { } changed ? Text(changed, "updated_at") : null,
            OfRun = run is { } r ? Text(r, "event") : null,
            HeadOfRun = run is { } h ? Text(h, "head_sha") : null,
        };
    }

    private static JsonElement? In(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out JsonElement value)
        && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    private static string? Text(JsonElement element, string name) =>
        In(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}

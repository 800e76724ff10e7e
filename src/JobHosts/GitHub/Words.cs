using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rayquest.JobHosts.GitHub;

/// <summary>
/// An enumeration as GitHub spells it (<c>needs_action</c>, in reviews upper case). A word that is new to us is read
/// as the enumeration's first member, <c>Unknown</c>: GitHub may add words any day.
/// </summary>
internal sealed class WordConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly Dictionary<string, T> ByWord = Enum.GetValues<T>()
        .ToDictionary(value => Spell(value), value => value, StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<T, string> ByValue = Enum.GetValues<T>().ToDictionary(value => value, Spell);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? ByWord.GetValueOrDefault(reader.GetString()!) : default;

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(ByValue[value]);

    private static string Spell(T value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}

[JsonConverter(typeof(WordConverter<ItemState>))]
public enum ItemState
{
    Unknown,
    Open,
    Closed,
}

[JsonConverter(typeof(WordConverter<PullRequestReviewState>))]
public enum PullRequestReviewState
{
    Unknown,
    Approved,
    ChangesRequested,
    Commented,
    Dismissed,
    Pending,
}

[JsonConverter(typeof(WordConverter<CommitState>))]
public enum CommitState
{
    Unknown,
    Pending,
    Success,
    Failure,
    Error,
}

[JsonConverter(typeof(WordConverter<CheckStatus>))]
public enum CheckStatus
{
    Unknown,
    Queued,
    InProgress,
    Completed,
    Waiting,
    Requested,
    Pending,
}

[JsonConverter(typeof(WordConverter<CheckConclusion>))]
public enum CheckConclusion
{
    Unknown,
    Success,
    Failure,
    Neutral,
    Cancelled,
    Skipped,
    TimedOut,
    ActionRequired,
    Stale,
    StartupFailure,
}

[JsonConverter(typeof(WordConverter<CheckAnnotationLevel>))]
public enum CheckAnnotationLevel
{
    Unknown,
    Notice,
    Warning,
    Failure,
}

[JsonConverter(typeof(WordConverter<DeploymentState>))]
public enum DeploymentState
{
    Unknown,
    Error,
    Failure,
    Inactive,
    InProgress,
    Queued,
    Pending,
    Success,
}

[JsonConverter(typeof(WordConverter<PermissionLevel>))]
public enum PermissionLevel
{
    Unknown,
    None,
    Read,
    Write,
    Admin,
}

[JsonConverter(typeof(WordConverter<PullRequestMergeMethod>))]
public enum PullRequestMergeMethod
{
    Unknown,
    Merge,
    Squash,
    Rebase,
}

using System.Globalization;

namespace Rayquest.JobReport.Ledger;

/// <summary>A comment or a Deployment that was made for a job.</summary>
/// <param name="Id">Its number, by which GitHub's REST API knows it.</param>
/// <param name="NodeId">Its id in GitHub's GraphQL API; empty where only the number was noted.</param>
public sealed record GitHubObjectRef(long Id, string NodeId)
{
    /// <summary>What the event notes, or null when it is not readable.</summary>
    public static GitHubObjectRef? Read(LedgerEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return long.TryParse(item["id"], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new GitHubObjectRef(id, item["node"])
            : null;
    }

    /// <param name="key"><c>comment</c> or <c>deployment</c>.</param>
    public LedgerEvent ToEvent(DateTimeOffset at, string key)
    {
        var id = KeyValuePair.Create("id", Id.ToString(CultureInfo.InvariantCulture));
        return new LedgerEvent(
            at,
            EventKind.GitHubObject,
            key,
            NodeId.Length == 0 ? [id] : [id, KeyValuePair.Create("node", NodeId)]
        );
    }
}

using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobHosts.Review;

/// <summary>What the check run should say.</summary>
/// <param name="Id">Of all that it says: a completed run with this id is right.</param>
internal sealed record CheckReport(
    string Title,
    string Text,
    CheckConclusion Conclusion,
    string Id,
    IReadOnlyList<NewCheckRunAnnotation> Annotations
)
{
    public NewCheckRunOutput Output(IReadOnlyList<NewCheckRunAnnotation>? batch) => new(Title, Text, null, batch);
}

namespace Rayquest.JobReport.Markdown;

/// <summary>Words of ours, from the table of phrases: they may stand in Markdown and in HTML as they are.</summary>
public sealed class VerbatimMarkdown
{
    private readonly string value;

    internal VerbatimMarkdown(string value) => this.value = value;

    /// <inheritdoc/>
    public override string ToString() => value;
}

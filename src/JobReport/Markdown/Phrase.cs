namespace Rayquest.JobReport.Markdown;

/// <summary>Words of ours, from the table of phrases: they may stand in Markdown and in HTML as they are.</summary>
public sealed class Phrase
{
    private readonly string value;

    internal Phrase(string value) => this.value = value;

    /// <inheritdoc/>
    public override string ToString() => value;
}

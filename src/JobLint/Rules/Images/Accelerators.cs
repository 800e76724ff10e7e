namespace Rayquest.JobLint.Rules.Images;

/// <summary>Which aliases would fit the hardware.</summary>
internal static class Accelerators
{
    /// <summary>The end of a sentence that names fitting aliases; empty when there are none.</summary>
    public static Message Aliases(RequestContext context, Func<ImageFacts, bool> fits)
    {
        ImagesPolicy images = context.Policies.Images;
        string[] names =
        [
            .. images.Aliases.Keys.Where(a => fits(ImageFacts.Of(a, images))).Order(StringComparer.Ordinal),
        ];
        return names.Length == 0
            ? (Message)"; use an image that has it"
            : $"; use {MessageText.List([.. names.Select(n => $"`image: {n}`")])}";
    }
}

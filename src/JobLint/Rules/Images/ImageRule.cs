namespace Rayquest.JobLint.Rules.Images;

/// <summary>A rule over each image that a request names: its own, the head's, and the worker groups'.</summary>
public abstract class ImageRule : Rule
{
    /// <summary>The fault of one image; null where it has none.</summary>
    protected abstract Finding? Check(RequestContext context, Located<string> image, ImageFacts facts);

    /// <inheritdoc/>
    public sealed override IEnumerable<Finding> Check(RequestContext context)
    {
        List<Finding>? findings = null;
        foreach (NamedImage named in context.NamedImages)
        {
            if (Check(context, named.Word, named.Facts) is { } finding)
            {
                (findings ??= []).Add(finding);
            }
        }

        return findings ?? [];
    }
}

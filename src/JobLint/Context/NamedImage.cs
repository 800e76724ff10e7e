namespace Rayquest.JobLint.Context;

/// <summary>An image as a request names it, and what is known of it.</summary>
public sealed record NamedImage(Located<string> Word, ImageFacts Facts);

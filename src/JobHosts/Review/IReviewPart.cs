namespace Rayquest.JobHosts.Review;

/// <summary>
/// One part of what GitHub shows of an evaluation. Made of what is wanted and what is there; it writes the difference, and
/// nothing where there is none.
/// </summary>
internal interface IReviewPart
{
    /// <summary>Whether what is there is what is wanted.</summary>
    bool IsRight { get; }

    /// <summary>Writes the difference.</summary>
    /// <returns>Whether something new was made: another evaluation at the same moment may have made it as well.</returns>
    Task<bool> Write(CancellationToken cancel);
}

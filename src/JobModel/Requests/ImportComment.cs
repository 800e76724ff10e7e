namespace Rayquest.JobModel.Requests;

/// <summary>The comment by which an import tells, in the request, of something lost on which the run depends.</summary>
public static class ImportComment
{
    /// <summary>How it begins; the linter reports it until it is gone.</summary>
    public const string Mark = "not imported:";
}

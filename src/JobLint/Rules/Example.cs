namespace Rayquest.JobLint.Rules;

/// <summary>Short forms for the examples of rules.</summary>
internal static class Example
{
    /// <summary>A request of team vision, evaluated by the repository's own policies.</summary>
    public static RuleExample Request(string text) => new(ExampleKind.Request, Ended(text));

    /// <summary>Files laid over the repository's own policies; each begins with a line <c># file: path</c>.</summary>
    public static RuleExample Repository(string text) => new(ExampleKind.Repository, Ended(text));

    /// <summary>A policy file in place of the repository's own; its first line is a comment with its path.</summary>
    public static RuleExample Policy(string text) => new(ExampleKind.Policy, Ended(text));

    private static string Ended(string text) => text.EndsWith('\n') ? text : text + "\n";
}

using System.CommandLine;
using Rayquest.JobModel.Languages;

namespace Rayquest.JobCli.Console;

/// <summary>In which language people are told of findings: <c>--language</c>, RAYQUEST_LANGUAGE, or the terminal's locale.</summary>
internal static class OutputLanguage
{
    // The order POSIX gives the variables of the locale of messages.
    private static readonly string[] Locale = ["LC_ALL", "LC_MESSAGES", "LANG"];

    /// <summary>The option, for commands that print findings.</summary>
    public static Option<string?> Option()
    {
        Option<string?> option = new("--language")
        {
            Description =
                $"Language of the findings as text: {string.Join(" or ", Language.Names)}. Default: RAYQUEST_LANGUAGE, else the locale.",
            HelpName = "LANGUAGE",
        };
        option.AcceptOnlyFromAmong([.. Language.Names]);
        return option;
    }

    /// <summary>The language by environment variables; a locale that we have no strings for is English.</summary>
    public static Language Of(Func<string, string?> variable) =>
        variable("RAYQUEST_LANGUAGE") is { Length: > 0 } own ? Language.Of(own)
        : Locale.Select(variable).FirstOrDefault(value => value is { Length: > 0 }) is { } locale ? Language.Of(locale)
        : Language.English;
}

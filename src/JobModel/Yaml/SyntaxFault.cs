namespace Rayquest.JobModel.Yaml;

/// <summary>Turns the scanner's words into a cause and a remedy an engineer can act on.</summary>
internal static class SyntaxFault
{
    public static (string Cause, string Remedy) Explain(string message, string line, int column)
    {
        if (Has(message, "Mapping values are not allowed"))
        {
            return ("a colon followed by a space begins a new key here", "put the whole value in quotes");
        }

        if (Has(message, "simple key"))
        {
            return (
                "this line is no `key: value`",
                "add the colon and a space after the key, or indent it under the line before"
            );
        }

        if (Has(message, "quoted scalar"))
        {
            return (
                "a quote is opened and never closed, or holds an unknown escape",
                "close it, or use single quotes for text with backslashes"
            );
        }

        if (Has(message, "flow mapping"))
        {
            return ("a `{` is not closed as it should be", "separate entries with commas and close with `}`");
        }

        if (Has(message, "flow sequence"))
        {
            return ("a `[` is not closed as it should be", "separate items with commas and close with `]`");
        }

        if (Has(message, "cannot start any token"))
        {
            char c = column >= 0 && column < line.Length ? line[column] : ' ';
            return ($"a value can't begin with `{c}`", "put it in quotes");
        }

        if (
            Has(message, "block mapping")
            || Has(message, "block collection")
            || Has(message, "expected key")
            || Has(message, "'-' indicator")
            || Has(message, "block sequence")
        )
        {
            return ("the indentation does not fit the lines before", "align the key with its neighbours, by spaces");
        }

        if (Has(message, "alias") || Has(message, "anchor"))
        {
            return ("an anchor or alias (`&`, `*`) is malformed", "put the value in quotes");
        }

        if (Has(message, "tag") || Has(message, "directive"))
        {
            return ("a tag or directive (`!`, `%`) is malformed", "put the value in quotes");
        }

        return ("this is not YAML", "check the quotes, colons and indentation of this line and the one before");
    }

    private static bool Has(string message, string part) => message.Contains(part, StringComparison.OrdinalIgnoreCase);
}

namespace Rayquest.JobCli.Console;

/// <summary>Takes an answer from the command line, or asks for it on a terminal.</summary>
internal sealed class Prompter(Terminal terminal)
{
    public string For(string what, string? given, string hint, string? preset, Func<string, string?> fault)
    {
        if (given is not null)
        {
            return fault(given) is { } wanted
                ? throw new UsageException($"`{given}` won't do for {what}", $"wanted: {wanted}")
                : given;
        }

        if (!terminal.CanAsk)
        {
            return preset
                ?? throw new UsageException(
                    $"{what} is not given",
                    $"give it on the command line ({hint}); on a terminal it would be asked for"
                );
        }

        while (true)
        {
            terminal.Error.Write(preset is null ? $"{what} ({hint}): " : $"{what} ({hint}) [{preset}]: ");
            string? answer = terminal.In.ReadLine();
            if (answer is null)
            {
                throw new OperationCanceledException();
            }

            string value = answer.Trim() is { Length: > 0 } typed ? typed : preset ?? "";
            if (fault(value) is not { } wanted)
            {
                return value;
            }

            terminal.Error.WriteLine($"  wanted: {wanted}");
        }
    }
}

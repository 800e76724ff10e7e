namespace Rayquest.JobLint.Messages;

/// <summary>Where a request may use values of its sweep.</summary>
internal static class SweepText
{
    /// <summary>Whether the file may hold a placeholder anywhere, also one written with escapes: a cheap question before a dear one.</summary>
    public static bool MayHoldPlaceholder(RequestContext context)
    {
        string text = context.Document.File.Source.Text;
        return text.Contains(Sweep.Open, StringComparison.Ordinal) || text.Contains('\\', StringComparison.Ordinal);
    }

    /// <summary>Every use in the texts that are filled.</summary>
    public static IEnumerable<(Located<string> Text, string Name, int Offset)> Uses(RequestContext context) =>
        MayHoldPlaceholder(context) ? AllUses(context.Request) : [];

    private static IEnumerable<(Located<string> Text, string Name, int Offset)> AllUses(JobRequest request)
    {
        if (request.Entrypoint is { } entrypoint)
        {
            foreach ((string name, int offset) in Sweep.Uses(entrypoint.Value))
            {
                yield return (entrypoint, name, offset);
            }
        }

        foreach ((_, Located<string> value) in request.Env?.Value ?? [])
        {
            foreach ((string name, int offset) in Sweep.Uses(value.Value))
            {
                yield return (value, name, offset);
            }
        }

        if (request.RuntimeEnv is { } runtime)
        {
            foreach (YamlScalar scalar in SpanLocator.Scalars(runtime.Value))
            {
                foreach ((string name, int offset) in Sweep.Uses(scalar.Value))
                {
                    yield return (new Located<string>(scalar.Value, scalar.Span), name, offset);
                }
            }
        }
    }
}

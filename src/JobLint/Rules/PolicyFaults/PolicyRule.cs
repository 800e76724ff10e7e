namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>A rule over the policies. On a change it evaluates the policies of the head, and only when the change touches them: a broken policy of the base is never the engineer's fault.</summary>
public abstract class PolicyRule : RepositoryRule
{
    /// <summary>The faults of the policies.</summary>
    protected abstract IEnumerable<Finding> Check(LoadedPolicies loaded);

    /// <inheritdoc/>
    public sealed override IEnumerable<Finding> Check(RepositoryContext context) =>
        context.EvaluatedPolicies is { } loaded ? Check(loaded) : [];

    /// <summary>The place of a key path in a policy file: the entry's value, or the nearest thing above that is there.</summary>
    internal static SourceSpan SpanOf(LoadedPolicies loaded, string path, params ReadOnlySpan<string> keys)
    {
        if (!loaded.Files.TryGetValue(path, out YamlFile? file))
        {
            return new SourceSpan(new SourceText(path, ""), default);
        }

        YamlNode? node = file.Root;
        SourceSpan span = new(file.Source, new TextSpan(0, file.Source.Line(1).Length));
        foreach (string key in keys)
        {
            YamlEntry? entry = (node as YamlMapping)?.Entry(key);
            if (entry is null)
            {
                break;
            }

            node = entry.Value;
            span = entry.Value is YamlScalar { Span.Span.Length: > 0 } ? entry.Value.Span : entry.Key.Span;
        }

        return span;
    }

    /// <summary>The place of a key itself.</summary>
    internal static SourceSpan SpanOfKey(LoadedPolicies loaded, string path, ReadOnlySpan<string> above, string key)
    {
        YamlNode? node = loaded.Files.GetValueOrDefault(path)?.Root;
        foreach (string step in above)
        {
            node = (node as YamlMapping)?[step];
        }

        return (node as YamlMapping)?.Entry(key)?.Key.Span ?? SpanOf(loaded, path, above);
    }
}

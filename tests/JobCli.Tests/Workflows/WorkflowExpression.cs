using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Rayquest.JobCli.Tests.Workflows;

/// <summary>As much of GitHub's expressions as our workflows use; anything else is an error and never true by accident.</summary>
internal sealed partial class WorkflowExpression(string text, JsonObject contexts)
{
    private readonly Queue<string> tokens = new(
        Token().Matches(text).Select(match => match.Value).Where(token => token.Trim().Length > 0)
    );

    /// <summary>Fills the expressions of a text in.</summary>
    public static string Fill(string text, JsonObject contexts) =>
        Hole().Replace(text, match => Text(new WorkflowExpression(match.Groups[1].Value, contexts).Whole()));

    /// <summary>Whether an <c>if:</c> lets a job or step run.</summary>
    public static bool IsTrue(string? condition, JsonObject contexts) =>
        condition is null || IsTruthy(new WorkflowExpression(condition, contexts).Whole());

    private object? Whole()
    {
        object? value = Or();
        return tokens.Count == 0 ? value : throw new NotSupportedException($"`{tokens.Peek()}` in `{text}`");
    }

    private object? Or()
    {
        object? left = And();
        while (Take("||"))
        {
            object? right = And();
            left = IsTruthy(left) ? left : right;
        }

        return left;
    }

    private object? And()
    {
        object? left = Comparison();
        while (Take("&&"))
        {
            object? right = Comparison();
            left = IsTruthy(left) ? right : left;
        }

        return left;
    }

    private object? Comparison()
    {
        object? left = Value();
        return Take("==") ? string.Equals(Text(left), Text(Value()), StringComparison.OrdinalIgnoreCase)
            : Take("!=") ? !string.Equals(Text(left), Text(Value()), StringComparison.OrdinalIgnoreCase)
            : left;
    }

    private object? Value()
    {
        string token = tokens.Dequeue();
        if (token == "(")
        {
            object? inner = Or();
            Need(")");
            return inner;
        }

        if (token.StartsWith('\''))
        {
            return token[1..^1].Replace("''", "'", StringComparison.Ordinal);
        }

        if (token is "startsWith" or "contains")
        {
            Need("(");
            object? one = Or();
            Need(",");
            object? other = Or();
            Need(")");
            return token == "startsWith" ? Text(one).StartsWith(Text(other), StringComparison.OrdinalIgnoreCase)
                : one is JsonArray list ? list.Any(item => Text(item) == Text(other))
                : Text(one).Contains(Text(other), StringComparison.OrdinalIgnoreCase);
        }

        return Path(token);
    }

    private object? Path(string path)
    {
        string[] parts = path.Split('.');
        if (!contexts.ContainsKey(parts[0]))
        {
            throw new NotSupportedException($"the context `{parts[0]}` in `{text}`");
        }

        List<JsonNode?> at = [contexts];
        bool isList = false;
        foreach (string part in parts)
        {
            if (part == "*")
            {
                isList = true;
                at = [.. at.OfType<JsonArray>().SelectMany(items => items)];
            }
            else
            {
                at = [.. at.Select(node => (node as JsonObject)?[part])];
            }
        }

        return isList ? new JsonArray([.. at.Select(node => node?.DeepClone())]) : at[0];
    }

    private bool Take(string token) =>
        tokens.TryPeek(out string? next) && next == token && tokens.Dequeue() is not null;

    private void Need(string token)
    {
        if (!Take(token))
        {
            throw new NotSupportedException($"no `{token}` in `{text}`");
        }
    }

    private static bool IsTruthy(object? value) =>
        value switch
        {
            null => false,
            bool flag => flag,
            JsonObject or JsonArray => true,
            _ => Text(value) is not ("" or "0" or "false"),
        };

    private static string Text(object? value) =>
        value switch
        {
            null => "",
            bool flag => flag ? "true" : "false",
            _ => value.ToString() ?? "",
        };

    [GeneratedRegex(@"\$\{\{(.*?)\}\}")]
    private static partial Regex Hole();

    [GeneratedRegex(@"'(?:[^']|'')*'|\|\||&&|==|!=|[(),]|[A-Za-z_][A-Za-z0-9_.*-]*|\s+|.")]
    private static partial Regex Token();
}

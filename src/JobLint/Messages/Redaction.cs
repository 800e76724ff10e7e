namespace Rayquest.JobLint.Messages;

/// <summary>
/// Keeps secrets that were found out of everything that is printed: findings of rules that hide their source say where a
/// secret stands, and no message, no quoted line of any other finding may show it.
/// </summary>
public sealed class Redaction
{
    private readonly IReadOnlyList<string> secrets;

    private Redaction(IReadOnlyList<string> secrets) => this.secrets = secrets;

    /// <summary>The secrets that findings point at.</summary>
    public static Redaction Of(IEnumerable<Finding> findings)
    {
        List<string>? found = null;
        foreach (Finding finding in findings)
        {
            if (finding.Rule.HidesSource && finding.Span.Text.Trim('"', '\'') is { Length: > 3 } secret)
            {
                (found ??= []).Add(secret);
            }
        }

        // The longest first: one secret may be a part of another.
        found?.Sort((left, right) => right.Length.CompareTo(left.Length));
        return new Redaction(found ?? (IReadOnlyList<string>)[]);
    }

    /// <summary>The text with every secret replaced by as many stars, so that columns stay where they are.</summary>
    public string Mask(string text)
    {
        foreach (string secret in secrets)
        {
            text = text.Replace(secret, new string('*', secret.Length), StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>The findings with messages that repeat no secret; a fix that would is withdrawn.</summary>
    public IEnumerable<Finding> Mask(IEnumerable<Finding> findings) =>
        secrets.Count == 0
            ? findings
            : findings.Select(f =>
                f with
                {
                    Text = f.Text.Replace(Mask),
                    Fix = f.Fix is { } fix && fix.Edits.Any(e => Mask(e.NewText) != e.NewText) ? null : f.Fix,
                }
            );
}

namespace Rayquest.JobLint.Rules;

/// <summary>One rule over one request.</summary>
public abstract class Rule
{
    /// <summary>What the catalogue knows of the rule.</summary>
    public abstract RuleInfo Info { get; }

    /// <summary>The faults found; severity is decided by the linter.</summary>
    public abstract IEnumerable<Finding> Check(RequestContext context);

    /// <summary>A finding at the place of a value.</summary>
    protected Finding At<T>(Located<T> place, Message message, Fix? fix = null) => At(place.Span, message, fix);

    /// <summary>A finding at a span.</summary>
    protected Finding At(SourceSpan span, Message message, Fix? fix = null) =>
        new(Info, Info.DefaultSeverity, span, message) { Fix = fix };

    /// <summary>A safe replacement of the text of a span.</summary>
    protected static Fix Replace(Message title, SourceSpan span, string text, FixSafety safety = FixSafety.Safe) =>
        new(title, safety, [new TextEdit(span.Span, text)]);
}

using System.Text;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Templates;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobReport.Lifecycle;

/// <summary>A request with other values for some of its parameters, and everything else left as it was written.</summary>
public static class ChangedParameters
{
    /// <summary>The request's new bytes, or why there are none, in a sentence's end.</summary>
    /// <param name="path">The request.</param>
    /// <param name="request">What is in it.</param>
    /// <param name="changes">The parameters and their values, as a comment gives them.</param>
    /// <param name="templates">The platform's templates.</param>
    public static (byte[]? Bytes, string? Fault) Of(
        string path,
        ReadOnlyMemory<byte> request,
        IReadOnlyList<KeyValuePair<string, string>> changes,
        IReadOnlyDictionary<string, RequestTemplate> templates
    )
    {
        byte[] bytes = request.ToArray();
        foreach ((string name, string value) in changes)
        {
            RequestDocument before = RequestDocument.Read(path, bytes, templates);
            if (
                before.HasErrors
                || before.Request is not { } read
                || before.File.Documents is not [YamlMapping { Entries.Length: > 0 } root, ..]
            )
            {
                return (null, "the request on the main branch has faults of its own");
            }

            RequestTemplate? template = read.Template is { } named ? templates.GetValueOrDefault(named.Value) : null;
            string[] known = template is null
                ? [.. (read.Params?.Value ?? []).Select(p => p.Key.Value)]
                : [.. template.Parameters.Select(p => p.Key.Value)];
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                return (
                    null,
                    known.Length == 0
                        ? "the request has no parameters"
                        : $"the request has no parameter `{name}`{DidYouMean.Phrase(name, known)}; it has {string.Join(", ", known.Take(20).Select(k => $"`{k}`"))}"
                );
            }

            if (Changed(before, root, template?.Parameter(name), name, value) is not { } text)
            {
                return (null, $"`{name}` can't be changed by one line; change it by hand in a pull request");
            }

            byte[] after = Encoding.UTF8.GetBytes(text);
            RequestDocument document = RequestDocument.Read(path, after, templates);
            if (document.Findings.FirstOrDefault(f => f.Severity == Severity.Error) is { } finding)
            {
                return (null, $"`{name}`: {finding.Message}");
            }

            // The text was laid out by somebody else: what came of the change is looked at, not believed.
            if (!IsOnlyChange(root, document.File.Root, name, value))
            {
                return (null, $"`{name}` can't be changed by one line; change it by hand in a pull request");
            }

            bytes = after;
        }

        return (bytes, null);
    }

    private static string? Changed(
        RequestDocument before,
        YamlMapping root,
        TemplateParameter? parameter,
        string name,
        string value
    )
    {
        string text = before.Source.Text;
        if (root["params"] is not (null or YamlMapping))
        {
            return null;
        }

        YamlMapping? given = root["params"] as YamlMapping;
        bool isPlain =
            parameter?.IsPlain
            ?? given?[name] is YamlScalar { Style: YamlScalarStyle.Plain } there && there.KindName != "text";
        // Between braces a comma or a colon would begin something else; in quotes nothing does.
        string written =
            isPlain && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '+' or '-') ? value : $"\"{value}\"";
        if (given?[name] is YamlScalar scalar)
        {
            return $"{text[..scalar.Span.Span.Start]}{written}{text[scalar.Span.Span.End..]}";
        }

        if (given is { Entries: [var first, ..] })
        {
            int at = first.Key.Span.Span.Start;
            string between = given.IsFlow ? ", " : $"\n{new string(' ', first.Key.Span.Start.Column - 1)}";
            return text.Insert(at, $"{name}: {written}{between}");
        }

        // Above the first key, so that it doesn't matter how the file ends.
        return given is null
            ? text.Insert(
                before.Source.OffsetOfLine(root.Entries[0].Key.Span.Start.Line),
                $"params: {{{name}: {written}}}\n"
            )
            : null;
    }

    private static bool IsOnlyChange(YamlMapping before, YamlNode? after, string name, string value)
    {
        if (
            after is not YamlMapping now
            || (now["params"] as YamlMapping)?[name] is not YamlScalar scalar
            || scalar.Value != value
        )
        {
            return false;
        }

        return Same(Without(before, name), Without(now, name));
    }

    private static YamlMapping Without(YamlMapping root, string name) =>
        new(
            root.Span,
            [
                .. root
                    .Entries.Select(e =>
                        e is { Key.Value: "params", Value: YamlMapping values }
                            ? new YamlEntry(
                                e.Key,
                                new YamlMapping(
                                    values.Span,
                                    [.. values.Entries.Where(v => v.Key.Value != name)],
                                    values.IsFlow
                                )
                            )
                            : e
                    )
                    .Where(e => e is not { Key.Value: "params", Value: YamlMapping { Entries.Length: 0 } }),
            ],
            root.IsFlow
        );

    private static bool Same(YamlNode one, YamlNode other) =>
        (one, other) switch
        {
            (YamlScalar a, YamlScalar b) => a.Value == b.Value && a.Style == b.Style,
            (YamlSequence a, YamlSequence b) => a.Items.Length == b.Items.Length
                && a.Items.Zip(b.Items).All(p => Same(p.First, p.Second)),
            (YamlMapping a, YamlMapping b) => a.Entries.Length == b.Entries.Length
                && a.Entries.All(e => b.Entry(e.Key.Value) is { } there && Same(e.Value, there.Value)),
            _ => false,
        };
}

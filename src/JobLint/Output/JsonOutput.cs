using System.Text.Json;

namespace Rayquest.JobLint.Output;

/// <summary>Findings as JSON of our own, versioned by <c>schema</c>.</summary>
public static class JsonOutput
{
    /// <summary>The document, ended by a line feed.</summary>
    public static string Write(LintReport report)
    {
        return JsonText.Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("schema", 1);
            json.WriteString("tool", "rayquest");
            json.WriteString("version", report.Version);
            json.WriteStartArray("findings");
            foreach (Finding finding in report.Findings)
            {
                WriteFinding(json, finding);
            }

            json.WriteEndArray();
            json.WriteStartObject("summary");
            json.WriteNumber("files", report.Files);
            json.WriteNumber("errors", report.Errors);
            json.WriteNumber("warnings", report.Warnings);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    /// <summary>One finding as an object; <c>preview</c> writes the same.</summary>
    public static void WriteFinding(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("rule", finding.Rule.Code);
        json.WriteString("name", finding.Rule.Name);
        json.WriteString("severity", finding.Severity == Severity.Error ? "error" : "warning");
        json.WriteString("file", finding.Span.Source.Path);
        WritePosition(json, finding.Span.Start, finding.Span.End);
        json.WriteString("message", finding.Message);
        json.WriteString("help", finding.Rule.HelpPath);
        if (finding.Related.Count > 0)
        {
            json.WriteStartArray("related");
            foreach (RelatedLocation related in finding.Related)
            {
                json.WriteStartObject();
                json.WriteString("file", related.Span.Source.Path);
                json.WriteNumber("line", related.Span.Start.Line);
                json.WriteNumber("column", related.Span.Start.Column);
                json.WriteString("message", related.Message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (finding.Fix is { } fix)
        {
            json.WriteStartObject("fix");
            json.WriteString("title", fix.Title);
            json.WriteBoolean("safe", fix.Safety == FixSafety.Safe);
            json.WriteStartArray("edits");
            foreach (TextEdit edit in fix.Edits)
            {
                json.WriteStartObject();
                WritePosition(
                    json,
                    finding.Span.Source.PositionOf(edit.Span.Start),
                    finding.Span.Source.PositionOf(edit.Span.End)
                );
                json.WriteString("text", edit.NewText);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WritePosition(Utf8JsonWriter json, LinePosition start, LinePosition end)
    {
        json.WriteNumber("line", start.Line);
        json.WriteNumber("column", start.Column);
        json.WriteNumber("endLine", end.Line);
        json.WriteNumber("endColumn", end.Column);
    }
}

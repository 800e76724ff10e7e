using System.Text.Json;

namespace Rayquest.JobLint.Output;

/// <summary>Findings as SARIF 2.1.0, for code scanning: exact regions in code points, stable rule ids, help text, fixes.</summary>
public static class SarifOutput
{
    /// <summary>The most results one file may hold for GitHub to take it; past that, errors come before warnings.</summary>
    public const int MaxResults = 25_000;

    private const string RepositoryRoot = "SRCROOT";

    /// <summary>The document, ended by a line feed.</summary>
    public static string Write(LintReport report)
    {
        Finding[] findings = Kept(report.Findings);
        RuleInfo[] rules =
        [
            .. findings.Select(f => f.Rule).DistinctBy(r => r.Code).OrderBy(r => r.Code, StringComparer.Ordinal),
        ];
        Dictionary<string, int> index = rules
            .Select((r, i) => (r.Code, i))
            .ToDictionary(p => p.Code, p => p.i, StringComparer.Ordinal);
        return JsonText.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            json.WriteStartObject("tool");
            json.WriteStartObject("driver");
            json.WriteString("name", "rayquest");
            json.WriteString("semanticVersion", report.Version);
            json.WriteStartArray("rules");
            foreach (RuleInfo rule in rules)
            {
                WriteRule(json, rule);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteString("columnKind", "unicodeCodePoints");
            json.WriteStartObject("originalUriBaseIds");
            json.WriteStartObject(RepositoryRoot);
            json.WriteStartObject("description");
            json.WriteString("text", "The root of the repository.");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartArray("results");
            Dictionary<SourceText, LineFingerprints> fingerprints = [];
            foreach (Finding finding in findings)
            {
                if (!fingerprints.TryGetValue(finding.Span.Source, out LineFingerprints? lines))
                {
                    fingerprints.Add(finding.Span.Source, lines = new LineFingerprints(finding.Span.Source));
                }

                WriteResult(json, finding, index[finding.Rule.Code], lines);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static Finding[] Kept(IReadOnlyList<Finding> findings)
    {
        int room = MaxResults - Math.Min(MaxResults, findings.Count(f => f.Severity == Severity.Error));
        return [.. findings.Where(f => f.Severity == Severity.Error || room-- > 0).Take(MaxResults)];
    }

    private static void WriteRule(Utf8JsonWriter json, RuleInfo rule)
    {
        json.WriteStartObject();
        json.WriteString("id", rule.Code);
        json.WriteString("name", rule.Name);
        WriteMessage(json, "shortDescription", rule.Summary);
        WriteMessage(json, "fullDescription", rule.Summary);
        json.WriteStartObject("help");
        json.WriteString("text", $"{rule.Summary} {rule.Why}");
        json.WriteString(
            "markdown",
            $"**{rule.Summary}**\n\n{rule.Why}\n\n`rayquest explain {rule.Code}` prints the page with examples."
        );
        json.WriteEndObject();
        json.WriteStartObject("defaultConfiguration");
        json.WriteString("level", Level(rule.DefaultSeverity));
        json.WriteEndObject();
        json.WriteStartObject("properties");
        json.WriteString("problem.severity", Level(rule.DefaultSeverity));
        if (rule.Category == RuleCategory.Security)
        {
            // GitHub shows an alert as one of security, and in which band, by this alone.
            json.WriteString("security-severity", rule.DefaultSeverity == Severity.Error ? "8.0" : "5.0");
            json.WriteStartArray("tags");
            json.WriteStringValue("security");
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, Finding finding, int ruleIndex, LineFingerprints lines)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", finding.Rule.Code);
        json.WriteNumber("ruleIndex", ruleIndex);
        json.WriteString("level", Level(finding.Severity));
        WriteMessage(json, "message", finding.Message);
        json.WriteStartArray("locations");
        WriteLocation(json, finding.Span, null);
        json.WriteEndArray();
        if (lines.Of(finding.Span.Start.Line) is { } fingerprint)
        {
            json.WriteStartObject("partialFingerprints");
            json.WriteString("primaryLocationLineHash", fingerprint);
            json.WriteEndObject();
        }

        if (finding.Related.Count > 0)
        {
            json.WriteStartArray("relatedLocations");
            foreach (RelatedLocation related in finding.Related)
            {
                WriteLocation(json, related.Span, related.Message);
            }

            json.WriteEndArray();
        }

        if (finding.Fix is { } fix)
        {
            json.WriteStartArray("fixes");
            json.WriteStartObject();
            WriteMessage(json, "description", fix.Title);
            json.WriteStartArray("artifactChanges");
            json.WriteStartObject();
            WriteArtifact(json, finding.Span.Source.Path);
            json.WriteStartArray("replacements");
            foreach (TextEdit edit in fix.Edits)
            {
                json.WriteStartObject();
                WriteRegion(json, "deletedRegion", new SourceSpan(finding.Span.Source, edit.Span));
                json.WriteStartObject("insertedContent");
                json.WriteString("text", edit.NewText);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteLocation(Utf8JsonWriter json, SourceSpan span, string? message)
    {
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        WriteArtifact(json, span.Source.Path);
        WriteRegion(json, "region", span);
        json.WriteEndObject();
        if (message is not null)
        {
            WriteMessage(json, "message", message);
        }

        json.WriteEndObject();
    }

    private static void WriteArtifact(Utf8JsonWriter json, string path)
    {
        string uri = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        json.WriteStartObject("artifactLocation");
        if (path.StartsWith('/'))
        {
            json.WriteString("uri", "file://" + uri);
        }
        else
        {
            json.WriteString("uri", uri);
            json.WriteString("uriBaseId", RepositoryRoot);
        }

        json.WriteEndObject();
    }

    private static void WriteRegion(Utf8JsonWriter json, string name, SourceSpan span)
    {
        (LinePosition start, LinePosition end) = (span.Start, span.End);
        json.WriteStartObject(name);
        json.WriteNumber("startLine", start.Line);
        json.WriteNumber("startColumn", start.Column);
        json.WriteNumber("endLine", end.Line);
        json.WriteNumber("endColumn", end.Column);
        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static string Level(Severity severity) =>
        severity switch
        {
            Severity.Error => "error",
            Severity.Warning => "warning",
            _ => "none",
        };
}

using System.Text;
using System.Text.Json;
using Microsoft.JSInterop;
using Rayquest.JobFormEngine;
using Rayquest.JobFormEngine.Data;
using Rayquest.JobModel.Text;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.JobForm;

/// <summary>
/// The page's engine by itself, for a script in the page: the tests ask it for what the whole program says of the same, since the
/// page's code has gone through the trimmer.
/// </summary>
public static class PageEngine
{
    private static (string Data, FormEngine Engine)? last;

    /// <summary>What is said of a draft: the preview, as <c>rayquest preview --format json</c> writes it, and the manifest.</summary>
    /// <param name="data">A snapshot, as <c>form.json</c> has it.</param>
    /// <param name="team">The team the draft is of.</param>
    /// <param name="text">The request.</param>
    /// <param name="files">Files it ships, as a JSON object of paths and base64.</param>
    [JSInvokable]
    public static string Evaluate(string data, string team, string text, string files)
    {
        if (last?.Data != data)
        {
            last = (data, new FormEngine(FormSnapshot.Read(Encoding.UTF8.GetBytes(data))));
        }

        Dictionary<string, byte[]> shipped = new(StringComparer.Ordinal);
        using JsonDocument document = JsonDocument.Parse(files);
        foreach (JsonProperty file in document.RootElement.EnumerateObject())
        {
            shipped[file.Name] = file.Value.GetBytesFromBase64();
        }

        FormOutcome outcome = last.Value.Engine.Evaluate(new FormDraft(team, text) { Files = shipped });
        return JsonText.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("preview", PreviewJson.Write(outcome.Evaluation));
            json.WriteString("manifest", outcome.Manifest);
            json.WriteEndObject();
        });
    }
}

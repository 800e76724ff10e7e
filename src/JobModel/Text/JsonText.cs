using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Rayquest.JobModel.Text;

/// <summary>JSON as every output of ours writes it: indented, line feeds only, letters of any script as they are.</summary>
public static class JsonText
{
    private static readonly JsonWriterOptions Layout = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The document that <paramref name="content"/> writes, ended by a line feed; the same bytes everywhere.</summary>
    public static string Write(Action<Utf8JsonWriter> content)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Layout))
        {
            content(json);
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}

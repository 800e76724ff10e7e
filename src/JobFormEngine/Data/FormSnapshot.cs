using System.Text;
using System.Text.Json;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Text;

namespace Rayquest.JobFormEngine.Data;

/// <summary>The snapshot is not one that this form can read.</summary>
public sealed class SnapshotFault(string message) : Exception(message);

/// <summary>
/// What a form knows of a repository: <c>form.json</c> beside the page. The files are those of the base branch, as they are: the
/// page judges by them as the program would.
/// </summary>
public sealed record FormSnapshot
{
    /// <summary>The file's name beside the page.</summary>
    public const string FileName = "form.json";

    private const int Schema = 1;

    /// <summary>The version of the program that wrote it; the page's own must be the same, or the two may judge differently.</summary>
    public required string Version { get; init; }

    /// <summary>The repository's page on GitHub, without a slash at the end; null where it isn't known.</summary>
    public string? Repository { get; init; }

    /// <summary>The branch pull requests go to.</summary>
    public string Branch { get; init; } = "main";

    /// <summary>Whether it says what teams hold; without, every quota looks unused.</summary>
    public bool HasUsage { get; init; }

    /// <summary>Whether it has the requests and what was rendered from them, so that one can be edited.</summary>
    public bool HasRequests { get; init; }

    /// <summary>Whether what is written can be saved where the data came from: the form is served from a working tree.</summary>
    public bool CanSave { get; init; }

    /// <summary>The files, by path.</summary>
    public required IReadOnlyDictionary<string, byte[]> Files { get; init; }

    /// <summary>The files as a tree.</summary>
    public IRepositoryTree Tree() => new MemoryTree(Files);

    /// <summary>The document, ended by a line feed; the same bytes for the same snapshot.</summary>
    public string Write() =>
        JsonText.Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            json.WriteString("version", Version);
            json.WriteString("repository", Repository);
            json.WriteString("branch", Branch);
            json.WriteBoolean("usage", HasUsage);
            json.WriteBoolean("requests", HasRequests);
            json.WriteBoolean("save", CanSave);
            json.WriteStartObject("files");
            foreach ((string path, byte[] bytes) in Files.OrderBy(f => f.Key, StringComparer.Ordinal))
            {
                // What isn't text would come back as other bytes.
                if (TextOf(bytes) is { } text)
                {
                    json.WriteString(path, text);
                }
                else
                {
                    json.WriteStartObject(path);
                    json.WriteBase64String("base64", bytes);
                    json.WriteEndObject();
                }
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });

    /// <summary>Reads a document.</summary>
    /// <exception cref="SnapshotFault">It is none, or of a later form.</exception>
    public static FormSnapshot Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            JsonElement root = document.RootElement;
            if (root.GetProperty("schema").GetInt32() != Schema)
            {
                throw new SnapshotFault(
                    $"{FileName} is of another form than this page reads; write the site again with `rayquest form`"
                );
            }

            Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
            foreach (JsonProperty file in root.GetProperty("files").EnumerateObject())
            {
                files[file.Name] =
                    file.Value.ValueKind == JsonValueKind.String
                        ? Encoding.UTF8.GetBytes(file.Value.GetString()!)
                        : file.Value.GetProperty("base64").GetBytesFromBase64();
            }

            return new FormSnapshot
            {
                Version = root.GetProperty("version").GetString()!,
                Repository = root.GetProperty("repository").GetString(),
                Branch = root.GetProperty("branch").GetString()!,
                HasUsage = root.GetProperty("usage").GetBoolean(),
                HasRequests = root.GetProperty("requests").GetBoolean(),
                CanSave = root.GetProperty("save").GetBoolean(),
                Files = files,
            };
        }
        catch (Exception fault)
            when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new SnapshotFault(
                $"{FileName} can't be read ({fault.Message}); write the site again with `rayquest form`"
            );
        }
    }

    private static string? TextOf(byte[] bytes)
    {
        try
        {
            string text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(
                bytes
            );
            return text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Rayquest.JobHosts.GitHub;

/// <summary>An answer GitHub gave with an ETag.</summary>
internal sealed record CachedAnswer(string Url, string ETag, string? Link, byte[] Body);

/// <summary>Answers by URL, in memory and, if asked, in a folder; a 304 then costs no quota.</summary>
internal sealed class ResponseCache(string? folder)
{
    private const int LargestBody = 4 << 20;

    private readonly ConcurrentDictionary<string, CachedAnswer> answers = new(StringComparer.Ordinal);

    public CachedAnswer? Find(string url)
    {
        if (answers.TryGetValue(url, out var known) || folder is null)
            return known;
        try
        {
            var stored = JsonSerializer.Deserialize(File.ReadAllBytes(FileOf(url)), GitHubJson.Default.CachedAnswer);
            return stored?.Url == url ? answers.GetOrAdd(url, stored) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            return null; // A cache that can't be read is an empty cache.
        }
    }

    public void Keep(CachedAnswer answer)
    {
        if (answer.Body.Length > LargestBody)
            return;
        answers[answer.Url] = answer;
        if (folder is null)
            return;
        try
        {
            Directory.CreateDirectory(folder);
            var file = FileOf(answer.Url);
            var draft = $"{file}.{Environment.ProcessId}";
            File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(answer, GitHubJson.Default.CachedAnswer));
            File.Move(draft, file, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Only quota is lost.
        }
    }

    private string FileOf(string url) =>
        Path.Combine(folder!, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url))) + ".json");
}

using Rayquest.JobHosts.Files;

namespace Rayquest.JobHosts.FormSite;

/// <summary>The published page of the form, and how it is laid into a folder that a host serves.</summary>
public static class FormSiteFiles
{
    /// <summary>The page itself; a folder without it is no published form.</summary>
    public const string Page = "index.html";

    /// <summary>The data beside the page.</summary>
    public const string Data = "form.json";

    // Folders that hold nothing but what was published.
    private static readonly string[] Owned = ["_content/", "_framework/"];

    /// <summary>The files of a published form by their path below it, ordinal; null where the folder holds none.</summary>
    public static IReadOnlyList<string>? List(string site) =>
        File.Exists(Path.Combine(site, Page)) && Directory.Exists(Path.Combine(site, "_framework"))
            ?
            [
                .. Directory
                    .EnumerateFiles(site, "*", SearchOption.AllDirectories)
                    .Select(f => Path.GetRelativePath(site, f).Replace('\\', '/'))
                    .Where(f => f != Data)
                    .Order(StringComparer.Ordinal),
            ]
            : null;

    /// <summary>Whether a folder may be written to: it isn't there, is empty, or holds a form of before.</summary>
    public static bool IsOurs(string folder) =>
        !Directory.Exists(folder)
        || !Directory.EnumerateFileSystemEntries(folder).Any()
        || File.Exists(Path.Combine(folder, Data));

    /// <summary>
    /// Writes page and data; what a page of before left in the published folders goes. The data comes last, so that a run that
    /// was stopped leaves a folder that the next one may write to, once there was data.
    /// </summary>
    public static void Write(string site, IReadOnlyList<string> files, string folder, string data)
    {
        string mark = Path.Combine(folder, Data);
        if (!File.Exists(mark))
        {
            AtomicFile.Write(mark, data);
        }

        HashSet<string> kept = new(files, StringComparer.Ordinal);
        foreach (string file in files)
        {
            AtomicFile.Write(Path.Combine(folder, file), File.ReadAllBytes(Path.Combine(site, file)));
        }

        foreach (string owned in Owned.Select(o => Path.Combine(folder, o)).Where(Directory.Exists))
        {
            foreach (string there in Directory.EnumerateFiles(owned, "*", SearchOption.AllDirectories))
            {
                if (!kept.Contains(Path.GetRelativePath(folder, there).Replace('\\', '/')))
                {
                    File.Delete(there);
                }
            }
        }

        AtomicFile.Write(mark, data);
    }

    /// <summary>What a browser takes a file for.</summary>
    public static string ContentType(string path) =>
        Path.GetExtension(path) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".json" => "application/json; charset=utf-8",
            ".webmanifest" => "application/manifest+json",
            ".wasm" => "application/wasm",
            ".svg" => "image/svg+xml",
            ".png" => "image/png",
            ".woff2" => "font/woff2",
            _ => "application/octet-stream",
        };
}

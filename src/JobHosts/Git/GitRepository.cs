using System.Globalization;
using System.Text;
using Rayquest.JobHosts.Processes;

namespace Rayquest.JobHosts.Git;

/// <summary>
/// A repository read and written through its objects, with nothing checked out: what a pull request holds stays data.
/// Commits are named by full <see cref="ObjectId"/>s; text from outside (revisions, paths, refs) is never an option.
/// Safe for use by several threads.
/// </summary>
public sealed partial class GitRepository : IDisposable
{
    private readonly GitProgram git;
    private readonly Layout layout;
    private ObjectReader objects;

    private GitRepository(GitProgram git, Layout layout, string? root)
    {
        (this.git, this.layout) = (git, layout);
        Root = root ?? layout.Directory;
        objects = new ObjectReader(git);
    }

    /// <summary>The top of the working tree; of a bare repository, the repository itself.</summary>
    public string Root { get; }

    public string GitDirectory => layout.Directory;

    /// <exception cref="GitException">The folder is in no repository, or git isn't there.</exception>
    public static GitRepository Open(string directory, GitOptions? options = null)
    {
        if (!Directory.Exists(directory))
            throw new GitException($"there is no folder {directory}", "name the repository's folder with --repo");
        var program = new GitProgram(directory, options ?? GitOptions.Default);
        // The top is asked for last: in a bare repository there is none, and git ends with a fault after the other answers.
        string[] arguments =
        [
            "rev-parse",
            "--show-object-format",
            "--is-bare-repository",
            "--absolute-git-dir",
            "--path-format=absolute",
            "--git-common-dir",
            "--git-path",
            "objects",
            "--show-toplevel",
        ];
        var result = program.Try(arguments);
        var lines = result.Text.Split('\n');
        var bare = lines.Length > 5 && (lines[1] == "true" || IsInside(lines[2], directory));
        if (result.ExitCode != 0 && !bare)
            throw GitProgram.Fault(arguments, result);
        var repository = new GitRepository(program, new Layout(lines[2], lines[0], lines[4]), bare ? null : lines[5]);
        if (PromisingRemote(program, lines[3]) is { } remote)
            repository.Promise(remote, null);
        return repository;
    }

    /// <summary>Makes an empty bare repository, or opens the one that is there.</summary>
    public static GitRepository InitBare(string directory, GitOptions? options = null)
    {
        Directory.CreateDirectory(directory);
        if (File.Exists(Path.Combine(directory, "HEAD")))
            return Open(directory, options);
        var program = new GitProgram(directory, options ?? GitOptions.Default);
        program.Run(["init", "--quiet", "--bare", "--initial-branch=main", "--template=", "."]);
        return Open(directory, options);
    }

    public void Dispose()
    {
        objects.Dispose();
        references?.Dispose();
        if (reading is not null)
            Directory.Delete(reading, recursive: true);
    }

    /// <summary>The commit a revision expression names; null when it names none.</summary>
    public ObjectId? TryResolve(string revision) =>
        IsOneLine(revision)
        && (ObjectId.TryParse(revision, out _) ? objects : references ?? objects).Describe([revision + "^{commit}"])[0]
            is { Type: "commit" } commit
            ? commit.Id
            : null;

    /// <exception cref="GitException">The revision names no commit here.</exception>
    public ObjectId Resolve(string revision) =>
        TryResolve(revision)
        ?? throw new GitException(
            $"{Shown(revision)} names no commit of this repository",
            "check its spelling, or fetch it (fetch-depth: 0)"
        );

    /// <summary>Whether the object is in this repository's database.</summary>
    public bool Has(ObjectId id) => objects.Describe([id.ToString()])[0] is not null;

    /// <summary>The best common ancestor; null when there is none (unrelated histories).</summary>
    /// <exception cref="GitException">None is known, and the history is cut off: it may be behind the cut.</exception>
    public ObjectId? MergeBase(ObjectId one, ObjectId other)
    {
        string[] arguments = ["merge-base", one.ToString(), other.ToString()];
        var result = git.Try(arguments);
        return result.ExitCode switch
        {
            0 => ObjectId.Parse(result.Text[..result.Text.IndexOf('\n', StringComparison.Ordinal)]),
            1 when IsShallow => throw new GitException(
                $"the history between {one.Short} and {other.Short} is cut off",
                "fetch the full history (fetch-depth: 0)"
            ),
            1 => null,
            _ => throw GitProgram.Fault(arguments, result),
        };
    }

    public bool IsAncestor(ObjectId ancestor, ObjectId descendant)
    {
        string[] arguments = ["merge-base", "--is-ancestor", ancestor.ToString(), descendant.ToString()];
        var result = git.Try(arguments);
        return result.ExitCode <= 1 ? result.ExitCode == 0 : throw GitProgram.Fault(arguments, result);
    }

    /// <summary>Every file, link and submodule of a commit or tree under the prefixes, in Git's order; everything when none is given.</summary>
    /// <exception cref="TooManyEntries">There are more than <see cref="EntryLimit.OfTree"/>.</exception>
    public IReadOnlyList<TreeEntry> ListTree(ObjectId commit, params IReadOnlyList<string> prefixes)
    {
        var output = git.List(
            ["ls-tree", "-r", "-z", "--full-tree", commit.ToString(), "--", .. prefixes],
            EntryLimit.OfTree
        ).Output;
        var entries = new List<TreeEntry>();
        foreach (var record in Records(output))
        {
            // <mode> SP <type> SP <id> TAB <path>
            var tab = record.Span.IndexOf((byte)'\t');
            var fields = Encoding.ASCII.GetString(record.Span[..tab]).Split(' ');
            entries.Add(
                new TreeEntry(
                    Encoding.UTF8.GetString(record.Span[(tab + 1)..]),
                    ModeOf(fields[0]),
                    ObjectId.Parse(fields[2])
                )
            );
        }

        return entries;
    }

    /// <summary>The files of the working tree: those that are tracked, and new ones that Git doesn't ignore.</summary>
    /// <exception cref="TooManyEntries">There are more than <see cref="EntryLimit.OfTree"/>.</exception>
    public IReadOnlyList<string> ListWorkTree() =>
        [
            .. Records(
                    git.List(
                        ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--full-name", "--", Root],
                        EntryLimit.OfTree
                    ).Output
                )
                .Select(record => Encoding.UTF8.GetString(record.Span))
                .Distinct(StringComparer.Ordinal),
        ];

    /// <summary>What differs between two commits or trees, path by path, renames taken apart.</summary>
    /// <exception cref="TooManyEntries">It is more than <see cref="EntryLimit.OfChange"/>.</exception>
    public IReadOnlyList<TreeChange> Diff(ObjectId from, ObjectId to) =>
        new TreeComparison(objects, EntryLimit.OfChange).Compare(from, to);

    /// <summary>
    /// Reads blobs in one conversation with one process. An object that is missing, is no blob or is larger than
    /// <paramref name="sizeLimit"/> bytes is left out of the answer.
    /// </summary>
    /// <exception cref="GitException">A remote that owes them doesn't give them: then they aren't taken for missing.</exception>
    public IReadOnlyDictionary<ObjectId, byte[]> ReadBlobs(IEnumerable<ObjectId> ids, long sizeLimit = 1 << 20)
    {
        var wanted = ids.Distinct().ToList();
        var headers = objects.Describe([.. wanted.Select(id => id.ToString())]);
        if (FetchPromised([.. wanted.Where((_, i) => headers[i] is null)]))
            headers = objects.Describe([.. wanted.Select(id => id.ToString())]);
        var fitting = headers.OfType<ObjectHeader>().Where(h => h.Type == "blob" && h.Size <= sizeLimit);
        var found = new Dictionary<ObjectId, byte[]>(wanted.Count);
        objects.Read([.. fitting.Select(header => header.Id)], (header, content) => found[header.Id] = content);
        return found;
    }

    /// <summary>The size of each blob in bytes, without reading it; missing objects are left out.</summary>
    public IReadOnlyDictionary<ObjectId, long> Sizes(IEnumerable<ObjectId> ids) =>
        objects
            .Describe([.. ids.Distinct().Select(id => id.ToString())])
            .OfType<ObjectHeader>()
            .ToDictionary(header => header.Id, header => header.Size);

    /// <summary>The content of a file in a commit; null when it isn't there, isn't a file or is over the limit.</summary>
    public byte[]? ReadFile(ObjectId commit, string path, long sizeLimit = 1 << 20) =>
        IdAt(commit, path) is { } id ? ReadBlobs([id], sizeLimit).GetValueOrDefault(id) : null;

    /// <exception cref="GitException">There is no such commit here.</exception>
    public CommitInfo ReadCommit(ObjectId id)
    {
        CommitInfo? commit = null;
        objects.Read([id], (header, content) => commit = header.Type == "commit" ? ParseCommit(id, content) : null);
        return commit ?? throw new GitException($"commit {id} is not in this repository", "fetch it first");
    }

    /// <summary>The references under a prefix (<c>refs/heads/</c>) and what they point at.</summary>
    public IReadOnlyDictionary<string, ObjectId> References(string prefix)
    {
        var output = git.Run(["for-each-ref", "--format=%(objectname) %(refname)", "--", prefix]);
        return output
            .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', 2))
            .ToDictionary(parts => parts[1], parts => ObjectId.Parse(parts[0]));
    }

    /// <summary>The URL configured for a remote; null when there is none of that name.</summary>
    public string? RemoteUrl(string remote)
    {
        var result = git.Try(["config", "--get", $"remote.{remote}.url"]);
        return result.ExitCode == 0 ? result.Text.TrimEnd('\n') : null;
    }

    private static CommitInfo ParseCommit(ObjectId id, byte[] content)
    {
        var text = Encoding.UTF8.GetString(content);
        var blank = text.IndexOf("\n\n", StringComparison.Ordinal);
        var (head, message) = blank < 0 ? (text, "") : (text[..blank], text[(blank + 2)..]);
        var fields = head.Split('\n').Where(line => !line.StartsWith(' ')).Select(line => line.Split(' ', 2)).ToList();
        return new CommitInfo(
            id,
            ObjectId.Parse(Only("tree")),
            [.. fields.Where(field => field[0] == "parent").Select(field => ObjectId.Parse(field[1]))],
            ParseSignature(Only("author")),
            ParseSignature(Only("committer")),
            message
        );

        string Only(string name) => fields.First(field => field[0] == name)[1];
    }

    private static Signature ParseSignature(string text)
    {
        // Name SP <email> SP seconds SP +hhmm; names may hold anything but '<'.
        var open = text.LastIndexOf('<');
        var close = text.LastIndexOf('>');
        if (open < 0 || close < open)
            return new Signature(text, "", DateTimeOffset.UnixEpoch);
        var moment = text[(close + 1)..].Trim().Split(' ');
        var known = long.TryParse(moment[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at);
        return new Signature(
            text[..open].Trim(),
            text[(open + 1)..close],
            known && Math.Abs(at) < 200_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(at) : DateTimeOffset.UnixEpoch
        );
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Records(byte[] output)
    {
        for (var start = 0; start < output.Length; )
        {
            var length = output.AsSpan(start).IndexOf((byte)0);
            if (length < 0)
                yield break;
            yield return output.AsMemory(start, length);
            start += length + 1;
        }
    }

    internal static EntryMode ModeOf(string digits) =>
        digits switch
        {
            "000000" => EntryMode.None,
            "100755" => EntryMode.Executable,
            "120000" => EntryMode.Symlink,
            "160000" => EntryMode.Submodule,
            "040000" => EntryMode.Directory,
            _ => EntryMode.Regular,
        };

    // Where a repository keeps what, and the hash that names its objects.
    private sealed record Layout(string Directory, string ObjectFormat, string Objects);

    private static bool IsOneLine(string text) => text.AsSpan().IndexOfAny('\n', '\0') < 0;

    private static bool IsInside(string gitDirectory, string directory) =>
        (Path.GetFullPath(directory) + Path.DirectorySeparatorChar).StartsWith(
            gitDirectory + Path.DirectorySeparatorChar,
            StringComparison.Ordinal
        );

    private static string Shown(string text) =>
        "'" + new string([.. text.Take(80).Select(c => char.IsControl(c) ? '?' : c)]) + "'";
}

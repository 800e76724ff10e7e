using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobHosts.Git;

/// <summary>
/// What a branch holds, as seen from a working folder: a file that is the same in both is read from the folder, so that comparing
/// ten thousand of them asks Git for none.
/// </summary>
/// <param name="branch">The branch's tree.</param>
/// <param name="work">The working folder.</param>
public sealed class MergedTree(CommitTree branch, IRepositoryTree work) : IRepositoryTree
{
    /// <inheritdoc/>
    public IReadOnlyList<JobModel.Repository.TreeEntry> List(string folder) => branch.List(folder);

    /// <inheritdoc/>
    public JobModel.Repository.TreeEntry? Find(string path) => branch.Find(path);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? Read(string path) =>
        branch.IdOf(path) is not { } id ? null
        : work.Find(path) is { Kind: TreeEntryKind.File }
        && work.Read(path) is { } bytes
        && IdOf(bytes.Span, id.ToString().Length) == id.ToString()
            ? bytes
        : branch.Read(path);

    private static string IdOf(ReadOnlySpan<byte> content, int digits)
    {
        byte[] header = Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"blob {content.Length}\0")
        );
#pragma warning disable CA5350 // Git's own name of the object, compared with Git's
        using IncrementalHash hash = IncrementalHash.CreateHash(
            digits == 64 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1
        );
#pragma warning restore CA5350
        hash.AppendData(header);
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Plans;

/// <summary>
/// What tells a request from others: the digest of what it makes run. Earlier versions counted the owner in; what was merged
/// then is still known as the same request, whoever owns it now.
/// </summary>
public sealed class RequestIdentity
{
    private readonly YamlMapping root;
    private readonly IReadOnlyList<CodeFile> code;

    /// <param name="root">The request.</param>
    /// <param name="code">The files it ships.</param>
    public RequestIdentity(YamlMapping root, IReadOnlyList<CodeFile> code)
    {
        (this.root, this.code) = (root, code);
        Digest = RequestDigest.Of(root, code);
    }

    /// <summary>SHA-256, hex.</summary>
    public string Digest { get; }

    /// <summary>Whether a rendered file is of this request.</summary>
    public bool Is(JobHeader header) =>
        header.RequestDigest == Digest
        || (header.Owner is { } owner && header.RequestDigest == RequestDigest.WithOwner(root, code, owner));
}

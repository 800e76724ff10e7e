namespace Rayquest.JobModel.Policies;

/// <summary>Which labels of pods a request may set.</summary>
public static class LabelGrant
{
    // Kubernetes, Ray and the schedulers find and place pods by them; meshes and Argo CD change what runs by them.
    private static readonly string[] Engines =
    [
        "kubernetes.io",
        "k8s.io",
        "x-k8s.io",
        "ray.io",
        "volcano.sh",
        "yunikorn.apache.org",
        "kai.scheduler",
        "argoproj.io",
        "istio.io",
        "linkerd.io",
    ];

    // YuniKorn's own, without a domain; KubeRay's selector for Services.
    private static readonly string[] Bare = ["applicationId", "queue", "cluster", "component"];

    /// <summary>Whether a label is the platform's or an engine's, whatever a policy opens.</summary>
    public static bool IsReserved(string key, string labelPrefix)
    {
        int slash = key.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return Bare.Contains(key);
        }

        ReadOnlySpan<char> domain = key.AsSpan(0, slash);
        return IsUnder(domain, labelPrefix) || IsOfEngine(domain);
    }

    /// <summary>Whether a key fits one of the patterns: <c>*</c> at the end stands for anything without a slash.</summary>
    public static bool IsOpen(IEnumerable<string> patterns, string key) =>
        patterns.Any(p =>
            p.EndsWith('*')
                ? key.StartsWith(p[..^1], StringComparison.Ordinal)
                    && !key.AsSpan(p.Length - 1).Contains('/')
                    && key.Length >= p.Length
                : key == p
        );

    private static bool IsOfEngine(ReadOnlySpan<char> domain)
    {
        foreach (string engine in Engines)
        {
            if (IsUnder(domain, engine))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsUnder(ReadOnlySpan<char> domain, string parent) =>
        domain.SequenceEqual(parent)
        || (
            domain.Length > parent.Length
            && domain.EndsWith(parent, StringComparison.Ordinal)
            && domain[^(parent.Length + 1)] == '.'
        );
}

using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.Cluster;

/// <summary>What kind of trouble the cluster is in, or we are in with it.</summary>
public enum ClusterExceptionKind
{
    /// <summary>No answer, a broken answer, or a server error: worth another try.</summary>
    Unreachable,

    /// <summary>429, after kubectl's own patience.</summary>
    Throttled,

    /// <summary>401: no or no longer valid credentials.</summary>
    Unauthorized,

    /// <summary>403: the credentials may not do that.</summary>
    Forbidden,

    /// <summary>The kind is not installed: its CRD is missing.</summary>
    KindMissing,
    NotFound,

    /// <summary>The object is refused: validation, admission, or a conflict of field owners.</summary>
    Refused,

    /// <summary>A continue token was too old; the list is begun again.</summary>
    Expired,

    /// <summary>There is no log to read (any more).</summary>
    NoLog,

    /// <summary>kubectl itself is missing or was used wrongly.</summary>
    Program,
}

/// <summary>A fault of the cluster, told from kubectl's words; it says what to do about it.</summary>
public sealed class ClusterException : HostException
{
    private ClusterException(ClusterExceptionKind kind, string cause, string remedy)
        : base(cause, remedy) => Kind = kind;

    public ClusterExceptionKind Kind { get; }

    /// <summary>True when the same call may succeed a little later.</summary>
    public bool MayPass => Kind is ClusterExceptionKind.Unreachable or ClusterExceptionKind.Throttled;

    internal static ClusterException NoProgram(string program, string said) =>
        new(
            ClusterExceptionKind.Program,
            $"{program} could not be started ({said.Trim()})",
            "install kubectl 1.28 or newer, or name it with RAYQUEST_KUBECTL"
        );

    internal static ClusterException TimedOut(string what, TimeSpan limit) =>
        new(
            ClusterExceptionKind.Unreachable,
            $"{what} did not end within {limit.TotalSeconds:0} s",
            "look at the API server's health; the next pass tries again"
        );

    internal static ClusterException Broken(string what, string detail) =>
        new(
            ClusterExceptionKind.Unreachable,
            $"{what} got an answer that is cut short or no JSON ({detail})",
            "look at what stands between us and the API server; the next pass tries again"
        );

    internal static ClusterException Misuse(string what) =>
        new(ClusterExceptionKind.Program, what, "this is a fault of the caller, not of the cluster");

    internal static ClusterException Missing(string what) =>
        new(ClusterExceptionKind.NoLog, what, "the object is gone or never had one");

    /// <summary>Reads kubectl's standard error. Text of servers is cleaned of secrets and control characters first.</summary>
    internal static ClusterException Of(string what, string error)
    {
        var said = LogTail.Redact(error.Trim().ReplaceLineEndings(" "));
        said = said.Length > 600 ? said[..600] + "…" : said;
        var (kind, remedy) = Classify(said);
        return new ClusterException(kind, $"{what}: {(said.Length == 0 ? "kubectl said nothing" : said)}", remedy);
    }

    private static (ClusterExceptionKind Kind, string Remedy) Classify(string said)
    {
        if (Has("must be logged in") || Has("(Unauthorized)") || Has("getting credentials") || Has("token has expired"))
        {
            return (
                ClusterExceptionKind.Unauthorized,
                "renew the credentials in the kubeconfig or the service account's token"
            );
        }

        if (Has("(Forbidden)") || Has("is forbidden:"))
        {
            return (
                ClusterExceptionKind.Forbidden,
                "give the reader's Role the verb and resource named here (argocd/ has it)"
            );
        }

        if (Has("(Expired)") || Has("continue parameter is too old"))
        {
            return (ClusterExceptionKind.Expired, "the list is begun again");
        }

        if (Has("(TooManyRequests)") || Has("too many requests"))
        {
            return (ClusterExceptionKind.Throttled, "the API server is busy; the next pass tries again");
        }

        if (
            Has("the server could not find the requested resource")
            || Has("the server doesn't have a resource type")
            || Has("no matches for kind")
            || Has("ensure CRDs are installed first")
        )
        {
            return (
                ClusterExceptionKind.KindMissing,
                "install the operator's CRDs, or leave this kind out of the platform's policy"
            );
        }

        if (
            Has("no preferred addresses found")
            || Has("is waiting to start")
            || Has("previous terminated container")
            || Has("unable to retrieve container logs")
            || Has("is not available")
        )
        {
            return (ClusterExceptionKind.NoLog, "the pod has no log to read: look at the platform's log store");
        }

        if (Has("(NotFound)") || Has("not found"))
        {
            return (ClusterExceptionKind.NotFound, "it is gone, or never was");
        }

        if (
            Has("(Invalid)")
            || Has("(BadRequest)")
            || Has("(Conflict)")
            || Has("(AlreadyExists)")
            || Has("failed to create typed patch object")
            || Has("strict decoding error")
            || Has("is invalid:")
            || Has("admission webhook")
            || Has("Apply failed with")
        )
        {
            return (ClusterExceptionKind.Refused, "fix the manifest: the message names the field");
        }

        if (
            Has("unknown flag")
            || Has("unknown command")
            || Has("error loading config")
            || Has("context was not found")
            || Has("does not exist")
        )
        {
            return (ClusterExceptionKind.Program, "correct KUBECONFIG or the context's name");
        }

        return (
            ClusterExceptionKind.Unreachable,
            "check the address in the kubeconfig and the API server's health; the next pass tries again"
        );

        bool Has(string words) => said.Contains(words, StringComparison.OrdinalIgnoreCase);
    }
}

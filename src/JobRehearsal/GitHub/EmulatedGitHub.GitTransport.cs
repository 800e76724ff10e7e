using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.Processes;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>
/// Git over HTTP, so that a push has an author whom rules let by or not. Fetching is git's own server; pushes are
/// taken here, reference by reference, and refused in GitHub's words.
/// </summary>
public sealed partial class EmulatedGitHub
{
    private const string Declined = "push declined due to repository rule violations";

    /// <summary>The address to clone, fetch and push; who it is tells the credential.</summary>
    public Uri CloneUrl => new(ApiUrl, $"{Name}.git");

    /// <summary>What somebody shows git when they fetch and push.</summary>
    public GitCredential CredentialOf(EmulatedUser user) => GitCredential.ForToken(CloneUrl, user.Token);

    /// <summary>Answers git, if it is git that asks.</summary>
    private bool ServedGit(HttpListenerContext context)
    {
        var request = context.Request;
        var path = request.Url!.AbsolutePath;
        var folder = $"/{Name}.git/";
        if (!path.StartsWith(folder, StringComparison.Ordinal))
            return false;
        using var response = context.Response;
        var service = path[folder.Length..];
        if (WhoAsks(request) is not { } user)
        {
            response.Headers["WWW-Authenticate"] = "Basic realm=\"GitHub\"";
            response.StatusCode = 401;
            return true;
        }

        if (user.Permission == PermissionLevel.None)
        {
            response.StatusCode = 404;
            return true;
        }

        var wanted = service == "info/refs" ? request.QueryString["service"] : service;
        if (wanted == "git-receive-pack" && !user.CanWrite)
        {
            response.StatusCode = 403;
            return true;
        }

        var answer = (service, wanted) switch
        {
            ("info/refs", "git-upload-pack" or "git-receive-pack") => Advertise(request, wanted),
            ("git-upload-pack", _) => UploadPack(request),
            ("git-receive-pack", _) => ReceivePack(ReadBody(request), user),
            _ => null,
        };
        if (answer is null)
        {
            response.StatusCode = 404;
            return true;
        }

        response.ContentType = $"application/x-{wanted}-{(service == "info/refs" ? "advertisement" : "result")}";
        response.Headers["Cache-Control"] = "no-cache";
        response.ContentLength64 = answer.Length;
        response.OutputStream.Write(answer);
        return true;
    }

    private EmulatedUser? WhoAsks(HttpListenerRequest request)
    {
        if (request.Headers["Authorization"]?.Split(' ', 2) is not [var scheme, var value])
            return null;
        if (!scheme.Equals("basic", StringComparison.OrdinalIgnoreCase))
            return null;
        var pair = Encoding.UTF8.GetString(Convert.FromBase64String(value)).Split(':', 2);
        lock (gate)
            return pair is [_, var token] ? Identify(token) : null;
    }

    private byte[] Advertise(HttpListenerRequest request, string service)
    {
        var protocol = request.Headers["Git-Protocol"];
        var listed = ServeProgram(service, ["--stateless-rpc", "--advertise-refs"], protocol, default);
        var plain = service == "git-receive-pack" || protocol?.Contains("version=2", StringComparison.Ordinal) != true;
        return plain ? [.. Packet($"# service={service}\n"), .. "0000"u8, .. listed] : listed;
    }

    private byte[] UploadPack(HttpListenerRequest request) =>
        ServeProgram("git-upload-pack", ["--stateless-rpc"], request.Headers["Git-Protocol"], ReadBody(request));

    private byte[] ServeProgram(
        string service,
        IReadOnlyList<string> arguments,
        string? protocol,
        ReadOnlyMemory<byte> input
    ) =>
        ChildProcess
            .Run(
                "git",
                [
                    "-c",
                    "uploadpack.allowAnySHA1InWant=true",
                    "-c",
                    "uploadpack.allowFilter=true",
                    "-c",
                    "transfer.hideRefs=refs/forks",
                    service["git-".Length..],
                    .. arguments,
                    Git.GitDirectory,
                ],
                Git.GitDirectory,
                new Dictionary<string, string?> { ["GIT_PROTOCOL"] = protocol, ["LC_ALL"] = "C" },
                TimeSpan.FromMinutes(1),
                input
            )
            .Output;

    private static byte[] ReadBody(HttpListenerRequest request)
    {
        using var body = new MemoryStream();
        using var input =
            request.Headers["Content-Encoding"] == "gzip"
                ? new GZipStream(request.InputStream, CompressionMode.Decompress)
                : request.InputStream;
        input.CopyTo(body);
        return body.ToArray();
    }

    /// <summary>Takes a push: the objects first, which nobody sees yet, then each reference by the rules.</summary>
    private byte[] ReceivePack(byte[] body, EmulatedUser user)
    {
        var (commands, pack) = ReadCommands(body);
        if (commands.Count == 0)
            return [];
        if (pack.Length > 0)
            RunGit(["unpack-objects", "-q"], pack);
        var report = new List<byte>(Packet("unpack ok\n"));
        var remarks = new StringBuilder();
        lock (gate)
        {
            FollowBranches();
            foreach (var (reference, before, after) in commands)
                report.AddRange(Packet(Take(user, reference, before, after, remarks) + "\n"));
            FollowBranches();
        }

        report.AddRange("0000"u8);
        var answer = new List<byte>();
        foreach (var remark in Encoding.UTF8.GetBytes(remarks.ToString()).Chunk(900))
            answer.AddRange(Packet([2, .. remark]));
        answer.AddRange(Packet([1, .. report]));
        answer.AddRange("0000"u8);
        return [.. answer];
    }

    private string Take(EmulatedUser user, string reference, ObjectId? before, ObjectId? after, StringBuilder remarks)
    {
        if (
            !reference.StartsWith(Heads, StringComparison.Ordinal)
            && !reference.StartsWith("refs/tags/", StringComparison.Ordinal)
        )
            return $"ng {reference} deny updating a hidden ref";
        var broken = BrokenByPush(user, reference, before, after);
        if (broken.Count > 0)
        {
            remarks.Append(DeclinedText(reference, broken));
            return $"ng {reference} {Declined}";
        }

        var moved =
            after is { } target ? Git.UpdateReference(reference, target, before)
            : before is { } old ? Git.DeleteReference(reference, old)
            : ReferenceUpdate.Moved;
        if (moved == ReferenceUpdate.Moved)
            return $"ng {reference} failed to update ref";
        RecordPush(reference, before, after, user);
        return $"ok {reference}";
    }

    private static (List<(string Reference, ObjectId? Before, ObjectId? After)> Commands, byte[] Pack) ReadCommands(
        byte[] body
    )
    {
        var commands = new List<(string, ObjectId?, ObjectId?)>();
        var at = 0;
        while (at + 4 <= body.Length)
        {
            var length = int.Parse(
                Encoding.ASCII.GetString(body, at, 4),
                NumberStyles.HexNumber,
                CultureInfo.InvariantCulture
            );
            at += 4;
            if (length == 0)
                break;
            var line = Encoding.UTF8.GetString(body, at, length - 4).Split('\0')[0].TrimEnd('\n');
            at += length - 4;
            if (line.Split(' ', 3) is [var before, var after, var reference])
                commands.Add((reference, Known(before), Known(after)));
        }

        return (commands, body[at..]);

        static ObjectId? Known(string text) => ObjectId.Parse(text) is { IsZero: false } id ? id : null;
    }

    private static byte[] Packet(string line) => Packet(Encoding.UTF8.GetBytes(line));

    private static byte[] Packet(byte[] line) => [.. Encoding.ASCII.GetBytes($"{line.Length + 4:x4}"), .. line];
}

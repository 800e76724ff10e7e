using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobReport.Doctor.Checks;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>What can be chosen about an emulated GitHub.</summary>
public sealed record EmulatedGitHubOptions
{
    public RepositoryName Repository { get; init; } = new("acme", "ray-jobs");

    /// <summary>Shared with the client, the whole conversation has one time and no waiting.</summary>
    public RehearsalClock Clock { get; init; } = new();

    /// <summary>The contexts that must be <c>success</c> on the head before a merge.</summary>
    public IReadOnlyList<string> RequiredContexts { get; init; } = [];

    /// <summary>Whether the required contexts must be green on a head that has the newest base ("strict").</summary>
    public bool RequiresUpToDate { get; init; }

    /// <summary>The ways of merging that the repository allows.</summary>
    public IReadOnlyList<PullRequestMergeMethod> MergeMethods { get; init; } =
    [PullRequestMergeMethod.Merge, PullRequestMergeMethod.Squash, PullRequestMergeMethod.Rebase];

    public bool AllowAutoMerge { get; init; } = true;

    /// <summary>Mutations of GraphQL that the tokens may not, though REST lets them.</summary>
    public IReadOnlyList<string> ForbiddenMutations { get; init; } = [];

    /// <summary>Whether the default branch is protected: nothing is committed to it but by a pull request.</summary>
    public bool RequiresPullRequest { get; init; }

    /// <summary>Whether a push dismisses approvals, as branch protection can ask for.</summary>
    public bool DismissStaleReviews { get; init; }

    /// <summary>Whether the bare repository goes with the emulator.</summary>
    public bool DeletesRepository { get; init; }

    /// <summary>The primary rate limit per hour; REST and GraphQL have one each.</summary>
    public int RateLimit { get; init; } = 5000;

    /// <summary>Most issues, comments, pull requests and deployments made within an hour, whatever the token.</summary>
    public int CreationLimit { get; init; } = 500;

    /// <summary>The same within a minute.</summary>
    public int CreationLimitPerMinute { get; init; } = 80;
}

/// <summary>
/// A GitHub on loopback: REST and GraphQL enough for real use, stateful, on a real bare Git repository, by GitHub's own
/// rules. It records every call, and fails at any of them when asked to.
/// </summary>
public sealed partial class EmulatedGitHub : IDisposable
{
    private readonly HttpListener listener;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task accepting;
    private readonly Lock gate = new();
    private readonly EmulatedGitHubOptions options;
    private readonly List<RecordedCall> calls = [];
    private readonly List<PlannedFault> faults = [];
    private readonly List<(Func<RecordedCall, bool> Matches, bool Before, Action Act)> hooks = [];
    private readonly List<HttpListenerContext> hung = [];
    private readonly Dictionary<string, (DateTimeOffset Began, int Used)> hours = new(StringComparer.Ordinal);
    private readonly List<DateTimeOffset> creations = [];
    private int number;

    /// <summary>The id of the App that GitHub Actions is.</summary>
    public const long ActionsApp = 15368;

    private const long QueueApp = 118_344;

    private EmulatedGitHub(HttpListener listener, int port, GitRepository git, EmulatedGitHubOptions options)
    {
        this.listener = listener;
        this.options = options;
        Git = git;
        ApiUrl = new Uri($"http://127.0.0.1:{port}/");
        Bot = AddIdentity("github-actions[bot]", PermissionLevel.Write, ActionsApp);
        accepting = Task.Run(Accept);
    }

    /// <summary>The REST root; GraphQL is at <c>graphql</c> below it.</summary>
    public Uri ApiUrl { get; }

    /// <summary>The bare repository behind it; scripts may write to it directly.</summary>
    public GitRepository Git { get; }

    public RepositoryName Name => options.Repository;

    public RehearsalClock Clock => options.Clock;

    /// <summary>Who a workflow's own token is.</summary>
    public EmulatedUser Bot { get; }

    /// <summary>What a hook threw, if one did.</summary>
    public Exception? HookFailure { get; private set; }

    /// <summary>The most requests that any hour of the rate limit took.</summary>
    public int BusiestHour { get; private set; }

    /// <summary>The most creations within any sixty minutes.</summary>
    public int BusiestHourOfCreations { get; private set; }

    /// <summary>Every call since the start or the last <see cref="ForgetCalls"/>, in the order they were taken up.</summary>
    public IReadOnlyList<RecordedCall> Calls
    {
        get
        {
            lock (gate)
                return [.. calls];
        }
    }

    /// <param name="gitDirectory">Where the bare repository is, or shall be made.</param>
    public static EmulatedGitHub Start(string gitDirectory, EmulatedGitHubOptions? options = null)
    {
        var git = GitRepository.InitBare(gitDirectory);
        for (var attempt = 0; ; attempt++)
        {
            var port = FreePort();
            var candidate = new HttpListener();
            candidate.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                candidate.Start();
                return new EmulatedGitHub(candidate, port, git, options ?? new EmulatedGitHubOptions());
            }
            catch (HttpListenerException) when (attempt < 20)
            {
                // Somebody took the port between the look and the bind.
            }
        }
    }

    /// <summary>
    /// A client of this GitHub: on its clock, without pauses between writes, and of little patience if a call is
    /// planned to hang.
    /// </summary>
    public GitHubClient Client(EmulatedUser? user = null, Func<GitHubOptions, GitHubOptions>? adjust = null)
    {
        var client = new GitHubOptions
        {
            Repository = Name,
            ApiUrl = ApiUrl,
            Time = Clock,
            WriteSpacing = TimeSpan.Zero,
            AttemptTimeout = Patience(),
        };
        return new GitHubClient(
            adjust is null ? client : adjust(client),
            new GitHubToken(new SecretText((user ?? Bot).Token))
        );
    }

    public void Dispose()
    {
        stopping.Cancel();
        ReleaseHung();
        listener.Close();
        accepting.Wait(TimeSpan.FromSeconds(5));
        Git.Dispose();
        stopping.Dispose();
        if (options.DeletesRepository)
            Directory.Delete(Git.GitDirectory, recursive: true);
    }

    /// <summary>Starts a new conversation: call numbers begin at 1 again, plans and hooks are dropped.</summary>
    public void ForgetCalls()
    {
        lock (gate)
        {
            calls.Clear();
            faults.Clear();
            hooks.Clear();
            number = 0;
        }
    }

    /// <summary>Fails the call of this number.</summary>
    /// <param name="afterEffect">Whether the call is carried out and only its answer lost. Limits never are.</param>
    public void FailAt(int call, FaultKind kind, bool afterEffect = false) =>
        FailWhen(recorded => recorded.Number == call, kind, afterEffect);

    /// <summary>Fails the next calls that match.</summary>
    public void FailWhen(Func<RecordedCall, bool> matches, FaultKind kind, bool afterEffect = false, int times = 1)
    {
        lock (gate)
            faults.Add(new PlannedFault(matches, kind, afterEffect, times));
    }

    /// <summary>Does something just before a matching call is carried out: a push, a comment, a kill.</summary>
    public void Before(Func<RecordedCall, bool> matches, Action act)
    {
        lock (gate)
            hooks.Add((matches, true, act));
    }

    /// <summary>Does something after a matching call is carried out and before it is answered.</summary>
    public void After(Func<RecordedCall, bool> matches, Action act)
    {
        lock (gate)
            hooks.Add((matches, false, act));
    }

    /// <summary>The conversation so far, one line a call, for golden files.</summary>
    public string Conversation() => string.Concat(Calls.Select(call => call + "\n"));

    /// <summary>Ends the connections that were left hanging.</summary>
    public void ReleaseHung()
    {
        lock (gate)
        {
            foreach (var context in hung)
                Break(context.Response);
            hung.Clear();
        }
    }

    // Real time: short only where a call will be left hanging, so a busy machine doesn't look like a fault.
    private TimeSpan Patience()
    {
        lock (gate)
            return faults.Exists(fault => fault.Kind == FaultKind.Timeout)
                ? TimeSpan.FromMilliseconds(500)
                : TimeSpan.FromSeconds(60);
    }

    // The listener ends a response properly even when it is aborted; only one that stops half way breaks the connection.
    private static void Break(HttpListenerResponse response)
    {
        try
        {
            response.ContentLength64 = 1000;
            response.OutputStream.WriteByte((byte)'{');
            response.Abort();
        }
        catch (Exception gone) when (gone is HttpListenerException or IOException or ObjectDisposedException)
        {
            // The caller was quicker.
        }
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task Accept()
    {
        while (!stopping.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception fault)
                when (fault is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            _ = Task.Run(() => Serve(context));
        }
    }

    private void Serve(HttpListenerContext context)
    {
        try
        {
            if (ServedGit(context))
                return;
            var request = ApiRequest.Read(context.Request);
            RecordedCall call;
            PlannedFault? fault;
            lock (gate)
            {
                call = request.Record(++number) with { User = Identify(request)?.Login };
                calls.Add(call);
                fault = faults.Find(planned => planned.Take(call));
            }

            var reply = new Reply(0);
            if (fault is null || fault.AfterEffect)
            {
                // Outside the lock: what happens meanwhile may be a whole other conversation.
                RunHooks(call, before: true);
                lock (gate)
                    reply = Handle(request, call);
                RunHooks(call, before: false);
            }

            call.Fault = fault?.Kind;
            if (fault?.Kind == FaultKind.ConnectionReset)
            {
                Break(context.Response);
                return;
            }

            if (fault?.Kind == FaultKind.Timeout)
            {
                lock (gate)
                    hung.Add(context);
                return;
            }

            reply = fault is null ? reply : Failure(fault.Kind);
            call.Status = reply.Status;
            call.Answer = reply.Body;
            Send(context.Response, request, reply);
        }
        catch (Exception gone) when (gone is HttpListenerException or IOException or ObjectDisposedException)
        {
            // The caller went away.
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // A fault of the emulator's own: no caller shall wait for it, and the test asks what went wrong.
            HookFailure = fault;
            Break(context.Response);
        }
    }

    private void RunHooks(RecordedCall call, bool before)
    {
        List<(Func<RecordedCall, bool> Matches, bool Before, Action Act)> due;
        lock (gate)
        {
            due = hooks.FindAll(hook => hook.Before == before && hook.Matches(call));
            hooks.RemoveAll(due.Contains);
        }

        try
        {
            due.ForEach(hook => hook.Act());
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The call goes on; the test asks what went wrong beside it.
            HookFailure = fault;
        }
    }

    private Reply Failure(FaultKind kind)
    {
        var reset = Clock.GetUtcNow().AddMinutes(3).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return kind switch
        {
            FaultKind.SecondaryRateLimit => Limit(
                403,
                "You have exceeded a secondary rate limit.",
                ("Retry-After", "7")
            ),
            FaultKind.PrimaryRateLimit => Limit(
                403,
                "API rate limit exceeded for installation.",
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", reset)
            ),
            FaultKind.TooManyRequests => Limit(429, "Too many requests.", ("Retry-After", "5")),
            FaultKind.InternalError => new Reply(500, Fault("Server Error")),
            _ => new Reply(502) { Html = "<html><body>502 Bad Gateway</body></html>" },
        };

        static Reply Limit(int status, string message, params (string Name, string Value)[] headers) =>
            new(status, Fault(message)) { Headers = headers };
    }

    private static JsonObject Fault(string message) =>
        new() { ["message"] = message, ["documentation_url"] = "https://docs.github.com/rest" };

    private Reply Handle(ApiRequest request, RecordedCall call)
    {
        try
        {
            if (request.Method != "GET")
                Clock.Advance(TimeSpan.FromSeconds(1));
            FollowBranches();
            if (Exhausted(request) is { } limit)
                return limit;
            var reply = Route(request, call);
            if (request.Method == "GET" && reply.Status == 200 && reply.Body is not null)
            {
                var bytes = Encoding.UTF8.GetBytes(reply.Body.ToJsonString());
                var tag = $"W/\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\"";
                reply = reply with { ETag = tag };
                if (request.IfNoneMatch == tag)
                    return reply with { Status = 304, Body = null };
            }

            Count(request);
            if (reply.Status == 201 && Creates(request))
            {
                creations.Add(Clock.GetUtcNow());
                BusiestHourOfCreations = Math.Max(BusiestHourOfCreations, Created(TimeSpan.FromHours(1)));
            }

            return reply;
        }
        catch (ApiFault fault)
        {
            Count(request);
            return new Reply(fault.Status, fault.ToJson());
        }
        catch (Exception fault) when (fault is GitException or InvalidOperationException or FormatException)
        {
            // A request no real client sends (a number for a text, half an object id).
            Count(request);
            return new Reply(422, Fault("Validation Failed: " + fault.Message));
        }
    }

    private static string Resource(ApiRequest request) => request.Segments is ["graphql"] ? "graphql" : "core";

    /// <summary>The hour of a resource's limit: it begins with its first request.</summary>
    private (DateTimeOffset Began, int Used) Hour(ApiRequest request)
    {
        var now = Clock.GetUtcNow();
        return hours.TryGetValue(Resource(request), out var hour) && now < hour.Began.AddHours(1) ? hour : (now, 0);
    }

    private void Count(ApiRequest request)
    {
        var (began, used) = Hour(request);
        hours[Resource(request)] = (began, used + 1);
        BusiestHour = Math.Max(BusiestHour, used + 1);
    }

    private Reply? Exhausted(ApiRequest request)
    {
        if (Hour(request).Used >= options.RateLimit)
            return new Reply(403, Fault("API rate limit exceeded for installation."));
        return
            Creates(request)
            && (
                Created(TimeSpan.FromHours(1)) >= options.CreationLimit
                || Created(TimeSpan.FromMinutes(1)) >= options.CreationLimitPerMinute
            )
            ? new Reply(403, Fault("You have exceeded a secondary rate limit.")) { Headers = [("Retry-After", "60")] }
            : null;
    }

    // Which writes count is not told in full; edits, labels and statuses are not known to.
    private static bool Creates(ApiRequest request) =>
        request.Method == "POST" && request.Segments is [.., "comments" or "issues" or "pulls" or "deployments"];

    private int Created(TimeSpan within)
    {
        var since = Clock.GetUtcNow() - within;
        var count = 0;
        for (var i = creations.Count - 1; i >= 0 && creations[i] > since; i--)
            count++;
        return count;
    }

    private void Send(HttpListenerResponse response, ApiRequest request, Reply reply)
    {
        response.StatusCode = reply.Status;
        response.Headers["X-GitHub-Request-Id"] = "0000:REHEARSAL";
        response.Headers["x-ratelimit-limit"] = Text(options.RateLimit);
        (DateTimeOffset Began, int Used) hour;
        lock (gate)
            hour = Hour(request);
        response.Headers["x-ratelimit-remaining"] = Text(Math.Max(0, options.RateLimit - hour.Used));
        response.Headers["x-ratelimit-used"] = Text(hour.Used);
        response.Headers["x-ratelimit-resource"] = Resource(request);
        response.Headers["x-ratelimit-reset"] = hour
            .Began.AddHours(1)
            .ToUnixTimeSeconds()
            .ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in reply.Headers)
            response.Headers[name] = value;
        if (reply.ETag is not null)
            response.Headers["ETag"] = reply.ETag;
        if (reply.Link is not null)
            response.Headers["Link"] = reply.Link;
        var content = reply.Html ?? reply.Body?.ToJsonString();
        if (content is null || reply.Status is 204 or 304)
        {
            response.Close();
            return;
        }

        response.ContentType = reply.Html is null ? "application/json; charset=utf-8" : "text/html";
        var bytes = Encoding.UTF8.GetBytes(content);
        response.ContentLength64 = bytes.Length;
        response.Close(bytes, willBlock: true);

        static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
    }
}

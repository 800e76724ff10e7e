using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Polly;
using Polly.Retry;

namespace Rayquest.JobHosts.GitHub;

/// <summary>What repeating a call does.</summary>
internal enum Repeating
{
    /// <summary>Nothing more than the first time: repeat it until it is answered.</summary>
    IsHarmless,

    /// <summary>It would happen twice: repeat it only when GitHub surely didn't do it.</summary>
    IsAnotherWrite,
}

/// <summary>One call before it is sent; <paramref name="Path"/> is relative to the API root, or a page's full URL.</summary>
internal sealed record Call(
    HttpMethod Method,
    string Path,
    byte[]? Body = null,
    Repeating Repeating = Repeating.IsHarmless
)
{
    public string? Jwt { get; init; }

    /// <summary>The field asked of GraphQL, whose faults come with status 200.</summary>
    public string? GraphQL { get; init; }

    public string Shown => GraphQL ?? $"{Method} {Path.Split('?')[0]}";
}

/// <summary>GitHub's answer to a call.</summary>
internal sealed record Answer(HttpStatusCode Status, byte[] Body, string? Link);

/// <summary>
/// One way to one GitHub: authentication, ETags, spacing of writes, and retries within a budget. Every fault leaves it
/// as <see cref="GitHubUnavailable"/>, <see cref="UnknownOutcome"/> or <see cref="GitHubRefused"/>.
/// </summary>
internal sealed class Connection : IDisposable
{
    private const int LargestAnswer = 64 << 20;

    private readonly GitHubOptions options;
    private readonly GitHubCredential credential;
    private readonly SocketsHttpHandler transport;
    private readonly HttpClient http;
    private readonly ResponseCache cache;
    private readonly ResiliencePipeline<Attempt> pipeline;
    private readonly SemaphoreSlim writing = new(1);
    private readonly Uri root;
    private DateTimeOffset writesFreeFrom = DateTimeOffset.UnixEpoch;
    private TimeSpan budget;
    private int total;
    private int notModified;
    private int writes;
    private int retries;

    public Connection(GitHubOptions options, GitHubCredential credential, HttpMessageHandler? handler)
    {
        if (options.ApiUrl.Scheme != Uri.UriSchemeHttps && !options.ApiUrl.IsLoopback)
            throw new GitHubUnavailable(
                $"{options.ApiUrl} isn't https, so a token sent there could be read",
                "set GITHUB_API_URL to an https:// address"
            );
        this.options = options;
        this.credential = credential;
        root = new Uri(options.ApiUrl.AbsoluteUri.TrimEnd('/') + "/");
        budget = options.RetryBudget;
        cache = new ResponseCache(options.CacheFolder);
        // Redirects are followed by hand: never with a token to another host.
        transport = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
        };
        http = new HttpClient(handler ?? transport, disposeHandler: false);
        http.Timeout = Timeout.InfiniteTimeSpan;
        http.MaxResponseContentBufferSize = LargestAnswer;
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("rayquest", "0.1"));
        http.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.github+json");
        http.DefaultRequestHeaders.Add("X-GitHub-Api-Version", "2022-11-28");
        pipeline = new ResiliencePipelineBuilder<Attempt> { TimeProvider = options.Time }
            .AddRetry(
                new RetryStrategyOptions<Attempt>
                {
                    MaxRetryAttempts = Math.Max(1, options.MaxRetries),
                    ShouldHandle = args => new ValueTask<bool>(
                        args.Outcome.Result is { Trouble: { } trouble }
                            && args.AttemptNumber < options.MaxRetries
                            && trouble.MayRepeat
                            && Afford(trouble.Delay = DelayOf(trouble, args.AttemptNumber))
                    ),
                    DelayGenerator = args => new ValueTask<TimeSpan?>(args.Outcome.Result!.Trouble!.Delay),
                    OnRetry = _ =>
                    {
                        Interlocked.Increment(ref retries);
                        return default;
                    },
                }
            )
            .Build();
    }

    public TimeProvider Time => options.Time;

    public CallCounts Counts => new(total, notModified, writes, retries);

    /// <summary>Requests left of the primary rate limit, as the last answer said.</summary>
    public int? Remaining { get; private set; }

    public void Dispose()
    {
        http.Dispose();
        transport.Dispose();
        writing.Dispose();
    }

    public async Task<T> Get<T>(string path, JsonTypeInfo<T> type, CancellationToken cancel) =>
        Read(await Send(new Call(HttpMethod.Get, path), cancel), type, path);

    /// <summary>Like <see cref="Get"/>, with null where GitHub says there is no such thing.</summary>
    public async Task<T?> Find<T>(string path, JsonTypeInfo<T> type, CancellationToken cancel)
        where T : class
    {
        try
        {
            return await Get(path, type, cancel);
        }
        catch (GitHubRefused refused) when (refused.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>All pages of a list, following GitHub's own links.</summary>
    public async Task<IReadOnlyList<T>> GetAll<T>(
        string path,
        JsonTypeInfo<List<T>> type,
        CancellationToken cancel,
        int maxPages = 50
    )
    {
        var all = new List<T>();
        for (var next = path; next is not null && maxPages-- > 0; )
        {
            var answer = await Send(new Call(HttpMethod.Get, next), cancel);
            all.AddRange(Read(answer, type, path));
            next = NextPage(answer.Link);
        }

        return all;
    }

    /// <summary>All pages of a list that GitHub wraps in an object.</summary>
    public async Task<IReadOnlyList<T>> GetAll<TPage, T>(
        string path,
        JsonTypeInfo<TPage> type,
        Func<TPage, IReadOnlyList<T>> items,
        CancellationToken cancel
    )
    {
        var all = new List<T>();
        for (var next = path; next is not null; )
        {
            var answer = await Send(new Call(HttpMethod.Get, next), cancel);
            all.AddRange(items(Read(answer, type, path)));
            next = NextPage(answer.Link);
        }

        return all;
    }

    public async Task<T> Write<TBody, T>(
        HttpMethod method,
        string path,
        TBody body,
        JsonTypeInfo<TBody> bodyType,
        JsonTypeInfo<T> type,
        Repeating repeating,
        CancellationToken cancel
    )
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, bodyType);
        return Read(await Send(new Call(method, path, bytes, repeating), cancel), type, path);
    }

    public async Task Write<TBody>(
        HttpMethod method,
        string path,
        TBody body,
        JsonTypeInfo<TBody> bodyType,
        Repeating repeating,
        CancellationToken cancel
    )
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, bodyType);
        await Send(new Call(method, path, bytes, repeating), cancel);
    }

    /// <summary>Deletes; what is already gone is as good as deleted.</summary>
    public async Task Delete(string path, CancellationToken cancel)
    {
        try
        {
            await Send(new Call(HttpMethod.Delete, path), cancel);
        }
        catch (GitHubRefused refused) when (refused.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            // A retry after a lost answer ends here.
        }
    }

    public async Task<InstallationToken> InstallationToken(long installation, string jwt, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new InstallationTokenRequest([options.Repository.Name]),
            GitHubJson.Default.InstallationTokenRequest
        );
        var path = $"app/installations/{installation}/access_tokens";
        var answer = await Send(new Call(HttpMethod.Post, path, body) { Jwt = jwt }, cancel);
        return Read(answer, GitHubJson.Default.InstallationToken, path);
    }

    /// <summary>Waits on the client's clock, within its budget.</summary>
    public async Task Pause(TimeSpan delay, CancellationToken cancel)
    {
        if (Afford(delay))
            await Task.Delay(delay, options.Time, cancel);
    }

    public async Task<Answer> Send(Call call, CancellationToken cancel)
    {
        var attempt = await Attempts(call, cancel);
        if (attempt.Refusal is { Status: HttpStatusCode.Unauthorized } && call.Jwt is null && credential.Renew())
            attempt = await Attempts(call, cancel);
        if (attempt.Answer is { } answer)
            return answer;
        throw attempt.Refusal as Exception ?? Unavailable(call, attempt.Trouble!);
    }

    private async Task<Attempt> Attempts(Call call, CancellationToken cancel)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancel);
        try
        {
            return await pipeline.ExecuteAsync(
                static async (ctx, state) => await state.Me.Try(state.Call, ctx.CancellationToken),
                context,
                (Me: this, Call: call)
            );
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<Attempt> Try(Call call, CancellationToken cancel)
    {
        var url = new Uri(root, call.Path);
        var isRead = call.Method == HttpMethod.Get;
        if (!isRead && call.Jwt is null)
            await SpaceWrites(cancel);
        var token = call.Jwt ?? await credential.TokenAsync(this, cancel);
        var known = isRead ? cache.Find(url.AbsoluteUri) : null;

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(options.AttemptTimeout);
        using var request = new HttpRequestMessage(call.Method, url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (known is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", known.ETag);
        if (call.Body is { } body)
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };

        var began = options.Time.GetTimestamp();
        HttpStatusCode? status = null;
        Interlocked.Increment(ref total);
        if (!isRead)
            Interlocked.Increment(ref writes);
        try
        {
            using var response = await Follow(request, timeout.Token);
            status = response.StatusCode;
            return Judge(call, url, response, await response.Content.ReadAsByteArrayAsync(timeout.Token), known);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Lost(call, $"gave no answer within {options.AttemptTimeout.TotalSeconds:0.#} s");
        }
        catch (HttpRequestException fault)
        {
            var never =
                fault.HttpRequestError
                is HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError
                    or HttpRequestError.ProxyTunnelError;
            return never
                ? new Attempt(new Trouble("can't be reached: " + Words(fault.HttpRequestError), MayRepeat: true))
                : Lost(call, "broke the connection");
        }
        catch (IOException)
        {
            return Lost(call, "broke the connection");
        }
        finally
        {
            options.Observe?.Invoke(
                new GitHubCall(call.Method.Method, url.PathAndQuery, (int?)status, options.Time.GetElapsedTime(began))
            );
        }
    }

    private async Task<HttpResponseMessage> Follow(HttpRequestMessage request, CancellationToken cancel)
    {
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        for (var hops = 0; hops < 3 && MovedTo(request, response) is { } target; hops++)
        {
            using var next = new HttpRequestMessage(request.Method, target);
            next.Headers.Authorization = request.Headers.Authorization;
            if (request.Content is not null)
                next.Content = new ByteArrayContent(await request.Content.ReadAsByteArrayAsync(cancel))
                {
                    Headers = { ContentType = new("application/json") },
                };
            response.Dispose();
            response = await http.SendAsync(next, HttpCompletionOption.ResponseHeadersRead, cancel);
        }

        return response;
    }

    private static Uri? MovedTo(HttpRequestMessage request, HttpResponseMessage response)
    {
        var keepsMethod =
            response.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
            || (
                request.Method == HttpMethod.Get
                && response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
            );
        if (!keepsMethod || response.Headers.Location is not { } location)
            return null;
        var target = new Uri(request.RequestUri!, location);
        var from = request.RequestUri!;
        return target.Scheme == from.Scheme && target.Authority == from.Authority ? target : null;
    }

    private Attempt Judge(Call call, Uri url, HttpResponseMessage response, byte[] body, CachedAnswer? known)
    {
        var status = response.StatusCode;
        Remaining = Number(response, "x-ratelimit-remaining") is { } left ? (int)left : Remaining;
        if (status == HttpStatusCode.NotModified && known is not null)
        {
            Interlocked.Increment(ref notModified);
            return new Attempt(new Answer(HttpStatusCode.OK, known.Body, Header(response, "Link") ?? known.Link));
        }

        var isJson =
            response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        if (response.IsSuccessStatusCode && status != HttpStatusCode.NoContent && (!isJson || body.Length == 0))
            return Lost(call, "gave an answer that isn't JSON");
        if (call.GraphQL is not null && response.IsSuccessStatusCode && JudgeGraphQL(call, response, body) is { } fault)
            return fault;
        if (response.IsSuccessStatusCode)
        {
            if (call.Method == HttpMethod.Get && response.Headers.ETag is { } tag)
                cache.Keep(new CachedAnswer(url.AbsoluteUri, tag.ToString(), Header(response, "Link"), body));
            return new Attempt(new Answer(status, body, Header(response, "Link")));
        }

        var reason = Refusals.ReasonOf(status, body);
        if (IsLimit(response, reason))
        {
            var until = UntilOf(response);
            var words = $"asks to wait until {options.Time.GetUtcNow() + until:HH:mm:ss} UTC (rate limit)";
            return new Attempt(new Trouble(words, MayRepeat: true) { Wait = until });
        }

        if ((int)status >= 500 || status == HttpStatusCode.RequestTimeout)
        {
            var lost = Lost(call, $"answered {(int)status} {reason}");
            return response.Headers.RetryAfter is null
                ? lost
                : new Attempt(lost.Trouble! with { Wait = UntilOf(response) });
        }

        var needs = Header(response, "X-Accepted-GitHub-Permissions");
        var remedy = call.Jwt is null ? Refusals.RemedyFor(status, needs) : Refusals.AppRemedy;
        return new Attempt(new GitHubRefused(status, call.Shown, reason, remedy));
    }

    private Attempt? JudgeGraphQL(Call call, HttpResponseMessage response, byte[] body)
    {
        GraphQLResponse? parsed;
        try
        {
            parsed = JsonSerializer.Deserialize(body, GraphQLJson.Default.GraphQLResponse);
        }
        catch (JsonException)
        {
            return Lost(call, "gave no GraphQL answer");
        }

        if (parsed?.Errors is not [var first, ..])
            return parsed?.Data.ValueKind == JsonValueKind.Object ? null : Lost(call, "gave no GraphQL answer");
        var reason = Refusals.OneLine(string.Join("; ", parsed.Errors.Select(error => error.Message)));
        if (first.Type is "RATE_LIMITED" || reason.Contains("rate limit", StringComparison.OrdinalIgnoreCase))
            return new Attempt(new Trouble("asks to wait (rate limit)", MayRepeat: true) { Wait = UntilOf(response) });
        if (first.Type is null && reason.StartsWith("Something went wrong", StringComparison.Ordinal))
            return Lost(call, "answered: " + reason);
        var status = first.Type switch
        {
            "FORBIDDEN" or "INSUFFICIENT_SCOPES" => HttpStatusCode.Forbidden,
            "NOT_FOUND" => HttpStatusCode.NotFound,
            "STALE_DATA" => HttpStatusCode.Conflict,
            _ => HttpStatusCode.UnprocessableEntity,
        };
        return new Attempt(new GitHubRefused(status, call.Shown, reason, Refusals.RemedyFor(status, null)));
    }

    private static bool IsLimit(HttpResponseMessage response, string reason) =>
        response.StatusCode == HttpStatusCode.TooManyRequests
        || (
            response.StatusCode == HttpStatusCode.Forbidden
            && (
                response.Headers.RetryAfter is not null
                || Number(response, "x-ratelimit-remaining") == 0
                || reason.Contains("rate limit", StringComparison.OrdinalIgnoreCase)
                || reason.Contains("abuse detection", StringComparison.OrdinalIgnoreCase)
            )
        );

    private TimeSpan UntilOf(HttpResponseMessage response)
    {
        if (response.Headers.RetryAfter is { } after)
            return after.Delta ?? Later(after.Date!.Value);
        if (Number(response, "x-ratelimit-remaining") == 0 && Number(response, "x-ratelimit-reset") is { } reset)
            return Later(DateTimeOffset.FromUnixTimeSeconds(reset).AddSeconds(1));
        return TimeSpan.FromMinutes(1); // GitHub: without a header, wait at least a minute.

        TimeSpan Later(DateTimeOffset moment) =>
            TimeSpan.FromSeconds(Math.Max(1, (moment - options.Time.GetUtcNow()).TotalSeconds));
    }

    private static TimeSpan DelayOf(Trouble trouble, int attempt) =>
        trouble.Wait
        ?? TimeSpan.FromMilliseconds(
            Math.Min(30_000, 500 * Math.Pow(2, attempt))
                * (1 + System.Security.Cryptography.RandomNumberGenerator.GetInt32(250) / 1000.0)
        );

    private bool Afford(TimeSpan delay)
    {
        lock (pipeline)
        {
            if (delay > budget)
                return false;
            budget -= delay;
            return true;
        }
    }

    // A bucket of WriteBurst writes that fills again by one each WriteSpacing.
    private async Task SpaceWrites(CancellationToken cancel)
    {
        if (options.WriteSpacing <= TimeSpan.Zero)
            return;
        await writing.WaitAsync(cancel);
        try
        {
            var now = options.Time.GetUtcNow();
            var wait = writesFreeFrom - options.WriteSpacing * (options.WriteBurst - 1) - now;
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, options.Time, cancel);
            now = options.Time.GetUtcNow();
            writesFreeFrom = (writesFreeFrom > now ? writesFreeFrom : now) + options.WriteSpacing;
        }
        finally
        {
            writing.Release();
        }
    }

    private static Attempt Lost(Call call, string words) =>
        new(new Trouble(words, MayRepeat: call.Repeating == Repeating.IsHarmless) { Lost = true });

    private static GitHubUnavailable Unavailable(Call call, Trouble trouble) =>
        trouble is { Lost: true, MayRepeat: false }
            ? new UnknownOutcome($"GitHub {trouble.Words} to {call.Shown}, which may or may not have happened")
            : new GitHubUnavailable(
                $"GitHub {trouble.Words} ({call.Shown})",
                trouble.Wait is null
                    ? "run again later; githubstatus.com tells whether others see it too"
                    : "run again after that moment, or use a GitHub App's token, which may ask more often"
            );

    private static T Read<T>(Answer answer, JsonTypeInfo<T> type, string path)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body, type) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new GitHubUnavailable(
                $"GitHub's answer to {path.Split('?')[0]} isn't the JSON it is documented to be",
                "look for a proxy between here and GitHub, or report it as a fault of Rayquest's"
            );
        }
    }

    private string? NextPage(string? link)
    {
        // <https://…&page=2>; rel="next", <…>; rel="last"
        foreach (var part in (link ?? "").Split(','))
        {
            var pieces = part.Split(';', StringSplitOptions.TrimEntries);
            if (!pieces.Skip(1).Contains("rel=\"next\"") || pieces[0] is not ['<', .. var url, '>'])
                continue;
            var target = new Uri(root, url);
            // The token goes with it, so it must be the same place.
            return target.Authority == root.Authority && target.Scheme == root.Scheme ? target.AbsoluteUri : null;
        }

        return null;
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    private static long? Number(HttpResponseMessage response, string name) =>
        long.TryParse(Header(response, name), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;

    private static string Words(HttpRequestError? error) =>
        error switch
        {
            HttpRequestError.NameResolutionError => "its name has no address",
            HttpRequestError.SecureConnectionError => "no secure connection could be made",
            HttpRequestError.ProxyTunnelError => "the proxy let nothing through",
            _ => "nobody answers at that address",
        };

    private sealed record Trouble(string Words, bool MayRepeat)
    {
        public bool Lost { get; init; }

        public TimeSpan? Wait { get; init; }

        public TimeSpan Delay { get; set; }
    }

    private sealed record Attempt(Answer? Answer, GitHubRefused? Refusal, Trouble? Trouble)
    {
        public Attempt(Answer answer)
            : this(answer, null, null) { }

        public Attempt(GitHubRefused refusal)
            : this(null, refusal, null) { }

        public Attempt(Trouble trouble)
            : this(null, null, trouble) { }
    }
}

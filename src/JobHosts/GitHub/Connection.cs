using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Polly;
using Polly.Retry;

namespace Rayquest.JobHosts.GitHub;

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
    private readonly ResiliencePipeline<SendResult> pipeline;
    private readonly ResponseClassifier classifier;
    private readonly WritePacing pacing;
    private readonly RetryBudget budget;
    private readonly Uri root;
    private readonly ConcurrentDictionary<string, RateLimit> limits = new(StringComparer.Ordinal);
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
        classifier = new ResponseClassifier(options.Time);
        pacing = new WritePacing(options.Time, options.WriteSpacing, options.WriteBurst);
        budget = new RetryBudget(options.RetryBudget);
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
        pipeline = new ResiliencePipelineBuilder<SendResult> { TimeProvider = options.Time }
            .AddRetry(
                new RetryStrategyOptions<SendResult>
                {
                    MaxRetryAttempts = Math.Max(1, options.MaxRetries),
                    ShouldHandle = args => new ValueTask<bool>(
                        args.Outcome.Result is { Failure: { } failure }
                            && args.AttemptNumber < options.MaxRetries
                            && failure.MayRepeat
                            && budget.Afford(failure.Delay = DelayOf(failure, args.AttemptNumber))
                    ),
                    DelayGenerator = args => new ValueTask<TimeSpan?>(args.Outcome.Result!.Failure!.Delay),
                    OnRetry = args =>
                    {
                        Interlocked.Increment(ref retries);
                        var failure = args.Outcome.Result!.Failure!;
                        options.Waits?.Invoke(new GitHubWait(failure.Words, failure.Delay, budget.Left));
                        return default;
                    },
                }
            )
            .Build();
    }

    public TimeProvider Time => options.Time;

    public CallCounts Counts => new(total, notModified, writes, retries);

    /// <summary>
    /// What is left of the hour's budget by the last answers; of REST's and GraphQL's, which are counted apart, the scarcer.
    /// Null before the first answer.
    /// </summary>
    public RateLimit? Limit => limits.Values.MinBy(limit => limit.Remaining);

    public void Dispose()
    {
        http.Dispose();
        transport.Dispose();
        pacing.Dispose();
    }

    public async Task<T> Get<T>(string path, JsonTypeInfo<T> type, CancellationToken cancel) =>
        Read(await Send(new ApiCall(HttpMethod.Get, path), cancel), type, path);

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
            var answer = await Send(new ApiCall(HttpMethod.Get, next), cancel);
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
            var answer = await Send(new ApiCall(HttpMethod.Get, next), cancel);
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
        CancellationToken cancel,
        Func<CancellationToken, Task<bool>>? isStillWanted = null
    )
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, bodyType);
        var call = new ApiCall(method, path, bytes, repeating) { IsStillWanted = isStillWanted };
        return Read(await Send(call, cancel), type, path);
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
        await Send(new ApiCall(method, path, bytes, repeating), cancel);
    }

    /// <summary>Deletes; what is already gone is as good as deleted.</summary>
    public async Task Delete(string path, CancellationToken cancel)
    {
        try
        {
            await Send(new ApiCall(HttpMethod.Delete, path), cancel);
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
        var answer = await Send(new ApiCall(HttpMethod.Post, path, body) { Jwt = jwt }, cancel);
        return Read(answer, GitHubJson.Default.InstallationToken, path);
    }

    /// <summary>Waits on the client's clock, within its budget.</summary>
    public async Task Pause(TimeSpan delay, CancellationToken cancel)
    {
        if (budget.Afford(delay))
            await Task.Delay(delay, options.Time, cancel);
    }

    public async Task<ApiResponse> Send(ApiCall call, CancellationToken cancel)
    {
        var attempt = await Attempts(call, cancel);
        if (attempt.Refusal is { Status: HttpStatusCode.Unauthorized } && call.Jwt is null && credential.Renew())
            attempt = await Attempts(call, cancel);
        if (attempt.Response is { } answer)
            return answer;
        throw attempt.Refusal as Exception ?? Unavailable(call, attempt.Failure!);
    }

    private async Task<SendResult> Attempts(ApiCall call, CancellationToken cancel)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancel);
        try
        {
            return await pipeline.ExecuteAsync(
                static async (ctx, state) =>
                {
                    if (
                        state.Tries.Value++ > 0
                        && state.Call.IsStillWanted is { } isStillWanted
                        && !await isStillWanted(ctx.CancellationToken)
                    )
                    {
                        throw new NoLongerWanted();
                    }

                    return await state.Me.Try(state.Call, ctx.CancellationToken);
                },
                context,
                (Me: this, Call: call, Tries: new StrongBox<int>())
            );
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<SendResult> Try(ApiCall call, CancellationToken cancel)
    {
        var url = new Uri(root, call.Path);
        var isRead = call.Method == HttpMethod.Get;
        if (!isRead && call.Jwt is null)
            await pacing.Next(cancel);
        var token = call.Jwt ?? await credential.TokenAsync(this, cancel);
        var known = isRead ? cache.Find(url.AbsoluteUri) : null;

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(options.AttemptTimeout);
        using var request = new HttpRequestMessage(call.Method, url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (known is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", known.ETag);
        if (call.Body is { } content)
            request.Content = new ByteArrayContent(content) { Headers = { ContentType = new("application/json") } };

        var began = options.Time.GetTimestamp();
        HttpStatusCode? status = null;
        Interlocked.Increment(ref total);
        if (!isRead)
            Interlocked.Increment(ref writes);
        try
        {
            using var response = await Follow(request, timeout.Token);
            status = response.StatusCode;
            var body = await response.Content.ReadAsByteArrayAsync(timeout.Token);
            if (
                response.Header("x-ratelimit-resource") is null or "core" or "graphql"
                && response.Number("x-ratelimit-remaining") is { } left
                && response.Number("x-ratelimit-reset") is { } reset
            )
            {
                limits[call.GraphQL is null ? "core" : "graphql"] = new RateLimit(
                    (int)left,
                    DateTimeOffset.FromUnixTimeSeconds(reset)
                );
            }

            if (status == HttpStatusCode.NotModified && known is not null)
            {
                Interlocked.Increment(ref notModified);
                return new SendResult(
                    new ApiResponse(HttpStatusCode.OK, known.Body, response.Header("Link") ?? known.Link)
                );
            }

            var attempt = classifier.Of(call, response, body);
            if (isRead && attempt.Response is { } answer && response.Headers.ETag is { } tag)
                cache.Keep(new CachedAnswer(url.AbsoluteUri, tag.ToString(), answer.Link, body));
            return attempt;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new SendResult(
                ResponseClassifier.Lost(call, $"gave no answer within {options.AttemptTimeout.TotalSeconds:0.#} s")
            );
        }
        catch (HttpRequestException fault)
        {
            return ResponseClassifier.Of(call, fault);
        }
        catch (IOException)
        {
            return new SendResult(ResponseClassifier.Lost(call, "broke the connection"));
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

    private static TimeSpan DelayOf(TransientFailure failure, int attempt) =>
        failure.Wait
        ?? TimeSpan.FromMilliseconds(
            Math.Min(30_000, 500 * Math.Pow(2, attempt)) * (1 + (RandomNumberGenerator.GetInt32(250) / 1000.0))
        );

    private static GitHubUnavailable Unavailable(ApiCall call, TransientFailure failure) =>
        failure is { Lost: true, MayRepeat: false }
            ? new UnknownOutcome($"GitHub {failure.Words} to {call.Shown}, which may or may not have happened")
            : new GitHubUnavailable(
                $"GitHub {failure.Words} ({call.Shown})",
                failure.Wait is null
                    ? "run again later; githubstatus.com tells whether others see it too"
                    : "run again after that moment, or use a GitHub App's token, which may ask more often"
            );

    private static T Read<T>(ApiResponse answer, JsonTypeInfo<T> type, string path)
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
}

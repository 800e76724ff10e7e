namespace Rayquest.JobHosts.GitHub;

/// <summary><c>owner/name</c> of a repository; only the characters GitHub allows.</summary>
public sealed record RepositoryName
{
    public RepositoryName(string owner, string name)
    {
        if (!IsName(owner) || !IsName(name))
            throw new ArgumentException("not owner/name of a GitHub repository", nameof(name));
        (Owner, Name) = (owner, name);
    }

    public string Owner { get; }
    public string Name { get; }

    /// <exception cref="FormatException">The text isn't <c>owner/name</c>.</exception>
    public static RepositoryName Parse(string text) =>
        text.Split('/') is [var owner, var name] && IsName(owner) && IsName(name)
            ? new RepositoryName(owner, name)
            : throw new FormatException("a repository is written owner/name");

    public override string ToString() => $"{Owner}/{Name}";

    private static bool IsName(string text) =>
        text is { Length: > 0 and <= 100 } and not ("." or "..")
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}

/// <summary>Where GitHub is and how patient to be with it.</summary>
public sealed record GitHubOptions
{
    /// <summary>The repository that every call of this client is about.</summary>
    public required RepositoryName Repository { get; init; }

    /// <summary>REST root: <c>https://api.github.com</c>, or <c>https://HOST/api/v3</c> of an Enterprise Server.</summary>
    public Uri ApiUrl { get; init; } = new("https://api.github.com");

    /// <summary>The clock of waiting: backoff, spacing, token expiry. One attempt's timeout is always real time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long all retries of this client together may wait.</summary>
    public TimeSpan RetryBudget { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often one call is repeated at most, whatever is left of the budget.</summary>
    public int MaxRetries { get; init; } = 8;

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause between writes once <see cref="WriteBurst"/> is used up (GitHub: 80 a minute, 1 s apart).</summary>
    public TimeSpan WriteSpacing { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Writes that go without a pause; one evaluation stays within it.</summary>
    public int WriteBurst { get; init; } = 8;

    /// <summary>
    /// Where answers and their ETags are kept between runs; null keeps them in memory. What lies there is believed,
    /// so only trusted runs may write to it.
    /// </summary>
    public string? CacheFolder { get; init; }

    /// <summary>Told of every attempt, for logs and summaries; never sees a credential.</summary>
    public Action<GitHubCall>? Observe { get; init; }

    /// <summary>Told before every wait for GitHub: people want to know why nothing happens.</summary>
    public Action<GitHubWait>? Waits { get; init; }

    /// <summary>GraphQL's own address: beside the REST root on github.com, <c>/api/graphql</c> on a server.</summary>
    public Uri GraphQLUrl
    {
        get
        {
            var path = ApiUrl.AbsolutePath.TrimEnd('/');
            var root = path.EndsWith("/api/v3", StringComparison.Ordinal) ? path[..^2] : path + "/";
            return new Uri(ApiUrl, root + "graphql");
        }
    }
}

/// <summary>One attempt of one call, as <see cref="GitHubOptions.Observe"/> sees it.</summary>
/// <param name="Status">The HTTP status, or null when no answer came.</param>
public sealed record GitHubCall(string Method, string Path, int? Status, TimeSpan Took);

/// <summary>What is left of a budget of calls, and when its hour is over.</summary>
public sealed record RateLimit(int Remaining, DateTimeOffset Resets);

/// <summary>A pause before a call is repeated.</summary>
/// <param name="Cause">What GitHub did, as the end of a sentence that begins with its name.</param>
/// <param name="Delay">How long.</param>
/// <param name="Left">What is left of the client's patience after that.</param>
public sealed record GitHubWait(string Cause, TimeSpan Delay, TimeSpan Left);

/// <summary>What a client has cost so far.</summary>
/// <param name="Total">Requests sent, retries and revalidations included.</param>
/// <param name="NotModified">Those answered by 304, which cost no quota.</param>
/// <param name="Writes">Those that weren't reads.</param>
/// <param name="Retries">Those that repeated an earlier one.</param>
public sealed record CallCounts(int Total, int NotModified, int Writes, int Retries);

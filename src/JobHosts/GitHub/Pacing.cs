namespace Rayquest.JobHosts.GitHub;

/// <summary>How long one client may wait for GitHub, all retries together.</summary>
internal sealed class RetryBudget(TimeSpan total)
{
    private readonly Lock gate = new();
    private TimeSpan left = total;

    public TimeSpan Left
    {
        get
        {
            lock (gate)
                return left;
        }
    }

    /// <summary>Takes a wait out of the budget, if it is in it.</summary>
    public bool Afford(TimeSpan delay)
    {
        lock (gate)
        {
            if (delay > left)
                return false;
            left -= delay;
            return true;
        }
    }
}

/// <summary>Keeps writes apart: a bucket of <c>burst</c> writes that fills again by one each <c>spacing</c>.</summary>
internal sealed class WritePacing(TimeProvider time, TimeSpan spacing, int burst) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1);
    private DateTimeOffset full = DateTimeOffset.UnixEpoch;

    public void Dispose() => gate.Dispose();

    /// <summary>Returns when the next write may go.</summary>
    public async Task Next(CancellationToken cancel)
    {
        if (spacing <= TimeSpan.Zero)
            return;
        await gate.WaitAsync(cancel);
        try
        {
            var wait = full - (spacing * (burst - 1)) - time.GetUtcNow();
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, time, cancel);
            var now = time.GetUtcNow();
            full = (full > now ? full : now) + spacing;
        }
        finally
        {
            gate.Release();
        }
    }
}

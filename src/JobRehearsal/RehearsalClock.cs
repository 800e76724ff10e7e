namespace Rayquest.JobRehearsal;

/// <summary>
/// A clock that starts at a fixed moment and moves only when told. Whoever waits on it moves it: a wait of a minute
/// is over at once and a minute has passed. So a rehearsal is quick, and its timestamps are the same every time.
/// </summary>
/// <param name="takesTime">
/// Whether a wait lasts as long as it says as well: for what goes on elsewhere in the same moment.
/// </param>
public sealed class RehearsalClock(DateTimeOffset? start = null, bool takesTime = false) : TimeProvider
{
    private readonly Lock gate = new();
    private DateTimeOffset now = start ?? new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    private TimeSpan waited;

    /// <summary>How long everybody has waited on this clock, added up.</summary>
    public TimeSpan Waited
    {
        get
        {
            lock (gate)
                return waited;
        }
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return now;
    }

    public void Advance(TimeSpan by)
    {
        lock (gate)
            now += by;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (takesTime)
        {
            lock (gate)
            {
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    now += dueTime;
                    waited += dueTime;
                }
            }

            return System.CreateTimer(callback, state, dueTime, period);
        }

        var timer = new ImmediateTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class ImmediateTimer(RehearsalClock clock, TimerCallback callback, object? state) : ITimer
    {
        private int disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Timeout.InfiniteTimeSpan || disposed != 0)
                return disposed == 0;
            lock (clock.gate)
            {
                clock.now += dueTime;
                clock.waited += dueTime;
            }

            ThreadPool.UnsafeQueueUserWorkItem(
                static timer =>
                {
                    if (timer.disposed == 0)
                        timer.Fire();
                },
                this,
                preferLocal: false
            );
            return true;
        }

        public void Dispose() => Interlocked.Exchange(ref disposed, 1);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void Fire() => callback(state);
    }
}

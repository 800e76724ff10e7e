namespace Rayquest.JobLint.Engine;

/// <summary>Does the same to many things on several threads.</summary>
public static class ParallelLoop
{
    // Threads cost more than a few files do.
    private const int TooFew = 8;

    /// <summary>What becomes of each thing, in the order of the things.</summary>
    /// <exception cref="AggregateException">What was thrown by the calls, when there are several threads.</exception>
    public static TResult[] Select<T, TResult>(IReadOnlyList<T> all, int threads, Func<T, TResult> work)
    {
        ArgumentNullException.ThrowIfNull(all);
        ArgumentNullException.ThrowIfNull(work);
        TResult[] results = new TResult[all.Count];
        ForEachIndex(all.Count, all.Count > TooFew ? threads : 1, index => results[index] = work(all[index]));
        return results;
    }

    /// <summary>
    /// Calls <paramref name="work"/> for every index below <paramref name="count"/>, each once, in no order. Whoever is free
    /// takes the next, so that none waits for another that was given the larger half.
    /// </summary>
    /// <exception cref="AggregateException">What was thrown by the calls, when there are several threads.</exception>
    public static void ForEachIndex(int count, int threads, Action<int> work)
    {
        int next = -1;
        threads = Math.Min(threads, count);
        if (threads < 2)
        {
            Work();
        }
        else
        {
            Action[] all = new Action[threads];
            Array.Fill(all, Work);
            Parallel.Invoke(new ParallelOptions { MaxDegreeOfParallelism = threads }, all);
        }

        void Work()
        {
            for (int index = Interlocked.Increment(ref next); index < count; index = Interlocked.Increment(ref next))
            {
                work(index);
            }
        }
    }
}

using Rayquest.JobLint.Engine;

namespace Rayquest.JobLint.Tests;

public class ParallelLoopTests
{
    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    [InlineData(3, 8)]
    [InlineData(1000, 1)]
    [InlineData(1000, 2)]
    [InlineData(1000, 16)]
    public void Every_index_is_worked_on_once(int count, int threads)
    {
        int[] times = new int[count];
        ParallelLoop.ForEachIndex(count, threads, index => Interlocked.Increment(ref times[index]));
        times.ShouldAllBe(t => t == 1);
    }

    [Fact]
    public void More_than_one_thread_works()
    {
        // Each waits for the other: one alone would never end.
        using Barrier both = new(2);
        ParallelLoop.ForEachIndex(2, 2, _ => both.SignalAndWait(TimeSpan.FromSeconds(60)).ShouldBeTrue());
    }

    [Fact]
    public void What_the_work_throws_comes_out()
    {
        Should
            .Throw<AggregateException>(() => ParallelLoop.ForEachIndex(8, 2, Fail))
            .InnerExceptions.ShouldAllBe(e => e is FormatException);
        Should.Throw<FormatException>(() => ParallelLoop.ForEachIndex(8, 1, Fail));

        static void Fail(int index) =>
            throw new FormatException(index.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}

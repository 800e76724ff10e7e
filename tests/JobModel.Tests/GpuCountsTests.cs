using Rayquest.JobModel.Plans;

namespace Rayquest.JobModel.Tests;

public class GpuCountsTests
{
    /// <summary>Whatever is added in whatever order, the sum is what a sorted dictionary would hold.</summary>
    [Fact]
    public void Sums_are_those_of_a_sorted_dictionary()
    {
        Random random = new(7);
        string[] types = ["a100", "A100", "h100", "l4", "tpu-v5", "t4", "\u00e9", "_"];
        for (int round = 0; round < 500; round++)
        {
            SortedDictionary<string, long> wanted = new(StringComparer.Ordinal);
            GpuCounts sum = GpuCounts.None;
            for (int part = random.Next(4); part >= 0; part--)
            {
                Dictionary<string, long> more = new(StringComparer.Ordinal);
                for (int i = random.Next(4); i > 0; i--)
                {
                    more[types[random.Next(types.Length)]] = random.Next(1, 100);
                }

                foreach ((string type, long count) in more)
                {
                    wanted[type] = wanted.GetValueOrDefault(type) + count;
                }

                sum = sum.With(GpuCounts.Of(more));
            }

            sum.ShouldBe(wanted);
            sum.Count.ShouldBe(wanted.Count);
            sum.Keys.ShouldBe(wanted.Keys);
            sum.Values.ShouldBe(wanted.Values);
            foreach (string type in types)
            {
                sum.ContainsKey(type).ShouldBe(wanted.ContainsKey(type));
                sum.GetValueOrDefault(type).ShouldBe(wanted.GetValueOrDefault(type));
            }
        }
    }

    [Fact]
    public void Adding_leaves_what_was_added_to_as_it_was()
    {
        GpuCounts first = GpuCounts.None.With("a100", 4);
        first.With("a100", 2)["a100"].ShouldBe(6);
        first.With("l4", 1).Keys.ShouldBe(["a100", "l4"]);
        first.ShouldBe([new("a100", 4)]);
        GpuCounts.None.Count.ShouldBe(0);
    }

    [Fact]
    public void A_type_that_is_not_in_it_is_named_by_the_fault() =>
        Should.Throw<KeyNotFoundException>(() => GpuCounts.None["l4"]).Message.ShouldContain("`l4`");
}

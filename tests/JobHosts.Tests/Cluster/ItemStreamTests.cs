using System.Text;
using System.Text.Json;
using Rayquest.JobHosts.Cluster;

namespace Rayquest.JobHosts.Tests.Cluster;

public sealed class ItemStreamTests
{
    /// <summary>Gives out at most so many bytes at a time, as pipes do.</summary>
    private sealed class Trickle(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(count, step));
    }

    private static (List<string> Names, string Token) Read(string json, int step = 4096)
    {
        var names = new List<string>();
        var token = ItemStream.Read(
            new Trickle(Encoding.UTF8.GetBytes(json), step),
            item => names.Add(item.GetProperty("metadata").GetProperty("name").GetString()!)
        );
        return (names, token);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(100_000)]
    public void Items_come_out_whatever_the_pieces_and_the_order_of_keys(int step)
    {
        const string items =
            """[{"metadata":{"name":"a","continue":"no"},"x":[1,2,{"items":[]}]},{"metadata":{"name":"é\n"}}]""";
        Read(
                """{"kind":"RayJobList","items":""" + items + ""","metadata":{"continue":"t","resourceVersion":"5"}}""",
                step
            )
            .Shown()
            .ShouldBe("a|é\n > t");
        Read("""{"metadata":{"continue":"t"},"odd":{"items":[{"a":1}]},"items":""" + items + "}", step)
            .Token.ShouldBe("t");
        Read("""{"metadata":{},"items":[]}""", step).Shown().ShouldBe(" > ");
        Read("""{"metadata":null,"items":null}""", step).Shown().ShouldBe(" > ");
    }

    [Fact]
    public void An_item_larger_than_the_buffer_is_read()
    {
        var big = new string('x', 300_000);
        Read(
            """{"items":[{"metadata":{"name":"BIG"}},{"metadata":{"name":"b"}}]}""".Replace(
                "BIG",
                big,
                StringComparison.Ordinal
            )
        )
            .Names.Select(name => name.Length)
            .ShouldBe([300_000, 1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"items":[{"metadata":{"name":"a"}},""")]
    [InlineData("""{"items":[{"metadata":{"name":"a"}}]""")]
    [InlineData("""{"items":[{"metadata":{"na""")]
    [InlineData("<html>502 Bad Gateway</html>")]
    public void Half_a_list_is_no_list(string json) => Should.Throw<JsonException>(() => Read(json));
}

internal static class ReadExtensions
{
    public static string Shown(this (List<string> Names, string Token) read) =>
        $"{string.Join('|', read.Names)} > {read.Token}";
}

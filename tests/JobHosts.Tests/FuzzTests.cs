using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Rayquest.Fuzzing;
using Rayquest.JobHosts.Cluster;
using Rayquest.JobHosts.Review;
using Rayquest.JobModel.Requests;

namespace Rayquest.JobHosts.Tests;

/// <summary>Broken copies of what comes from outside: kubectl's lists and issue forms.</summary>
[Trait("suite", "fuzz")]
public sealed class FuzzTests
{
    private const string List = """
        {"kind":"RayJobList","metadata":{"continue":"t","resourceVersion":"5"},"items":[{"metadata":{"name":"a","labels":{"x":"y"}},"status":{"a":[1,2,{"items":[]}]}},
        {"metadata":{"name":"b b"}},{"metadata":{"name":"c"},"spec":null}],"odd":{"items":[1]}}
        """;

    private const string Form =
        "### team\n\nvision\n\n### name\n\nresnet\n\n### description\n\nlearning rate, \"60%\": yes\n\n### entrypoint\n\n```shell\npython train.py --a 'b c'\n```\n\n### workers.replicas\n\n1-4\n\n### workers.cpu\n\n8\n\n### workers.memory\n\n16Gi\n\n### workers.gpu\n\n_No response_\n\n### workers.gpus\n\n1\n\n### image\n\nray\n\n### timeout\n\n6h\n";

    [Fact]
    public void Broken_lists_give_their_items_or_say_that_they_are_broken()
    {
        int whole = 0;
        Mutations.Try(
            [
                Encoding.UTF8.GetBytes(List),
                Encoding.UTF8.GetBytes(List.Replace("b b", "é\\n\\ud83d\\ude00", StringComparison.Ordinal)),
            ],
            6000,
            bytes =>
            {
                List<string> items = [];
                try
                {
                    using MemoryStream stream = new(bytes);
                    ItemStream.Read(stream, item => items.Add(Raw(item)));
                }
                catch (JsonException)
                {
                    return;
                }

                // What the whole text says, read at once, is the measure: nothing is lost and nothing made up. What follows the
                // list's end is not looked at.
                if (Parse(bytes) is { } all && Array.TrueForAll(bytes, b => b is < 0x80 and not (byte)'\\'))
                {
                    JsonElement[] lists =
                    [
                        .. all.EnumerateObject().Where(p => p.NameEquals("items")).Select(p => p.Value),
                    ];
                    items.ShouldBe(
                        lists
                            .Where(l => l.ValueKind == JsonValueKind.Array)
                            .SelectMany(l => l.EnumerateArray())
                            .Select(Raw)
                    );
                    whole++;
                }
            }
        );
        whole.ShouldBeGreaterThan(200);
    }

    [Fact]
    public void Broken_forms_become_a_request_that_can_be_read() =>
        Mutations.Try(
            [
                Encoding.UTF8.GetBytes(Form),
                Encoding.UTF8.GetBytes(Form.Replace("\n", "\r\n", StringComparison.Ordinal)),
            ],
            3000,
            bytes =>
            {
                byte[] request = IssueForm.Write(IssueForm.Fields(Encoding.UTF8.GetString(bytes)), "alice");
                RequestDocument document = RequestDocument.Read("jobs-requests/vision/x.yaml", request);
                // What people type may be a wrong value; it never is a fault of YAML, a second key, or another owner.
                string[] syntax = ["RQ0001", "RQ0002", "RQ0003"];
                document.Findings.Where(f => syntax.Contains(f.Rule.Code)).Select(f => f.Message).ShouldBeEmpty();
                document.Request.ShouldNotBeNull().Owner?.Value.ShouldBe("alice");
            }
        );

    private static string Raw(JsonElement item) => Encoding.Latin1.GetString(JsonMarshal.GetRawUtf8Value(item));

    private static JsonElement? Parse(byte[] bytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

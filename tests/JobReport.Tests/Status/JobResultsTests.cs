using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Tests.Status;

public sealed class JobResultsTests
{
    [Theory]
    [InlineData("RAYQUEST_RESULT {\"accuracy\": 0.93}\n", """{"accuracy":0.93}""")]
    [InlineData("RAYQUEST_RESULT {\"a\": 1}\nmore\nRAYQUEST_RESULT {\"b\": true}\nend", """{"b":true}""")]
    [InlineData("RAYQUEST_RESULT{\"a\":-1.5e-3}\r\n", """{"a":-1.5e-3}""")]
    [InlineData("\u001b[32mRAYQUEST_RESULT {\"a\": 1}\u001b[0m\n", """{"a":1}""")]
    [InlineData("step 1\rstep 2\rRAYQUEST_RESULT {\"a\": 1}\n", """{"a":1}""")]
    [InlineData("[pod/train-1f0c3-head-0/head] RAYQUEST_RESULT {\"a\": 1}\n", """{"a":1}""")]
    [InlineData(
        "RAYQUEST_RESULT {\"model\": \"resnet \\u00e9\", \"best\": false}",
        """{"best":false,"model":"resnet é"}"""
    )]
    [InlineData("RAYQUEST_RESULT {}\n", "{}")]
    [InlineData(
        "RAYQUEST_RESULT {\"n\": 12345678901234567890123456789012345678901234567890}",
        """{"n":1.2345678901234567E+49}"""
    )]
    public void The_last_line_counts(string log, string json)
    {
        JobResults results = JobResults.Of(log).ShouldNotBeNull();
        results.Fault.ShouldBeNull();
        results.Json().ShouldBe(json);
    }

    [Theory]
    [InlineData("")]
    [InlineData("epoch 1\naccuracy 0.9\n")]
    [InlineData("print('RAYQUEST_RESULT {\"a\": 1}')\n")]
    [InlineData("RAYQUEST_RESULTS {\"a\": 1}\n")]
    [InlineData("see RAYQUEST_RESULT {\"a\": 1}\n")]
    public void Other_lines_are_none(string log) => JobResults.Of(log).ShouldBeNull();

    [Theory]
    [InlineData("{\"a\": NaN}", "byte 7 is not understood")]
    [InlineData("{\"a\": Infinity}", "NaN and Infinity are no numbers of JSON")]
    [InlineData("{\"a\": 1e999}", "`a` is a number that is too large")]
    [InlineData("{\"a\": 1, \"a\": 2}", "`a` is there twice")]
    [InlineData("{\"a\": {\"b\": 1}}", "`a` is an object or a list")]
    [InlineData("{\"a\": [1]}", "`a` is an object or a list")]
    [InlineData("{\"a\": [[[[[[[[1]]]]]]]]}", "`a` is an object or a list")]
    [InlineData("{\"a\": null}", "`a` is null")]
    [InlineData("[1, 2]", "no JSON object")]
    [InlineData("accuracy=0.9", "byte 1 is not understood")]
    [InlineData("", "byte 1 is not understood")]
    [InlineData("{\"a\": 1} trailing", "byte 10 is not understood")]
    [InlineData("{\"a\": 1", "is not understood")]
    [InlineData("{\"a b\": 1}", "the name of its result 1 is not made of")]
    [InlineData("{\"<img src=x>\": 1}", "the name of its result 1 is not made of")]
    [InlineData("{\"a\": \"\\ud800\"}", "no Unicode")]
    public void What_cannot_be_read_is_said_in_our_words(string json, string fault)
    {
        JobResults results = JobResults.Of($"RAYQUEST_RESULT {json}\n").ShouldNotBeNull();
        results.Values.ShouldBeEmpty();
        results.Fault.ShouldNotBeNull().ShouldContain(fault);
        results.Fault.ShouldNotContain("img");
    }

    [Fact]
    public void A_broken_last_line_is_not_replaced_by_an_earlier_one() =>
        JobResults.Of("RAYQUEST_RESULT {\"a\": 1}\nRAYQUEST_RESULT {\"a\": 2\n")!.Fault.ShouldNotBeNull();

    [Fact]
    public void Too_much_is_refused_and_long_text_cut()
    {
        string large = $"RAYQUEST_RESULT {{\"a\": \"{new string('x', JobResults.MostBytes)}\"}}";
        JobResults.Of(large)!.Fault.ShouldNotBeNull().ShouldContain("at most 16,384 are taken");
        string many = string.Join(", ", Enumerable.Range(0, 51).Select(i => $"\"m{i}\": {i}"));
        JobResults.Of($"RAYQUEST_RESULT {{{many}}}")!.Fault.ShouldBe("it holds more than 50 results");
        string lengthy = $"RAYQUEST_RESULT {{\"a\": \"{new string('x', 3_000)}\"}}";
        JobResults.Of(lengthy)!["a"]!.Text.Length.ShouldBe(JobResults.LongestText);
    }

    [Theory]
    [InlineData("{\"api_key\": \"hunter2\"}", "api_key")]
    [InlineData("{\"password\": 12345678}", "password")]
    [InlineData("{\"note\": \"password=hunter2\"}", "note")]
    [InlineData("{\"url\": \"https://alice:hunter2@git.example.com/a\"}", "url")]
    [InlineData("{\"key_file\": \"-----BEGIN PRIVATE KEY-----\\nhunter2\\n-----END PRIVATE KEY-----\"}", "key_file")]
    public void A_secret_is_masked(string json, string name)
    {
        JobResults results = JobResults.Of($"RAYQUEST_RESULT {json}").ShouldNotBeNull();
        results[name]!.Text.ShouldBe("[redacted]");
        results.Json().ShouldNotContain("hunter2");
        results.Json().ShouldNotContain("12345678");
    }

    [Fact]
    public void Counts_and_fractions_are_no_secrets()
    {
        JobResults results = JobResults.Of(
            "RAYQUEST_RESULT {\"mean_token_accuracy\": 0.71, \"tokens\": 4096, \"cookie_loss\": 1.5}"
        )!;
        results.Values.Select(value => value.Number).ShouldBe([1.5, 0.71, 4096]);
    }

    [Fact]
    public void A_name_that_is_a_secret_is_refused()
    {
        string token = "gh" + "p_0123456789abcdefghijABCDEFGHIJ012345";
        JobResults results = JobResults.Of($"RAYQUEST_RESULT {{\"{token}\": 1}}")!;
        results.Fault.ShouldBe("the name of its result 1 looks like a secret");
    }

    [Fact]
    public void Text_loses_what_nobody_sees()
    {
        ResultValue value = JobResults.Of("RAYQUEST_RESULT {\"a\": \"x\\u001b[2J\\u202ey\\u0000\\nz\"}")!["a"]!;
        value.Text.ShouldBe("xy z");
        value.Number.ShouldBeNull();
    }

    [Fact]
    public void Any_text_is_read_without_a_fault_of_ours() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<string>(),
                text =>
                {
                    JobResults results = JobResults.Of($"RAYQUEST_RESULT {text}")!;
                    using JsonDocument document = JsonDocument.Parse(results.Json());
                    return document.RootElement.ValueKind == JsonValueKind.Object;
                }
            )
            .QuickCheckThrowOnFailure();
}

using FsCheck;
using FsCheck.Fluent;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Tests.Status;

public sealed class LogTailTests
{
    // Shapes only; built from parts so that no scanner takes this file for a leak.
    public static TheoryData<string, string> Secrets =>
        new()
        {
            { "token " + "gh" + "p_0123456789abcdefghijABCDEFGHIJ012345", "0123456789abcdefghij" },
            { "github" + "_pat_11AAAAAAA0123456789abcdefghij", "11AAAAAAA" },
            { "AK" + "IAIOSFODNN7EXAMPLE in us-east-1", "IOSFODNN7" },
            { "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtn" },
            { "export WANDB_API_KEY='0123456789abcdef0123456789abcdef01234567'", "0123456789abcdef" },
            { "{\"api_key\": \"abc def ghi\", \"lr\": 0.1}", "def" },
            { "db_password: hunter2", "hunter2" },
            { "Authorization: Bearer abcdefghijklmnop", "abcdefghijklmnop" },
            { "authorization: Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpw" },
            { "curl -H 'bearer abcdefghijklmnopqrst'", "abcdefghijklmnopqrst" },
            { "cloning https://alice:s3cr3t@git.example.com/a.git", "s3cr3t" },
            { "cloning https://oauthtoken123@git.example.com/a.git", "oauthtoken123" },
            { "redis://:hunter2@redis:6379", "hunter2" },
            { "GET https://bucket.example.com/x?X-Amz-Signature=deadbeefdeadbeef&a=1", "deadbeef" },
            { "login --password hunter2 --user bob", "hunter2" },
            { "login --api-key=hunter2", "hunter2" },
            { "hf" + "_abcdefghijklmnopqrstuvwxyzABCDEFGH", "abcdefghijklmnop" },
            { "sk" + "-proj-abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnop" },
            { "xox" + "b-123456789012-abcdefghij", "123456789012" },
            { "jwt ey" + "JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghijk", "hbGciOiJ" },
            { "gh\u001b[0mp_0123456789abcdefghijABCDEFGHIJ012345", "0123456789abcdefghij" },
            { "gh\u200bp_0123456789abcdefghijABCDEFGHIJ012345", "0123456789abcdefghij" },
            { "SECRET_KEY = \"line with spaces in it\"", "spaces" },
            { "auth_tokens=abc123def", "abc123def" },
            { "password=12345678", "12345678" },
            { "os.environ['DB_PASSWORD'] => topsecretvalue", "topsecretvalue" },
            { "AWS_SECRET_ACCESS_KEY wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtn" },
            { "  AWS_SECRET_ACCESS_KEY              wJalrXUtnFEMI", "wJalrXUtn" },
            { "HF_TOKEN hunter2", "hunter2" },
            { "the password is hunter2", "hunter2" },
            { "Password is: 'hunter2'", "hunter2" },
            { "your API key is hunter2, keep it", "hunter2" },
            { "{\"auths\": {\"registry.example.com\": {\"auth\":\"dXNlcjpwYXNz\"}}}", "dXNlcjpwYXNz" },
            { "config: {\\\"auth\\\": \\\"dXNlcjpwYXNz\\\"}", "dXNlcjpwYXNz" },
            { "//registry.example.com/:\"_auth\": \"dXNlcjpwYXNz\"", "dXNlcjpwYXNz" },
        };

    [Theory]
    [MemberData(nameof(Secrets))]
    public void Secrets_do_not_get_through(string line, string secret)
    {
        var tail = LogTail.Of(line);
        tail.Text.ShouldNotContain(secret);
        tail.Text.ShouldContain("[redacted]");
        tail.Redacted.ShouldBe(1);
    }

    [Theory]
    [InlineData("epoch 3: loss 0.123, lr=0.1, 12 tokens/s")]
    [InlineData("loading tokenizer from /models/bert")]
    [InlineData("2026-11-22 05:03:37,000 INFO cli.py:39 -- Job submission server address: http://raysubmit:8265")]
    [InlineData("commit 8b9c2e1f0a7d6c5b4a39281706f5e4d3c2b1a098")]
    [InlineData("Traceback (most recent call last):")]
    [InlineData("num_tokens=4096, max_new_tokens: 512, tokens/s: 1234.5")]
    [InlineData("tokenizer=bert-base-uncased tokenizer_class: Fast")]
    [InlineData("pad_token_id: 50256")]
    [InlineData("using basic configuration of the trainer")]
    [InlineData("HF_TOKEN environment variable is not set")]
    [InlineData("the password is not set, and the token is expired")]
    [InlineData("NCCL_DEBUG INFO, MAX_STEPS 1000, CUDA_VISIBLE_DEVICES 0,1")]
    [InlineData("FOREIGN_KEY constraint of table runs")]
    [InlineData("auth is on, author: alice")]
    public void Ordinary_lines_stay(string line) => LogTail.Of(line).Text.ShouldBe(line);

    [Fact]
    public void Private_keys_go_whole_even_when_the_tail_begins_inside_one()
    {
        var dashes = new string('-', 5);
        var whole = LogTail.Of(
            $"a\n{dashes}BEGIN RSA PRIVATE KEY{dashes}\nMIIEow\nabc\n{dashes}END RSA PRIVATE KEY{dashes}\nb"
        );
        whole.Lines.ShouldBe([
            "a",
            "[private key redacted]",
            "[private key redacted]",
            "[private key redacted]",
            "[private key redacted]",
            "b",
        ]);

        var cut = LogTail.Of($"MIIEow\nabc\n{dashes}END PRIVATE KEY{dashes}\nb");
        cut.Lines.ShouldBe(["[private key redacted]", "[private key redacted]", "[private key redacted]", "b"]);
    }

    [Fact]
    public void Control_characters_colours_and_direction_marks_go_and_progress_bars_show_their_last_step()
    {
        LogTail
            .Of(
                "\u001b[31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007 \u202eevil\u0000\u0008\n 10%|#\r 99%|##\r100%|###\r\nend\u009b1m"
            )
            .Lines.ShouldBe(["red link evil", "100%|###", "end"]);
    }

    [Fact]
    public void Only_the_last_lines_within_the_caps_are_kept()
    {
        var log = string.Concat(Enumerable.Range(1, 250).Select(number => $"line {number}\n"));
        var tail = LogTail.Of(log);
        tail.Lines.Count.ShouldBe(100);
        tail.Lines[0].ShouldBe("line 151");
        tail.Lines[^1].ShouldBe("line 250");
        tail.Dropped.ShouldBe(150);

        LogTail.Of(new string('x', 600)).Text.ShouldBe(new string('x', 500) + "… (100 more)");
        var small = LogTail.Of(log, maxCharacters: 40);
        small.Text.Length.ShouldBeLessThanOrEqualTo(40);
        small.Lines[^1].ShouldBe("line 250");
    }

    [Fact]
    public void Any_text_is_cleaned_without_throwing_and_stays_clean()
    {
        Prop.ForAll(
                ArbMap.Default.ArbFor<string?>(),
                text =>
                {
                    var tail = LogTail.Of(text ?? "");
                    return tail.Lines.All(line => !line.Any(char.IsControl)) && LogTail.Of(tail.Text).Text == tail.Text;
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_hostile_line_does_not_take_long()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        LogTail.Of(string.Concat(Enumerable.Repeat("token", 20_000)));
        LogTail.Of(string.Concat(Enumerable.Repeat("a-token-", 20_000)));
        LogTail.Of(string.Concat(Enumerable.Repeat("a://", 20_000)));
        LogTail.Of(string.Concat(Enumerable.Repeat("\u001b]", 20_000)));
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }
}

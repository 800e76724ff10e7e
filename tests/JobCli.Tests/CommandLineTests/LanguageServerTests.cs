using System.Text.Json;
using System.Text.Json.Nodes;
using Rayquest.JobCli.LanguageServer;
using Rayquest.JobCli.Tests.House;

namespace Rayquest.JobCli.Tests.CommandLineTests;

/// <summary><c>rayquest lsp</c>, by a client of its own and by the one that editors use.</summary>
public sealed class LanguageServerTests : IDisposable
{
    private const string Request = """
        name: train
        description: é 𝒳 a first try
        profile: gpu
        entrypoint: python train.py
        workers: {replicas: 1, gpu: l4, gpus: 1}
        timout: 1h

        """;

    private readonly string folder = Directory.CreateTempSubdirectory("rayquest-lsp-").FullName;

    public LanguageServerTests()
    {
        Shell
            .RunIn(
                folder,
                "init",
                ".",
                "--org",
                "example",
                "--team",
                "vision=alice,bob",
                "--platform-approver",
                "dana",
                "--scheduler",
                "none",
                "--gpu",
                "l4",
                "--gpu",
                "a100"
            )
            .Code.ShouldBe(0);
        Directory.CreateDirectory(Path.Combine(folder, "jobs-requests", "vision"));
        File.WriteAllText(Path.Combine(folder, "jobs-requests", "vision", "train.yaml"), Request);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_client_from_npm_gets_findings_pages_values_fixes_and_definitions()
    {
        Needs.LanguageClient();
        (int code, string output, string errors) = Tool.Run(
            "node",
            [
                RepositoryFiles.Path("tests", "lsp", "client.mjs"),
                "dotnet",
                Path.Combine(AppContext.BaseDirectory, "rayquest.dll"),
                "lsp",
                "--stdio",
                "--",
                folder,
                "jobs-requests/vision/train.yaml",
            ],
            folder,
            []
        );
        code.ShouldBe(0, errors);
        using JsonDocument document = JsonDocument.Parse(output);
        JsonElement answer = document.RootElement;
        JsonElement finding = answer
            .GetProperty("diagnostics")
            .EnumerateArray()
            .Single(d => d.GetProperty("code").GetString() == "RQ0003");
        finding
            .GetProperty("range")
            .GetRawText()
            .ShouldBe("""{"start":{"line":5,"character":0},"end":{"line":5,"character":6}}""");
        answer.GetProperty("hover").GetString()!.ShouldContain("# RQ0003: unknown-key");
        answer.GetProperty("key").GetString()!.ShouldStartWith("**profile**: ");
        answer.GetProperty("values").EnumerateArray().Select(v => v.GetString()).ShouldBe(["a100", "l4"]);
        answer.GetProperty("keys").EnumerateArray().Select(v => v.GetString()).ShouldContain("timeout");
        answer.GetProperty("definition").GetProperty("uri").GetString()!.ShouldEndWith("/policies/profiles/gpu.yaml");
        JsonElement edit = answer.GetProperty("actions")[0];
        edit.GetProperty("title").GetString().ShouldBe("Rename to `timeout`");
        edit.GetProperty("edit").GetRawText().ShouldContain("\"newText\":\"timeout\"");
        answer.GetProperty("unknown").GetString().ShouldBe("-32601");
        answer.GetProperty("code").GetInt32().ShouldBe(0);
    }

    [Fact]
    public void Positions_are_counted_as_editors_count_them()
    {
        const string text = "a: é𝒳b\nc: d\n";
        LanguageService.Place(text, text.IndexOf('b')).ShouldBe((0, 6));
        LanguageService.Place(text, text.IndexOf('d')).ShouldBe((1, 3));
        LanguageService.Place(text, 0).ShouldBe((0, 0));
        LanguageService.Offset(text, 1, 3).ShouldBe(text.IndexOf('d'));
        LanguageService.Offset(text, 9, 9).ShouldBe(text.Length);
    }

    [Theory]
    [InlineData("workers: {replicas: 1, gpu: |", "workers", "gpu", "")]
    [InlineData("workers: {replicas: 1, g|", "workers", null, "g")]
    [InlineData("workers: {replicas: {min: 1, m|", "workers.replicas", null, "m")]
    [InlineData("workers:\n  replicas: 1\n  gpu: l|", "workers", "gpu", "l")]
    [InlineData("workers:\n- replicas: 1\n  gp|", "workers", null, "gp")]
    [InlineData("tim|", "", null, "tim")]
    [InlineData("image: ra|", "", "image", "ra")]
    public void A_cursor_knows_where_it_stands(string text, string path, string? key, string typed)
    {
        int at = text.IndexOf('|', StringComparison.Ordinal);
        (int line, int character) = LanguageService.Place(text, at);
        RequestCursor cursor = RequestCursor.At(text.Remove(at, 1), line, character);
        (string.Join('.', cursor.Path), cursor.Key, cursor.Typed).ShouldBe((path, key, typed));
    }

    [Fact]
    public void A_policy_is_checked_as_it_is_typed_and_changes_what_requests_are_told()
    {
        List<JsonObject> answers = Talk(
            Open("policies/platform.yaml", "autoMerge: often\n"),
            Open("jobs-requests/vision/train.yaml", Request),
            Message("textDocument/didClose", "policies/platform.yaml"),
            Message("textDocument/didSave", "jobs-requests/vision/train.yaml")
        );
        answers.Count.ShouldBe(4);
        answers[0].ToJsonString().ShouldContain("RQ0004");
        answers[3].ToJsonString().ShouldContain("RQ0003");
    }

    [Fact]
    public void What_is_no_message_ends_it_with_a_reason()
    {
        using MemoryStream input = new("hello\r\n\r\n"u8.ToArray());
        using MemoryStream output = new();
        Should
            .Throw<InvalidDataException>(() =>
                new LanguageServerSession(new JsonRpcStream(input, output), folder).Run()
            )
            .Message.ShouldContain("without its length");
    }

    private JsonObject Open(string path, string text) =>
        new()
        {
            ["method"] = "textDocument/didOpen",
            ["params"] = new JsonObject
            {
                ["textDocument"] = new JsonObject { ["uri"] = UriOf(path), ["text"] = text },
            },
        };

    private JsonObject Message(string method, string path) =>
        new()
        {
            ["method"] = method,
            ["params"] = new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = UriOf(path) } },
        };

    private string UriOf(string path) => new Uri(Path.Combine(folder, path)).AbsoluteUri;

    private List<JsonObject> Talk(params JsonObject[] messages)
    {
        using MemoryStream input = new();
        JsonRpcStream writer = new(Stream.Null, input);
        foreach (JsonObject message in messages)
        {
            writer.Write(message);
        }

        input.Position = 0;
        using MemoryStream output = new();
        new LanguageServerSession(new JsonRpcStream(input, output), folder).Run().ShouldBe(0);
        output.Position = 0;
        JsonRpcStream reader = new(output, Stream.Null);
        List<JsonObject> answers = [];
        while (reader.Read() is { } answer)
        {
            answers.Add(answer);
        }

        return answers;
    }
}

using System.Text.Json.Nodes;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Languages;

namespace Rayquest.JobCli.LanguageServer;

/// <summary>The Language Server Protocol over a pair of streams: what an editor's client says, and what it is answered.</summary>
internal sealed class LanguageServerSession(JsonRpcStream stream, string root, Language? terminalLanguage = null)
{
    private const int MethodNotFound = -32601;
    private const int InternalError = -32603;
    private readonly LanguageService service = new(root);
    private bool isShutDown;

    // The client's locale, where it says one that there are strings for.
    private Language language = terminalLanguage ?? Language.English;

    /// <summary>Answers until the client says goodbye; the exit code is the protocol's.</summary>
    public int Run()
    {
        while (stream.Read() is { } message)
        {
            string method = message["method"]?.GetValue<string>() ?? "";
            if (method == "exit")
            {
                return isShutDown ? ExitCodes.Clean : ExitCodes.Findings;
            }

            JsonNode? id = message["id"]?.DeepClone();
            JsonObject parameters = message["params"] as JsonObject ?? [];
            try
            {
                Handle(method, id, parameters);
            }
            catch (Exception fault)
                when (fault is HostException or IOException or UnauthorizedAccessException or InvalidOperationException
                    && id is not null
                )
            {
                stream.Write(
                    new JsonObject
                    {
                        ["id"] = id,
                        ["error"] = new JsonObject { ["code"] = InternalError, ["message"] = fault.Message },
                    }
                );
            }
        }

        return ExitCodes.Clean;
    }

    private void Handle(string method, JsonNode? id, JsonObject parameters)
    {
        switch (method)
        {
            case "initialize":
                language = Language.Find(parameters["locale"]?.GetValue<string>() ?? "") ?? language;
                Answer(id, Capabilities());
                break;
            case "shutdown":
                isShutDown = true;
                Answer(id, null);
                break;
            case "textDocument/didOpen":
                Changed(
                    parameters["textDocument"] as JsonObject,
                    (parameters["textDocument"] as JsonObject)?["text"]?.GetValue<string>()
                );
                break;
            case "textDocument/didChange":
                Changed(
                    parameters["textDocument"] as JsonObject,
                    (parameters["contentChanges"] as JsonArray)?.LastOrDefault()?["text"]?.GetValue<string>()
                );
                break;
            case "textDocument/didClose":
                if (PathOf(parameters) is { } closed)
                {
                    service.Forget(closed);
                    Publish(closed, [], "");
                }

                break;
            case "textDocument/didSave" or "workspace/didChangeWatchedFiles":
                service.Forget();
                foreach (string path in service.Open.ToArray())
                {
                    CheckAndPublish(path);
                }

                break;
            case "textDocument/hover":
                Answer(id, Hover(parameters));
                break;
            case "textDocument/completion":
                Answer(id, Completion(parameters));
                break;
            case "textDocument/codeAction":
                Answer(id, CodeActions(parameters));
                break;
            case "textDocument/definition":
                Answer(id, Definition(parameters));
                break;
            default:
                // A notification that isn't known may be passed over, a question may not.
                if (id is not null)
                {
                    stream.Write(
                        new JsonObject
                        {
                            ["id"] = id,
                            ["error"] = new JsonObject
                            {
                                ["code"] = MethodNotFound,
                                ["message"] = $"{method} is not known here",
                            },
                        }
                    );
                }

                break;
        }
    }

    private static JsonObject Capabilities() =>
        new()
        {
            ["capabilities"] = new JsonObject
            {
                ["positionEncoding"] = "utf-16",
                ["textDocumentSync"] = new JsonObject
                {
                    ["openClose"] = true,
                    ["change"] = 1,
                    ["save"] = true,
                },
                ["hoverProvider"] = true,
                ["completionProvider"] = new JsonObject { ["triggerCharacters"] = new JsonArray(" ", ":", "{", ",") },
                ["codeActionProvider"] = new JsonObject { ["codeActionKinds"] = new JsonArray("quickfix") },
                ["definitionProvider"] = true,
            },
            ["serverInfo"] = new JsonObject { ["name"] = "rayquest", ["version"] = ProgramVersion.Text },
        };

    private void Changed(JsonObject? document, string? text)
    {
        if (document is not null && text is not null && PathOf(document["uri"]?.GetValue<string>()) is { } path)
        {
            service.Change(path, text);
            texts[path] = text;
            CheckAndPublish(path);
        }
    }

    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    private void CheckAndPublish(string path) =>
        Publish(path, service.Check(path), texts.GetValueOrDefault(path) ?? "");

    private void Publish(string path, IReadOnlyList<Finding> findings, string text) =>
        stream.Write(
            new JsonObject
            {
                ["method"] = "textDocument/publishDiagnostics",
                ["params"] = new JsonObject
                {
                    ["uri"] = UriOf(path),
                    ["diagnostics"] = new JsonArray([
                        .. findings.Select(finding => (JsonNode)Diagnostic(finding, text)),
                    ]),
                },
            }
        );

    private JsonObject Diagnostic(Finding finding, string text) =>
        new()
        {
            ["range"] = Range(text, finding.Span.Span.Start, finding.Span.Span.End),
            ["severity"] = finding.Severity == Severity.Error ? 1 : 2,
            ["code"] = finding.Rule.Code,
            ["source"] = "rayquest",
            ["message"] = language.Of(finding).Message,
        };

    private JsonObject? Hover(JsonObject parameters) =>
        PathOf(parameters) is { } path
        && Position(parameters) is var (line, character)
        && service.Hover(path, line, character, language) is { } text
            ? new JsonObject
            {
                ["contents"] = new JsonObject { ["kind"] = "markdown", ["value"] = text },
            }
            : null;

    private JsonArray Completion(JsonObject parameters)
    {
        if (PathOf(parameters) is not { } path)
        {
            return [];
        }

        (int line, int character) = Position(parameters);
        return
        [
            .. service
                .Complete(path, line, character)
                .Select(item =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["label"] = item.Label,
                            ["kind"] = item.IsKey ? 10 : 12,
                            ["detail"] = item.Detail,
                            ["insertText"] = item.IsKey ? $"{item.Label}: " : item.Label,
                        }
                ),
        ];
    }

    private JsonArray CodeActions(JsonObject parameters)
    {
        if (PathOf(parameters) is not { } path || parameters["range"] is not JsonObject range)
        {
            return [];
        }

        string text = texts.GetValueOrDefault(path) ?? "";
        return
        [
            .. service
                .Fixes(path, range["start"]!["line"]!.GetValue<int>(), range["end"]!["line"]!.GetValue<int>())
                .Select(found =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["title"] = language.Text(found.Finding.Rule.Code, found.Fix.Text),
                            ["kind"] = "quickfix",
                            ["isPreferred"] = found.Fix.Safety == FixSafety.Safe,
                            ["diagnostics"] = new JsonArray(Diagnostic(found.Finding, text)),
                            ["edit"] = new JsonObject
                            {
                                ["changes"] = new JsonObject
                                {
                                    [UriOf(path)] = new JsonArray([
                                        .. found.Fix.Edits.Select(edit =>
                                            (JsonNode)
                                                new JsonObject
                                                {
                                                    ["range"] = Range(text, edit.Span.Start, edit.Span.End),
                                                    ["newText"] = edit.NewText,
                                                }
                                        ),
                                    ]),
                                },
                            },
                        }
                ),
        ];
    }

    private JsonObject? Definition(JsonObject parameters) =>
        PathOf(parameters) is { } path
        && Position(parameters) is var (line, character)
        && service.Definition(path, line, character) is { } place
            ? new JsonObject { ["uri"] = UriOf(place.Path), ["range"] = Line(place.Line) }
            : null;

    private static JsonObject Line(int line) =>
        new()
        {
            ["start"] = new JsonObject { ["line"] = line, ["character"] = 0 },
            ["end"] = new JsonObject { ["line"] = line, ["character"] = 0 },
        };

    private static JsonObject Range(string text, int from, int to)
    {
        return new JsonObject { ["start"] = At(from), ["end"] = At(Math.Max(from, to)) };

        JsonObject At(int offset)
        {
            (int line, int character) = LanguageService.Place(text, offset);
            return new JsonObject { ["line"] = line, ["character"] = character };
        }
    }

    private static (int Line, int Character) Position(JsonObject parameters) =>
        (
            parameters["position"]?["line"]?.GetValue<int>() ?? 0,
            parameters["position"]?["character"]?.GetValue<int>() ?? 0
        );

    private string? PathOf(JsonObject parameters) => PathOf(parameters["textDocument"]?["uri"]?.GetValue<string>());

    // Files outside the repository, and those that are neither requests nor policies, are nobody's here.
    private string? PathOf(string? uri)
    {
        if (uri is null || !Uri.TryCreate(uri, UriKind.Absolute, out Uri? address) || !address.IsFile)
        {
            return null;
        }

        string path = Path.GetRelativePath(root, address.LocalPath).Replace('\\', '/');
        return LanguageService.IsOurs(path) ? path : null;
    }

    private string UriOf(string path) => new Uri(Path.Combine(root, path)).AbsoluteUri;

    private void Answer(JsonNode? id, JsonNode? result) =>
        stream.Write(new JsonObject { ["id"] = id, ["result"] = result });
}

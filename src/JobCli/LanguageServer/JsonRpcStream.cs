using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rayquest.JobCli.LanguageServer;

/// <summary>Messages of the Language Server Protocol: JSON after a header with its length in bytes.</summary>
internal sealed class JsonRpcStream(Stream input, Stream output)
{
    // No editor sends a message as long as that; a length of a broken stream must not be believed.
    private const int LongestMessage = 64 << 20;
    private readonly Lock gate = new();

    /// <summary>The next message; null at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">What comes is no message.</exception>
    public JsonObject? Read()
    {
        int length = -1;
        while (ReadLine() is { } line)
        {
            if (line.Length > 0)
            {
                const string name = "Content-Length:";
                if (
                    line.StartsWith(name, StringComparison.OrdinalIgnoreCase)
                    && int.TryParse(line.AsSpan(name.Length).Trim(), CultureInfo.InvariantCulture, out int given)
                )
                {
                    length = given;
                }

                continue;
            }

            if (length is < 0 or > LongestMessage)
            {
                throw new InvalidDataException("a message without its length");
            }

            byte[] body = new byte[length];
            input.ReadExactly(body);
            try
            {
                return JsonNode.Parse(body) as JsonObject;
            }
            catch (JsonException fault)
            {
                throw new InvalidDataException($"a message that is no JSON: {fault.Message}", fault);
            }
        }

        return null;
    }

    /// <summary>Sends a message.</summary>
    public void Write(JsonObject message)
    {
        message["jsonrpc"] = "2.0";
        byte[] body = Encoding.UTF8.GetBytes(message.ToJsonString());
        lock (gate)
        {
            output.Write(
                Encoding.ASCII.GetBytes(
                    string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n")
                )
            );
            output.Write(body);
            output.Flush();
        }
    }

    private string? ReadLine()
    {
        StringBuilder line = new();
        for (int read; (read = input.ReadByte()) >= 0; )
        {
            if (read == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            if (line.Length > 1024)
            {
                throw new InvalidDataException("a header without an end");
            }

            line.Append((char)read);
        }

        return null;
    }
}

using System.Buffers;
using System.Text.Json;

namespace Rayquest.JobHosts.Cluster;

/// <summary>
/// Reads a Kubernetes list item by item while it arrives: a page of a thousand jobs is never held as a whole, only the
/// item at hand.
/// </summary>
internal static class ItemStream
{
    private const int FirstBuffer = 64 * 1024;
    private const int LargestItem = 64 * 1024 * 1024;

    private enum Position
    {
        Start,
        List,
        Items,
        End,
    }

    /// <summary>Hands over each item; returns metadata.continue, empty on the last page.</summary>
    /// <param name="each">May use the element only during the call.</param>
    /// <exception cref="JsonException">The stream is no list, or ends too early.</exception>
    public static string Read(Stream stream, Action<JsonElement> each)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            var filled = 0;
            var ended = false;
            var position = Position.Start;
            var state = default(JsonReaderState);
            var token = "";
            while (position != Position.End)
            {
                var read = stream.Read(buffer, filled, buffer.Length - filled);
                ended = read == 0;
                filled += read;
                var reader = new Utf8JsonReader(buffer.AsSpan(0, filled), ended, state);
                while (position != Position.End && Step(ref reader, buffer, ref position, ref token, each)) { }

                state = reader.CurrentState;
                var consumed = (int)reader.BytesConsumed;
                filled -= consumed;
                Buffer.BlockCopy(buffer, consumed, buffer, 0, filled);
                if (ended && position != Position.End)
                {
                    throw new JsonException("the list ends too early");
                }

                if (filled == buffer.Length)
                {
                    buffer = Grow(buffer, filled);
                }
            }

            return token;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Takes one whole thing off the reader; false, and nothing taken, when it has not arrived yet.</summary>
    private static bool Step(
        ref Utf8JsonReader reader,
        byte[] buffer,
        ref Position position,
        ref string token,
        Action<JsonElement> each
    )
    {
        var before = reader;
        if (!reader.Read())
        {
            return false;
        }

        switch (position)
        {
            case Position.Start:
                position =
                    reader.TokenType == JsonTokenType.StartObject ? Position.List : throw new JsonException("no list");
                return true;
            case Position.Items when reader.TokenType == JsonTokenType.EndArray:
                position = Position.List;
                return true;
            case Position.Items:
            {
                var start = (int)reader.TokenStartIndex;
                if (!reader.TrySkip())
                {
                    reader = before;
                    return false;
                }

                using var item = JsonDocument.Parse(buffer.AsMemory(start, (int)reader.BytesConsumed - start));
                each(item.RootElement);
                return true;
            }

            default:
                break;
        }

        if (reader.TokenType == JsonTokenType.EndObject)
        {
            position = Position.End;
            return true;
        }

        // As the API server writes them: comparing what is unescaped throws where another key is no Unicode.
        var isItems = reader.ValueSpan.SequenceEqual("items"u8);
        var isMetadata = reader.ValueSpan.SequenceEqual("metadata"u8);
        if (!reader.Read())
        {
            reader = before;
            return false;
        }

        if (isItems && reader.TokenType == JsonTokenType.StartArray)
        {
            position = Position.Items;
            return true;
        }

        var from = (int)reader.TokenStartIndex;
        if (!reader.TrySkip())
        {
            reader = before;
            return false;
        }

        if (isMetadata)
        {
            token = Continuation(buffer.AsMemory(from, (int)reader.BytesConsumed - from)) ?? token;
        }

        return true;
    }

    private static string? Continuation(ReadOnlyMemory<byte> metadata)
    {
        using var document = JsonDocument.Parse(metadata);
        try
        {
            return
                document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("continue", out var value)
                && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (InvalidOperationException fault)
        {
            throw new JsonException("the list's metadata is no Unicode", fault);
        }
    }

    private static byte[] Grow(byte[] buffer, int filled)
    {
        if (buffer.Length >= LargestItem)
        {
            throw new JsonException("an item is larger than 64 MiB");
        }

        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        Buffer.BlockCopy(buffer, 0, larger, 0, filled);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}

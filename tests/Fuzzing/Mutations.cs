using System.Globalization;
using System.Text;

namespace Rayquest.Fuzzing;

/// <summary>
/// Broken copies of real files: by bytes, by characters, by words, by lines, and spliced from two. The same in every run;
/// with <c>RAYQUEST_FUZZ=N</c> there are N times as many, from a seed that changes by the minute and is part of every failure.
/// </summary>
internal static class Mutations
{
    private static readonly byte[][] Scraps =
    [
        .. new[]
        {
            "\n",
            "\r",
            " ",
            "\t",
            ":",
            ": ",
            ",",
            "-",
            "- ",
            "[",
            "]",
            "{",
            "}",
            "\"",
            "'",
            "\\",
            "\\ud800",
            "\\u0000",
            "|",
            ">",
            "#",
            "&a",
            "*a",
            "!!str ",
            "<<: ",
            "---\n",
            "...",
            "%",
            "@",
            "`",
            "$",
            "${sweep.x}",
            "\0",
            "\uFEFF",
            "é",
            "😀",
            "\u202E",
            "null",
            "~",
            "no",
            "true",
            "1e3",
            "1e999",
            "0o17",
            "12:30",
            "2.10",
            "-1",
            "0",
            "2147483648",
            "99999999999999999999",
            "1Gi",
            "9Ei",
            "1e1.5",
            "99999999d",
            "9999-12-31T23:59:59Z",
            "0001-01-01T00:00:00Z",
            "2026-13-45T99:99:99+99:00",
            "[]",
            "{}",
            "[[[[",
            "{a: {b: ",
            "### ",
            "_No response_",
            "```",
            "<!--",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF, 0xFE],
        [0xC3],
        [0xED, 0xA0, 0x80],
        [0xF5, 0x80, 0x80, 0x80],
    ];

    private static int Times { get; } =
        int.TryParse(
            Environment.GetEnvironmentVariable("RAYQUEST_FUZZ"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out int times
        )
        && times > 0
            ? times
            : 1;

    /// <summary>Tries each mutation; a failure shows the input and how to have it again.</summary>
    public static void Try(IReadOnlyList<byte[]> seeds, int count, Action<byte[]> judge)
    {
        if (seeds.Count == 0)
        {
            throw new InvalidOperationException("there is nothing to break: the files to mutate were not found");
        }

        int start = Times == 1 ? 1 : (int)(DateTime.UtcNow.Ticks / TimeSpan.TicksPerMinute % int.MaxValue);
        for (int i = 0; i < count * Times; i++)
        {
            byte[] input = Of(seeds, new Random(unchecked((start * 1_000_003) + i)));
            try
            {
                judge(input);
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException(
                    $"mutation {i} of seed {start} makes a fault of ours: {fault.Message}\nbase64: {Convert.ToBase64String(input)}\n{Encoding.UTF8.GetString(input)}",
                    fault
                );
            }
        }
    }

    private static byte[] Of(IReadOnlyList<byte[]> seeds, Random random)
    {
        byte[] bytes = seeds[random.Next(seeds.Count)];
        for (int edits = random.Next(1, 5); edits > 0; edits--)
        {
            bytes = random.Next(9) switch
            {
                0 => Flip(bytes, random),
                1 => Cut(bytes, random),
                2 or 3 => Insert(bytes, Scraps[random.Next(Scraps.Length)], random),
                4 => Word(bytes, seeds, random),
                5 or 6 => Lines(bytes, random),
                7 => Splice(bytes, seeds[random.Next(seeds.Count)], random),
                _ => Repeat(bytes, random),
            };
        }

        return bytes;
    }

    private static byte[] Flip(byte[] bytes, Random random)
    {
        byte[] copy = [.. bytes];
        for (int n = random.Next(1, 4); n > 0 && copy.Length > 0; n--)
        {
            copy[random.Next(copy.Length)] = (byte)random.Next(256);
        }

        return copy;
    }

    private static byte[] Cut(byte[] bytes, Random random)
    {
        int at = random.Next(bytes.Length + 1);
        // Now and then all that follows: a file that ends too early.
        int to = random.Next(6) == 0 ? bytes.Length : Math.Min(bytes.Length, at + random.Next(1, 20));
        return [.. bytes[..at], .. bytes[to..]];
    }

    private static byte[] Insert(byte[] bytes, byte[] what, Random random)
    {
        int at = random.Next(bytes.Length + 1);
        return [.. bytes[..at], .. what, .. bytes[at..]];
    }

    /// <summary>A word becomes a scrap, or a word of another file.</summary>
    private static byte[] Word(byte[] bytes, IReadOnlyList<byte[]> seeds, Random random)
    {
        (int from, int to) = WordAt(bytes, random);
        byte[] with = Scraps[random.Next(Scraps.Length)];
        if (random.Next(2) == 0)
        {
            byte[] other = seeds[random.Next(seeds.Count)];
            (int start, int end) = WordAt(other, random);
            with = other[start..end];
        }

        return [.. bytes[..from], .. with, .. bytes[to..]];
    }

    private static (int From, int To) WordAt(byte[] bytes, Random random)
    {
        int from = random.Next(bytes.Length + 1);
        while (from > 0 && IsWord(bytes[from - 1]))
        {
            from--;
        }

        int to = from;
        while (to < bytes.Length && IsWord(bytes[to]))
        {
            to++;
        }

        return (from, to);

        static bool IsWord(byte b) =>
            char.IsAsciiLetterOrDigit((char)b) || b is (byte)'.' or (byte)'-' or (byte)'_' or > 127;
    }

    /// <summary>A line goes, comes twice, changes places, or moves in or out.</summary>
    private static byte[] Lines(byte[] bytes, Random random)
    {
        List<string> lines = [.. Encoding.Latin1.GetString(bytes).Split('\n')];
        int at = random.Next(lines.Count);
        switch (random.Next(5))
        {
            case 0:
                lines.RemoveAt(at);
                break;
            case 1:
                lines.Insert(random.Next(lines.Count + 1), lines[at]);
                break;
            case 2:
                int other = random.Next(lines.Count);
                (lines[at], lines[other]) = (lines[other], lines[at]);
                break;
            case 3:
                lines[at] = new string(' ', random.Next(1, 5)) + lines[at];
                break;
            default:
                lines[at] = lines[at].TrimStart(' ');
                break;
        }

        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }

    private static byte[] Splice(byte[] bytes, byte[] other, Random random) =>
        [.. bytes[..random.Next(bytes.Length + 1)], .. other[random.Next(other.Length + 1)..]];

    /// <summary>A piece many times over: deep nesting, long lists, long words.</summary>
    private static byte[] Repeat(byte[] bytes, Random random)
    {
        int at = random.Next(bytes.Length + 1);
        int to = Math.Min(bytes.Length, at + random.Next(1, 10));
        byte[] piece = random.Next(3) == 0 ? Scraps[random.Next(Scraps.Length)] : bytes[at..to];
        return [.. bytes[..at], .. Enumerable.Repeat(piece, random.Next(2, 300)).SelectMany(b => b), .. bytes[at..]];
    }
}

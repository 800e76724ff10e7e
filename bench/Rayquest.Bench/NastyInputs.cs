using System.Globalization;
using System.Text;

namespace Rayquest.Bench;

/// <summary>Requests made to cost: none may take more than 100 ms or 64 MiB beyond an ordinary one.</summary>
internal static class NastyInputs
{
    private const int Full = 256 * 1024;
    private const string Head = "name: bench-000000\nowner: alice\nimage: ray\nentrypoint: python a.py\n";

    public static IEnumerable<(string What, string Text)> All()
    {
        yield return ("256 KiB of `[`", new string('[', Full));
        yield return ("256 KiB of `{`", new string('{', Full));
        yield return ("256 KiB of `- `", Repeat("- ", Full));
        yield return ("256 KiB of `? `", Repeat("? ", Full));
        yield return (
            "flow lists nested 100,000 deep, closed",
            "a: " + new string('[', 100_000) + new string(']', 100_000)
        );
        yield return ("block mappings nested 700 deep", Nested(700));
        yield return ("a scalar of 256 KiB", Head + "description: " + new string('x', Full - 200) + "\n");
        yield return (
            "an entrypoint of 250 KiB of quotes and dollars",
            Head.Replace("python a.py", "'" + Repeat("$\"", 250 * 1024) + "'", StringComparison.Ordinal)
        );
        yield return ("a quoted scalar that never ends", Head + "description: \"" + new string('x', Full - 200) + "\n");
        yield return (
            "a literal block of 128,000 lines",
            Head + "description: |\n" + Repeat("  \n", 60 * 1024) + Repeat("  x\n", 190 * 1024)
        );
        yield return ("a list of 130,000 items", Head + "secrets: [" + Repeat("a,", Full - 200) + "a]\n");
        yield return (
            "a list of 1,000,000 items (beyond the size read)",
            Head + "secrets: [" + Repeat("a,", 2_000_000) + "a]\n"
        );
        yield return ("a block list of 60,000 items", Head + "secrets:\n" + Repeat("- a\n", 240_000));
        yield return ("20,000 anchors", Head + "env: {" + Numbered(i => $"a{i}: &a{i} x, ", Full - 200) + "z: y}\n");
        yield return ("40,000 aliases", Head + "env: [" + Repeat("*a , ", Full - 200) + "z]\n");
        yield return ("20,000 unknown keys", Head + Numbered(i => $"nmae{i}: x\n", Full - 200));
        yield return ("one unknown key of 250 KiB", Head + new string('k', 250 * 1024) + ": x\n");
        yield return ("40 unknown keys of 6 KiB", Head + Numbered(i => new string('k', 6000) + i + ": x\n", 245_000));
        yield return ("the same key 20,000 times", Head + Repeat("owner: bob\n", 240_000));
        yield return (
            "20,000 environment variables that are no names",
            Head + "env:\n" + Numbered(i => $"  {i}-x: y\n", Full - 200)
        );
        yield return ("10,000 worker groups", Head + "workers:\n" + Repeat("- {cpu: 1, gpu: b}\n", Full - 200));
        yield return ("80,000 comments", Head + Repeat("#\n", Full - 200));
        yield return ("10,000 ignores without a reason", Head + Repeat("# rayquest: ignore RQ1\n", Full - 200));
        yield return ("128,000 carriage returns", Head + Repeat("\r\n", Full - 200));
        yield return ("256 KiB of tabs", Head + new string('\t', Full - 200));
        yield return ("256 KiB of NUL", new string('\0', Full));
        yield return (
            "a quantity of 200,000 digits",
            Head + "head: {cpu: " + new string('9', 200_000) + "Gi, memory: 1e999999999}\n"
        );
        yield return (
            "a sweep of 40 × 40 × 40 × 40 jobs",
            Head + "sweep:\n" + Each(4, i => $"  P{i}: [{string.Join(", ", Enumerable.Range(0, 40))}]\n")
        );
        yield return (
            "pasted tokens, 5,000 of them",
            Head + "env:\n" + Numbered(i => $"  T{i}: ghp_{i:D36}\n", Full - 200)
        );
    }

    private static string Repeat(string piece, int upTo)
    {
        var text = new StringBuilder(upTo);
        while (text.Length + piece.Length <= upTo)
        {
            text.Append(piece);
        }

        return text.ToString();
    }

    private static string Numbered(Func<int, string> piece, int upTo)
    {
        var text = new StringBuilder(upTo);
        for (var i = 0; ; i++)
        {
            var next = piece(i);
            if (text.Length + next.Length > upTo)
            {
                return text.ToString();
            }

            text.Append(next);
        }
    }

    private static string Each(int count, Func<int, string> piece) =>
        string.Concat(Enumerable.Range(0, count).Select(piece));

    private static string Nested(int depth)
    {
        var text = new StringBuilder();
        for (var i = 0; i < depth && text.Length < Full - 2 * depth; i++)
        {
            text.Append(' ', i).Append(CultureInfo.InvariantCulture, $"a:\n");
        }

        return text.ToString();
    }
}

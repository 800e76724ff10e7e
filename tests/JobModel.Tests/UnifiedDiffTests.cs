using FsCheck;
using FsCheck.Fluent;
using Rayquest.JobModel.Text;

namespace Rayquest.JobModel.Tests;

public class UnifiedDiffTests
{
    [Fact]
    public void Equal_texts_have_no_difference() => UnifiedDiff.Of("a", "x\n", "x\n").ShouldBe("");

    [Fact]
    public void A_change_is_shown_with_three_lines_around_it() =>
        UnifiedDiff
            .Of("jobs/a.yaml", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n")
            .ShouldBe("--- a/jobs/a.yaml\n+++ b/jobs/a.yaml\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");

    [Fact]
    public void Changes_far_apart_are_hunks_of_their_own()
    {
        string before = string.Concat(Enumerable.Range(1, 20).Select(i => $"{i}\n"));
        UnifiedDiff
            .Of(
                "a",
                before,
                before
                    .Replace("2\n3\n", "2\nx\n3\n", StringComparison.Ordinal)
                    .Replace("\n19\n", "\n", StringComparison.Ordinal)
            )
            .ShouldBe(
                "--- a/a\n+++ b/a\n@@ -1,5 +1,6 @@\n 1\n 2\n+x\n 3\n 4\n 5\n@@ -16,5 +17,4 @@\n 16\n 17\n 18\n-19\n 20\n"
            );
    }

    [Fact]
    public void A_new_file_comes_from_nothing_and_a_removed_one_goes_there()
    {
        UnifiedDiff.Of("a", null, "x\ny\n").ShouldBe("--- /dev/null\n+++ b/a\n@@ -0,0 +1,2 @@\n+x\n+y\n");
        UnifiedDiff.Of("a", "x\n", null).ShouldBe("--- a/a\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n");
    }

    [Fact]
    public void Without_the_names_of_files_it_is_the_hunks_alone()
    {
        UnifiedDiff.Hunks("x\n", "x\n").ShouldBe("");
        UnifiedDiff.Hunks(null, "x\ny\n").ShouldBe("@@ -0,0 +1,2 @@\n+x\n+y\n");
    }

    [Fact]
    public void The_added_lines_are_those_of_the_new_text()
    {
        UnifiedDiff.AddedLines("a\nb\nc\n", "x\na\nc\ny").Order().ShouldBe([1, 4]);
        UnifiedDiff.AddedLines(null, "a\nb\n").Order().ShouldBe([1, 2]);
        UnifiedDiff.AddedLines("a\n", null).ShouldBeEmpty();
    }

    [Fact]
    public void A_missing_last_line_feed_is_said() =>
        UnifiedDiff
            .Of("a", "x\n", "x")
            .ShouldBe("--- a/a\n+++ b/a\n@@ -1 +1 @@\n-x\n+x\n\\ No newline at end of file\n");

    [Fact]
    public void Applying_the_difference_gives_the_other_text_and_no_shorter_script_is_missed()
    {
        Gen<string> text = Gen.Elements("a\n", "b\n", "c\n", "d\n").ArrayOf().Select(lines => string.Concat(lines));
        Prop.ForAll(
                text.ToArbitrary(),
                text.ToArbitrary(),
                (before, after) =>
                {
                    string diff = UnifiedDiff.Of("f", before, after);
                    Apply(before, diff).ShouldBe(after, diff);
                    string[] body = diff.Split('\n').Skip(2).ToArray();
                    int edits = body.Count(l => l.StartsWith('-') || l.StartsWith('+'));
                    edits.ShouldBe(ShortestScript(before, after));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
    }

    [Fact]
    public void Texts_with_nothing_in_common_are_replaced_whole_in_bounded_time()
    {
        string before = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"a{i}\n"));
        string after = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"b{i}\n"));
        Apply(before, UnifiedDiff.Of("f", before, after)).ShouldBe(after);
    }

    private static int ShortestScript(string before, string after)
    {
        string[] a = before.Split('\n')[..^1];
        string[] b = after.Split('\n')[..^1];
        int[,] common = new int[a.Length + 1, b.Length + 1];
        for (int i = a.Length - 1; i >= 0; i--)
        {
            for (int j = b.Length - 1; j >= 0; j--)
            {
                common[i, j] = a[i] == b[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        return a.Length + b.Length - (2 * common[0, 0]);
    }

    /// <summary>A patch program in small: every context and removed line must be where the hunk says.</summary>
    private static string Apply(string before, string diff)
    {
        if (diff.Length == 0)
        {
            return before;
        }

        string[] old = before.Split('\n')[..^1];
        List<string> result = [];
        int at = 0;
        foreach (string line in diff.Split('\n')[2..^1])
        {
            if (line.StartsWith("@@", StringComparison.Ordinal))
            {
                string[] range = line.Split(' ')[1][1..].Split(',');
                int count = range.Length == 1 ? 1 : int.Parse(range[1]);
                int start = int.Parse(range[0]) - (count == 0 ? 0 : 1);
                result.AddRange(old[at..start]);
                at = start;
                continue;
            }

            if (line[0] != '+')
            {
                old[at++].ShouldBe(line[1..]);
            }

            if (line[0] != '-')
            {
                result.Add(line[1..]);
            }
        }

        result.AddRange(old[at..]);
        return string.Concat(result.Select(l => l + "\n"));
    }
}

using Rayquest.JobModel.Languages;

namespace Rayquest.JobModel.Tests.Languages;

public class PoFileTests
{
    [Fact]
    public void Entries_are_read_with_comments_and_over_several_lines()
    {
        IReadOnlyList<PoEntry> entries = PoFile.Read(
            """
            # A comment.
            msgid ""
            msgstr "Language: zh-CN\n"

            #. of a rule
            #: src/x.cs:1
            msgctxt "RQ1001"
            msgid ""
            "the \"name\" {0} "
            "is taken"
            msgstr "名称 {0}\\已存在"
            msgid "b"
            msgstr ""
            """.Replace("\n", "\r\n", StringComparison.Ordinal)
        );
        entries.ShouldBe([
            new PoEntry("", "", "Language: zh-CN\n", 2),
            new PoEntry("RQ1001", "the \"name\" {0} is taken", @"名称 {0}\已存在", 7),
            new PoEntry("", "b", "", 12),
        ]);
    }

    [Theory]
    [InlineData("msgid \"a\"", "line 1: an entry without msgstr")]
    [InlineData("msgstr \"a\"", "line 1: msgctxt, msgid and msgstr stand in this order")]
    [InlineData("msgid \"a\"\nmsgctxt \"b\"\nmsgstr \"c\"", "line 2: msgctxt, msgid and msgstr stand in this order")]
    [InlineData("msgctxt \"a\"\nmsgstr \"b\"", "line 2: msgctxt, msgid and msgstr stand in this order")]
    [InlineData("\"a\"", "line 1: text that belongs to no msgid or msgstr")]
    [InlineData("msgid a", "line 1: text stands in double quotes")]
    [InlineData("msgid \"a\"b\"", "line 1: a double quote in text is written \\\"")]
    [InlineData("msgid \"a\\q\"", "line 1: after a backslash only n, t, \\ or \" may stand")]
    [InlineData("msgid \"a\\\"", "line 1: after a backslash only n, t, \\ or \" may stand")]
    public void What_is_wrong_is_said_with_its_line(string file, string fault) =>
        Should.Throw<FormatException>(() => PoFile.Read(file)).Message.ShouldBe(fault);
}

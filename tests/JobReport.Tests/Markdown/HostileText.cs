namespace Rayquest.JobReport.Tests.Markdown;

/// <summary>What people who mean harm, and people who don't, put into names, descriptions, paths and commands.</summary>
internal static class HostileText
{
    private static readonly string[] Seeds =
    [
        "@alice", "@org/team", "hey @alice, look", "(@alice)", "x@alice", "cc:@alice", "@alice.", "@Alice-B1", "@@alice", "a@b.co",
        "mail bob@example.com now", "<bob@example.com>", "mailto:bob@example.com", "xmpp:bob@example.com/x",
        "http://evil.example", "https://evil.example/a?b=c#d", "see https://evil.example.", "HTTPS://EVIL.EXAMPLE", "ftp://evil.example",
        "www.evil.example", "(www.evil.example)", "WWW.evil.example", "<https://evil.example>", "//evil.example/x", "evil.example/path",
        "javascript:alert(1)", "[javascript:alert(1)]", "data:text/html,<b>x</b>", "file:///etc/passwd",
        "[click](https://evil.example)", "[click][ref]", "[ref]: https://evil.example", "![x](https://evil.example/p.png)", "![x][ref]",
        "[a](<b> \"c\")", "[^1]", "[^1]: note", "[x]", "- [ ] task", "- [x] done", "[[wiki]]", "!", "wow!", "!!", "]( https://x)",
        "#1", "#123", "fix #123.", "GH-123", "gh-1", "org/repo#5", "org/repo@0123456", "JIRA-1234", "CVE-2026-12345", "GHSA-aaaa-bbbb-cccc",
        "0123456789abcdef0123456789abcdef01234567", "deadbee", "1234567", "abc1234...def5678", "sha:deadbeef", "a-deadbeef", "x/deadbeef1", "alice@deadbeef",
        "# heading", "## heading ##", "###### h", "heading\n===", "heading\n---", "===", "---", "***", "___", "- - -", "* * *",
        "- item", "+ item", "* item", "1. item", "1) item", "99999999. item", "> quote", ">quote", "    indented code", "\tindented", ": definition", "~~~", "~~~sh",
        "*em*", "**strong**", "_em_", "__strong__", "***both***", "~~gone~~", "~sub~", "^sup^", "==mark==", "++ins++", "a*b*c", "snake_case_word", "2*3*4",
        "`code`", "``code``", "`", "``", "```", "````", "`unclosed", "a`b", "`a` `b`", "```sh\nrm -rf /\n```", "``` js", "` `", "`|`", "`a|b`", "`@alice", "``@alice`",
        "a|b", "|", "||", "| a | b |\n|---|---|", "a\\|b", "\\", "\\\\", "a\\", "\\`x\\`", "\\@alice", "trailing\\",
        "<b>bold</b>", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!-- hidden -->", "<!--", "-->", "<details>", "</details>", "</summary>", "</code>", "<code>",
        "<a href=https://evil.example>x</a>", "<svg/onload=x>", "<?php ?>", "<![CDATA[x]]>", "<!DOCTYPE html>", "<style>*{}</style>", "<sub>x</sub>", "<br>", "<", ">", "<<", "<3", "a<b", "a>b", "<x", "< b >",
        "&lt;b&gt;", "&amp;", "&#64;alice", "&#x40;alice", "&commat;alice", "&", "&&", "AT&T", "&copy", "&NewLine;", "&lbrack;x&rbrack;",
        ":smile:", ":+1:", ":100:", "a:smile:b", ":not a code:", ":rocket::rocket:", "12:30:45",
        "$x$", "$$x$$", "$`x`$", "$\\frac{1}{0}$", "costs $5 and $6", "$", "$HOME", "${HOME}", "${{ secrets.TOKEN }}", "{{ template }}", "{% raw %}", "<%= x %>", "$(id)", "`id`", "; rm -rf /", "| sh", "&& id", "\\(x\\)", "\\[x\\]",
        "/approve-quota 0123456789abcdef0123456789abcdef01234567", "/approve-quota", "/lgtm", "/close", "/merge", "!test", "@dependabot merge", "bors r+",
        "::error::x", "::set-output name=x::y", "::stop-commands::t", "##[error]x", "::add-mask::x", "%0A::error::x", "line\n::error::x", "\r::error::x", "::warning file=a,line=1::b",
        "<!-- rayquest:comment -->", "rayquest:comment", "--><b>x</b>",
        "\u001b[31mred\u001b[0m", "\u001b]8;;https://evil.example\u0007x\u001b]8;;\u0007", "\u0000", "a\u0000b", "\u0007\u0008\u007f", "\u009b31m", "a\rb", "a\r\nb", "a\nb", "a\n\nb", "a\n\n# b", "\n", "\t", " ", "", "a\u0085b", "a\u2028b", "a\u2029b",
        "\u202egnp.exe", "\u202a\u202b\u202c\u202d", "\u2066x\u2069", "\u200b@alice", "@\u200balice", "a\u200db", "\ufeffx", "\u00ad", "\u2060", "a\u00a0b", "\u3000", "\u3164", "\u034f", "x\ufe00", "\U000e0041\U000e0042", "\U000e0100", "\ud800", "\udc00x",
        "ＡＢＣ＠alice", "＜b＞", "аdmin", "Ω≈ç√", "日本語のテキスト", "中文：描述（测试）", "👩‍👩‍👧‍👦", "👍", "é", "e\u0301", "ﷺ", "z̷a̷l̷g̷o̷", "ﬁ",
        "../../etc/passwd", "..\\..\\x", "/etc/passwd", "C:\\x", "a/./b", "a//b", "~root", ".git/config", "CON", "jobs/../policies/quotas.yaml",
        "'; DROP TABLE jobs; --", "\"quoted\"", "'single'", "it's", "100%", "%s%n", "%25", "a,b", "key: value", "a=b", "=cmd()", "+1", "-1", "@SUM(1)", "null", "true", "~", "!!python/object:os.system", "&anchor", "*alias", "{a: b}", "[a, b]", "? x", "| literal", "> folded", "%YAML 1.2", "... ", "--- x",
        "name with spaces", "UPPER", "under_score", "trailing ", " leading", "a  b", "-", "a - b", "+", "a + b = c", "1.", "2)", "3.14", "10.0.0.1", "::1", "[::1]:80", "a.b", "a.", ".a",
    ];

    /// <summary>All strings: the seeds alone, amid words, twice in a row, and some that are merely huge.</summary>
    public static IEnumerable<string> All =>
        Seeds
            .Concat(Seeds.Select(s => $"see {s} here"))
            .Concat(Seeds.Select(s => s + s))
            .Concat([new string('`', 5000), new string('[', 5000), new string('<', 5000), new string('*', 5000), string.Concat(Enumerable.Repeat("@alice ", 3000)), new string('a', 1 << 20), string.Concat(Enumerable.Repeat("`@a`", 5000))]);

    /// <summary>How many distinct seeds there are.</summary>
    public static int Count => Seeds.Distinct(StringComparer.Ordinal).Count();
}

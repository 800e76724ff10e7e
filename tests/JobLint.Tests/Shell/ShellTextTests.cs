using Rayquest.JobEngines.Ray;

namespace Rayquest.JobLint.Tests.Shell;

public class ShellTextTests
{
    [Theory]
    [InlineData("python train.py --lr 0.1", "W:python W:train.py W:--lr W:0.1")]
    [InlineData("a && b || c ; d | e & f", "W:a O:&& W:b O:|| W:c O:; W:d O:| W:e O:& W:f")]
    [InlineData("a&&b", "W:a O:&& W:b")]
    [InlineData("a > b 2>&1", "W:a O:> W:b W:2 O:>& W:1")]
    [InlineData("a >> b", "W:a O:>> W:b")]
    [InlineData("(a)", "O:( W:a O:)")]
    [InlineData("'a b' \"c d\" e\\ f", "W:a b W:c d W:e f")]
    [InlineData("a'b'\"c\"d", "W:abcd")]
    [InlineData("''", "W:")]
    [InlineData("\"a \\\" b\"", "W:a \" b")]
    [InlineData("a # b", "W:a C:# b")]
    [InlineData("a#b", "W:a#b")]
    [InlineData("'# no' #yes", "W:# no C:#yes")]
    [InlineData("a \\\nb", "W:a W:b")]
    [InlineData("a\nb", "W:a L W:b")]
    [InlineData("bash -c 'a && b'", "W:bash W:-c W:a && b")]
    [InlineData("", "")]
    [InlineData("   ", "")]
    public void Words_operators_and_comments_are_told_apart(string text, string tokens) =>
        string.Join(
                ' ',
                ShellText
                    .Read(text)
                    .Tokens.Select(t =>
                        t.Kind switch
                        {
                            ShellTokenKind.Word => $"W:{t.Text}",
                            ShellTokenKind.Operator => $"O:{t.Text}",
                            ShellTokenKind.Comment => $"C:{t.Text}",
                            _ => "L",
                        }
                    )
            )
            .ShouldBe(tokens);

    [Theory]
    [InlineData("a $HOME b", "$HOME")]
    [InlineData("a ${OUT:-/tmp/${X}} b", "${OUT:-/tmp/${X}}")]
    [InlineData("a $(date +%s)", "$(date +%s)")]
    [InlineData("a `date`", "`date`")]
    [InlineData("a \"$X y\"", "$X")]
    [InlineData("a $1 $@ $?", "$1 $@ $?")]
    [InlineData("a '$X' \\$Y 5$", "")]
    [InlineData("a ${sweep.lr}", "")]
    public void Expansions_outside_single_quotes_are_found(string text, string expansions) =>
        string.Join(' ', ShellText.Read(text).Expansions.Select(e => text[e.Start..e.End])).ShouldBe(expansions);

    [Theory]
    [InlineData("a 'b", 2)]
    [InlineData("a \"b", 2)]
    [InlineData("a `b", 2)]
    [InlineData("a 'b' \"c\"", -1)]
    [InlineData("a \\'b", -1)]
    [InlineData("'a \" b'", -1)]
    public void An_open_quote_is_found_where_it_opens(string text, int at) =>
        ShellText.Read(text).OpenQuote.ShouldBe(at);

    [Fact]
    public void A_backslash_at_the_end_is_seen() => ShellText.Read("a \\").EndsInBackslash.ShouldBeTrue();

    [Theory]
    [InlineData("python train.py", true)]
    [InlineData("python 'train.py'", false)]
    [InlineData("a\nb", false)]
    public void Plain_text_needs_no_shell(string text, bool plain) => ShellText.IsPlain(text).ShouldBe(plain);
}

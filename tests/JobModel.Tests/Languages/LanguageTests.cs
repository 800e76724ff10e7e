using Rayquest.JobModel.Languages;
using Rayquest.JobModel.Text;

namespace Rayquest.JobModel.Tests.Languages;

public class LanguageTests
{
    public static TheoryData<string> Translated { get; } = [.. Language.Names.Skip(1)];

    [Theory]
    [InlineData("zh-CN", "zh-CN")]
    [InlineData("zh_CN.UTF-8", "zh-CN")]
    [InlineData("zh_TW", "zh-CN")]
    [InlineData("ZH", "zh-CN")]
    [InlineData("en_GB.UTF-8", "en")]
    [InlineData("C.UTF-8", null)]
    [InlineData("", null)]
    public void A_language_is_found_however_it_is_spelt(string name, string? found)
    {
        Language.Find(name)?.Name.ShouldBe(found);
        Language.Of(name).Name.ShouldBe(found ?? "en");
        (Language.Find(name) is null).ShouldBe(found is null);
    }

    [Fact]
    public void What_the_table_does_not_know_stays_english_with_its_holes_translated()
    {
        Message hole = $"; did you mean `{"x"}`?";
        Message message = $"nobody has said this of {1}{hole}";
        Language.Of("zh-CN").Text("RQ0000", message).ShouldBe("nobody has said this of 1；是否想写 `x`？");
        Language.English.Text("RQ0000", message).ShouldBe(message.English);
    }

    [Theory]
    [MemberData(nameof(Translated))]
    public void Every_entry_has_the_holes_and_the_code_of_its_english(string name)
    {
        List<string> faults = [];
        foreach (PoEntry entry in Language.Entries(name).Where(e => e.Id.Length > 0))
        {
            if (!Message.HolesOf(entry.Id).Order().SequenceEqual(Message.HolesOf(entry.Text).Order()))
            {
                faults.Add($"line {entry.Line}: the holes aren't those of the English");
            }

            if (entry.Text.Length == 0)
            {
                faults.Add($"line {entry.Line}: no translation");
            }

            // What a key means is a line under its control in the form, where the English may say more.
            faults.AddRange(
                Code(entry.Context == "field" ? "" : entry.Id)
                    .Except(Code(entry.Text), StringComparer.Ordinal)
                    .Select(code => $"line {entry.Line}: {code} is missing")
            );
        }

        faults.ShouldBeEmpty();

        // What stands in code marks is something to type, in any language.
        static IEnumerable<string> Code(string text) => text.Split('`').Where((_, i) => i % 2 == 1);
    }

    [Theory]
    [MemberData(nameof(Translated))]
    public void No_entry_comes_twice(string name) =>
        Language
            .Entries(name)
            .GroupBy(e => (e.Context, e.Id))
            .Where(same => same.Count() > 1)
            .Select(same => $"lines {string.Join(", ", same.Select(e => e.Line))}: {same.Key}")
            .ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Translated))]
    public void The_header_names_the_language(string name) =>
        Language.Entries(name)[0].Text.ShouldStartWith($"Language: {name}\n");
}

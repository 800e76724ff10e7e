using Rayquest.JobModel.Text;

namespace Rayquest.JobModel.Tests.Languages;

public class MessageTests
{
    [Fact]
    public void An_interpolated_string_gives_its_english_and_its_template()
    {
        Message message = Taken($"asks for {8} CPUs, but {"a100"} has {0.5:0.00}");
        message.English.ShouldBe("asks for 8 CPUs, but a100 has 0.50");
        message.Template.ShouldBe("asks for {0} CPUs, but {1} has {2}");
        message.Holes.ShouldBe(3);
    }

    [Fact]
    public void Several_that_are_added_are_one()
    {
        Message message = Taken($"{1}{2} and " + $"then {3}, " + $"at last");
        message.English.ShouldBe("12 and then 3, at last");
        message.Template.ShouldBe("{0}{1} and then {2}, at last");
    }

    [Fact]
    public void Braces_of_yaml_are_text()
    {
        string name = "lr";
        Message message = Taken($"write `{{min: 1}}` or `${{params.{name}}}`");
        message.English.ShouldBe("write `{min: 1}` or `${params.lr}`");
        message.Template.ShouldBe("write `{min: 1}` or `${params.{0}}`");
        message.Fill("写 `${params.{0}}` 或 `{min: 1}`", m => m.English).ShouldBe("写 `${params.lr}` 或 `{min: 1}`");
    }

    [Fact]
    public void Text_and_conditions_are_taken_too()
    {
        string plain = "is no list";
        Taken(plain).Template.ShouldBe("is no list");
        Taken(plain.Length > 3 ? (Message)$"has {plain.Length}" : $"only {plain}").Template.ShouldBe("has {0}");
        Taken($"{(string?)null}{default(Message)}{plain.AsSpan(0, 2)}").English.ShouldBe("is");
    }

    [Fact]
    public void Holes_may_change_places_and_come_twice()
    {
        Taken($"{"a"} before {"b"}").Fill("{1}后于{0}（{0}）", m => m.English).ShouldBe("b后于a（a）");
        Message.HolesOf("{1} {a} {0} { 2} {12}").ShouldBe([1, 0, 12]);
    }

    [Fact]
    public void A_message_in_a_hole_is_put_by_whoever_fills()
    {
        Message outer = Taken($"no `x`{Taken($"; did you mean `{"y"}`?")}");
        outer.English.ShouldBe("no `x`; did you mean `y`?");
        outer.Nested.ShouldHaveSingleItem().Template.ShouldBe("; did you mean `{0}`?");
        outer
            .Fill("没有 `x`{0}", m => m.Fill("；是否想写 `{0}`？", n => n.English))
            .ShouldBe("没有 `x`；是否想写 `y`？");
    }

    [Fact]
    public void What_is_replaced_is_replaced_in_every_hole_and_the_template_stays()
    {
        Message message = Taken($"found {"s3cret"} in {Taken($"env {"s3cret"}")}");
        Message masked = message.Replace(text => text.Replace("s3cret", "***", StringComparison.Ordinal));
        masked.English.ShouldBe("found *** in env ***");
        masked.Template.ShouldBe("found {0} in {1}");
        masked.Nested.ShouldHaveSingleItem().English.ShouldBe("env ***");
        message.Replace(text => text).ShouldBeSameAs(message);
    }

    [Fact]
    public void What_stands_across_a_hole_s_border_is_replaced_at_the_price_of_the_template()
    {
        Message masked = Taken($"found s3{"cret"}")
            .Replace(text => text.Replace("s3cret", "***", StringComparison.Ordinal));
        masked.English.ShouldBe("found ***");
        masked.Holes.ShouldBe(0);
    }

    private static Message Taken(Message message) => message;
}

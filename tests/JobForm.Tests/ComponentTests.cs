using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Rayquest.JobForm.Components;
using Rayquest.JobFormEngine.Fields;
using Rayquest.JobFormEngine.Requests;

namespace Rayquest.JobForm.Tests;

/// <summary>Single parts of the page, without a browser.</summary>
public sealed class ComponentTests : IDisposable
{
    private readonly BunitContext context = new();

    public ComponentTests()
    {
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.JSInterop.Setup<string?>("rayquest.data").SetResult(Files.Snapshot().Write());
        context.JSInterop.Setup<string>("rayquest.language").SetResult("en");
        context.JSInterop.Setup<string>("rayquest.hash").SetResult("#kind=RayJob");
        context.Services.AddScoped<Browser>();
        context.Services.AddScoped<FormState>();
        context.Services.AddAntDesign();
    }

    public void Dispose() => context.Dispose();

    [Fact]
    public void Text_in_backticks_is_code_and_the_rest_stays_text()
    {
        IRenderedComponent<InlineText> shown = context.Render<InlineText>(p =>
            p.Add(t => t.Text, "set `a<b>` to <i>one</i>")
        );
        shown.Find("code").TextContent.ShouldBe("a<b>");
        shown.FindAll("i").ShouldBeEmpty();
        shown.Nodes.Select(n => n.TextContent).Aggregate(string.Concat).ShouldContain("<i>one</i>");
    }

    [Fact]
    public async Task A_duration_is_a_number_and_a_unit()
    {
        (FormState state, IRenderedComponent<FieldEditor> shown) = await Show("timeout");
        shown.Find("input").Input("6");
        state.Request.Word(FieldPlace.Root.Key("timeout")).ShouldBe("6h");
        shown.Find("select").Change("d");
        state.Request.Word(FieldPlace.Root.Key("timeout")).ShouldBe("6d");
        shown.Find("input").Input("");
        state.Text.ShouldNotContain("timeout");
    }

    [Fact]
    public async Task A_team_is_offered_its_own_node_pools()
    {
        (FormState state, IRenderedComponent<FieldEditor> shown) = await Show("nodePool", team: "vision");
        shown.FindAll("option").Select(o => o.GetAttribute("value")).ShouldBe(["", "spot"]);
        state.Team.ShouldBe("vision");
    }

    [Fact]
    public async Task A_fault_is_told_by_the_field_to_who_can_t_see_it()
    {
        (FormState state, IRenderedComponent<FieldEditor> shown) = await Show("priority");
        state.Type(state.Text + "priority: highest\n");
        state.Evaluate();
        shown.Render(p => p.Add(f => f.Place, FieldPlace.Root.Key("priority")));
        IElement select = shown.Find("select");
        select.GetAttribute("aria-invalid").ShouldBe("true");
        select.GetAttribute("aria-describedby")!.Split(' ').ShouldContain("f-priority-said");
        shown.Find("#f-priority-said .finding").TextContent.ShouldContain("highest");
        shown.Find("option[selected]").GetAttribute("value").ShouldBe("highest");
    }

    private async Task<(FormState State, IRenderedComponent<FieldEditor> Shown)> Show(string field, string? team = null)
    {
        FormState state = context.Services.GetRequiredService<FormState>();
        await state.Start();
        if (team is not null)
        {
            state.SetTeam(team);
            state.Evaluate();
        }

        return (
            state,
            context.Render<FieldEditor>(p =>
                p.Add(f => f.Field, FormFields.Find(field).ShouldNotBeNull())
                    .Add(f => f.Place, FieldPlace.Root.Key(field))
            )
        );
    }
}

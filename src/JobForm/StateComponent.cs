using Microsoft.AspNetCore.Components;

namespace Rayquest.JobForm;

/// <summary>A part of the page that is drawn anew whenever the draft, or how it is shown, changes.</summary>
public abstract class StateComponent : ComponentBase, IDisposable
{
    [Inject]
    internal FormState State { get; set; } = null!;

    /// <inheritdoc/>
    protected override void OnInitialized() => State.Changed += StateHasChanged;

    /// <inheritdoc/>
    public void Dispose()
    {
        State.Changed -= StateHasChanged;
        GC.SuppressFinalize(this);
    }
}

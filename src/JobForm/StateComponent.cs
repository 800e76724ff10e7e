using Microsoft.AspNetCore.Components;

namespace Rayquest.JobForm;

/// <summary>A part of the page that is drawn anew whenever the draft, or how it is shown, changes.</summary>
public abstract class StateComponent : ComponentBase, IDisposable
{
    [Inject]
    internal FormState State { get; set; } = null!;

    /// <inheritdoc/>
    protected override void OnInitialized() => State.Changed += Redraw;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops listening.</summary>
    protected virtual void Dispose(bool isDisposing)
    {
        if (isDisposing)
        {
            State.Changed -= Redraw;
        }
    }

    private void Redraw(object? sender, EventArgs arguments) => StateHasChanged();
}

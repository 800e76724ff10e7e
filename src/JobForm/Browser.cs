using Microsoft.JSInterop;

namespace Rayquest.JobForm;

/// <summary>What the page asks of the browser; each is a function of <c>js/form.js</c>.</summary>
internal sealed class Browser(IJSRuntime script)
{
    /// <summary>The site's data as text; null where there is none.</summary>
    public ValueTask<string?> Data() => script.InvokeAsync<string?>("rayquest.data");

    /// <summary>What was kept under a key; null for nothing.</summary>
    public ValueTask<string?> Kept(string key) => script.InvokeAsync<string?>("rayquest.kept", key);

    /// <summary>Keeps a text in this browser; null forgets it.</summary>
    public ValueTask Keep(string key, string? value) => script.InvokeVoidAsync("rayquest.keep", key, value);

    /// <summary>The hash of the address.</summary>
    public ValueTask<string> Hash() => script.InvokeAsync<string>("rayquest.hash");

    /// <summary>The address without its hash.</summary>
    public ValueTask<string> Address() => script.InvokeAsync<string>("rayquest.address");

    /// <summary>Takes the hash off the address, so that a reload shows the draft.</summary>
    public ValueTask ClearHash() => script.InvokeVoidAsync("rayquest.clearHash");

    /// <summary>Calls <see cref="FormState.HashChanged"/> when the hash changes.</summary>
    public ValueTask WatchHash(DotNetObjectReference<FormState> state) =>
        script.InvokeVoidAsync("rayquest.watchHash", state);

    /// <summary>Whether the text is on the clipboard now.</summary>
    public ValueTask<bool> Copy(string text) => script.InvokeAsync<bool>("rayquest.copy", text);

    /// <summary>Offers a text as a file.</summary>
    public ValueTask Download(string name, string text) => script.InvokeVoidAsync("rayquest.download", name, text);

    /// <summary>Saves where the page is served from: the status, a space, and what was answered.</summary>
    public ValueTask<string> Save(string document) => script.InvokeAsync<string>("rayquest.save", document);

    /// <summary>The languages people read, by <c>navigator.language</c>.</summary>
    public ValueTask<string> Language() => script.InvokeAsync<string>("rayquest.language");

    /// <summary>Whether dark is wanted by the system.</summary>
    public ValueTask<bool> PrefersDark() => script.InvokeAsync<bool>("rayquest.prefersDark");

    /// <summary>Shows the page so: the theme, and the language of the document.</summary>
    public ValueTask Show(bool dark, string language) => script.InvokeVoidAsync("rayquest.show", dark, language);

    /// <summary>Where the caret is in an element.</summary>
    public ValueTask<int> Caret(string id) => script.InvokeAsync<int>("rayquest.caret", id);

    /// <summary>Selects a part of an element's text and brings it into view.</summary>
    public ValueTask Select(string id, int start, int end) => script.InvokeVoidAsync("rayquest.select", id, start, end);

    /// <summary>Says that the page can be used.</summary>
    public ValueTask Ready() => script.InvokeVoidAsync("rayquest.ready");

    /// <summary>Opens an address in a new tab.</summary>
    public ValueTask Open(string url) => script.InvokeVoidAsync("rayquest.open", url);
}

using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.JSInterop;
using Rayquest.JobFormEngine;
using Rayquest.JobFormEngine.Data;
using Rayquest.JobFormEngine.Fields;
using Rayquest.JobFormEngine.Links;
using Rayquest.JobFormEngine.Requests;
using Rayquest.JobFormEngine.Words;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Languages;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobReport.Doctor.Checks;
using Rayquest.JobReport.Strings;

namespace Rayquest.JobForm;

/// <summary>What the page shows: one draft, what is said of it, and how it is shown. Every part of the page reads it and hears of changes.</summary>
internal sealed class FormState(Browser browser) : IDisposable
{
    private const string DraftKey = "rayquest.draft";
    private const string LoginKey = "rayquest.login";
    private const string LanguageKey = "rayquest.language";
    private const string DarkKey = "rayquest.dark";

    /// <summary>How long typing must pause before it is evaluated.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private readonly Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
    private CancellationTokenSource? typing;
    private DotNetObjectReference<FormState>? self;

    /// <summary>Told after every change.</summary>
    public event EventHandler? Changed;

    /// <summary>What evaluates; null until the data is there.</summary>
    public FormEngine? Engine { get; private set; }

    /// <summary>Why there is no engine.</summary>
    public string? Fault { get; private set; }

    public FormChoices? Choices { get; private set; }

    public string Team { get; private set; } = "";

    /// <summary>The request as it stands.</summary>
    public RequestText Request { get; private set; } = new("");

    public string Text => Request.Text;

    /// <summary>The request it began as; null for a new one.</summary>
    public string? From { get; private set; }

    public IReadOnlyDictionary<string, byte[]> Files => files;

    public FormDraft Draft => new(Team, Text) { From = From, Files = files };

    /// <summary>What is said of the text that was last evaluated.</summary>
    public FormOutcome? Outcome { get; private set; }

    /// <summary>The findings by the field they stand at.</summary>
    public ILookup<string, Finding> Findings { get; private set; } = Array.Empty<Finding>().ToLookup(_ => "");

    /// <summary>How long the last judgement took, in milliseconds.</summary>
    public double Took { get; private set; }

    /// <summary>Whether the text has changed since it was evaluated.</summary>
    public bool IsBehind { get; private set; }

    public string Login { get; private set; } = "";

    public Language Language { get; private set; } = Language.English;

    /// <summary>The language that the button offers.</summary>
    public Language NextLanguage
    {
        get
        {
            IReadOnlyList<string> names = Language.Names;
            int at = names.TakeWhile(name => name != Language.Name).Count();
            return Language.Of(names[(at + 1) % names.Count]);
        }
    }

    public bool IsDark { get; private set; }

    /// <summary>One sentence about what was just done.</summary>
    public string? Notice { get; private set; }

    /// <summary>Whether the draft is one that was kept.</summary>
    public bool IsKept { get; private set; }

    /// <summary>The words of the comment, in the page's language.</summary>
    public CommentStrings Strings => CommentStrings.In(Language);

    /// <summary>The kind the request says.</summary>
    public string Kind => KindRules.WordOf(Request.Root) ?? nameof(JobKind.RayJob);

    public string Say(FormWord word, params string[] values) => FormWords.Say(word, Language, values);

    /// <summary>Loads data and draft; called once.</summary>
    public async Task Start()
    {
        string? language = await browser.Kept(LanguageKey);
        IsDark = await browser.Kept(DarkKey) is { } dark ? dark == "yes" : await browser.PrefersDark();
        Language = Language.Of(language ?? await browser.Language());
        await browser.Show(IsDark, Language.Name);
        Login = await browser.Kept(LoginKey) ?? "";
        try
        {
            string? data = await browser.Data();
            if (data is null)
            {
                Fault = FormSnapshot.FileName;
            }
            else
            {
                Engine = new FormEngine(FormSnapshot.Read(Encoding.UTF8.GetBytes(data)));
                Choices = new FormChoices(Engine);
                Team = Engine.Teams.FirstOrDefault() ?? "team";
                await Begin();
            }
        }
        catch (SnapshotFault fault)
        {
            Fault = fault.Message;
        }

        self = DotNetObjectReference.Create(this);
        await browser.WatchHash(self);
        Changed?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>The hash of the address changed: somebody followed a link, or wrote one.</summary>
    [JSInvokable]
    public async Task HashChanged()
    {
        if (Engine is not null && FormStart.Read(await browser.Hash()) is not null)
        {
            await Begin();
        }
    }

    private async Task Begin()
    {
        if (FormStart.Read(await browser.Hash()) is { } start)
        {
            await browser.ClearHash();
            Begin(start);
            return;
        }

        if (await browser.Kept(DraftKey) is { Length: > 0 } kept && Packed(kept) is { } draft)
        {
            Take(draft, null);
            IsKept = true;
            return;
        }

        Begin(new FormStart("kind", nameof(JobKind.RayJob)));
    }

    /// <summary>Begins with something else; what was written before is gone.</summary>
    public void Begin(FormStart start)
    {
        FormEngine engine = Engine!;
        FormDraft? draft = start.Key switch
        {
            "from" => engine.DraftOf(FormStarts.PathOf(start.Value)),
            "again" => FormStarts.Again(engine, FormStarts.PathOf(start.Value)),
            "kind" => KindRules.Of(start.Value) is { } kind ? new FormDraft(Team, FormStarts.OfKind(kind)) : null,
            "example" => FormStarts.Example(start.Value, engine, Team) is { } text ? new FormDraft(Team, text) : null,
            _ => start.Shared() is { } shared && engine.DraftOf(shared.Path) is not null
                ? shared with
                {
                    From = shared.Path,
                }
                : start.Shared(),
        };
        string? missing = draft is null ? Say(FormWord.NotThere, start.Value) : null;
        Take(draft ?? new FormDraft(Team, FormStarts.OfKind(JobKind.RayJob)), missing);
    }

    /// <summary>Forgets the draft and begins anew.</summary>
    public async Task Discard()
    {
        await browser.Keep(DraftKey, null);
        Begin(new FormStart("kind", nameof(JobKind.RayJob)));
    }

    private void Take(FormDraft draft, string? notice)
    {
        Team = draft.Team;
        From = draft.From;
        files.Clear();
        foreach ((string path, byte[] bytes) in draft.Files)
        {
            files[path] = bytes;
        }

        Request = new RequestText(draft.Text);
        IsKept = false;
        Notice = notice;
        Evaluate();
    }

    /// <summary>The text as it was typed; evaluated when typing pauses.</summary>
    public void Type(string text)
    {
        if (text == Text)
        {
            return;
        }

        Request = new RequestText(text);
        Notice = null;
        IsKept = false;
        EvaluateSoon();
    }

    /// <summary>Sets a value from the form; false where the text can't be changed by value.</summary>
    public bool Set(FieldPlace place, YamlNode? value)
    {
        if (Request.With(place, value) is not { } changed)
        {
            Notice = Say(Request.IsReadable ? FormWord.CantEdit : FormWord.NotReadable);
            Changed?.Invoke(this, EventArgs.Empty);
            return false;
        }

        Type(changed);
        return true;
    }

    /// <summary>Makes the request one of another kind: what the kind has no use for goes.</summary>
    public void SetKind(string kind)
    {
        RequestText text = Request;
        foreach (
            FormField field in FormFields.All.Where(f =>
                !f.IsFor(kind) && text.At(FieldPlace.Root.Key(f.Key)) is not null
            )
        )
        {
            text = new RequestText(text.With(FieldPlace.Root.Key(field.Key), null) ?? text.Text);
        }

        bool isDefault = kind == nameof(JobKind.RayJob);
        Type(text.With(FieldPlace.Root.Key("kind"), isDefault ? null : RequestNodes.Plain(kind)) ?? text.Text);
    }

    public void SetTeam(string team)
    {
        Team = team;
        From = null;
        EvaluateSoon();
    }

    public async Task SetLogin(string login)
    {
        Login = login.Trim();
        await browser.Keep(LoginKey, Login.Length == 0 ? null : Login);
        EvaluateSoon();
    }

    public async Task SetLanguage(Language language)
    {
        Language = language;
        await browser.Keep(LanguageKey, language.Name);
        await browser.Show(IsDark, language.Name);
        Changed?.Invoke(this, EventArgs.Empty);
    }

    public async Task SetDark(bool dark)
    {
        IsDark = dark;
        await browser.Keep(DarkKey, dark ? "yes" : "no");
        await browser.Show(dark, Language.Name);
        Changed?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>Applies a finding's fix to the text it was found in.</summary>
    public void Apply(Finding finding)
    {
        if (finding.Fix is { } fix && finding.Span.Source.Text == Text)
        {
            StringBuilder text = new(Text);
            foreach (TextEdit edit in fix.Edits.OrderByDescending(e => e.Span.Start))
            {
                text.Remove(edit.Span.Start, edit.Span.Length).Insert(edit.Span.Start, edit.NewText);
            }

            Type(text.ToString());
        }
    }

    /// <summary>Applies every fix that is safe, as <c>lint --fix</c> does.</summary>
    public void ApplyAll()
    {
        if (Outcome is { } outcome && outcome.Document.Source.Text == Text)
        {
            Finding[] mine = [.. outcome.FieldFindings.Select(f => f.Finding)];
            if (mine.Length > 0)
            {
                Type(JobLint.Engine.FixApplier.Apply(mine[0].Span.Source, mine).Text);
            }
        }
    }

    /// <summary>Files that the request says it ships and that are neither here nor in the repository.</summary>
    public IReadOnlyList<string> FilesWanted =>
        [
            .. (Outcome?.Document.Request?.Code?.Value.Files?.Value ?? [])
                .Select(f => f.Value.Value)
                .Distinct(StringComparer.Ordinal),
        ];

    public void AddFile(string path, byte[] bytes)
    {
        files[path] = bytes;
        Evaluate();
    }

    public void RemoveFile(string path)
    {
        files.Remove(path);
        Evaluate();
    }

    /// <summary>Puts a text on the clipboard and says so.</summary>
    public async Task Copy(string text, FormWord said)
    {
        if (await browser.Copy(text))
        {
            Report(Say(said));
        }
    }

    /// <summary>Copies the address of this draft.</summary>
    public async Task Share() => await Copy(await browser.Address() + FormStart.Share(Draft), FormWord.Shared);

    /// <summary>Writes the request into the working tree the page is served from.</summary>
    public async Task Save()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteString("path", Draft.Path);
            json.WriteString("text", Text);
            json.WriteStartObject("files");
            foreach ((string path, byte[] bytes) in files)
            {
                json.WriteBase64String(path, bytes);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        string answer = await browser.Save(Encoding.UTF8.GetString(stream.ToArray()));
        int space = answer.IndexOf(' ', StringComparison.Ordinal);
        string said = answer[(space + 1)..].Trim();
        Report(
            answer.StartsWith("200 ", StringComparison.Ordinal)
                ? Say(FormWord.Saved, said)
                : Say(FormWord.SaveFailed, said)
        );
    }

    public void Report(string? notice)
    {
        Notice = notice;
        Changed?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>Evaluates the draft now.</summary>
    public void Evaluate()
    {
        typing?.Cancel();
        if (Engine is not { } engine)
        {
            return;
        }

        long start = Stopwatch.GetTimestamp();
        Outcome = engine.Evaluate(Draft, Login.Length == 0 ? null : Login);
        Findings = Outcome.FieldFindings.ToLookup(f => f.Field, f => f.Finding, StringComparer.Ordinal);
        Took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        IsBehind = false;
        Changed?.Invoke(this, EventArgs.Empty);
    }

    private void EvaluateSoon()
    {
        typing?.Cancel();
        typing?.Dispose();
        typing = new CancellationTokenSource();
        IsBehind = true;
        Changed?.Invoke(this, EventArgs.Empty);
        _ = EvaluateAfterPause(typing.Token);
    }

    private async Task EvaluateAfterPause(CancellationToken stop)
    {
        try
        {
            await Task.Delay(Pause, stop);
            Evaluate();
            await browser.Keep(DraftKey, Team + "\n" + (From ?? "") + "\n" + Text);
        }
        catch (OperationCanceledException)
        {
            // More was typed.
        }
    }

    private static FormDraft? Packed(string kept)
    {
        string[] parts = kept.Split('\n', 3);
        return
            parts.Length == 3
            && JobModel.Repository.RequestPath.IsTeam(parts[0])
            && (parts[1].Length == 0 || JobModel.Repository.RequestPath.IsRequest(parts[1]))
            ? new FormDraft(parts[0], parts[2]) { From = parts[1].Length == 0 ? null : parts[1] }
            : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        typing?.Dispose();
        self?.Dispose();
    }
}

using Rayquest.JobModel.Languages;

namespace Rayquest.JobFormEngine.Words;

/// <summary>Every sentence of the page that the comment doesn't have.</summary>
public enum FormWord
{
    Title,
    Lead,
    Loading,
    Form,
    Request,
    Outcome,
    StartFrom,
    StartKind,
    StartExample,
    StartRequest,
    StartAgain,
    Team,
    TeamHelp,
    Author,
    AuthorHelp,
    Basics,
    Compute,
    Limits,
    Data,
    Placement,
    Serving,
    Advanced,
    Add,
    Remove,
    NotSaid,
    Typed,
    FromTo,
    Fixed,
    Fewest,
    Most,
    Name,
    Value,
    Values,
    EditAsYaml,
    NotReadable,
    CantEdit,
    NoFindings,
    FindingsIn,
    ApplyFix,
    AllFixes,
    Page,
    Manifest,
    NoManifest,
    Diff,
    NoDiff,
    CostAtMost,
    NoCost,
    QuotaUnknown,
    Held,
    PullRequest,
    PullRequestHelp,
    TooLong,
    EditOnGitHub,
    EditOnGitHubHelp,
    Issue,
    IssueNot,
    Copy,
    Copied,
    Download,
    Share,
    Shared,
    Save,
    Saved,
    SaveFailed,
    FilesHelp,
    AddFile,
    DraftKept,
    Discard,
    Dark,
    Private,
    SnapshotAge,
    VersionDiffers,
    BrokenPolicies,
    NoSnapshot,
    NotThere,
    Complete,
    Lines,
    Warning,
    Error,
    Approvers,
    Optional,
    Required,
    Default,
    Yes,
    No,
    Measured,
    Jump,
    Hours,
    MayHold,
    RepositoryUnknown,
    NameTaken,
}

/// <summary>The page's sentences; what the comment says too comes from its phrases.</summary>
public static class FormWords
{
    private static readonly Dictionary<FormWord, string> Table = new()
    {
        [FormWord.Title] = "Submit Ray work",
        [FormWord.Lead] =
            "What is accepted here is accepted on the pull request: the same program evaluates, in this page.",
        [FormWord.Loading] = "Loading",
        [FormWord.Form] = "Form",
        [FormWord.Request] = "Request",
        [FormWord.Outcome] = "Outcome",
        [FormWord.StartFrom] = "Start from",
        [FormWord.StartKind] = "Kind",
        [FormWord.StartExample] = "Example",
        [FormWord.StartRequest] = "Edit a request",
        [FormWord.StartAgain] = "Run again",
        [FormWord.Team] = "Team",
        [FormWord.TeamHelp] = "The folder the request goes to, and whose quota it takes.",
        [FormWord.Author] = "Your GitHub login",
        [FormWord.AuthorHelp] = "Only to say who must approve; it stays in this browser.",
        [FormWord.Basics] = "What runs",
        [FormWord.Compute] = "Head and workers",
        [FormWord.Limits] = "Time and retries",
        [FormWord.Data] = "Data, secrets and variables",
        [FormWord.Placement] = "Where it runs",
        [FormWord.Serving] = "Serving",
        [FormWord.Advanced] = "More",
        [FormWord.Add] = "Add",
        [FormWord.Remove] = "Remove",
        [FormWord.NotSaid] = "not set",
        [FormWord.Typed] = "other…",
        [FormWord.FromTo] = "range",
        [FormWord.Fixed] = "fixed",
        [FormWord.Fewest] = "fewest",
        [FormWord.Most] = "most",
        [FormWord.Name] = "name",
        [FormWord.Value] = "value",
        [FormWord.Values] = "values, separated by commas",
        [FormWord.EditAsYaml] = "as YAML",
        [FormWord.NotReadable] =
            "The request's YAML has a fault, so the form can't change it. Fix the text; the form follows.",
        [FormWord.CantEdit] = "This can't be changed here without changing more of the text; edit the text.",
        [FormWord.NoFindings] = "Nothing to fix.",
        [FormWord.FindingsIn] = "Not in the request itself",
        [FormWord.ApplyFix] = "Fix",
        [FormWord.AllFixes] = "Apply all safe fixes",
        [FormWord.Page] = "page of the rule, opens in a new tab",
        [FormWord.Manifest] = "Manifest",
        [FormWord.NoManifest] = "There is no manifest while there are errors.",
        [FormWord.Diff] = "Difference to what is merged",
        [FormWord.NoDiff] = "No difference.",
        [FormWord.CostAtMost] = "Costs at most",
        [FormWord.NoCost] = "No bound on the cost: there is no timeout.",
        [FormWord.QuotaUnknown] =
            "This site doesn't know what teams hold, so quotas look unused here. The pull request counts them.",
        [FormWord.Held] = "held",
        [FormWord.PullRequest] = "Open pull request",
        [FormWord.PullRequestHelp] =
            "Opens GitHub's page for a new file with the request filled in, {0} of {1} bytes of address. Without write access GitHub offers a fork.",
        [FormWord.TooLong] =
            "The request is too long for an address ({0} of {1} bytes). Copy it, and paste it into GitHub's page for a new file.",
        [FormWord.EditOnGitHub] = "Edit on GitHub",
        [FormWord.EditOnGitHubHelp] =
            "GitHub's editor takes no text from a link: the request is copied, paste it over what is there.",
        [FormWord.Issue] = "As an issue",
        [FormWord.IssueNot] = "The issue form can't say all of this request.",
        [FormWord.Copy] = "Copy",
        [FormWord.Copied] = "Copied.",
        [FormWord.Download] = "Download",
        [FormWord.Share] = "Link to this draft",
        [FormWord.Shared] =
            "The link is copied. It holds the whole request behind `#`, which browsers don't send to any server.",
        [FormWord.Save] = "Save",
        [FormWord.Saved] = "Saved to {0}.",
        [FormWord.SaveFailed] = "Not saved: {0}",
        [FormWord.FilesHelp] =
            "Files the request ships (`code.files`). A link can't carry them: put them beside the request in the pull request, or save here when the form is served from your clone.",
        [FormWord.AddFile] = "Add a file",
        [FormWord.DraftKept] = "This is the draft you left; it was kept in this browser.",
        [FormWord.Discard] = "Discard it",
        [FormWord.Dark] = "Dark",
        [FormWord.Private] = "Nothing you type leaves this page until you open one of the links.",
        [FormWord.SnapshotAge] = "Rayquest {0}; policies as of the site's last update.",
        [FormWord.VersionDiffers] =
            "The site's data is of Rayquest {0} and the page of {1}: write the site again with `rayquest form`, the two may evaluate differently.",
        [FormWord.BrokenPolicies] =
            "The policies of this site can't be read; tell the platform team. This is no fault of yours.",
        [FormWord.NoSnapshot] = "The site has no data of a repository: {0}",
        [FormWord.NotThere] = "There is no request {0} here; this is a new one.",
        [FormWord.Complete] = "Keys that can stand here (Ctrl+Space)",
        [FormWord.Lines] = "lines",
        [FormWord.Warning] = "warning",
        [FormWord.Error] = "error",
        [FormWord.Approvers] = "Who may approve",
        [FormWord.Optional] = "optional",
        [FormWord.Required] = "required",
        [FormWord.Default] = "Default",
        [FormWord.Yes] = "yes",
        [FormWord.No] = "no",
        [FormWord.Measured] = "evaluated in {0} ms",
        [FormWord.Jump] = "line {0}",
        [FormWord.Hours] = "h",
        [FormWord.MayHold] = "held {0}, at most {1}",
        [FormWord.NameTaken] =
            "A request of this name is merged already: this would be an edit of it. Choose another name for a new one.",
        [FormWord.RepositoryUnknown] = "The site doesn't know its repository on GitHub, so there is no link to it.",
    };

    private const string Context = "form";

    /// <summary>The sentence in a language.</summary>
    public static string Say(FormWord word, Language language, params ReadOnlySpan<string> values)
    {
        string text = language.Text(Context, Table[word]);
        for (int i = 0; i < values.Length; i++)
        {
            text = text.Replace("{" + (char)('0' + i) + "}", values[i], StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>Every sentence as a table of strings must have it.</summary>
    public static IEnumerable<(string Context, string Template)> Templates =>
        Enum.GetValues<FormWord>().Select(word => (Context, Table[word]));
}

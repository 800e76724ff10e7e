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
    Language,
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

/// <summary>The page's sentences in English and Chinese; what the comment says too comes from its phrases.</summary>
public static class FormWords
{
    private static readonly Dictionary<FormWord, (string En, string Zh)> Table = new()
    {
        [FormWord.Title] = ("Submit Ray work", "提交 Ray 作业"),
        [FormWord.Lead] = (
            "What is accepted here is accepted on the pull request: the same program judges, in this page.",
            "这里接受的，拉取请求也接受：由同一个程序在本页中检查。"
        ),
        [FormWord.Loading] = ("Loading", "正在加载"),
        [FormWord.Form] = ("Form", "表单"),
        [FormWord.Request] = ("Request", "作业请求"),
        [FormWord.Outcome] = ("Outcome", "结果"),
        [FormWord.StartFrom] = ("Start from", "起始内容"),
        [FormWord.StartKind] = ("Kind", "类型"),
        [FormWord.StartExample] = ("Example", "示例"),
        [FormWord.StartRequest] = ("Edit a request", "修改已有请求"),
        [FormWord.StartAgain] = ("Run again", "再次运行"),
        [FormWord.Team] = ("Team", "团队"),
        [FormWord.TeamHelp] = (
            "The folder the request goes to, and whose quota it takes.",
            "请求所在的文件夹，也是占用配额的团队。"
        ),
        [FormWord.Author] = ("Your GitHub login", "你的 GitHub 账号"),
        [FormWord.AuthorHelp] = (
            "Only to say who must approve; it stays in this browser.",
            "仅用于判断由谁审批，只保存在本浏览器中。"
        ),
        [FormWord.Basics] = ("What runs", "运行内容"),
        [FormWord.Compute] = ("Head and workers", "头节点与工作节点"),
        [FormWord.Limits] = ("Time and retries", "时限与重试"),
        [FormWord.Data] = ("Data, secrets and variables", "数据、密钥与变量"),
        [FormWord.Placement] = ("Where it runs", "运行位置"),
        [FormWord.Serving] = ("Serving", "在线服务"),
        [FormWord.Advanced] = ("More", "更多"),
        [FormWord.Add] = ("Add", "添加"),
        [FormWord.Remove] = ("Remove", "移除"),
        [FormWord.NotSaid] = ("not set", "未设置"),
        [FormWord.Typed] = ("other…", "其他…"),
        [FormWord.FromTo] = ("range", "范围"),
        [FormWord.Fixed] = ("fixed", "固定"),
        [FormWord.Fewest] = ("fewest", "最少"),
        [FormWord.Most] = ("most", "最多"),
        [FormWord.Name] = ("name", "名称"),
        [FormWord.Value] = ("value", "值"),
        [FormWord.Values] = ("values, separated by commas", "多个值，用逗号分隔"),
        [FormWord.EditAsYaml] = ("as YAML", "以 YAML 填写"),
        [FormWord.NotReadable] = (
            "The request's YAML has a fault, so the form can't change it. Mend the text; the form follows.",
            "作业请求的 YAML 有错误，表单无法修改。请先修正文本，表单会随之更新。"
        ),
        [FormWord.CantEdit] = (
            "This can't be changed here without changing more of the text; edit the text.",
            "在表单中修改会影响其他文本，请直接编辑文本。"
        ),
        [FormWord.NoFindings] = ("Nothing to mend.", "没有需要修正的内容。"),
        [FormWord.FindingsIn] = ("Not in the request itself", "不在请求本身"),
        [FormWord.ApplyFix] = ("Fix", "修复"),
        [FormWord.AllFixes] = ("Apply all safe fixes", "应用所有安全修复"),
        [FormWord.Page] = ("page of the rule, opens in a new tab", "规则页面，在新标签页打开"),
        [FormWord.Manifest] = ("Manifest", "清单"),
        [FormWord.NoManifest] = ("There is no manifest while there are errors.", "存在错误时不生成清单。"),
        [FormWord.Diff] = ("Difference to what is merged", "与已合并内容的差异"),
        [FormWord.NoDiff] = ("No difference.", "没有差异。"),
        [FormWord.CostAtMost] = ("Costs at most", "费用上限"),
        [FormWord.NoCost] = ("No bound on the cost: there is no timeout.", "费用无上限：没有设置时限。"),
        [FormWord.QuotaUnknown] = (
            "This site doesn't know what teams hold, so quotas look unused here. The pull request counts them.",
            "本站点不含各团队的占用情况，此处的配额按未占用计算，以拉取请求为准。"
        ),
        [FormWord.Held] = ("held", "已占用"),
        [FormWord.PullRequest] = ("Open pull request", "创建拉取请求"),
        [FormWord.PullRequestHelp] = (
            "Opens GitHub's page for a new file with the request filled in, {0} of {1} bytes of address. Without write access GitHub offers a fork.",
            "打开 GitHub 的新建文件页面并填好请求，地址长度 {0} / {1} 字节。没有写权限时 GitHub 会提供复刻。"
        ),
        [FormWord.TooLong] = (
            "The request is too long for an address ({0} of {1} bytes). Copy it, and paste it into GitHub's page for a new file.",
            "请求过长，无法放入地址（{0} / {1} 字节）。请复制后粘贴到 GitHub 的新建文件页面。"
        ),
        [FormWord.EditOnGitHub] = ("Edit on GitHub", "在 GitHub 上修改"),
        [FormWord.EditOnGitHubHelp] = (
            "GitHub's editor takes no text from a link: the request is copied, paste it over what is there.",
            "GitHub 的编辑器不能通过链接填入文本：请求已复制，请粘贴覆盖原内容。"
        ),
        [FormWord.Issue] = ("As an issue", "以议题提交"),
        [FormWord.IssueNot] = ("The issue form can't say all of this request.", "议题表单无法表达该请求的全部内容。"),
        [FormWord.Copy] = ("Copy", "复制"),
        [FormWord.Copied] = ("Copied.", "已复制。"),
        [FormWord.Download] = ("Download", "下载"),
        [FormWord.Share] = ("Link to this draft", "草稿链接"),
        [FormWord.Shared] = (
            "The link is copied. It holds the whole request behind `#`, which browsers don't send to any server.",
            "链接已复制。请求全文位于 `#` 之后，浏览器不会将其发送到任何服务器。"
        ),
        [FormWord.Save] = ("Save", "保存"),
        [FormWord.Saved] = ("Saved to {0}.", "已保存到 {0}。"),
        [FormWord.SaveFailed] = ("Not saved: {0}", "未保存：{0}"),
        [FormWord.FilesHelp] = (
            "Files the request ships (`code.files`). A link can't carry them: put them beside the request in the pull request, or save here when the form is served from your clone.",
            "请求附带的文件（`code.files`）。链接无法携带文件：请在拉取请求中放到请求旁边，或在本地克隆中运行表单时直接保存。"
        ),
        [FormWord.AddFile] = ("Add a file", "添加文件"),
        [FormWord.DraftKept] = (
            "This is the draft you left; it was kept in this browser.",
            "这是上次未完成的草稿，保存在本浏览器中。"
        ),
        [FormWord.Discard] = ("Discard it", "丢弃草稿"),
        [FormWord.Dark] = ("Dark", "深色"),
        [FormWord.Language] = ("中文", "English"),
        [FormWord.Private] = (
            "Nothing you type leaves this page until you open one of the links.",
            "在打开某个链接之前，输入的内容不会离开本页。"
        ),
        [FormWord.SnapshotAge] = (
            "Rayquest {0}; policies as of the site's last update.",
            "Rayquest {0}；策略以站点最近一次更新为准。"
        ),
        [FormWord.VersionDiffers] = (
            "The site's data is of Rayquest {0} and the page of {1}: write the site again with `rayquest form`, the two may judge differently.",
            "站点数据来自 Rayquest {0}，页面来自 {1}：请用 `rayquest form` 重新生成站点，否则检查结果可能不一致。"
        ),
        [FormWord.BrokenPolicies] = (
            "The policies of this site can't be read; tell the platform team. This is no fault of yours.",
            "本站点的策略无法读取，请联系平台团队。这不是你的问题。"
        ),
        [FormWord.NoSnapshot] = ("The site has no data of a repository: {0}", "站点没有仓库数据：{0}"),
        [FormWord.NotThere] = ("There is no request {0} here; this is a new one.", "这里没有请求 {0}，已改为新建。"),
        [FormWord.Complete] = ("Keys that can stand here (Ctrl+Space)", "此处可用的键（Ctrl+空格）"),
        [FormWord.Lines] = ("lines", "行"),
        [FormWord.Warning] = ("warning", "提醒"),
        [FormWord.Error] = ("error", "错误"),
        [FormWord.Approvers] = ("Who may approve", "可以审批的人"),
        [FormWord.Optional] = ("optional", "可选"),
        [FormWord.Required] = ("required", "必填"),
        [FormWord.Default] = ("Default", "默认"),
        [FormWord.Yes] = ("yes", "是"),
        [FormWord.No] = ("no", "否"),
        [FormWord.Measured] = ("judged in {0} ms", "检查用时 {0} 毫秒"),
        [FormWord.Jump] = ("line {0}", "第 {0} 行"),
        [FormWord.Hours] = ("h", "小时"),
        [FormWord.MayHold] = ("held {0}, at most {1}", "已占用 {0}，最多 {1}"),
        [FormWord.NameTaken] = (
            "A request of this name is merged already: this would be an edit of it. Choose another name for a new one.",
            "已有同名的请求合并：提交将成为对它的修改。新建请求请换一个名称。"
        ),
        [FormWord.RepositoryUnknown] = (
            "The site doesn't know its repository on GitHub, so there is no link to it.",
            "站点不知道其 GitHub 仓库，因此没有链接。"
        ),
    };

    /// <summary>The sentence in a language; English for any but Chinese.</summary>
    public static string Say(FormWord word, bool chinese, params ReadOnlySpan<string> values)
    {
        string text = chinese ? Table[word].Zh : Table[word].En;
        for (int i = 0; i < values.Length; i++)
        {
            text = text.Replace("{" + (char)('0' + i) + "}", values[i], StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>Every sentence, for the test that holds the languages to each other.</summary>
    public static IEnumerable<(FormWord Word, string En, string Zh)> All =>
        Enum.GetValues<FormWord>().Select(w => (w, Table[w].En, Table[w].Zh));
}

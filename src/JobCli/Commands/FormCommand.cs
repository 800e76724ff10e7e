using System.CommandLine;
using System.Text;
using System.Text.Json;
using Rayquest.JobCli.Console;
using Rayquest.JobFormEngine.Data;
using Rayquest.JobHosts.Files;
using Rayquest.JobHosts.FormSite;
using Rayquest.JobHosts.Git;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest form</c>: writes the form as a static site, or serves it to this machine.</summary>
internal sealed class FormCommand : IProgramCommand
{
    /// <summary>Where the published page lies beside the program.</summary>
    private const string SiteFolder = "form";

    /// <inheritdoc/>
    public string Name => "form";

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest form --serve", "fill in requests in a browser, and save them into this clone"),
        ("rayquest form --out public", "write the site for a static host, policies only"),
        ("rayquest form --out public --with-usage", "and what each team holds"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Option<string?> target = new("--out") { Description = "Write the site to this folder.", HelpName = "DIR" };
        Option<bool> serve = new("--serve") { Description = "Serve it to this machine, with the working tree's data." };
        Option<int> port = new("--port") { Description = "Port to serve on (default: any that is free)." };
        Option<string?> site = new("--site")
        {
            Description = "The published page (default: the folder `form` beside the program).",
            HelpName = "DIR",
        };
        Option<string?> commit = new("--base")
        {
            Description = "Take the data from this commit (default: the working tree).",
            HelpName = "REF",
        };
        Option<string?> github = new("--github")
        {
            Description = "The repository's page on GitHub (default: the remote `origin`, or `argocd.repoURL`).",
            HelpName = "URL",
        };
        Option<string?> branch = new("--branch")
        {
            Description = "The branch pull requests go to (default: `argocd.revision`).",
            HelpName = "NAME",
        };
        Option<bool> usage = new("--with-usage")
        {
            Description = "Also what each team's jobs hold: names, owners, amounts.",
        };
        Option<bool> requests = new("--with-requests")
        {
            Description = "Also every request and manifest, so that one can be edited.",
        };
        Option<string?> repo = RepositoryOption.Option();
        Command command = new(Name, "Write the form in the browser as a static site, or serve it.")
        {
            target,
            serve,
            port,
            site,
            commit,
            github,
            branch,
            usage,
            requests,
            repo,
        };
        command.SetAction(
            async (parsed, cancel) =>
            {
                string? folder = parsed.GetValue(target);
                if ((folder is null) == !parsed.GetValue(serve))
                {
                    throw new UsageException("it isn't said what to do", "give `--out DIR`, or `--serve`");
                }

                string root = RepositoryOption.Root(parsed.GetValue(repo), terminal);
                (string page, IReadOnlyList<string> files) = Site(parsed.GetValue(site), terminal);
                using GitRepository? git = RepositoryOption.Git(root);
                FolderTree tree = new(root);
                string? home = parsed.GetValue(github) ?? HomeOf(git?.RemoteUrl("origin"));
                if (folder is null)
                {
                    using FormServer server = new(
                        page,
                        parsed.GetValue(port),
                        () =>
                            Snapshot(tree, SnapshotContent.Requests, home, parsed.GetValue(branch), canSave: true)
                                .Write(),
                        body => FormSave.Take(tree, body)
                    );
                    terminal.Out.WriteLine(server.Address);
                    terminal.Out.Flush();
                    terminal.Error.WriteLine(
                        "Open that address in a browser on this machine. Whoever has it can write requests into this clone. Stop with Ctrl+C."
                    );
                    await server.Run(cancel);
                    return ExitCodes.Clean;
                }

                string place = Path.GetFullPath(folder, terminal.CurrentFolder);
                if (!FormSiteFiles.IsOurs(place))
                {
                    throw new UsageException(
                        $"`{folder}` holds other files",
                        "give a folder that is empty, new, or holds a form of before"
                    );
                }

                SnapshotContent content =
                    parsed.GetValue(requests) ? SnapshotContent.Requests
                    : parsed.GetValue(usage) ? SnapshotContent.Usage
                    : SnapshotContent.Policies;
                IRepositoryTree from = parsed.GetValue(commit) is { } revision
                    ? RepositoryOption.Commit(git ?? GitRepository.Open(root), revision)
                    : tree;
                FormSnapshot snapshot = Snapshot(from, content, home, parsed.GetValue(branch), canSave: false);
                FormSiteFiles.Write(page, files, place, snapshot.Write());
                Warn(content, snapshot, terminal);
                terminal.Out.WriteLine(place);
                return ExitCodes.Clean;
            }
        );
        return command;
    }

    private static FormSnapshot Snapshot(
        IRepositoryTree tree,
        SnapshotContent content,
        string? home,
        string? branch,
        bool canSave
    )
    {
        PlatformPolicy platform = PolicyLoader.Load(tree).Policies.Platform;
        return new FormSnapshot
        {
            Version = CommandLine.Version,
            Repository = home ?? HomeOf(platform.ArgoCd.RepoUrl),
            Branch = branch ?? platform.ArgoCd.Revision,
            HasUsage = content != SnapshotContent.Policies,
            HasRequests = content == SnapshotContent.Requests,
            CanSave = canSave,
            Files = SnapshotReader.Files(tree, content),
        };
    }

    private static (string Folder, IReadOnlyList<string> Files) Site(string? asked, Terminal terminal)
    {
        string folder = asked is null
            ? Path.Combine(AppContext.BaseDirectory, SiteFolder)
            : Path.GetFullPath(asked, terminal.CurrentFolder);
        return FormSiteFiles.List(folder) is { } files
            ? (folder, files)
            : throw new UsageException(
                $"there is no published form in `{folder}`",
                "name it with `--site DIR`; `./build.sh --target=Form` builds one into artifacts/form"
            );
    }

    private static void Warn(SnapshotContent content, FormSnapshot snapshot, Terminal terminal)
    {
        string what = content switch
        {
            SnapshotContent.Policies => "the policies: quotas, members, approvers, prices, images",
            SnapshotContent.Usage => "the policies, and of every live job its name, owner and amounts",
            _ => "the policies, and every request and manifest",
        };
        terminal.Error.WriteLine($"warning: whoever can open the site can read {what}");
        if (snapshot.Repository is null)
        {
            terminal.Error.WriteLine(
                "warning: the repository on GitHub isn't known, so the page has no link to it; name it with `--github URL`"
            );
        }
    }

    /// <summary>The page of a repository on GitHub, from the address Git has; null for what is no web address of one.</summary>
    internal static string? HomeOf(string? remote)
    {
        if (remote is null)
        {
            return null;
        }

        string text = remote.StartsWith("git@", StringComparison.Ordinal)
            ? "https://" + remote["git@".Length..].Replace(':', '/')
            : remote;
        text = text.EndsWith(".git", StringComparison.Ordinal) ? text[..^4] : text;
        return
            Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
            && url.Scheme is "https" or "ssh"
            && url.AbsolutePath.Trim('/').Split('/') is [{ Length: > 0 } owner, { Length: > 0 } name]
            ? $"https://{url.Host}/{owner}/{name}"
            : null;
    }
}

/// <summary>Writes what the page saves into the working tree: a request of a team, and files beside it.</summary>
internal static class FormSave
{
    /// <summary>The document is <c>{"path", "text", "files": {"path": "base64"}}</c>.</summary>
    public static SaveAnswer Take(FolderTree tree, ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            string path = document.RootElement.GetProperty("path").GetString()!;
            string text = document.RootElement.GetProperty("text").GetString()!;
            if (
                !RequestPath.IsRequest(path)
                || !RequestPath.IsTeam(RequestPath.TeamOf(path)!)
                || !JobModel.Quantities.KubernetesNames.IsDns1035Label(RequestPath.NameOf(path))
            )
            {
                return new SaveAnswer(null, "that is no request's path: jobs-requests/<team>/<name>.yaml");
            }

            SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal)
            {
                [path] = Encoding.UTF8.GetBytes(text),
            };
            foreach (JsonProperty file in document.RootElement.GetProperty("files").EnumerateObject())
            {
                if (RequestPath.Beside(path, file.Name) is not { } place || RequestPath.IsRequest(place))
                {
                    return new SaveAnswer(null, "a file to ship must lie in a folder beside the request");
                }

                files[place] = file.Value.GetBytesFromBase64();
            }

            if (files.Keys.FirstOrDefault(f => IsBehindLink(tree.Root, f)) is { } linked)
            {
                return new SaveAnswer(null, $"{linked} lies behind a symbolic link, which is never followed");
            }

            foreach ((string place, byte[] bytes) in files)
            {
                AtomicFile.Write(Path.Combine(tree.Root, place), bytes);
            }

            return new SaveAnswer(path, null);
        }
        catch (Exception fault)
            when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return new SaveAnswer(null, $"what came can't be read ({fault.Message})");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new SaveAnswer(null, $"the disk refused ({fault.Message})");
        }
    }

    private static bool IsBehindLink(string root, string path)
    {
        string place = root;
        foreach (string part in path.Split('/'))
        {
            place = Path.Combine(place, part);
            if (
                new FileInfo(place) is { Attributes: not (FileAttributes)(-1) } there
                && there.Attributes.HasFlag(FileAttributes.ReparsePoint)
            )
            {
                return true;
            }
        }

        return false;
    }
}

namespace Rayquest.JobLint.Rules.Shape;

/// <summary>RQ0104: a file under <c>jobs-requests/</c> that is no request and that none ships.</summary>
public sealed class StrayFile : RepositoryRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0104",
            "stray-file",
            Severity.Error,
            "A file under `jobs-requests/` is neither a request nor shipped by one."
        )
        {
            Category = RuleCategory.Shape,
            Why =
                "Only `jobs-requests/<team>/<name>.yaml` is read as a request. A file of another ending or depth would silently run nothing, and a file that no `code.files` names never reaches the cluster.",
            Bad = Example.Repository(
                "# file: jobs-requests/vision/train.yml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Repository(
                "# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RepositoryContext context)
    {
        HashSet<string>? shipped = null;
        foreach (string path in Candidates(context))
        {
            if (RequestPath.IsRequest(path) || IsForPeople(path))
            {
                continue;
            }

            shipped ??= Shipped(context);
            // What is no plain file is told as that, whatever its name is.
            if (shipped.Contains(path) || context.Tree.Find(path) is not { Kind: TreeEntryKind.File })
            {
                continue;
            }

            yield return At(new SourceSpan(new SourceText(path, ""), default), Message(path));
        }
    }

    private static IEnumerable<string> Candidates(RepositoryContext context) =>
        context.Base is null
            ? context.IsWhole
                ? context.RequestEntries.Select(e => e.Path)
                : []
            : context.ChangedPaths.Where(p => p.StartsWith(RequestPath.Requests, StringComparison.Ordinal));

    private static bool IsForPeople(string path)
    {
        string file = path[(path.LastIndexOf('/') + 1)..];
        return file.EndsWith(".md", StringComparison.OrdinalIgnoreCase)
            || file is ".gitkeep" or "CODEOWNERS" or ".editorconfig" or ".gitattributes";
    }

    // A change may touch a script of a request it doesn't touch, so the requests beside the file are looked at as well.
    private static HashSet<string> Shipped(RepositoryContext context)
    {
        HashSet<string> shipped = new(StringComparer.Ordinal);
        HashSet<string> read = new(StringComparer.Ordinal);
        foreach (RequestContext request in context.Requests)
        {
            read.Add(request.Document.Path);
            shipped.UnionWith(request.ShippedFiles);
        }

        if (!context.IsWhole)
        {
            string[] teams =
            [
                .. context.ChangedPaths.Select(RequestPath.TeamOf).OfType<string>().Distinct(StringComparer.Ordinal),
            ];
            foreach (TreeEntry entry in teams.SelectMany(team => context.Tree.List($"{RequestPath.Requests}{team}/")))
            {
                if (
                    RequestPath.IsRequest(entry.Path)
                    && read.Add(entry.Path)
                    && context.Tree.Read(entry.Path) is { } bytes
                    && bytes.Span.IndexOf("files"u8) >= 0
                )
                {
                    shipped.UnionWith(
                        RequestFiles.Of(entry.Path, RequestDocument.Read(entry.Path, bytes.Span).Request)
                    );
                }
            }
        }

        return shipped;
    }

    private static Message Message(string path)
    {
        string file = path[(path.LastIndexOf('/') + 1)..];
        int depth = path.AsSpan(RequestPath.Requests.Length).Count('/');
        bool yaml =
            file.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase)
            || file.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);
        return yaml && depth == 1
                ? (Message)$"`{path}` is not read as a request: its ending must be `.yaml`, in lower case; rename it"
            : yaml && depth == 0
                ? (Message)$"`{path}` lies in no team's folder; move it to `jobs-requests/<team>/{file}`"
            : $"`{path}` is not a request (those are `jobs-requests/<team>/<name>.yaml`) and no request ships it in `code.files`; name it there, or remove it";
    }
}

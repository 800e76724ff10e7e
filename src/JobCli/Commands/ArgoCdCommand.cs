using System.CommandLine;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Files;
using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Text;
using Rayquest.JobReport.Argo;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest argocd</c>: the delivery bundle.</summary>
internal sealed class ArgoCdCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "argocd";

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest argocd", "write argocd/ from the policies"),
        ("rayquest argocd --check", "fail, and show the difference, when argocd/ is not what it should be"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Option<bool> check = new("--check") { Description = "Write nothing; fail when something would be written." };
        Option<string?> repo = RepositoryOption.Option();
        Command command = new(Name, "Write the Argo CD bundle of the platform's policy under argocd/.") { check, repo };
        command.SetAction(parsed =>
        {
            string root = RepositoryOption.Root(parsed.GetValue(repo), terminal);
            LoadedPolicies policies = PolicyLoader.Load(new FolderTree(root));
            if (policies.IsBroken)
            {
                return LintCommand.Print(Linter.Sort(policies.Findings), 0, "text", terminal);
            }

            if (policies.Policies.Platform.ArgoCd.RepoUrl is { } url && IsExample(url))
            {
                terminal.Error.WriteLine(
                    $"warning: `argocd.repoURL` is still the example, {url}: Argo CD would read nothing; write this repository's own"
                );
            }

            IReadOnlyList<BundleFile> bundle;
            try
            {
                bundle = ArgoBundle.Render(policies.Policies.Platform, policies.Policies.Quotas);
            }
            catch (ArgumentException fault)
            {
                throw new UsageException(fault.Message, "set it: Argo CD must know where to read this repository from");
            }

            var changed = 0;
            foreach (BundleFile file in bundle)
            {
                string path = Path.Combine(root, file.Path);
                byte[] there = File.Exists(path) ? File.ReadAllBytes(path) : [];
                if (there.AsSpan().SequenceEqual(file.Bytes))
                {
                    continue;
                }

                changed++;
                if (parsed.GetValue(check))
                {
                    terminal.Out.WriteLine($"{file.Path} is not what the policies say");
                    terminal.Out.Write(
                        UnifiedDiff.Hunks(
                            System.Text.Encoding.UTF8.GetString(there),
                            System.Text.Encoding.UTF8.GetString(file.Bytes)
                        )
                    );
                }
                else
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    File.WriteAllBytes(path, file.Bytes);
                    terminal.Out.WriteLine($"wrote {file.Path}");
                }
            }

            if (changed == 0)
            {
                terminal.Out.WriteLine("argocd/ is what the policies say");
            }

            return changed > 0 && parsed.GetValue(check) ? ExitCodes.Findings : ExitCodes.Clean;
        });
        return command;
    }

    // The owner `example` and the domains that never are anybody's (RFC 2606).
    private static bool IsExample(string url) =>
        url.Contains("/example/", StringComparison.Ordinal)
        || url.Contains(":example/", StringComparison.Ordinal)
        || url.Contains("example.com", StringComparison.Ordinal)
        || url.Contains("example.org", StringComparison.Ordinal);
}

using Rayquest.JobHosts.GitHub;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.JobHosts.Tests.GitHub;

/// <summary>An emulated GitHub with a main branch, Alice who writes, Bob who approves, and Alice's pull request 1.</summary>
internal sealed class GitHubFixture : IDisposable
{
    // Made once and copied: a dozen git processes less for every test.
    private static readonly Lazy<IReadOnlyDictionary<string, byte[]>> Origin = new(MakeOrigin);

    private readonly TemporaryFolder folder = new();

    public GitHubFixture(EmulatedGitHubOptions? options = null)
    {
        CopyOrigin(folder.Child("origin"));
        GitHub = EmulatedGitHub.Start(folder.Child("origin"), options);
        (Alice, Bob) = Begin(GitHub);
        Client = GitHub.Client();
        GitHub.ForgetCalls();
    }

    public EmulatedGitHub GitHub { get; }
    public EmulatedUser Alice { get; }
    public EmulatedUser Bob { get; }
    public GitHubClient Client { get; }
    public string Head => GitHub.Pull(1).HeadSha.ToString();
    public string Folder => folder.Path;

    public static Dictionary<string, string?> Content(string path, string? text) => new() { [path] = text };

    /// <summary>The same without people around it; its repository goes with it.</summary>
    public static EmulatedGitHub Fresh()
    {
        var origin = Directory.CreateTempSubdirectory("rayquest-").FullName;
        CopyOrigin(origin);
        var github = EmulatedGitHub.Start(origin, new EmulatedGitHubOptions { DeletesRepository = true });
        Begin(github);
        return github;
    }

    public void Dispose()
    {
        Client.Dispose();
        GitHub.Dispose();
        folder.Dispose();
    }

    private static (EmulatedUser Alice, EmulatedUser Bob) Begin(EmulatedGitHub github)
    {
        var (alice, bob) = (github.AddUser("alice"), github.AddUser("bob"));
        github.OpenPull(alice, "resnet", "Train resnet", "Please");
        return (alice, bob);
    }

    private static void CopyOrigin(string target)
    {
        // Git wants these to be there even when they are empty.
        Directory.CreateDirectory(Path.Combine(target, "refs", "tags"));
        Directory.CreateDirectory(Path.Combine(target, "objects", "info"));
        foreach (var (path, content) in Origin.Value)
        {
            var file = Path.Combine(target, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, content);
        }
    }

    private static Dictionary<string, byte[]> MakeOrigin()
    {
        using var scratch = new TemporaryFolder();
        using (var github = EmulatedGitHub.Start(scratch.Path))
        {
            var alice = github.AddUser("alice");
            github.Push(alice, "main", "Begin", Content("README.md", "# jobs\n"));
            var request = Content("jobs-requests/vision/resnet.yaml", "name: resnet\n");
            github.Push(alice, "resnet", "Ask for resnet", request, "main");
        }

        return Directory
            .EnumerateFiles(scratch.Path, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(scratch.Path, file), File.ReadAllBytes);
    }
}

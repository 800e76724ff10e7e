using Rayquest.JobHosts.GitHub;
using Rayquest.Rehearsal.GitHub;

namespace Rayquest.JobHosts.Tests.GitHub;

/// <summary>An emulated GitHub with a main branch, Alice who writes, Bob who approves, and Alice's pull request 1.</summary>
internal sealed class Desk : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public Desk(EmulatedGitHubOptions? options = null)
    {
        GitHub = EmulatedGitHub.Start(folder.Child("origin"), options);
        Alice = GitHub.AddUser("alice");
        Bob = GitHub.AddUser("bob");
        GitHub.Push(Alice, "main", "Begin", File("README.md", "# jobs\n"));
        GitHub.Push(
            Alice,
            "resnet",
            "Ask for resnet",
            File("jobs-requests/vision/resnet.yaml", "name: resnet\n"),
            "main"
        );
        Pull = GitHub.OpenPull(Alice, "resnet", "Train resnet", "Please");
        Client = GitHub.Client();
        GitHub.ForgetCalls();
    }

    public EmulatedGitHub GitHub { get; }
    public EmulatedUser Alice { get; }
    public EmulatedUser Bob { get; }
    public EmulatedPull Pull { get; }
    public GitHubClient Client { get; }
    public string Head => GitHub.Pull(1).HeadSha.ToString();
    public string Folder => folder.Path;

    public static Dictionary<string, string?> File(string path, string? text) => new() { [path] = text };

    public void Dispose()
    {
        Client.Dispose();
        GitHub.Dispose();
        folder.Dispose();
    }
}

using System.Diagnostics;
using Rayquest.JobHosts.Git;

namespace Rayquest.JobHosts.Tests.Git;

/// <summary>What <c>actions/checkout</c> leaves with <c>fetch-depth: 1</c>, made with the real git.</summary>
internal static class ShallowCheckout
{
    /// <summary>Lets a repository's server do what GitHub's does.</summary>
    public static void Allow(string origin)
    {
        Git(origin, "config", "uploadpack.allowFilter", "true");
        Git(origin, "config", "uploadpack.allowAnySHA1InWant", "true");
    }

    public static GitRepository Of(string origin, string into)
    {
        Directory.CreateDirectory(into);
        Git(into, "init", "--quiet", "--initial-branch=main");
        // A plain path would be copied, whatever depth is asked for.
        Git(into, "remote", "add", "origin", new Uri(origin).AbsoluteUri);
        Git(into, "fetch", "--quiet", "--no-tags", "--depth=1", "origin", "+refs/heads/main:refs/remotes/origin/main");
        Git(into, "checkout", "--quiet", "-B", "main", "refs/remotes/origin/main");
        return GitRepository.Open(into);
    }

    public static string Git(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new("git") { WorkingDirectory = folder, RedirectStandardOutput = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: exit code {process.ExitCode}");
    }
}

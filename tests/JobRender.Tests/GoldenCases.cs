using System.Runtime.CompilerServices;
using System.Text;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;

namespace Rayquest.JobRender.Tests;

/// <summary>
/// The golden cases: each folder holds <c>request.yaml</c>, what lies beside it under <c>files/</c>, its own policies under
/// <c>policies/</c> (or the common ones of <c>cases/policies/</c>), and <c>expected.rayjob.yaml</c>.
/// </summary>
internal static class GoldenCases
{
    public static string Folder { get; } = Path.Combine(Path.GetDirectoryName(ThisFile())!, "cases");

    public static bool Bless =>
        string.Equals(Environment.GetEnvironmentVariable("UPDATE_GOLDEN"), "1", StringComparison.Ordinal)
        && !string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    public static IEnumerable<string> Names =>
        Directory
            .GetDirectories(Folder)
            .Select(Path.GetFileName)
            .OfType<string>()
            .Where(n => File.Exists(Path.Combine(Folder, n, "request.yaml")))
            .Order(StringComparer.Ordinal);

    /// <summary>The case as a repository: one request of team vision, policies, and files beside the request.</summary>
    public static MemoryTree Tree(string name)
    {
        string folder = Path.Combine(Folder, name);
        Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
        byte[] request = File.ReadAllBytes(Path.Combine(folder, "request.yaml"));
        files[RequestPathOf(request)] = request;
        Add(Path.Combine(folder, "files"), "jobs-requests/vision/");
        string own = Path.Combine(folder, "policies");
        Add(Path.Combine(Folder, "policies"), "policies/");
        Add(own, "policies/");
        return new MemoryTree(files);

        void Add(string from, string under)
        {
            if (!Directory.Exists(from))
            {
                return;
            }

            foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
            {
                files[under + Path.GetRelativePath(from, file).Replace('\\', '/')] = File.ReadAllBytes(file);
            }
        }
    }

    /// <summary>The plan of a case; fails with the reader's findings when there is none.</summary>
    public static RequestPlan Plan(string name) => Plan(Tree(name));

    public static RequestPlan Plan(MemoryTree tree)
    {
        LoadedPolicies policies = PolicyLoader.Load(tree);
        policies.Findings.Select(f => f.Message).ShouldBeEmpty();
        TreeEntry entry = tree.List("jobs-requests/").First(e => RequestPath.IsRequest(e.Path));
        RequestDocument document = RequestDocument.Read(entry.Path, tree.Read(entry.Path)!.Value.Span);
        document.Findings.Select(f => f.Message).ShouldBeEmpty();
        return JobPlanner.Plan(document, policies.Policies, tree).ShouldNotBeNull();
    }

    /// <summary>A plan of one request text under the common policies.</summary>
    public static RequestPlan PlanOf(string request, params (string Path, string Text)[] more) =>
        Plan(TreeOf(request, more));

    public static MemoryTree TreeOf(string request, params (string Path, string Text)[] more)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(request);
        Dictionary<string, byte[]> files = new(StringComparer.Ordinal) { [RequestPathOf(bytes)] = bytes };
        string policies = Path.Combine(Folder, "policies");
        foreach (string file in Directory.GetFiles(policies, "*", SearchOption.AllDirectories))
        {
            files["policies/" + Path.GetRelativePath(policies, file).Replace('\\', '/')] = File.ReadAllBytes(file);
        }

        foreach ((string path, string text) in more)
        {
            files[path] = Encoding.UTF8.GetBytes(text);
        }

        return new MemoryTree(files);
    }

    private static string RequestPathOf(byte[] request)
    {
        string line = Encoding
            .UTF8.GetString(request)
            .Split('\n')
            .First(l => l.StartsWith("name:", StringComparison.Ordinal));
        return $"jobs-requests/vision/{line["name:".Length..].Trim().Trim('"')}.yaml";
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}

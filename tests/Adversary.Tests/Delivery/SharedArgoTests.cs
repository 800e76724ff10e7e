using System.Text;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Argo;

namespace Rayquest.Adversary.Tests.Delivery;

/// <summary>Two repositories deliver through one Argo CD: neither may take the other's Applications for its own.</summary>
[Hole(27)]
public sealed class SharedArgoTests
{
    private static PolicySet Of(string url, string more = "") =>
        PolicyLoader
            .Load(
                new MemoryTree(
                    new Dictionary<string, byte[]>
                    {
                        ["policies/platform.yaml"] = Encoding.UTF8.GetBytes($"argocd: {{repoURL: \"{url}\"{more}}}\n"),
                        ["policies/quotas.yaml"] = "teams: {vision: {hard: {jobs: 1}}}\n"u8.ToArray(),
                    }
                )
            )
            .Policies;

    private static string Text(PolicySet policies) =>
        string.Concat(
            ArgoBundle
                .Render(policies.Platform, policies.Quotas)
                .Where(file => file.Path is "argocd/applications.yaml" or "argocd/projects.yaml")
                .Select(file => Encoding.UTF8.GetString(file.Bytes))
        );

    private static string Instance(string url) => ArgoBundle.InstanceOf(Of(url).Platform);

    [Fact]
    public void No_two_repositories_share_a_name()
    {
        string[] urls =
        [
            "https://github.com/acme/ray-jobs.git",
            "https://github.com/acme/ray.jobs.git",
            "https://github.com/acme-ray/jobs.git",
            "https://github.com/other/ray-jobs.git",
            "https://git.example.com/acme/ray-jobs.git",
            "https://github.com/acme/a-repository-with-quite-a-long-name-for-ray-jobs-one",
            "https://github.com/acme/a-repository-with-quite-a-long-name-for-ray-jobs-two",
        ];
        urls.Select(Instance).ShouldBeUnique();
        foreach (string url in urls)
        {
            KubernetesNames.IsDns1123Label(Instance(url)).ShouldBeTrue(Instance(url));
            Instance(url).Length.ShouldBeLessThanOrEqualTo(34);
            Instance(url).ShouldBe(Instance(url));
        }

        string[] one = Names(Text(Of(urls[0])));
        one.Length.ShouldBe(3);
        one.Intersect(Names(Text(Of(urls[3])))).ShouldBeEmpty();
    }

    [Fact]
    public void One_repository_has_one_name_however_it_is_addressed()
    {
        string name = Instance("https://github.com/acme/ray-jobs.git");
        name.ShouldStartWith("acme-ray-jobs-");
        Instance("https://github.com/Acme/ray-jobs").ShouldBe(name);
        Instance("https://github.com/acme/ray-jobs/").ShouldBe(name);
        Instance("git@github.com:acme/ray-jobs.git").ShouldBe(name);
        Instance("ssh://git@github.com/acme/ray-jobs.git").ShouldBe(name);
    }

    [Fact]
    public void The_status_sync_asks_for_the_very_name_the_bundle_gives()
    {
        PolicySet policies = Of("https://github.com/acme/ray-jobs.git");
        string application = ArgoBundle.ApplicationOf(policies.Platform, "vision");
        Text(policies).ShouldContain($"name: {application}\n");
        Text(policies).ShouldContain(ArgoBundle.ApplicationOf(policies.Platform, "{{ .path.basename }}"));
    }

    [Fact]
    public void An_installation_may_say_its_own_part_of_the_names()
    {
        PolicySet policies = Of("https://github.com/acme/ray-jobs.git", ", instance: prod");
        ArgoBundle.ApplicationOf(policies.Platform, "vision").ShouldBe("ray-prod-vision");
        Text(policies).ShouldContain("name: rayquest-prod\n");
    }

    /// <summary>Names of the generator, of the project and of what the generator makes.</summary>
    private static string[] Names(string text) =>
        [
            .. text.Split('\n')
                .Select(line => line.Trim())
                .Where(line =>
                    line.StartsWith("name: ", StringComparison.Ordinal)
                    && (line.Contains("ray", StringComparison.Ordinal))
                )
                .Distinct(StringComparer.Ordinal),
        ];
}

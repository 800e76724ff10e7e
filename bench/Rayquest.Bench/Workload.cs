using System.Globalization;
using System.Text;

namespace Rayquest.Bench;

/// <summary>Repositories of any size, the same bytes every time: ten teams, a quarter of the requests on GPUs.</summary>
internal static class Workload
{
    private const int Teams = 10;

    /// <summary>Writes a repository with that many requests into a folder.</summary>
    public static void Write(string folder, int requests)
    {
        Directory.CreateDirectory(Path.Combine(folder, "policies"));
        File.WriteAllText(Path.Combine(folder, "policies", "platform.yaml"), Platform);
        File.WriteAllText(Path.Combine(folder, "policies", "images.yaml"), Images);
        File.WriteAllText(Path.Combine(folder, "policies", "quotas.yaml"), Quotas());
        for (var team = 0; team < Teams; team++)
        {
            Directory.CreateDirectory(Path.Combine(folder, "jobs-requests", Team(team)));
        }

        for (var number = 0; number < requests; number++)
        {
            File.WriteAllText(RequestPath(folder, number), Request(number, seed: 1));
        }
    }

    /// <summary>The file of one request.</summary>
    public static string RequestPath(string folder, int number) =>
        Path.Combine(folder, "jobs-requests", Team(number % Teams), Name(number) + ".yaml");

    /// <summary>The bytes of one request; another seed makes it another job.</summary>
    public static string Request(int number, int seed)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"name: {Name(number)}\n");
        text.Append(CultureInfo.InvariantCulture, $"description: run {number} of the benchmark\n");
        text.Append("owner: alice\n").Append(number % 4 == 0 ? "image: ray-gpu\n" : "image: ray\n");
        text.Append(CultureInfo.InvariantCulture, $"entrypoint: python train.py --epochs 20 --seed {seed}\n");
        text.Append("head: {cpu: 2, memory: 8Gi}\n");
        if (number % 4 == 0)
        {
            text.Append(
                "workers:\n- name: trainers\n  replicas: 2\n  cpu: 8\n  memory: 64Gi\n  gpu: a100\n  gpus: 1\n"
            );
        }
        else
        {
            text.Append("workers:\n- name: workers\n  replicas: 4\n  cpu: 4\n  memory: 16Gi\n");
        }

        text.Append("env: {NCCL_DEBUG: INFO, LR: \"0.1\"}\ntimeout: 6h\nretries: 1\n");
        return text.ToString();
    }

    private static string Team(int number) => "team-" + (char)('a' + number);

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"bench-{number:D6}");

    private static string Quotas()
    {
        var text = new StringBuilder("approvers: [bob]\nteams:\n");
        for (var team = 0; team < Teams; team++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {Team(team)}:\n    approvers: [carol]\n");
            text.Append(
                "    soft: {gpus: {a100: 900000}, jobs: 900000}\n    hard: {gpus: {a100: 1000000}, jobs: 1000000}\n"
            );
        }

        return text.ToString();
    }

    private const string Platform = """
        kuberay: 1.7.0
        prices: {cpu: 0.04, memory: 0.005}
        gpus:
          a100:
            resource: nvidia.com/gpu
            nodeSelector: {gpu-type: a100}
            pricePerHour: 3
            perNode: 8

        """;

    private const string Images = """
        aliases:
          ray: rayproject/ray:2.52.0-py312-cpu
          ray-gpu: rayproject/ray:2.52.0-py312-cu128

        """;
}

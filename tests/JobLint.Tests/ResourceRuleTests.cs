using Rayquest.JobModel.Repository;

namespace Rayquest.JobLint.Tests;

/// <summary>Rules over resources at their bounds: what they point at, what they would write, and what they reckon.</summary>
public class ResourceRuleTests
{
    private const string Head = "name: train\nentrypoint: python train.py\n";
    private const string Gpu = Head + "image: ray-gpu\nprofile: gpu\n";
    private const string Tpu = Head + "image: ray-tpu\nprofile: tpu\ntimeout: 1h\n";

    public static TheoryData<string, string, string> Places { get; } =
        new()
        {
            { "RQ2020", Head + "workers: [{gpu: l4}, {gpu: l5}, {gpu: a10}]\n", "l5 -> l4 | a10 -> a100" },
            { "RQ2022", Head + "workers: [{gpu: l4, gpus: 4}, {gpu: l4, gpus: 5}]\n", "5" },
            { "RQ2023", Head + "workers: {cpu: 47, memory: 177Gi, gpu: l4}\n", "47 | 177Gi" },
            { "RQ2023", Head + "workers: {cpu: 46, memory: 176Gi, gpu: l4}\n", "" },
            { "RQ2023", Head + "workers: {cpu: 1000, memory: 8Ti}\n", "" },
            { "RQ2024", Head + "workers: {cpu: 12, memory: 1Gi, gpu: l4}\n", "12" },
            { "RQ2024", Head + "workers: {cpu: 1, memory: 45Gi, gpu: l4}\n", "45Gi" },
            { "RQ2024", Head + "workers: {cpu: 23, memory: 88Gi, gpu: l4}\n", "23" },
            { "RQ2024", Head + "workers: {cpu: 47, memory: 1Gi, gpu: l4}\n", "" },
            { "RQ2024", Head + "workers: {cpu: 40, memory: 1Gi, gpu: l4, gpus: 4}\n", "" },
            { "RQ2024", Head + "workers: {cpu: 20, memory: 1Gi, gpu: l4, gpus: 5}\n", "" },
            { "RQ2024", Head + "workers: {cpu: 20, memory: 1Gi, gpu: l4, gpus: 0}\n", "" },
            { "RQ2024", Head + "workers: {cpu: 0, memory: 0, gpu: l4}\n", "" },
            { "RQ2025", Head + "workers: {gpu: l4, gpus: 0}\n", "0" },
            { "RQ2025", Head + "workers: {gpu: l4, gpus: 1}\n", "" },
            { "RQ2025", Head + "workers: {gpus: 0}\n", "" },
            { "RQ2026", Head + "head: {cpu: 2500m}\nworkers: [{cpu: 500m}, {cpu: 1}]\n", "2500m -> 3 | 500m -> 1" },
            { "RQ2026", Head + "head: {memory: 4Gi}\nworkers: [{cpu: 1}, {memory: 4Gi}]\n", "" },
            { "RQ2027", Head + "head: {cpu: 9}\nworkers: {cpu: 9}\n", "" },
            { "RQ2027", Head + "head: {cpu: 9}\nworkers: [{cpu: 4}, {cpu: 4}]\n", "9" },
            { "RQ2027", Head + "head: {cpu: 9}\nworkers: {cpu: 4, replicas: 2, numOfHosts: 2}\n", "" },
            { "RQ2027", Head + "head: {cpu: 9}\nworkers: {cpu: 4, replicas: {min: 1, max: 3}}\n", "" },
            { "RQ2027", Head + "head: {cpu: 9}\n", "" },
            { "RQ2027", Head + "head: {memory: 64Gi}\nworkers: {cpu: 1}\n", "" },
            { "RQ2028", Head + "head: {memory: 16}\nworkers: {memory: 512}\n", "16 -> 16Gi | 512 -> 512Mi" },
            { "RQ2028", Head + "workers: [{memory: 99}, {memory: 100}]\n", "99 -> 99Gi | 100 -> 100Mi" },
            { "RQ2028", Head + "workers: [{memory: 512m}, {memory: 512Ki}]\n", "512m -> 512Mi | 512Ki" },
            { "RQ2028", Head + "workers: [{memory: 65535Ki}, {memory: 65536Ki}]\n", "65535Ki" },
            { "RQ2028", Head + "workers: {memory: 0.5}\n", "0.5" },
            {
                "RQ2028",
                Head
                    + "head: {shm: 16, ephemeralStorage: 100}\nworkers: {shm: 1048575, rayStartParams: {memory: 1m}}\nvolumes: [{emptyDir: 200, mount: /s}, {emptyDir: 1Mi, mount: /t}]\n",
                "16 -> 16Gi | 100 -> 100Mi | 1048575 -> 1048575Mi | 1m -> 1Gi | 200 -> 200Mi"
            },
            { "RQ2028", Head + "head: {shm: 1Mi, ephemeralStorage: 1Mi, rayStartParams: {memory: 1Mi}}\n", "" },
            { "RQ2049", Head + "head: {shm: 16}\n", "" },
            { "RQ2029", Head + "head: {memory: 64Mi}\nworkers: {memory: 999999999}\n", "64Mi | 999999999" },
            { "RQ2029", Head + "head: {memory: 65535Ki}\nworkers: {memory: 1000000000}\n", "" },
            { "RQ2030", Head + "head: {cpu: 1000}\nworkers: {cpu: 1500}\n", "1000 -> 1 | 1500 -> 1500m" },
            { "RQ2030", Head + "head: {cpu: 999}\nworkers: [{cpu: 999}, {memory: 4Gi}, {cpu: 2000}]\n", "2000 -> 2" },
            { "RQ2031", Head + "workers: [{replicas: {min: 3, max: 2}}, {replicas: 1}]\n", "{min: 3, max: 2}" },
            { "RQ2032", Head + "workers: [{replicas: 0}, {cpu: 1}, {replicas: 1}]\n", "0" },
            { "RQ2033", Gpu + "workers: [{cpu: 1}, {gpu: l4, gpus: 2}, {gpu: l4, gpus: 1}]\n", "2" },
            { "RQ2033", Gpu + "workers: {gpu: l4}\n", "l4" },
            { "RQ2033", Gpu + "workers: {gpu: l4}\ntimout: 1h\n", "" },
            { "RQ2034", Head + "timeout: 49h\n", "49h" },
            { "RQ2034", Head + "timeout: 48h\n", "" },
            { "RQ2034", Head, "" },
            { "RQ2035", Head + "timeout: 1h\nqueueTimeout: 3601s\n", "3601s" },
            { "RQ2035", Head + "queueTimeout: 30d\n", "" },
            { "RQ2036", Gpu + "keep: 61m\nworkers: [{cpu: 1}, {gpu: l4}]\n", "61m" },
            { "RQ2036", Gpu + "keep: 61m\nworkers: {replicas: 0, gpu: l4}\n", "" },
            { "RQ2036", Gpu + "workers: {gpu: l4}\n", "" },
            { "RQ2037", Gpu + "retries: 4\nworkers: [{cpu: 1}, {gpu: l4}]\n", "4" },
            { "RQ2037", Gpu + "retries: 4\nworkers: {replicas: 0, gpu: l4}\n", "" },
            { "RQ2037", Gpu + "workers: {gpu: l4}\n", "" },
            { "RQ2024", Head + "workers: {cpu: 1, memory: 1Gi, gpus: 0}\n", "" },
            { "RQ2028", Head + "workers: [{memory: 1}, {memory: 12345m}]\n", "1 -> 1Gi | 12345m -> 12345Mi" },
            { "RQ2038", Head + "workers: [{numOfHosts: 2}, {numOfHosts: 1}, {numOfHosts: 3, gpu: l4}]\n", "2" },
            { "RQ2039", Tpu + "workers: {gpu: tpu-v6e-16, gpus: 4, numOfHosts: 4}\n", "" },
            { "RQ2039", Tpu + "workers: {gpu: tpu-v6e-16, gpus: 4, numOfHosts: 3}\n", "3" },
            { "RQ2039", Tpu + "workers: {gpu: tpu-v6e-16, gpus: 4}\n", "4" },
            { "RQ2039", Tpu + "workers: {gpu: tpu-v6e-16, gpus: 0}\n", "" },
            { "RQ2039", Tpu + "workers: {gpu: l4, gpus: 3}\n", "" },
        };

    [Theory]
    [MemberData(nameof(Places))]
    public void A_rule_points_at_the_amount_and_at_no_other(string code, string request, string expected) =>
        Pointed.At(code, request).ShouldBe(expected, request);

    [Theory]
    [InlineData("RQ2022", "workers: {replicas: 3, gpu: l4, gpus: 5}", "such as 6 workers")]
    [InlineData("RQ2022", "workers: {replicas: 3, gpu: l4, gpus: 8}", "such as 6 workers")]
    [InlineData("RQ2022", "workers: {replicas: 1, gpu: l4, gpus: 9}", "such as 3 workers")]
    [InlineData("RQ2022", "workers: {replicas: 0, gpu: l4, gpus: 5}", "such as 2 workers")]
    [InlineData("RQ2022", "workers: {replicas: {min: 1, max: 4}, gpu: l4, gpus: 5}", "such as 8 workers")]
    [InlineData("RQ2028", "workers: {memory: 512}", "write a unit")]
    [InlineData("RQ2039", "workers: {gpu: tpu-v6e-16, gpus: 2, numOfHosts: 3}", "write `gpus: 4` and `numOfHosts: 4`")]
    [InlineData(
        "RQ2024",
        "workers: {cpu: 12, memory: 1Gi, gpu: l4}",
        "3 such workers fill the CPUs of a node, so 1 of its 4 l4 stay unused: ask for at most 11 CPUs a worker"
    )]
    [InlineData(
        "RQ2024",
        "workers: {cpu: 24, memory: 1Gi, gpu: l4, gpus: 2}",
        "1 such worker fills the CPUs of a node, so 2 of its 4 l4 stay unused: ask for at most 23 CPUs a worker"
    )]
    [InlineData(
        "RQ2024",
        "workers: {cpu: 1, memory: 60Gi, gpu: l4}",
        "2 such workers fill the memory of a node, so 2 of its 4 l4 stay unused: ask for at most 44Gi a worker"
    )]
    [InlineData(
        "RQ2027",
        "head: {cpu: 9}\nworkers: [{cpu: 1, replicas: 2}, {cpu: 1, replicas: 2, numOfHosts: 2}]",
        "9 CPUs, all workers together for 6"
    )]
    [InlineData("RQ2028", "workers: {memory: 512}", "this is 512 bytes of memory")]
    [InlineData("RQ2028", "workers: {memory: 512m}", "this is a fraction of a byte of memory")]
    [InlineData("RQ2033", "workers: {replicas: 3, numOfHosts: 2, gpu: l4, gpus: 4}", "asks for 24 l4 without")]
    [InlineData(
        "RQ2036",
        "keep: 2h\nworkers: {replicas: 3, numOfHosts: 2, gpu: l4, gpus: 4}",
        "24 l4 stay held for 2h"
    )]
    [InlineData("RQ2037", "retries: 4\nworkers: {gpu: l4}", "may run 5 times")]
    [InlineData(
        "RQ2039",
        "workers: {gpu: tpu-v6e-16, gpus: 4, numOfHosts: 3}",
        "3 hosts with 4 chips, but a 4x4 slice of tpu-v6e-16 has 16 chips: write `gpus: 4` and `numOfHosts: 4`"
    )]
    [InlineData(
        "RQ2039",
        "workers: {gpu: tpu-v6e, gpus: 8}",
        "1 host with 8 chips, but a 2x2 slice of tpu-v6e has 4 chips: write `gpus: 4` and `numOfHosts: 1`"
    )]
    public void A_rule_reckons_what_it_says(string code, string rest, string expected) =>
        Pointed.Said(code, Head + rest + "\n").ShouldContain(expected);

    [Theory]
    [InlineData("2x4", 2, "write `gpus: 2` and `numOfHosts: 4`")]
    [InlineData("2x4", 16, "write `gpus: 8` and `numOfHosts: 1`")]
    [InlineData("2x2x2", 1, "has 8 chips")]
    [InlineData("2x4", 8, "")]
    [InlineData("1x1", 2, "has 1 chips")]
    [InlineData("1000x1", 1, "has 1000 chips")]
    [InlineData("1001x1", 1, "")]
    [InlineData("0x4", 1, "")]
    [InlineData("-1x4", 1, "")]
    [InlineData("2x", 1, "")]
    [InlineData("axb", 1, "")]
    public void A_topology_is_so_many_chips_where_it_is_one(string topology, int gpus, string expected)
    {
        string said = Pointed.Said(
            "RQ2039",
            Under(
                $"gpus: {{t: {{resource: google.com/tpu, nodeSelector: {{pool: 3x3, cloud.google.com/gke-tpu-topology: {topology}}}}}}}",
                $"workers: {{gpu: t, gpus: {gpus}}}"
            )
        );
        if (expected.Length == 0)
        {
            said.ShouldBeEmpty();
        }
        else
        {
            said.ShouldContain(expected);
        }
    }

    [Theory]
    [InlineData("RQ2021", "gpus: {l4: {}, a100: {}}", "workers: {gpus: 2}", "2")]
    [InlineData("RQ2021", "gpus: {l4: {}, a100: {}}", "workers: {gpus: 0}", "")]
    [InlineData("RQ2021", "gpus: {l4: {}}", "workers: {gpu: l4, gpus: 2}", "")]
    [InlineData("RQ2022", "gpus: {l4: {}}", "workers: {gpu: l4, gpus: 99}", "")]
    [InlineData(
        "RQ2023",
        "gpus: {l4: {node: {cpu: 2}}}\ndefaults: {worker: {cpu: 4, memory: 4Gi}}",
        "workers: {gpu: l4}",
        "{gpu: l4}"
    )]
    [InlineData(
        "RQ2023",
        "gpus: {l4: {node: {memory: 2Gi}}}\ndefaults: {worker: {cpu: 4, memory: 4Gi}}",
        "workers: {gpu: l4}",
        "{gpu: l4}"
    )]
    [InlineData(
        "RQ2024",
        "gpus: {l4: {perNode: 4, node: {cpu: 10}}}\ndefaults: {worker: {cpu: 4, memory: 4Gi}}",
        "workers: {gpu: l4, memory: 9Ti}",
        "{gpu: l4, memory: 9Ti}"
    )]
    [InlineData(
        "RQ2024",
        "gpus: {l4: {perNode: 4, node: {memory: 10Gi}}}\ndefaults: {worker: {cpu: 4, memory: 4Gi}}",
        "workers: {gpu: l4, cpu: 999}",
        "{gpu: l4, cpu: 999}"
    )]
    [InlineData("RQ2024", "gpus: {l4: {perNode: 4}}", "workers: {gpu: l4, cpu: 999}", "")]
    [InlineData("RQ2039", "gpus: {t: {resource: google.com/tpu}}", "workers: {gpu: t, gpus: 3}", "")]
    [InlineData("RQ2024", "gpus: {l4: {node: {cpu: 10}}}", "workers: {gpu: l4, cpu: 4}", "")]
    public void What_the_platform_leaves_open_is_not_judged(
        string code,
        string platform,
        string rest,
        string expected
    ) => Pointed.At(code, Under(platform, rest)).ShouldBe(expected);

    [Theory]
    [InlineData(
        "RQ2021",
        "gpus: {l4: {}, a100: {}}",
        "workers: {gpus: 2}",
        "asks for 2 GPUs without saying which; add `gpu`: "
    )]
    [InlineData("RQ2021", "gpus: {}", "workers: {gpus: 2}", "asks for 2 GPUs, but the platform's catalogue has none")]
    [InlineData("RQ2033", "gpus: {l4: {}, a100: {}}", "workers: {gpus: 2}", "asks for 2 GPUs without a `timeout`")]
    [InlineData("RQ2036", "gpus: {l4: {}, a100: {}}", "keep: 2h\nworkers: {gpus: 2}", "2 GPUs stay held")]
    public void GPUs_of_no_type_are_called_GPUs(string code, string platform, string rest, string expected) =>
        Pointed.Said(code, Under(platform, rest)).ShouldContain(expected);

    [Theory]
    [InlineData("perJob: {timeout: 2h}", "maxTimeout: 3h", "2h", "")]
    [InlineData("perJob: {timeout: 2h}", "maxTimeout: 3h", "3h", "a job of team vision may take 2h")]
    [InlineData("perJob: {timeout: 3h}", "maxTimeout: 2h", "3h", "a job may take 2h")]
    [InlineData("perJob: {timeout: 2h}", "maxTimeout: 2h", "3h", "a job of team vision may take 2h")]
    [InlineData("perJob: {timeout: 2h}", "severity: {}", "3h", "a job of team vision may take 2h")]
    [InlineData("perJob: {jobs: 9}", "maxTimeout: 2h", "3h", "a job may take 2h")]
    [InlineData("perJob: {jobs: 9}", "severity: {}", "3000h", "")]
    public void The_shorter_of_two_limits_holds_and_is_named(string team, string rules, string timeout, string expected)
    {
        string said = Pointed.Said(
            "RQ2034",
            Repository.Tree(
                ("policies/quotas.yaml", $"teams: {{vision: {{{team}}}}}\n"),
                ("policies/rules.yaml", rules + "\n"),
                ("jobs-requests/vision/train.yaml", Head + $"timeout: {timeout}\n")
            )
        );
        if (expected.Length == 0)
        {
            said.ShouldBeEmpty();
        }
        else
        {
            said.ShouldContain(expected);
        }
    }

    private static MemoryTree Under(string platform, string rest) =>
        Repository.Tree(
            ("policies/platform.yaml", platform + "\n"),
            ("jobs-requests/vision/train.yaml", Head + rest + "\n")
        );
}

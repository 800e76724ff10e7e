using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobLint.Tests;

/// <summary>What a request may say of its pods: node pools, sources of variables, and what the platform opens of them.</summary>
public class PodSettingRuleTests
{
    private const string Head = "name: train\nentrypoint: python train.py\n";
    private const string Gpus = "l4: {}, tpu-v6e: {}, tpu-v6e-16: {}";

    [Theory]
    [InlineData("RQ1014", "nodePool: spott", "spott -> spot")]
    [InlineData("RQ1014", "head: {nodePool: gone}", "gone")]
    [InlineData("RQ1014", "workers: [{cpu: 1}, {nodePool: gone}]", "gone")]
    [InlineData("RQ1014", "nodePool: spot\nhead: {nodePool: highmem}", "")]
    [InlineData("RQ5034", "nodePool: highmem", "highmem")]
    [InlineData("RQ5034", "workers: {nodePool: highmem}", "highmem")]
    [InlineData("RQ5034", "nodePool: spot", "")]
    [InlineData("RQ5034", "nodePool: gone", "")]
    [InlineData("RQ0107", "cluster: shared-dev\nnodePool: spot", "nodePool")]
    [InlineData("RQ0107", "cluster: shared-dev\nenvFrom: [{secret: wandb}]", "envFrom")]
    [InlineData("RQ5035", "envFrom: [{secret: wandb}, {configMap: vision-settings}]", "")]
    [InlineData("RQ5035", "envFrom: [{configMap: wandb}]", "wandb")]
    [InlineData("RQ5035", "envFrom: [{secret: huggingface}]", "huggingface")]
    [InlineData("RQ5035", "envFrom: [{configMap: train-00000-code}]", "train-00000-code")]
    [InlineData("RQ5035", "envFrom: [{}]", "{}")]
    [InlineData("RQ5035", "envFrom: [{secret: wandb, configMap: wandb}]", "{secret: wandb, configMap: wandb}")]
    [InlineData("RQ3027", "envFrom: [{secret: wandb}]\nenv: {WANDB_PROJECT: x}", "{secret: wandb}")]
    [InlineData(
        "RQ3027",
        "envFrom: [{secret: wandb}]\nsecrets: [{name: wandb, key: a, env: WANDB_API_KEY}]",
        "{secret: wandb}"
    )]
    [InlineData("RQ3027", "envFrom: [{secret: wandb}]\nruntimeEnv: {env_vars: {WANDB_API_KEY: x}}", "WANDB_API_KEY")]
    [InlineData("RQ3027", "envFrom: [{secret: wandb}]\nenv: {WANDB: x}", "")]
    public void A_rule_points_at_what_a_pod_can_not_have(string code, string rest, string expected) =>
        Pointed.At(code, Head + rest + "\n").ShouldBe(expected, rest);

    [Theory]
    [InlineData("{pool: a100}", "{pool: spot}", "spot")]
    [InlineData("{pool: a100}", "{pool: a100}", "")]
    [InlineData("{gpu: a100}", "{pool: spot}", "")]
    public void A_pool_without_nodes_of_the_GPU_type_is_told(string type, string pool, string expected) =>
        Pointed
            .At(
                "RQ2045",
                Repository.Tree(
                    (
                        "policies/platform.yaml",
                        $"gpus: {{a100: {{nodeSelector: {type}}}, {Gpus}}}\nnodePools: {{spot: {{nodeSelector: {pool}}}}}\ndefaults: {{image: ray-gpu}}\n"
                    ),
                    (
                        "jobs-requests/vision/train.yaml",
                        Head + "nodePool: spot\nworkers: [{gpu: a100}, {cpu: 1}]\ntimeout: 1h\n"
                    )
                )
            )
            .ShouldBe(expected);

    [Theory]
    [InlineData("RQ0630", "{nodeSelector: {pool: a b}}", "a b")]
    [InlineData("RQ0630", "{tolerations: [{key: spot, operator: Exists, effects: NoSchedule}]}", "effects")]
    [InlineData("RQ0630", "{}", "spot")]
    [InlineData("RQ0630", "{nodeSelector: {}}", "spot")]
    [InlineData("RQ0630", "{nodeSelector: {pool: spot}}", "")]
    [InlineData("RQ0610", "{nodeSelector: {pool: spot}, teams: [visoin]}", "visoin -> vision")]
    public void A_pool_that_leads_nowhere_is_told_in_the_policy(string code, string pool, string expected) =>
        Pointed
            .At(
                code,
                Repository.Tree(
                    (
                        "policies/platform.yaml",
                        $"gpus: {{a100: {{}}, {Gpus}}}\nnodePools: {{spot: {pool}}}\ndefaults: {{image: ray}}\n"
                    )
                )
            )
            .ShouldBe(expected);

    [Theory]
    [InlineData("{secret: a, keys: [A]}", "")]
    [InlineData("{secret: a}", "a")]
    [InlineData("{secret: a, configMap: b, keys: [A]}", "b")]
    [InlineData("{keys: [A]}", "vision")]
    [InlineData("{secret: a, keys: [A], prefix: A_}", "A_")]
    [InlineData(
        "{secret: a, keys: [LD_PRELOAD, A, RAY_ADDRESS, RAY_X_HOOK, PYTHONPATH]}",
        "LD_PRELOAD | RAY_ADDRESS | RAY_X_HOOK | PYTHONPATH"
    )]
    [InlineData("{secret: a, prefix: RAY_JOB_}", "RAY_JOB_")]
    [InlineData("{secret: a, prefix: R}", "R")]
    [InlineData("{secret: a, prefix: PYTHONP}", "PYTHONP")]
    [InlineData("{secret: a, prefix: SETTINGS_}", "")]
    public void A_source_that_could_set_what_is_protected_is_told_in_the_policy(string source, string expected) =>
        Pointed
            .At("RQ0631", Repository.Tree(("policies/rules.yaml", $"envFrom: {{vision: [{source}]}}\n")))
            .ShouldBe(expected);

    [Fact]
    public void Without_the_policy_no_source_may_be_named() =>
        Pointed
            .At(
                "RQ5035",
                Repository.Tree(
                    ("policies/rules.yaml", "maxTimeout: 7d\n"),
                    ("jobs-requests/vision/train.yaml", Head + "envFrom: [{secret: wandb}]\n")
                )
            )
            .ShouldBe("wandb");
}

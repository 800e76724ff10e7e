using Rayquest.JobModel.Repository;

namespace Rayquest.JobLint.Tests;

/// <summary>Rules over images: tags, digests, aliases, and what the hardware wants.</summary>
public class ImageRuleTests
{
    private const string Head = "name: train\nentrypoint: python train.py\n";
    private const string Digest = "@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    public static TheoryData<string, string, string> Places { get; } =
        new()
        {
            { "RQ3001", "image: A/b", "A/b" },
            { "RQ3001", "image: rya", "" },
            { "RQ3001", "image: x/y:1", "" },
            { "RQ3001", "image: ray", "" },
            { "RQ3001", "timeout: 1h", "" },
            { "RQ3002", "image: rya", "rya -> ray" },
            { "RQ3002", "image: x/y", "" },
            { "RQ3002", "image: x.y", "" },
            { "RQ3002", "image: x:1", "" },
            {
                "RQ3002",
                "image: a23456789-123456789-123456789-123456789-123456789-123456789-123",
                "a23456789-123456789-123456789-123456789-123456789-123456789-123"
            },
            { "RQ3002", "image: a23456789-123456789-123456789-123456789-123456789-123456789-1234", "" },
            { "RQ3003", "image: rayproject/ray:mine", "rayproject/ray:mine" },
            { "RQ3003", "image: x/ray:mine", "" },
            { "RQ3003", "image: rayproject/ray", "" },
            { "RQ3003", "image: rayproject/ray:2.52.0-py312", "" },
            { "RQ3004", "image: ray\nworkers: [{cpu: 1}, {gpu: l4, gpus: 2}]", "ray" },
            { "RQ3004", "workers: {gpu: l4}", "l4" },
            { "RQ3004", "image: ray\nworkers: {gpu: l4, replicas: 0}", "" },
            { "RQ3004", "image: ray\nworkers: {gpu: tpu-v6e}", "" },
            { "RQ3004", "image: ray\nworkers: {gpu: nonesuch}", "" },
            { "RQ3004", "image: ray-gpu\nworkers: {gpu: l4}", "" },
            { "RQ3004", "image: rayproject/ray-ml:2.9.0-py310-cpu\nworkers: {gpu: l4}", "" },
            {
                "RQ3004",
                "image: rayproject/ray-llm:2.52.0-py311-cpu\nworkers: {gpu: l4}",
                "rayproject/ray-llm:2.52.0-py311-cpu"
            },
            { "RQ3002", "workers: {image: rya}", "rya -> ray" },
            { "RQ3002", "head: {image: rya}", "rya -> ray" },
            { "RQ3004", "image: ray-gpu\nworkers: [{gpu: l4}, {gpu: l4, image: ray}]", "ray" },
            { "RQ3004", "image: ray\nworkers: {gpu: l4, image: ray-gpu}", "" },
            { "RQ3004", "image: ray\nworkers: [{gpu: l4}, {gpu: l4}]", "ray" },
            { "RQ3005", "image: ray\nworkers: {gpu: tpu-v6e, image: ray-tpu}", "" },
            { "RQ3006", "image: ray\nworkers: [{gpu: l4, image: ray-gpu}, {image: ray-gpu}]", "ray-gpu" },
            { "RQ3006", "head: {image: ray-gpu}\nworkers: {cpu: 1}", "ray-gpu" },
            { "RQ3007", "workers: {image: \"x/y:1\"}", "" },
            {
                "RQ3008",
                "rayVersion: 2.52.0\nworkers: {image: \"rayproject/ray:2.51.0\"}",
                "\"rayproject/ray:2.51.0\""
            },
            {
                "RQ3008",
                "rayVersion: 2.51.0\nhead: {image: ray-gpu}\nimage: \"rayproject/ray:2.51.0\"",
                "2.51.0 -> 2.52.0"
            },
            { "RQ3009", "image: ray\nhead: {image: \"x/y:1\"}", "\"x/y:1\"" },
            { "RQ3009", "image: x/y:1\nhead: {image: ray}", "" },
            {
                "RQ3012",
                "image: ray\nworkers: {image: \"rayproject/ray:2.51.0-py312\"}",
                "\"rayproject/ray:2.51.0-py312\""
            },
            {
                "RQ3012",
                "image: ray\nworkers: {image: \"rayproject/ray:2.52.0-py311\"}",
                "\"rayproject/ray:2.52.0-py311\""
            },
            { "RQ3012", "image: ray\nworkers: {image: \"rayproject/ray:2.52.0\"}", "" },
            { "RQ3012", "image: ray\nworkers: [{gpu: l4, image: ray-gpu}, {cpu: 1}]", "" },
            { "RQ3012", "image: ray\nworkers: {image: \"x/y:1\"}", "" },
            {
                "RQ3012",
                "head: {image: \"rayproject/ray:2.51.0-py312\"}\nworkers: [{cpu: 1}, {cpu: 2}]",
                "\"rayproject/ray:2.51.0-py312\""
            },
            { "RQ3012", "rayVersion: 2.52.0\nimage: ray\nworkers: {image: \"rayproject/ray:2.51.0-py312\"}", "" },
            {
                "RQ3012",
                "rayVersion: 2.52.0\nimage: ray\nworkers: {image: \"rayproject/ray:2.52.0-py310\"}",
                "\"rayproject/ray:2.52.0-py310\""
            },
            { "RQ5001", "workers: {image: \"rayproject/ray:latest\"}", "\"rayproject/ray:latest\"" },
            { "RQ5002", "head: {image: \"docker.io/somebody/ray:2.52.0\"}", "\"docker.io/somebody/ray:2.52.0\"" },
            { "RQ5002", "workers: [{cpu: 1}, {image: \"ghcr.io/example/nlp-a:1\"}]", "\"ghcr.io/example/nlp-a:1\"" },
            { "RQ3005", "image: ray\nworkers: [{cpu: 1}, {gpu: tpu-v6e}]", "ray" },
            { "RQ3005", "workers: {gpu: tpu-v6e, gpus: 4}", "4" },
            { "RQ3005", "image: ray\nworkers: {gpu: l4}", "" },
            { "RQ3005", "image: ray\nworkers: {gpu: tpu-v6e, gpus: 0}", "" },
            { "RQ3005", "image: ray-tpu\nworkers: {gpu: tpu-v6e}", "" },
            { "RQ3005", "image: x/y:1\nworkers: {gpu: tpu-v6e}", "" },
            { "RQ3006", "image: ray-gpu\nworkers: {cpu: 1}", "ray-gpu" },
            { "RQ3006", "image: ray-gpu\nworkers: [{cpu: 1}, {gpu: l4}]", "" },
            { "RQ3006", "image: ray\nworkers: {cpu: 1}", "" },
            { "RQ3006", "workers: {cpu: 1}", "" },
            {
                "RQ3007",
                "image: rayproject/ray:2.52.0-py312-aarch64",
                "rayproject/ray:2.52.0-py312-aarch64 -> rayproject/ray:2.52.0-py312"
            },
            {
                "RQ3007",
                "image: rayproject/ray:2.52.0-py312-aarch64" + Digest,
                "rayproject/ray:2.52.0-py312-aarch64" + Digest
            },
            { "RQ3007", "image: rayproject/ray:2.52.0-py312", "" },
            { "RQ3007", "image: x/y:1-aarch64", "" },
            { "RQ3008", "image: ray\nrayVersion: 2.51.0", "2.51.0 -> 2.52.0" },
            { "RQ3008", "image: x/y:1\nrayVersion: 2.51.0", "" },
            { "RQ3008", "image: ray", "" },
            { "RQ3009", "image: x/y:1", "x/y:1" },
            { "RQ3009", "image: x/y:1\nrayVersion: 2.52.0", "" },
            { "RQ3009", "image: x/y:1\nrayVersoin: 2.52.0", "" },
            { "RQ3009", "image: rya", "" },
            { "RQ3009", "image: ray", "" },
            { "RQ3010", "image: x/y:1\nrayVersion: 2.29.9", "2.29.9" },
            { "RQ3010", "image: rayproject/ray:2.29.9-py310", "rayproject/ray:2.29.9-py310" },
            { "RQ3010", "rayVersion: 2.29.9", "2.29.9" },
            { "RQ3010", "image: x/y:1\nrayVersion: 2.30.0", "" },
            { "RQ3010", "cluster: shared-dev\nrayVersion: 2.29.9", "" },
            { "RQ3011", "image: rayproject/ray-ml:2.9.0", "rayproject/ray-ml:2.9.0" },
            { "RQ3011", "image: x/ray-ml:2.9.0", "" },
            { "RQ3011", "timeout: 1h", "" },
            { "RQ5001", "image: x/y:latest", "x/y:latest" },
            { "RQ5001", "image: x/y:main", "x/y:main" },
            { "RQ5001", "image: x/y:latest-gpu", "x/y:latest-gpu" },
            { "RQ5001", "image: x/y:nightly-gpu", "x/y:nightly-gpu" },
            { "RQ5001", "image: x/y:gpu-latest", "x/y:gpu-latest" },
            { "RQ5001", "image: x/y:latest" + Digest, "" },
            { "RQ5001", "image: x/y:mainline", "" },
            { "RQ5001", "image: rya", "" },
            { "RQ5001", "image: ray", "" },
            { "RQ5001", "timeout: 1h", "" },
            { "RQ5002", "image: ghcr.io/example/vision-x:1", "" },
            { "RQ5002", "image: ghcr.io/example/vision-x:1" + Digest, "" },
            { "RQ5002", "image: ghcr.io/example/nlp-x:1" + Digest, "ghcr.io/example/nlp-x:1" + Digest },
            { "RQ5002", "image: rya", "" },
            { "RQ5002", "image: ray", "" },
            { "RQ5002", "timeout: 1h", "" },
            { "RQ5003", "image: x/y:1", "" },
        };

    [Theory]
    [MemberData(nameof(Places))]
    public void A_rule_points_at_the_image_or_at_what_it_does_not_fit(string code, string rest, string expected) =>
        Pointed.At(code, Head + rest + "\n").ShouldBe(expected, rest);

    [Theory]
    [InlineData("RQ3001", "image: A/b", "`A/b` is not an image reference")]
    [InlineData(
        "RQ3004",
        "image: ray\nworkers: {gpu: l4, gpus: 2, replicas: 3}",
        "has no CUDA, but 6 l4 are asked for; use `image: ray-gpu` or `image: ray-llm`"
    )]
    [InlineData("RQ3005", "image: ray\nworkers: {gpu: tpu-v6e}", "but tpu-v6e is asked for; use `image: ray-tpu`")]
    [InlineData("RQ5001", "image: x/y", "the image has no tag, which means `latest`")]
    [InlineData("RQ5001", "image: x/y:edge", "the tag `edge` moves from day to day")]
    [InlineData(
        "RQ5002",
        "image: x/y:1",
        " or an image like `ghcr.io/example/shared/*`, `ghcr.io/example/vision-*`, `rayproject/ray:2.*`, or ask"
    )]
    public void A_rule_says_what_would_do(string code, string rest, string expected) =>
        Pointed.Said(code, Head + rest + "\n").ShouldContain(expected);

    [Theory]
    [InlineData("RQ3003", "aliases: {mine: \"rayproject/ray:mine\"}", "image: mine", "")]
    [InlineData(
        "RQ3004",
        "aliases: {mine: \"rayproject/ray:2.52.0-py312-cpu\"}",
        "image: mine\nworkers: {gpu: l4}",
        "mine"
    )]
    [InlineData("RQ3007", "aliases: {mine: \"rayproject/ray:2.52.0-py312-aarch64\"}", "image: mine", "mine")]
    [InlineData("RQ3009", "aliases: {ray: \"x/y:1\"}", "timeout: 1h", "train")]
    [InlineData("RQ3010", "aliases: {ray: \"rayproject/ray:2.29.9-py310\"}", "timeout: 1h", "")]
    [InlineData("RQ5001", "aliases: {mine: \"x/y:latest\"}", "image: mine", "")]
    [InlineData("RQ5003", "requireDigest: true\naliases: {mine: \"x/y:1\"}", "image: x/y:1", "x/y:1")]
    [InlineData("RQ5003", "requireDigest: true\naliases: {mine: \"x/y:1\"}", "image: mine", "")]
    [InlineData("RQ5003", "requireDigest: true\naliases: {mine: \"x/y:1\"}", "image: nonesuch", "")]
    [InlineData("RQ5003", "requireDigest: true", "image: x/y:1" + Digest, "")]
    [InlineData("RQ5003", "requireDigest: true", "timeout: 1h", "")]
    [InlineData("RQ5002", "allowed: [{pattern: x/*, teams: [nlp]}]", "image: x/y:1", "x/y:1")]
    [InlineData("RQ5002", "allowed: [x/y:*]", "image: x/y:1" + Digest, "")]
    [InlineData("RQ5002", "allowed: [\"x/y:1\"]", "image: x/y:1" + Digest, "")]
    [InlineData("RQ5002", "allowed: [\"x/y:1\"]", "image: x/y:2" + Digest, "x/y:2" + Digest)]
    public void The_policy_of_images_decides(string code, string images, string rest, string expected) =>
        Pointed.At(code, Under(images, rest)).ShouldBe(expected);

    [Fact]
    public void Where_no_alias_fits_none_is_named()
    {
        const string images = "aliases: {ray: \"rayproject/ray:2.52.0-py312-cpu\"}";
        Pointed
            .Said("RQ3004", Under(images, "image: ray\nworkers: {gpu: l4}"))
            .ShouldEndWith("are asked for; use an image that has it");
        Pointed
            .Said("RQ5002", Under("allowed: [{pattern: x/*, teams: [nlp]}]", "image: x/y:1"))
            .ShouldNotContain("or an image like");
    }

    [Theory]
    [InlineData("x/y:1", "cuda: false", "")]
    [InlineData("x/y:1", "cuda: true", "is built for CUDA, which `amd.com/gpu` does not run")]
    [InlineData("rayproject/ray:2.52.0-py312-cu128", "", "is built for CUDA")]
    [InlineData("rayproject/ray:2.52.0-py312", "", "is one of Ray's for CPUs")]
    public void Another_makers_GPUs_want_another_image(string image, string cuda, string says)
    {
        MemoryTree tree = Repository.Tree(
            (
                "policies/images.yaml",
                $"aliases:\n  rocm: {{image: \"{image}\", rayVersion: 2.52.0{(cuda.Length == 0 ? "" : ", " + cuda)}}}\n"
            ),
            (
                "policies/platform.yaml",
                File.ReadAllText(Path.Combine(Repository.Fixture, "policies", "platform.yaml"))
                    .Replace("resource: google.com/tpu", "resource: amd.com/gpu", StringComparison.Ordinal)
            ),
            ("jobs-requests/vision/train.yaml", Head + "image: rocm\nworkers: {gpu: tpu-v6e}\n")
        );
        string said = Pointed.Said("RQ3004", tree);
        said.ShouldContain(says);
        said.Length.ShouldBe(says.Length == 0 ? 0 : said.Length);
    }

    private static MemoryTree Under(string images, string rest) =>
        Repository.Tree(
            ("policies/images.yaml", images + "\n"),
            ("jobs-requests/vision/train.yaml", Head + rest + "\n")
        );
}

namespace Rayquest.JobLint.Tests;

/// <summary>Arguments that lose their quotes between the two shells of a submission.</summary>
public class ArgumentArrivesChangedTests
{
    [Theory]
    [InlineData("python a.py --url 'https://h/x?a=1&b=2'", "'https://h/x?a=1&b=2' -> ")]
    [InlineData("python a.py --name \"it's\"", "\"it's\" -> ")]
    [InlineData("python a.py --q 'count(*)'", "'count(*)' -> ")]
    [InlineData("python a.py --re 'a|b'", "'a|b' -> ")]
    [InlineData("python a.py --r \"{'a':{'b':1}}\"", "\"{'a':{'b':1}}\" -> ")]
    [InlineData("python a.py --q 'SELECT * FROM `my.t`'", "'SELECT * FROM `my.t`' -> ")]
    [InlineData("python a.py --q 'costs $5 or so'", "'costs $5 or so' -> ")]
    [InlineData("python a.py --sep ';'", "';' -> ")]
    [InlineData("python a.py --x a\\;b", "a\\;b -> ")]
    [InlineData("python a.py --hash '#1'", "'#1' -> ")]
    [InlineData("python a.py --tilde '~/x'", "'~/x' -> ")]
    [InlineData("python a.py --glob '*.json'", "'*.json' -> ")]
    [InlineData("python -c 'x=1\nprint(x)'", "'x=1\nprint(x)'")]
    [InlineData("bash -c 'for f in *; do echo $f; done'", "'for f in *; do echo $f; done' -> ")]
    [InlineData("bash -c 'X=1; echo $X'", "'X=1; echo $X' -> ")]
    [InlineData("bash -c 'sleep 1; kill $$'", "'sleep 1; kill $$' -> ")]
    [InlineData("bash -c 'echo $(pwd)'", "'echo $(pwd)' -> ")]
    [InlineData("python a.py --d '{\"lr\": 0.1}'", "")]
    [InlineData("python a.py --d '{\"lr\":0.1}'", "")]
    [InlineData("bash -c 'cd . && python train.py'", "")]
    [InlineData("bash -c 'python train.py --out $OUTPUT'", "")]
    [InlineData("python a.py --lr '${sweep.lr}'", "")]
    [InlineData("python a.py --d '{\"lr\": ${sweep.lr}}'", "")]
    [InlineData("python a.py 'plain'", "")]
    [InlineData("python a.py \"\"", "")]
    [InlineData("python a.py $X", "")]
    public void What_arrives_changed_is_pointed_at(string entrypoint, string expected)
    {
        string yaml =
            $"name: train\nimage: rayproject/ray:2.52.0\nentrypoint: |\n  {entrypoint.Replace("\n", "\n  ", StringComparison.Ordinal)}\n";
        string found = Pointed.At("RQ3066", yaml);
        if (expected.EndsWith(" -> ", StringComparison.Ordinal))
        {
            found.ShouldStartWith(expected);
            string repaired = Repository.Fixed(yaml, Repository.Lint(Repository.Vision(yaml), only: "RQ3066").Findings);
            Pointed.At("RQ3066", repaired).ShouldBe("", repaired);
        }
        else
        {
            found.ShouldBe(expected.Length == 0 ? "" : found);
            (found.Length > 0).ShouldBe(expected.Length > 0);
        }
    }

    [Theory]
    [InlineData("rayproject/ray:2.58.0", "")]
    [InlineData("rayproject/ray:2.52.0", "Error")]
    [InlineData("rayproject/ray:2.56.0", "Warning")]
    [InlineData("ghcr.io/example/vision-train:1.2.3", "Warning")]
    public void It_depends_on_the_version_of_Ray(string image, string expected) =>
        string.Join(
                ' ',
                Repository
                    .Lint(
                        Repository.Vision($"name: train\nimage: {image}\nentrypoint: python a.py --sep ';'\n"),
                        only: "RQ3066"
                    )
                    .Findings.Where(f => f.Rule.Code == "RQ3066")
                    .Select(f => f.Severity)
            )
            .ShouldBe(expected);

    [Theory]
    [InlineData("entrypoint: python a.py ';'", "entrypoint: 'python a.py \"'';''\"'")]
    [InlineData("entrypoint: \"python a.py ';'\"", "entrypoint: 'python a.py \"'';''\"'")]
    [InlineData("entrypoint: 'python a.py '';'''", "entrypoint: 'python a.py \"'';''\"'")]
    [InlineData("entrypoint: >-\n  python a.py ';'", "entrypoint: >-\n  python a.py \"';'\"")]
    public void The_fix_keeps_to_YAML(string entrypoint, string expected)
    {
        string yaml = $"name: train\nimage: rayproject/ray:2.52.0\n{entrypoint}\n";
        Repository
            .Fixed(yaml, Repository.Lint(Repository.Vision(yaml), only: "RQ3066").Findings)
            .ShouldBe($"name: train\nimage: rayproject/ray:2.52.0\n{expected}\n");
    }

    [Theory]
    [InlineData(
        "--url 'x?a=1&b=2'",
        "`x?a=1&b=2` arrives as `x?a=1`, and what follows `&` is a command of its own on the head"
    )]
    [InlineData("--name \"it's\"", "`it's` makes the head's shell refuse the whole command: nothing closes a `'`")]
    [InlineData("--r \"{'a':1}\"", "`{'a':1}` arrives as `{a:1}`")]
    [InlineData("--sep ';'", "`;` doesn't arrive at all, and what follows `;` is a command of its own on the head")]
    [InlineData("--t '~/x'", "`~/x` arrives with the home directory in place of the `~`")]
    [InlineData("--q 'a `b` c'", "holds a command which the head's shell runs")]
    [InlineData("--q 'x>y'", "`x>y` arrives as `x`, and the rest redirects")]
    [InlineData("--p '$$ a'", "the kubelet makes one of two dollar signs")]
    public void It_says_what_arrives(string arguments, string expected) =>
        Pointed
            .Said("RQ3066", $"name: train\nimage: rayproject/ray:2.52.0\nentrypoint: |\n  python a.py {arguments}\n")
            .ShouldContain(expected);

    [Fact]
    public void Without_a_submitters_shell_nothing_changes() =>
        Pointed
            .At(
                "RQ3066",
                "name: train\nsubmissionMode: HTTPMode\nimage: rayproject/ray:2.52.0\nentrypoint: python a.py ';'\n"
            )
            .ShouldBe("");
}

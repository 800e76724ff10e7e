namespace Rayquest.JobLint.Tests;

/// <summary>Rules over the entrypoint: what a shell would make of it, word by word.</summary>
public class EntrypointRuleTests
{
    // A backslash at the end, and quotes inside, are written in single quotes.
    public static TheoryData<string, string, string> Places { get; } =
        new()
        {
            { "RQ5014", "curl x | bash", "curl x | bash" },
            { "RQ5014", "wget -q x |& sh", "wget -q x |& sh" },
            { "RQ5014", "curl x | cat | python3 -", "curl x | cat | python3 -" },
            { "RQ5014", "bash -c 'curl x | sudo sh'", "bash -c 'curl x | sudo sh'" },
            { "RQ5014", "curl x | tee y", "" },
            { "RQ5014", "cat x | bash", "" },
            { "RQ5014", "curl x && cat y | bash", "" },
            { "RQ5014", "curl x; cat y | sh", "" },
            { "RQ5014", "bash curl | sh", "bash curl | sh" },
            { "RQ5014", "curl x |", "" },
            { "RQ5014", "cat x | curl y; bash z", "" },
            { "RQ5014", "curl x", "" },
            { "RQ5014", "curl curl | sh", "curl curl | sh" },
            { "RQ5014", "curl sh | cat y", "" },
            { "RQ5014", "bash -c | curl", "" },
            { "RQ5014", "bash -c", "" },
            { "RQ5014", "bash -c |", "" },
            { "RQ3060", "|\n\n\n", "" },
            { "RQ3060", "|\n  \n  a b\n", "" },
            { "RQ3060", "\"\\na b c\"", "" },
            { "RQ3060", "\"a b\\nc\"", "\"a b\\nc\"" },
            { "RQ3060", "\"a\\nc\"", "\"a\\nc\"" },
            { "RQ5014", "|\n  curl x\n  cat y | bash", "" },
            { "RQ3060", "a && b", "&& -> bash -c ''" },
            { "RQ3060", "a & b", "&" },
            { "RQ3060", "a; b; c", "; -> bash -c ''" },
            { "RQ3060", "a b", "" },
            { "RQ3060", "|\n  a b\n\n", "" },
            { "RQ3061", "'python a.py # x y'", "# x y" },
            { "RQ3061", "python a.py x#y", "" },
            { "RQ3067", "python -c “print(1)”", "“ | ”" },
            { "RQ3067", "python a.py －－lr 1", "－" },
            { "RQ3067", "python a.py \"“quoted”\" 一－二", "" },
            { "RQ3062", "echo $A $B", "$A -> bash -c ''" },
            { "RQ3062", "echo `date` $B", "`date` -> bash -c ''" },
            { "RQ3062", "echo A", "" },
            { "RQ3063", "echo \"a", "\"" },
            { "RQ3063", "'echo a\\'", "'echo a\\'" },
            { "RQ3063", "'echo \"a\"'", "" },
            { "RQ3063", "'''a'", "'''a'" },
            { "RQ3068", "--epochs 3", "--epochs" },
            { "RQ3068", "-c print(1)", "-c" },
            { "RQ3068", "python --epochs 3", "" },
            { "RQ3068", "./-a --epochs 3", "" },
            { "RQ3065", "ray start", "ray start" },
            { "RQ3065", "a; ray up", "a; ray up" },
            { "RQ3065", "ray status", "" },
            { "RQ3065", "start; ray status", "" },
            { "RQ3065", "echo ray ", "" },
            { "RQ3065", "bash -c 'ray '", "" },
            { "RQ3065", "'bash -c # ray '", "" },
            { "RQ3065", "echo ray stop", "" },
            { "RQ3065", "'ray '", "" },
            { "RQ3065", "ray ; start", "" },
            { "RQ3065", "bash -c 'ray down'", "bash -c 'ray down'" },
            { "RQ3065", "bash -c ray start", "" },
            { "RQ3065", "x=y && ray submit a", "x=y && ray submit a" },
        };

    [Theory]
    [MemberData(nameof(Places))]
    public void A_rule_points_at_what_the_shell_takes_for_its_own(string code, string entrypoint, string expected) =>
        Pointed.At(code, $"name: train\nentrypoint: {entrypoint}\n").ShouldBe(expected, entrypoint);

    [Theory]
    [InlineData("RQ3060", "a && b")]
    [InlineData("RQ3061", "'a # b'")]
    [InlineData("RQ3062", "a $B")]
    public void Without_a_shell_nothing_is_taken(string code, string entrypoint) =>
        Pointed.At(code, $"name: train\nentrypoint: {entrypoint}\nsubmissionMode: HTTPMode\n").ShouldBeEmpty();

    [Theory]
    [InlineData("RQ5014", "curl x |& sudo sh", "goes straight into `sudo`")]
    [InlineData(
        "RQ3060",
        "a | b",
        "only what stands before `|` is submitted; the rest runs in the submitter's pod: wrap"
    )]
    [InlineData("RQ3060", "a > b", "`>` acts in the submitter's pod, not where the job runs")]
    [InlineData("RQ3060", "|\n  a\n  b", "only what stands before the line break is submitted")]
    [InlineData("RQ3062", "a $B", "`$B` is replaced in the submitter's pod")]
    [InlineData("RQ3062", "a `b`", "the command in `b` runs in the submitter's pod")]
    [InlineData("RQ3063", "echo \"a", "nothing closes this `\"`")]
    [InlineData("RQ3063", "'a \\'", "the backslash at the end escapes nothing")]
    [InlineData("RQ3065", "ray job submit x", "`ray job` is KubeRay's part")]
    public void A_rule_says_what_the_shell_does(string code, string entrypoint, string expected) =>
        Pointed.Said(code, $"name: train\nentrypoint: {entrypoint}\n").ShouldContain(expected);

    [Theory]
    [InlineData("python trian.py", "trian.py -> train.py")]
    [InlineData("python ./trian.py", "./trian.py -> train.py")]
    [InlineData("python3 -u trian.py --x", "trian.py -> train.py")]
    [InlineData("python -m a; python trian.py", "trian.py -> train.py")]
    [InlineData("bash -c 'x; python trian.py'", "trian.py -> train.py")]
    [InlineData("python other.py", "other.py")]
    [InlineData("python -W ignore trian.py", "")]
    [InlineData("python -X dev trian.py", "")]
    [InlineData("python \"\" trian.py", "")]
    [InlineData("python && trian.py", "")]
    [InlineData("python -u", "")]
    [InlineData("python -c trian.py", "")]
    [InlineData("python -m trian.py", "")]
    [InlineData("echo trian.py; python other.py trian.py", "other.py")]
    [InlineData("echo other.py; python other.py", "other.py")]
    [InlineData("bash -c", "")]
    [InlineData("bash -c 'python \"trian\".py'", "bash -c 'python \"trian\".py'")]
    [InlineData("python", "")]
    [InlineData("python $trian.py", "")]
    [InlineData("python trian.sh", "")]
    [InlineData("python /trian.py", "")]
    [InlineData("echo trian.py", "")]
    [InlineData("python train.py", "")]
    public void The_script_is_the_first_word_behind_python_and_its_options(string entrypoint, string expected) =>
        Pointed
            .At("RQ3064", $"name: train\nentrypoint: {entrypoint}\ncode: {{files: {{train.py: train.py}}}}\n")
            .ShouldBe(expected);

    [Theory]
    [InlineData("code: {archive: https://h/x.zip}")]
    [InlineData("code: {files: {train.py: train.py}, archive: https://h/x.zip}")]
    [InlineData("code: {files: {train.py: train.py}}\nruntimeEnv: {working_dir: s3://b/x.zip}")]
    [InlineData("timeout: 1h")]
    public void What_comes_from_elsewhere_may_hold_the_script(string rest) =>
        Pointed.At("RQ3064", $"name: train\nentrypoint: python trian.py\n{rest}\n").ShouldBeEmpty();
}

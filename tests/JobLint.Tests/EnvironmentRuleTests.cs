namespace Rayquest.JobLint.Tests;

/// <summary>Rules over variables and Ray's runtime environment: which value is at fault, and what would fix it.</summary>
public class EnvironmentRuleTests
{
    private const string Head = "name: train\nentrypoint: python train.py\n";

    public static TheoryData<string, string, string> Places { get; } =
        new()
        {
            { "RQ3020", "runtimeEnv: {pip: [a], pipp: [b], _nsight: c, nonesuch: d}", "pipp -> pip | nonesuch" },
            { "RQ3020", "runtimeEnv: {_nsigh: a}", "_nsigh" },
            { "RQ3021", "runtimeEnv: {pip: [a], excludes: [b], conda: c, uv: [d]}", "conda" },
            { "RQ3021", "runtimeEnv: {uv: [a], excludes: [b]}", "" },
            { "RQ3021", "timeout: 1h", "" },
            {
                "RQ3022",
                "runtimeEnv: {working_dir: s3://b/x.zip, py_modules: [s3://b/y.zip], excludes: [a], pip: {packages: [a], pip_check: false, pip_version: \"==1\", pip_install_options: [--x]}, uv: {packages: [a], uv_version: \"==1\", uv_check: true, uv_pip_install_options: [--x]}, conda: {dependencies: []}, env_vars: {A: b}, config: {setup_timeout_seconds: 1, eager_install: true, log_files: [a]}, container: {image: a}}",
                ""
            },
            { "RQ3022", "runtimeEnv: {config: {setup_timeout_seconds: -1}}", "" },
            { "RQ3022", "runtimeEnv: {config: {setup_timeout_seconds: 0}}", "0" },
            { "RQ3022", "runtimeEnv: {config: {setup_timeout_seconds: -2}}", "-2" },
            { "RQ3022", "runtimeEnv: {config: {setup_timeout_seconds: \"1\"}}", "\"1\"" },
            { "RQ3022", "runtimeEnv: {config: {setup_timeout_seconds: 1.5}}", "1.5" },
            { "RQ3022", "runtimeEnv: {config: {setup_timeout_seconds: [1]}}", "[1]" },
            {
                "RQ3022",
                "runtimeEnv: {config: {eager_install: \"true\", log_files: a, eager: b}}",
                "\"true\" | a -> [a] | eager"
            },
            { "RQ3022", "runtimeEnv: {config: {eager_install: [true]}}", "[true]" },
            { "RQ3022", "runtimeEnv: {config: a}", "a" },
            { "RQ3022", "runtimeEnv: {working_dir: \"\"}", "\"\"" },
            { "RQ3022", "runtimeEnv: {working_dir: 1}", "1" },
            { "RQ3022", "runtimeEnv: {working_dir: ~}", "~" },
            { "RQ3022", "runtimeEnv: {working_dir: [a]}", "[a]" },
            { "RQ3022", "runtimeEnv: {py_executable: 1, image_uri: 2, worker_process_setup_hook: 3}", "1 | 2 | 3" },
            { "RQ3022", "runtimeEnv: {py_modules: a, excludes: b, java_jars: c}", "a -> [a] | b -> [b] | c -> [c]" },
            { "RQ3022", "runtimeEnv: {py_modules: ~}", "~" },
            { "RQ3022", "runtimeEnv: {py_modules: [a, 1, ~, [b], \"2\"]}", "1 | ~ | [b]" },
            { "RQ3022", "runtimeEnv:\n  excludes: |\n    a", "|\n    a" },
            { "RQ3022", "runtimeEnv: {pip: req.txt, uv: 5}", "5" },
            { "RQ3022", "runtimeEnv: {pip: {packages: a, pip_checks: true}}", "a -> [a] | pip_checks" },
            { "RQ3022", "runtimeEnv: {pip: {pip_checks: true}}", "{pip_checks: true}" },
            {
                "RQ3022",
                "runtimeEnv: {pip: {packages: [], pip_check: 1, pip_version: 2, pip_install_options: 3}}",
                "1 | 2 | 3 -> [3]"
            },
            { "RQ3022", "runtimeEnv: {uv: {packages: [], uv_check: [true], pip_check: true}}", "[true] | pip_check" },
            { "RQ3022", "runtimeEnv: {conda: [a]}", "[a]" },
            { "RQ3022", "runtimeEnv: {pip: [a, 1], uv: [[b]]}", "1 | [b]" },
            { "RQ3024", "runtimeEnv: {env_vars: {A: false}}", "false -> \"false\"" },
            { "RQ3026", "runtimeEnv: {env_vars: {A: \"x$\", B: \"a$.\"}}", "" },
            { "RQ3026", "runtimeEnv: {env_vars: {A: a$.b}}", "" },
            { "RQ3022", "runtimeEnv: {env_vars: [a]}", "[a]" },
            { "RQ3022", "runtimeEnv: {container: a}", "a" },
            {
                "RQ3023",
                "runtimeEnv: {pip: [a, a==1, a>1, a<1, a~1, a@b, a/b, $a, -a, .a, a.whl, \"\", [a]], conda: [b]}",
                "a"
            },
            { "RQ3023", "runtimeEnv: {uv: {packages: [a]}, pip: b}", "a" },
            {
                "RQ3024",
                "runtimeEnv: {env_vars: {A: [x], B: 1, C: \"1\", D: yes, E: x, F: 1.5, G: true, H: ~}}",
                "[x] | 1 -> \"1\" | yes -> \"yes\" | 1.5 -> \"1.5\" | true -> \"true\" | ~ -> \"~\""
            },
            { "RQ3024", "runtimeEnv:\n  env_vars:\n    A:\n    B: x", "A" },
            { "RQ3024", "runtimeEnv: {env_vars: x}", "" },
            {
                "RQ3025",
                "runtimeEnv: {working_dir: ./x, py_modules: [./y, s3://b/z.zip, \"\", ~, [./z]], excludes: [./a]}",
                "./x | ./y"
            },
            { "RQ3025", "runtimeEnv: {working_dir: s3://b/x.zip, py_modules: ./y}", "" },
            {
                "RQ3026",
                "runtimeEnv: {env_vars: {A: a $HOME b, B: $H-x, C: \"${X}y\", D: \"$(x)\", E: $_x}}",
                "$HOME | $H | ${X} | $(x | $_x"
            },
            {
                "RQ3026",
                "runtimeEnv: {env_vars: {A: \"a`b`\", B: \"${X\", C: $1a.b, D: x$A_1-}}",
                "` | $ | $1a | $A_1"
            },
            {
                "RQ3026",
                "runtimeEnv: {env_vars: {A: \"$@\", B: \"$*\", C: \"$#\", D: \"$?\", E: \"$$\", F: \"$!\", G: \"$-\"}}",
                "$@ | $* | $# | $? | $$ | $! | $-"
            },
            { "RQ3026", "runtimeEnv: {env_vars: {A: \"$ x\", B: $.x, C: \"${sweep.a}\", D: x$}}", "" },
            { "RQ3026", "runtimeEnv: {env_vars: {A: \"${sweep.a} $X\"}}", "$X" },
            { "RQ3026", "submissionMode: HTTPMode\nruntimeEnv: {env_vars: {A: $X}}", "" },
            { "RQ3026", "timeout: 1h", "" },
            {
                "RQ3027",
                "env: {A: x, B: y}\nsecrets: [{name: a, key: b, env: A}, {name: c, mount: /d}]\nruntimeEnv: {env_vars: {B: z, C: z}}",
                "A | B"
            },
            { "RQ3027", "env: {A: x}\nruntimeEnv: {env_vars: {a: y}}", "" },
            {
                "RQ3028",
                "env: {RAY_ADDRESS: a}\nsecrets: [{name: b, key: c, env: RAY_IP}, {name: d, mount: /e}]\nruntimeEnv: {env_vars: {RAY_JOB_ID: f, RAY_X: g}}",
                "RAY_ADDRESS | RAY_IP | RAY_JOB_ID"
            },
            {
                "RQ3028",
                "env: {NVIDIA_VISIBLE_DEVICES: all, AMD_VISIBLE_DEVICES: \"0\", HABANA_VISIBLE_DEVICES: all, ASCEND_VISIBLE_DEVICES: 0-7}",
                "NVIDIA_VISIBLE_DEVICES | AMD_VISIBLE_DEVICES | HABANA_VISIBLE_DEVICES | ASCEND_VISIBLE_DEVICES"
            },
            {
                "RQ3028",
                "env: {NVIDIA_VISIBLE_DEVICES: \"${sweep.a}\"}\nsweep: {a: [none, all]}",
                "NVIDIA_VISIBLE_DEVICES"
            },
            {
                "RQ3028",
                "env: {NVIDIA_VISIBLE_DEVICES: none, AMD_VISIBLE_DEVICES: void, HABANA_VISIBLE_DEVICES: \"\"}",
                ""
            },
            { "RQ3028", "env: {NVIDIA_DRIVER_CAPABILITIES: all, CUDA_VISIBLE_DEVICES: \"0\"}", "" },
            { "RQ3028", "secrets: [{name: a, key: b, env: NVIDIA_VISIBLE_DEVICES}]", "NVIDIA_VISIBLE_DEVICES" },
            { "RQ3029", "runtimeEnv: {image_uri: a, container: {image: b}, pip: [c]}", "image_uri | container" },
        };

    [Theory]
    [MemberData(nameof(Places))]
    public void A_rule_points_at_the_value_at_fault(string code, string rest, string expected) =>
        Pointed.At(code, Head + rest + "\n").ShouldBe(expected, rest);

    [Theory]
    [InlineData("RQ3020", "runtimeEnv: {pipp: [b]}", "did you mean `pip`?")]
    [InlineData("RQ3021", "runtimeEnv: {pip: [a], conda: c, uv: [d]}", "`pip`, `conda` and `uv` are given")]
    [InlineData("RQ3022", "runtimeEnv: {pip: {}}", "`pip` is a list of packages, or a mapping with `packages`")]
    [InlineData("RQ3022", "runtimeEnv: {pip: {packages: a}}", "`pip.packages` is a list of text, but this is text")]
    [InlineData(
        "RQ3022",
        "runtimeEnv: {uv: {packages: [], uv_checks: true}}",
        "`uv` has no `uv_checks`; did you mean `uv_check`?"
    )]
    [InlineData("RQ3022", "runtimeEnv: {config: {log_file: [a]}}", "`config` has no `log_file`")]
    [InlineData("RQ3024", "runtimeEnv: {env_vars: {A: [x]}}", "`A` must be text, but this is a list")]
    [InlineData("RQ3027", "env: {A: x}\nsecrets: [{name: a, key: b, env: A}]", "`A` is set in `env` already")]
    [InlineData(
        "RQ3027",
        "secrets: [{name: a, key: b, env: A}]\nruntimeEnv: {env_vars: {A: z}}",
        "`A` is set in `secrets` already"
    )]
    [InlineData("RQ3028", "env: {RAY_ADDRESS: a}", "so that the job finds its own cluster")]
    [InlineData("RQ3028", "env: {REDIS_PASSWORD: a}", "configures fault tolerance")]
    [InlineData("RQ3028", "env: {RAY_enable_autoscaler_v2: a}", "write `autoscaling: {version: v2}` instead")]
    public void A_rule_says_what_is_wrong_with_it(string code, string rest, string expected) =>
        Pointed.Said(code, Head + rest + "\n").ShouldContain(expected);

    [Theory]
    [InlineData("RQ3021", "runtimeEnv: {pip: [a], conda: c}", "pip")]
    [InlineData("RQ3027", "env: {A: x}\nsecrets: [{name: a, key: b, env: A}]", "A")]
    public void What_came_first_is_shown(string code, string rest, string expected) =>
        Pointed.Before(code, Head + rest + "\n").ShouldBe(expected);
}

using Rayquest.JobModel.Repository;

namespace Rayquest.JobLint.Tests;

/// <summary>Rules over access at their bounds: what a team is granted, what a mount hides, what a Secret lacks.</summary>
public class AccessRuleTests
{
    private const string Head = "name: train\nentrypoint: python train.py\n";

    public static TheoryData<string, string, string> Places { get; } =
        new()
        {
            {
                "RQ5020",
                "volumes: [{claim: datasets, mount: /a}, {claim: vision-x, mount: /b}, {claim: corpora, mount: /c}]",
                "corpora"
            },
            {
                "RQ5021",
                "secrets: [{name: wandb, mount: /a}, {name: huggingface, mount: /b}, {mount: /c}]",
                "huggingface"
            },
            { "RQ5022", "serviceAccount: nlp-reader", "nlp-reader" },
            { "RQ5022", "owner: alice", "" },
            { "RQ5023", "cluster: search-index", "search-index" },
            { "RQ5023", "cluster: shared-dev", "" },
            { "RQ5023", "cluster: nowhere", "" },
            {
                "RQ5024",
                "volumes: [{claim: datasets, mount: /dev/x}, {claim: datasets}, {claim: datasets, mount: /device}]",
                "/dev/x"
            },
            { "RQ5024", "volumes: [{claim: datasets, mount: /etc/}, {claim: datasets, mount: /etcetera}]", "/etc/" },
            { "RQ5024", "secrets: [{name: wandb, mount: /opt}, {name: wandb}, {name: wandb, mount: /opt/x}]", "/opt" },
            {
                "RQ5024",
                "volumes: [{claim: a, mount: /./dev}, {claim: a, mount: /home/./ray/.}, {claim: a, mount: /.dev}]",
                "/./dev | /home/./ray/."
            },
            { "RQ5025", "volumes: [{claim: a, mount: /a/b}, {claim: b, mount: /a/./b}]", "/a/./b" },
            {
                "RQ5025",
                "volumes: [{claim: a, mount: /a}, {claim: b, mount: /a/}]\nsecrets: [{name: c, mount: /b}, {name: d, mount: /a}]",
                "/a/ | /a"
            },
            { "RQ5025", "volumes: [{claim: a, mount: /a}, {claim: b, mount: /A}, {claim: c}, {claim: d}]", "" },
            { "RQ5026", "volumes: [{claim: a, mount: /a}, {claim: b, mount: /b}, {claim: a, mount: /c}]", "a" },
            { "RQ5026", "volumes: [{claim: a, mount: /a}, {mount: /b}, {mount: /c}]", "" },
            { "RQ5027", "secrets: [{name: a, mount: /a}, {name: b, key: k, env: E}]", "" },
            { "RQ5027", "secrets: [{name: a, key: k}, {name: b, mount: /b}]", "{name: a, key: k}" },
            {
                "RQ5027",
                "secrets: [{name: a, env: [E]}, {name: b, key: [k]}, {name: c, mount: [m]}, {name: d}]",
                "{name: d}"
            },
            {
                "RQ5028",
                "secrets: [{name: a, mount: /a, env: E}, {name: b, mount: /b, key: k}, {name: c, mount: /c}]",
                "/a | /b"
            },
            { "RQ5028", "secrets: [{name: a, key: k, env: E}]", "" },
            {
                "RQ5029",
                "env: {LD_PRELOAD: a, PRELOAD: b}\nruntimeEnv: {env_vars: {BASH_ENV: c, PATH: d}}",
                "LD_PRELOAD | BASH_ENV"
            },
            { "RQ5029", "secrets: [{name: a, key: k, env: LD_AUDIT}, {name: b, mount: /b}]", "LD_AUDIT" },
            {
                "RQ5030",
                "runtimeEnv: {conda: {dependencies: [{pip: [\"--index-url http://x/\"]}]}, excludes: [\"http://x\"]}",
                "\"--index-url http://x/\""
            },
            { "RQ5030", "runtimeEnv: {pip: [\"git://h/x\", \"x @ git+https://h/x\", \"digit://h\"]}", "\"git://h/x\"" },
        };

    [Theory]
    [MemberData(nameof(Places))]
    public void A_rule_points_at_what_is_not_granted_and_at_nothing_else(string code, string rest, string expected) =>
        Pointed.At(code, Head + rest + "\n").ShouldBe(expected, rest);

    [Theory]
    [InlineData(
        "RQ5021",
        "secrets: [{name: huggingface, mount: /b}]",
        "may not use the Secret `huggingface`; allowed: `vision-*`, `wandb`"
    )]
    [InlineData("RQ5022", "serviceAccount: nlp-reader", "it may name none: remove `serviceAccount`")]
    [InlineData(
        "RQ5024",
        "volumes: [{claim: a, mount: /tmp/ray/x}]",
        "`/tmp/ray/x` hides what the container needs at `/tmp/ray`;"
    )]
    [InlineData("RQ5024", "volumes: [{claim: a, mount: /.}]", "`/.` hides what the container needs there;")]
    [InlineData("RQ5027", "secrets: [{name: a}]", "the Secret a lacks `key` and `env`, or `mount`")]
    [InlineData("RQ5027", "secrets: [{name: a, env: E}]", "the Secret a lacks `key`, the key inside the Secret")]
    [InlineData("RQ5027", "secrets: [{name: a, key: k}]", "the Secret a lacks `env`, the variable that gets the value")]
    [InlineData("RQ5027", "secrets: [{key: k}]", "the Secret lacks `env`")]
    [InlineData("RQ5030", "runtimeEnv: {pip: [\"--trusted-host http://x\"]}", "`http://` can be tampered with")]
    [InlineData("RQ5030", "runtimeEnv: {pip: [\"--trusted-host x --extra-index-url y\"]}", "`--trusted-host` switches")]
    [InlineData("RQ5030", "runtimeEnv: {pip: [\"--extra-index-url y\"]}", "with a second index")]
    [InlineData("RQ5030", "runtimeEnv: {uv: [\"x @ git+git://h/x\"]}", "`git://` can be tampered with")]
    public void A_rule_says_what_is_wrong(string code, string rest, string expected) =>
        Pointed.Said(code, Head + rest + "\n").ShouldContain(expected);

    [Theory]
    [InlineData("RQ5020", "volumes: {vision: [a-*]}", "volumes: [{claim: a-1, mount: /a}, {claim: b, mount: /b}]", "b")]
    [InlineData(
        "RQ5020",
        "volumes: {default: [a-*]}",
        "volumes: [{claim: a-1, mount: /a}, {claim: b, mount: /b}]",
        "b"
    )]
    [InlineData(
        "RQ5020",
        "volumes: {vision: [b], default: [a]}",
        "volumes: [{claim: a, mount: /a}, {claim: b, mount: /b}]",
        "a"
    )]
    [InlineData("RQ5020", "volumes: {nlp: [a]}", "volumes: [{claim: a, mount: /a}]", "a")]
    [InlineData("RQ5020", "volumes: {}", "volumes: [{claim: a, mount: /a}]", "")]
    [InlineData("RQ5021", "secrets: {}", "secrets: [{name: a, mount: /a}]", "")]
    [InlineData("RQ5022", "serviceAccounts: {}", "serviceAccount: a", "a")]
    [InlineData("RQ5022", "serviceAccounts: {default: [a]}", "serviceAccount: a", "")]
    [InlineData("RQ5022", "serviceAccounts: {vision: [b], default: [a]}", "serviceAccount: a", "a")]
    [InlineData("RQ5022", "serviceAccounts: {vision: [b], default: [a]}", "serviceAccount: b", "")]
    public void The_team_goes_before_the_default_and_no_policy_grants_all_but_accounts(
        string code,
        string rules,
        string rest,
        string expected
    ) => Pointed.At(code, Under(rules, rest)).ShouldBe(expected);

    [Fact]
    public void Accounts_that_are_granted_are_named() =>
        Pointed
            .Said("RQ5022", Under("serviceAccounts: {vision: [b]}", "serviceAccount: a"))
            .ShouldContain("may not use the service account `a`; allowed: `b`");

    [Fact]
    public void A_cluster_of_no_team_is_open_to_all() =>
        Pointed
            .At(
                "RQ5023",
                Repository.Tree(
                    ("policies/platform.yaml", "clusters: {shared: {teams: []}}\n"),
                    ("jobs-requests/vision/train.yaml", Head + "cluster: shared\n")
                )
            )
            .ShouldBeEmpty();

    [Theory]
    [InlineData("RQ5025", "volumes: [{claim: a, mount: /a}, {claim: b, mount: /a}]", "/a: the other mount")]
    [InlineData("RQ5026", "volumes: [{claim: a, mount: /a}, {claim: a, mount: /b}]", "a: mounted here")]
    [InlineData("RQ5028", "secrets: [{name: a, mount: /a, key: k, env: E}]", "E: given here as a variable")]
    [InlineData("RQ5028", "secrets: [{name: a, mount: /a, key: k}]", "k: given here as a variable")]
    public void The_other_place_is_shown(string code, string rest, string expected) =>
        Repository
            .Lint(Repository.Vision(Head + rest + "\n"), only: code)
            .Findings.Where(f => f.Rule.Code == code)
            .SelectMany(f => f.Related)
            .Select(r => $"{r.Span.Text}: {r.Message}")
            .ShouldBe([expected]);

    private static MemoryTree Under(string rules, string rest) =>
        Repository.Tree(("policies/rules.yaml", rules + "\n"), ("jobs-requests/vision/train.yaml", Head + rest + "\n"));
}

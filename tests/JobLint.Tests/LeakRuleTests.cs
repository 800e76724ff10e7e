using Rayquest.JobLint.Catalogue;
using Rayquest.JobLint.Rules.Leaks;

namespace Rayquest.JobLint.Tests;

/// <summary>What is taken for a secret, at the shortest length of every form, and what is not. All are made up here, none is written out.</summary>
public class LeakRuleTests
{
    private const string Head = "name: train\nentrypoint: python train.py\n";

    // The beginning, and how much has to follow.
    [Theory]
    [InlineData("AKIA", 16)]
    [InlineData("ASIA", 16)]
    [InlineData("ghp_", 36)]
    [InlineData("gho_", 36)]
    [InlineData("ghu_", 36)]
    [InlineData("ghs_", 36)]
    [InlineData("ghr_", 36)]
    [InlineData("github_pat_", 22)]
    [InlineData("glpat-", 20)]
    [InlineData("hf_", 30)]
    [InlineData("xoxb-", 20)]
    [InlineData("xoxp-", 20)]
    [InlineData("xoxa-", 20)]
    [InlineData("sk-ant-", 24)]
    [InlineData("sk-proj-", 24)]
    [InlineData("sk-", 40)]
    [InlineData("AIza", 35)]
    [InlineData("ya29.", 30)]
    [InlineData("npm_", 36)]
    [InlineData("pypi-AgE", 40)]
    [InlineData("dckr_pat_", 20)]
    [InlineData("dop_v1_", 40)]
    [InlineData("eyJhbGciOi", 40)]
    [InlineData("AccountKey=", 40)]
    public void A_secret_is_as_long_as_its_issuer_makes_it(string prefix, int length)
    {
        string secret = prefix + Filler(length);
        Found($"a {secret} b").ShouldBe([secret]);
        Found(secret).ShouldBe([secret]);
        Found($"a {prefix}{Filler(length - 1)} b").ShouldBeEmpty();
        // Inside a longer word it is none, but the key of an account is where it is.
        Found($"x{secret}").Count.ShouldBe(prefix == "AccountKey=" ? 1 : 0);
        Found($"={secret}").ShouldBe([secret]);
        Found($"{secret} {secret}").ShouldBe([secret, secret]);
    }

    [Fact]
    public void An_access_key_is_of_one_length_and_some_tokens_hold_a_digit()
    {
        Found("AKIA" + Filler(17)).ShouldBeEmpty();
        Found("ASIA" + Filler(17)).ShouldBeEmpty();
        Found("ghp_" + Filler(37)).Count.ShouldBe(1);
        Found("AKIA" + new string('A', 16)).Count.ShouldBe(1);
        foreach (string prefix in new[] { "sk-", "hf_", "npm_" })
        {
            Found(prefix + new string('a', 60)).ShouldBeEmpty(prefix);
            Found(prefix + new string('a', 59) + "1").Count.ShouldBe(1, prefix);
        }

        Found("ghp_" + new string('a', 36)).Count.ShouldBe(1);
        // Of two forms the first is it.
        Found("sk-ant-" + Filler(60)).Count.ShouldBe(1);
    }

    [Fact]
    public void A_URL_may_be_the_last_word_of_the_file()
    {
        Pointed.At("RQ5043", Head + "# https://u:p@h").ShouldBe("u:p");
        Pointed.At("RQ5043", Head + "# https://").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("./+=")]
    [InlineData("_-a1")]
    public void Marks_of_tokens_are_part_of_them(string marks) =>
        Found("ghp_" + Filler(32) + marks + "!").ShouldBe(["ghp_" + Filler(32) + marks]);

    [Fact]
    public void A_private_key_is_told_by_its_first_line()
    {
        const string begin = "-----BEGIN ";
        string key = begin + "RSA PRIVATE KEY-----";
        Found($"x {key}\nabc").ShouldBe([key]);
        Found(begin + "PRIVATE KEY").ShouldBeEmpty();
        Found(begin + "CERTIFICATE-----\nPRIVATE KEY-----").ShouldBeEmpty();
    }

    [Fact]
    public void What_it_is_is_said_and_the_secret_is_not()
    {
        string token = "glpat-" + Filler(20);
        string said = Pointed.Said("RQ5040", Head + $"env: {{A: {token}, B: {"AIza" + Filler(35)}}}\n");
        said.ShouldContain("this looks like a GitLab token: revoke it");
        said.ShouldContain("this looks like a Google API key: revoke it");
        said.ShouldNotContain(token);
        Pointed.At("RQ5040", Head + $"owner: {token}\n").ShouldBe(token);
    }

    [Theory]
    [InlineData("RQ5040")]
    [InlineData("RQ5041")]
    [InlineData("RQ5042")]
    [InlineData("RQ5043")]
    public void The_line_of_a_secret_is_never_shown(string code) => RuleCatalog.Find(code)!.HidesSource.ShouldBeTrue();

    [Theory]
    [InlineData("TOKEN", true)]
    [InlineData("db_password", true)]
    [InlineData("Db-Passwd", true)]
    [InlineData("a.secret", true)]
    [InlineData("X_PASSPHRASE", true)]
    [InlineData("PWD", true)]
    [InlineData("APIKEY", true)]
    [InlineData("CREDENTIAL", true)]
    [InlineData("AWS_CREDENTIALS", true)]
    [InlineData("API_KEY", true)]
    [InlineData("KEY_ACCESS", true)]
    [InlineData("SECRET_KEY", true)]
    [InlineData("PRIVATE_KEY", true)]
    [InlineData("AUTH_KEY", true)]
    [InlineData("ACCOUNT_KEY", true)]
    [InlineData("SIGNING_KEY", true)]
    [InlineData("ENCRYPTION_KEY", true)]
    [InlineData("LICENSE_KEY", true)]
    [InlineData("SERVICE_KEY", true)]
    [InlineData("TOKEN_X", true)]
    [InlineData("TOKEN_SECRET", true)]
    [InlineData("KEY_API_KEY", true)]
    [InlineData("API_ACCESS_KEY", true)]
    [InlineData("KEY", false)]
    [InlineData("SORT_KEY", false)]
    [InlineData("API", false)]
    [InlineData("MAX_TOKENS", false)]
    [InlineData("TOKENIZER", false)]
    [InlineData("TOKEN_FILE", false)]
    [InlineData("FILE_TOKEN", true)]
    [InlineData("SECRET_NAME", false)]
    [InlineData("API_KEY_ID", false)]
    [InlineData("TOKEN_TTL", false)]
    [InlineData("", false)]
    public void A_name_says_that_its_value_is_secret(string name, bool expected) =>
        SecretLook.IsSecretName(name).ShouldBe(expected);

    [Theory]
    [InlineData("PATH")]
    [InlineData("DIR")]
    [InlineData("URL")]
    [InlineData("URI")]
    [InlineData("TYPE")]
    [InlineData("COUNT")]
    [InlineData("LENGTH")]
    [InlineData("TIMEOUT")]
    [InlineData("HEADER")]
    [InlineData("ENV")]
    [InlineData("REF")]
    public void What_the_last_word_makes_of_a_secret_is_none(string last) =>
        SecretLook.IsSecretName("TOKEN_" + last).ShouldBeFalse();

    [Theory]
    [InlineData("abcdefghijk1", true)]
    [InlineData("abcdefghij1", false)]
    [InlineData("abcdefghijkl", false)]
    [InlineData("123456789012", false)]
    [InlineData("1234567890aZ", true)]
    [InlineData("abcdef ghijk1", false)]
    [InlineData("abcdef\tghijk1", false)]
    [InlineData("$abcdefghijk1", false)]
    [InlineData("{abcdefghijk1", false)]
    [InlineData("abcdefghijk1}", false)]
    [InlineData("/abcdefghijk1", false)]
    [InlineData(".abcdefghijk1", false)]
    [InlineData("~abcdefghijk1", false)]
    [InlineData("a/bcdefghijk1", true)]
    [InlineData("a://bcdefghijk1", false)]
    [InlineData("äbcdefghijk1", false)]
    [InlineData("\u0080bcdefghijk1", false)]
    [InlineData("abcdefghijk1ÿ", false)]
    // Of eight kinds, each as often, a character holds 3 bits; of seven 2.8, which is too little.
    [InlineData("abcdefg1abcdefg1", true)]
    [InlineData("abcdef1abcdef1", false)]
    public void A_value_looks_secret(string value, bool expected) => SecretLook.IsSecretValue(value).ShouldBe(expected);

    [Fact]
    public void A_value_of_many_pages_is_none()
    {
        SecretLook.IsSecretValue(Filler(4096)).ShouldBeTrue();
        SecretLook.IsSecretValue(Filler(4097)).ShouldBeFalse();
    }

    public static TheoryData<string, string, string> Places { get; } =
        new()
        {
            { "RQ5041", "env: {TOKEN: VALUE, PLAIN: VALUE, PASSWORD: plain}", "VALUE | plain" },
            { "RQ5041", "runtimeEnv: {env_vars: {A_TOKEN: VALUE, PLAIN: VALUE, B_TOKEN: [VALUE]}}", "VALUE" },
            { "RQ5041", "env: {TOKEN: glpat-VALUEVALUE}", "" },
            { "RQ5043", "env: {A: \"https://u:p@h/x https://v:q@h\"}", "u:p | v:q" },
            { "RQ5043", "env: {A: \"https://:p@h/x\"}", ":p" },
            { "RQ5043", "env: {A: \"https://u:@h/x\", B: \"https://u@h:1\", C: \"https://@h:1\", D: \"://\"}", "" },
            { "RQ5043", "env: {A: \"https://u:$p@h\", B: \"https://u:<p>@h\", C: \"https://u:*@h\"}", "" },
            { "RQ5043", "env: {A: \"https://u:p@@h\"}", "u:p@" },
            { "RQ5043", "env: {A: \"https:///u:p@h\"}", "" },
            { "RQ5043", "env: {A: \"https://h?u:p@x\", B: \"https://h#u:p@x\", C: \"https://h u:p@x\"}", "" },
            { "RQ5043", "env: {A: 'https://h', B: ':p@x', C: [\"https://h\", \":p@x\"]}", "" },
        };

    [Theory]
    [MemberData(nameof(Places))]
    public void A_rule_points_at_the_secret_and_at_nothing_else(string code, string rest, string expected) =>
        Pointed
            .At(code, Head + rest.Replace("VALUE", Value, StringComparison.Ordinal) + "\n")
            .ShouldBe(expected.Replace("VALUE", Value, StringComparison.Ordinal), rest);

    [Theory]
    [InlineData("python a.py --token VALUE", "VALUE")]
    [InlineData("python a.py --token=VALUE", "VALUE")]
    [InlineData("python a.py -token VALUE", "VALUE")]
    [InlineData("env TOKEN=VALUE python a.py", "VALUE")]
    [InlineData("bash -c 'TOKEN=VALUE python a.py'", "VALUE")]
    [InlineData("python a.py token VALUE", "")]
    [InlineData("python a.py --x token VALUE", "")]
    [InlineData("bash -c", "")]
    [InlineData("python a.py =VALUE", "")]
    [InlineData("python a.py - VALUE", "")]
    [InlineData("python a.py --token", "")]
    [InlineData("python a.py --token plain", "")]
    [InlineData("python a.py --plain VALUE", "")]
    [InlineData("python a.py --token glpat-VALUEVALUE", "")]
    [InlineData("python a.py --max-tokens=VALUE --password=VALUE", "VALUE")]
    public void An_option_of_the_entrypoint_holds_a_secret(string entrypoint, string expected) =>
        Pointed
            .At("RQ5042", $"name: train\nentrypoint: {entrypoint.Replace("VALUE", Value, StringComparison.Ordinal)}\n")
            .ShouldBe(expected.Replace("VALUE", Value, StringComparison.Ordinal));

    [Theory]
    [InlineData("RQ5041", "env: {MY_TOKEN: VALUE}", "the value of `MY_TOKEN` looks like a secret")]
    [InlineData("RQ5041", "runtimeEnv: {env_vars: {MY_TOKEN: VALUE}}", "env: MY_TOKEN}]`")]
    public void A_rule_names_the_variable(string code, string rest, string expected) =>
        Pointed
            .Said(code, Head + rest.Replace("VALUE", Value, StringComparison.Ordinal) + "\n")
            .ShouldContain(expected);

    private static string Value => "x7" + Filler(14);

    // Letters and digits in turn, as no one would type them.
    private static string Filler(int length) =>
        string.Concat(Enumerable.Range(0, length).Select(i => "a1b2C3d4E5f6g7H8"[i % 16]));

    private static IReadOnlyList<string> Found(string text) =>
        [.. KnownSecret.Find(text).Select(s => text[s.Start..s.End])];
}

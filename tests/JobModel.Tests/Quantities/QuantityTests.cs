using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Rayquest.JobModel.Quantities;

namespace Rayquest.JobModel.Tests.Quantities;

public class QuantityTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("1000m", "1")]
    [InlineData("100m", "100m")]
    [InlineData("1.5", "1500m")]
    [InlineData(".5", "500m")]
    [InlineData("5.", "5")]
    [InlineData("+2", "2")]
    [InlineData("-1", "-1")]
    [InlineData("1000", "1k")]
    [InlineData("1500", "1500")]
    [InlineData("1e3", "1e3")]
    [InlineData("12e6", "12e6")]
    [InlineData("1E3", "1e3")]
    [InlineData("1E", "1E")]
    [InlineData("1024Mi", "1Gi")]
    [InlineData("1.5Gi", "1536Mi")]
    [InlineData("1000Ki", "1000Ki")]
    [InlineData("1Ki", "1Ki")]
    [InlineData("0.5Ki", "512")]
    [InlineData("0.0001Ki", "102400u")]
    [InlineData("1G", "1G")]
    [InlineData("1048576", "1048576")]
    [InlineData("1n", "1n")]
    [InlineData("0.1n", "1n")]
    [InlineData("0.0000000001", "1n")]
    [InlineData("100000000000000000000", "9223372036854775807")]
    [InlineData("1e400", "9223372036854775807e0")]
    [InlineData("1e-400", "1e-9")]
    [InlineData("9Ei", "9223372036854775807")]
    [InlineData("00012", "12")]
    [InlineData("1e+3", "1e3")]
    [InlineData("5e0", "5")]
    [InlineData("1e1", "10")]
    [InlineData("1e-1", "100e-3")]
    [InlineData("1023Ki", "1023Ki")]
    [InlineData("0.9765625Ki", "1k")]
    [InlineData("1e99999999999", "9223372036854775807e0")]
    [InlineData("1e-99999999999", "1e-9")]
    [InlineData("0.999Ki", "1022976m")]
    [InlineData("-1Ki", "-1Ki")]
    [InlineData("-0.5Ki", "-512")]
    [InlineData("1.0001Ki", "1024102400u")]
    [InlineData("7Ei", "7Ei")]
    [InlineData("8Ei", "9223372036854775807")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("9223372036854775806", "9223372036854775806")]
    [InlineData("9223372036854775808", "9223372036854775807")]
    [InlineData("-9223372036854775808", "-9223372036854775807")]
    [InlineData("9.223372036854775807E", "9223372036854775807")]
    [InlineData("1e1234567", "9223372036854775807e0")]
    [InlineData("1e-1234567", "1e-9")]
    [InlineData("0e400", "0")]
    [InlineData("1.00000000000000000000000000000000000000000000000000", "1")]
    [InlineData("1.00000000000000000000000000000000000000000000000001", "1000000001n")]
    [InlineData("1000000000000000000000000000000000000000000e-42", "1e0")]
    public void Canonical_text_is_what_the_round_trip_through_Go_gives(string text, string canonical)
    {
        Quantity.TryParse(text, out Quantity quantity).ShouldBeTrue();
        string expected = canonical.Replace("e0", "", StringComparison.Ordinal);
        quantity.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("+")]
    [InlineData("1GB")]
    [InlineData("1 core")]
    [InlineData("1gi")]
    [InlineData("1K")]
    [InlineData("1e1.5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1e-")]
    [InlineData("1e3 ")]
    [InlineData("1e1:")]
    [InlineData("1e1/")]
    [InlineData("1ee3")]
    [InlineData("+-1")]
    [InlineData("i")]
    [InlineData("1i")]
    [InlineData("1KiB")]
    [InlineData("1e3m")]
    [InlineData("1,5")]
    [InlineData("0x10")]
    [InlineData("1_000")]
    [InlineData("--1")]
    [InlineData("1 ")]
    [InlineData("NaN")]
    public void Other_text_is_refused(string text) => Quantity.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Arithmetic_is_exact_and_capped()
    {
        Quantity.TryParse("300m", out Quantity a);
        Quantity.TryParse("1.7", out Quantity b);
        (a + b).ToString().ShouldBe("2");
        (a * 10).ToString().ShouldBe("3");
        (Quantity.FromInteger(long.MaxValue) * 3).ShouldBe(Quantity.FromInteger(long.MaxValue));
        (Quantity.FromInteger(long.MaxValue) + Quantity.FromInteger(1)).ShouldBe(Quantity.FromInteger(long.MaxValue));
        (a * 0).ShouldBe(Quantity.Zero);
        Quantity.Add(a, b).ShouldBe(Quantity.FromInteger(2));
        Quantity.Multiply(a, 10).ShouldBe(Quantity.FromInteger(3));
        (a < b).ShouldBeTrue();
        (a > b).ShouldBeFalse();
        (a <= b).ShouldBeTrue();
        (b >= a).ShouldBeTrue();
        a.CompareTo(b).ShouldBeNegative();
    }

    [Fact]
    public void Equal_amounts_are_neither_less_nor_more()
    {
        Quantity one = Quantity.FromInteger(1);
        Quantity.TryParse("1000m", out Quantity same);
        (one < same).ShouldBeFalse();
        (one > same).ShouldBeFalse();
        (one <= same).ShouldBeTrue();
        (one >= same).ShouldBeTrue();
        one.CompareTo(same).ShouldBe(0);
        (Quantity.FromInteger(2) <= one).ShouldBeFalse();
        (one >= Quantity.FromInteger(2)).ShouldBeFalse();
    }

    [Fact]
    public void Caps_hold_just_at_the_limit_and_below_nought()
    {
        Quantity most = Quantity.FromInteger(long.MaxValue);
        (most * 1).ShouldBe(most);
        (most * -1).Nanos.ShouldBe(-most.Nanos);
        (most * -2).Nanos.ShouldBe(-most.Nanos);
        ((most * -1) + (most * -1)).Nanos.ShouldBe(-most.Nanos);
        ((most * -1) * -3).ShouldBe(most);
        (most + Quantity.Zero).ShouldBe(most);
        (Quantity.FromInteger(long.MaxValue / 2) * 2).ShouldBe(Quantity.FromInteger(long.MaxValue - 1));
        (Quantity.FromInteger((long.MaxValue / 2) + 1) * 2).ShouldBe(most);
        (Quantity.FromInteger(-3) * 2).ShouldBe(Quantity.FromInteger(-6));
        (Quantity.Zero * long.MinValue).ShouldBe(Quantity.Zero);
    }

    [Theory]
    [InlineData("0", "1Gi", "1Gi")]
    [InlineData("1Gi", "0", "1Gi")]
    [InlineData("1Gi", "1024", "1048577Ki")]
    [InlineData("1024", "1Gi", "1073742848")]
    public void A_sum_is_written_as_its_first_amount_that_is_not_nought(string left, string right, string sum)
    {
        Quantity.TryParse(left, out Quantity a);
        Quantity.TryParse(right, out Quantity b);
        (a + b).ToString().ShouldBe(sum);
    }

    [Fact]
    public void Parsing_is_exact_to_a_billionth_whatever_the_digits()
    {
        string[] suffixes = ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
        Gen<string> digits = Gen.Elements("0", "1", "9", "5", "000000", "999999999", "1234567890123")
            .ListOf()
            .Select(string.Concat);
        Gen<string> suffix = Gen.OneOf(
            Gen.Elements(suffixes),
            Gen.Choose(-60, 60).Select(e => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"e{e}"))
        );
        Gen<(string Whole, string Fraction, string Suffix)> all =
            from whole in digits
            from fraction in digits
            from end in suffix
            where whole.Length + fraction.Length > 0
            select (whole, fraction, end);
        Prop.ForAll(
                all.ToArbitrary(),
                q =>
                {
                    string text = $"{q.Whole}.{q.Fraction}{q.Suffix}";
                    Quantity.TryParse(text, out Quantity read).ShouldBeTrue(text);
                    ((BigInteger)read.Nanos).ShouldBe(ByDefinition(q.Whole, q.Fraction, q.Suffix), text);
                    Quantity.TryParse("-" + text, out Quantity negative).ShouldBeTrue(text);
                    negative.Nanos.ShouldBe(-read.Nanos, text);
                    Quantity.TryParse(read.ToString(), out Quantity again).ShouldBeTrue(text);
                    again.ShouldBe(read, text);
                    again.ToString().ShouldBe(read.ToString(), text);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

        // Billionths, rounded up, capped at 2^63-1.
        static BigInteger ByDefinition(string whole, string fraction, string suffix)
        {
            BigInteger value = BigInteger.Parse(
                "0" + whole + fraction,
                System.Globalization.CultureInfo.InvariantCulture
            );
            int power = 9 - fraction.Length;
            if (suffix.EndsWith('i'))
            {
                value *= BigInteger.Pow(1024, "KMGTPE".IndexOf(suffix[0], StringComparison.Ordinal) + 1);
            }
            else if (suffix.StartsWith('e'))
            {
                power += int.Parse(suffix[1..], System.Globalization.CultureInfo.InvariantCulture);
            }
            else
            {
                power += suffix.Length == 0 ? 0 : 3 * ("num kMGTPE".IndexOf(suffix[0], StringComparison.Ordinal) - 3);
            }

            BigInteger nanos =
                power >= 0
                    ? value * BigInteger.Pow(10, power)
                    : (value + BigInteger.Pow(10, -power) - 1) / BigInteger.Pow(10, -power);
            return BigInteger.Min(nanos, new BigInteger(long.MaxValue) * 1_000_000_000);
        }
    }

    [Fact]
    public void Thousands_of_digits_are_read_as_what_they_are()
    {
        string noughts = new('0', 5000);
        Read("1." + noughts + "1").ShouldBe("1000000001n");
        Read("1." + noughts).ShouldBe("1");
        Read("0." + noughts + "1Ei").ShouldBe("1n");
        Read(noughts + "7").ShouldBe("7");
        Read("1" + noughts).ShouldBe("9223372036854775807");
        Read("1" + noughts + "e-5000").ShouldBe("1");
        Read("1" + noughts + "1e-5001").ShouldBe("1000000001e-9");
        Read(noughts).ShouldBe("0");

        static string Read(string text)
        {
            Quantity.TryParse(text, out Quantity quantity).ShouldBeTrue();
            return quantity.ToString();
        }
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-1", -1)]
    [InlineData("-500m", 0)]
    [InlineData("1000000001n", 2)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("100m", 1)]
    [InlineData("1", 1)]
    [InlineData("1001m", 2)]
    [InlineData("-1500m", -1)]
    public void Ceiling_rounds_up(string text, long whole)
    {
        Quantity.TryParse(text, out Quantity quantity);
        quantity.Ceiling().ShouldBe(whole);
    }

    [Fact]
    public void Amounts_are_equal_however_they_are_written()
    {
        Quantity.TryParse("1Ki", out Quantity binary);
        Quantity.TryParse("1024", out Quantity plain);
        binary.ShouldBe(plain);
        binary.GetHashCode().ShouldBe(plain.GetHashCode());
        binary.ToDouble().ShouldBe(1024.0);
    }
}

public class DurationTests
{
    [Theory]
    [InlineData("90s", 90, "90s")]
    [InlineData("10m", 600, "10m")]
    [InlineData("6h", 21_600, "6h")]
    [InlineData("2d", 172_800, "2d")]
    [InlineData("0s", 0, "0s")]
    [InlineData("3600s", 3600, "1h")]
    [InlineData("5400s", 5400, "90m")]
    [InlineData("129600s", 129_600, "36h")]
    [InlineData("61s", 61, "61s")]
    [InlineData("2147483647s", int.MaxValue, "2147483647s")]
    [InlineData("24855d", 2_147_472_000, "24855d")]
    public void Durations_have_one_number_and_one_unit(string text, int seconds, string shortest)
    {
        Duration.TryParse(text, out Duration duration).ShouldBeTrue();
        duration.Seconds.ShouldBe(seconds);
        duration.ToString().ShouldBe(shortest);
        duration.Hours.ShouldBe(seconds / 3600.0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("90")]
    [InlineData("1h30m")]
    [InlineData("-5m")]
    [InlineData("1.5h")]
    [InlineData("1w")]
    [InlineData("99999999999s")]
    [InlineData("30000d")]
    [InlineData("2147483648s")]
    [InlineData("24856d")]
    [InlineData("1:s")]
    [InlineData("1/s")]
    [InlineData("10")]
    public void Other_text_is_refused(string text) => Duration.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Durations_compare()
    {
        Duration one = new(1);
        Duration two = new(2);
        (one < two && two > one && one <= two && two >= one).ShouldBeTrue();
        one.CompareTo(two).ShouldBeNegative();
        Duration same = new(1);
        (one < same || one > same).ShouldBeFalse();
        (one <= same && one >= same).ShouldBeTrue();
        (two <= one || one >= two).ShouldBeFalse();
    }
}

public class ImageReferenceTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("rayproject/ray:2.52.0-py312-gpu", null, "rayproject/ray", "2.52.0-py312-gpu", null)]
    [InlineData("busybox", null, "busybox", null, null)]
    [InlineData("ghcr.io/acme/train:v1", "ghcr.io", "acme/train", "v1", null)]
    [InlineData("localhost/train", "localhost", "train", null, null)]
    [InlineData("registry.local:5000/a/b@" + Digest, "registry.local:5000", "a/b", null, Digest)]
    [InlineData("a__b/c-d.e:1@" + Digest, null, "a__b/c-d.e", "1", Digest)]
    [InlineData("localhost:5000/train:2", "localhost:5000", "train", "2", null)]
    [InlineData("gcr/train", null, "gcr/train", null, null)]
    public void Parts_are_told_apart(string text, string? registry, string repository, string? tag, string? digest)
    {
        ImageReference reference = ImageReference.Parse(text, out string? fault).ShouldNotBeNull();
        fault.ShouldBeNull();
        reference.ShouldBe(new ImageReference(registry, repository, tag, digest));
        reference.ToString().ShouldBe(text);
        reference.IsPinned.ShouldBe(digest is not null);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a b", "white space")]
    [InlineData("Acme/Train:1", "capitals")]
    [InlineData("a:t!", "tag")]
    [InlineData("a@sha256:12", "digest")]
    [InlineData("-x.io/a", "registry")]
    [InlineData("a//b", "lower-case words")]
    [InlineData("/a", "repository")]
    [InlineData("a/", "repository")]
    [InlineData("a\tb", "white space")]
    [InlineData("a\n", "white space")]
    [InlineData("a\r", "white space")]
    [InlineData("a:", "tag")]
    [InlineData("a@", "digest")]
    [InlineData("@" + Digest, "repository")]
    [InlineData("a@" + Digest + "0", "digest")]
    public void Faults_are_named(string text, string part)
    {
        ImageReference.Parse(text, out string? fault).ShouldBeNull();
        fault.ShouldNotBeNull().ShouldContain(part);
    }

    [Fact]
    public void Lengths_are_bounded()
    {
        ImageReference.Parse(new string('a', 512), out _).ShouldNotBeNull();
        ImageReference.Parse(new string('a', 513), out string? tooLong).ShouldBeNull();
        tooLong.ShouldNotBeNull().ShouldContain("512");
        ImageReference.Parse("a:" + new string('b', 128), out _).ShouldNotBeNull();
        ImageReference.Parse("a:" + new string('b', 129), out string? longTag).ShouldBeNull();
        longTag.ShouldNotBeNull().ShouldContain("128");
    }

    [Fact]
    public void The_name_is_what_stands_before_tag_and_digest()
    {
        ImageReference.Parse("ghcr.io/acme/train:v1", out _)!.Name.ShouldBe("ghcr.io/acme/train");
        ImageReference.Parse("acme/train@" + Digest, out _)!.Name.ShouldBe("acme/train");
    }

    [Theory]
    [InlineData("2.52.0", "2.52.0", null, null, "2.52.0", null)]
    [InlineData("2.52.0-py312-cu128", "2.52.0", "py312", "cu128", "2.52.0", true)]
    [InlineData("2.46.0.0e19ea-py39-gpu", "2.46.0.0e19ea", "py39", "gpu", "2.46.0", true)]
    [InlineData("2.52.0-cpu", "2.52.0", null, "cpu", "2.52.0", false)]
    [InlineData("latest-gpu", "latest", null, "gpu", null, true)]
    [InlineData("nightly", "nightly", null, null, null, null)]
    [InlineData("2.52.0-tpu", "2.52.0", null, "tpu", "2.52.0", false)]
    public void Tags_of_Rays_own_images_are_read(
        string tag,
        string version,
        string? python,
        string? platform,
        string? release,
        bool? cuda
    )
    {
        RayImageTag read = RayImageTag.Parse(tag).ShouldNotBeNull();
        (read.Version, read.Python, read.Platform, read.Release, read.HasCuda).ShouldBe(
            (version, python, platform, release, cuda)
        );
    }

    [Fact]
    public void Tags_for_arm_say_so()
    {
        RayImageTag.Parse("2.52.0-py312-aarch64")!.IsAarch64.ShouldBeTrue();
        RayImageTag.Parse("2.52.0-py312")!.IsAarch64.ShouldBeFalse();
    }

    [Theory]
    [InlineData("2.52")]
    [InlineData("v2.52.0")]
    [InlineData("2.52.0-ubuntu")]
    public void Other_tags_are_not_Rays(string tag) => RayImageTag.Parse(tag).ShouldBeNull();
}

public class KubernetesNamesTests
{
    [Theory]
    [InlineData("a", true, true, true)]
    [InlineData("a-1", true, true, true)]
    [InlineData("1a", false, true, true)]
    [InlineData("a.b", false, false, true)]
    [InlineData("a-", false, false, false)]
    [InlineData("-a", false, false, false)]
    [InlineData("A", false, false, false)]
    [InlineData("", false, false, false)]
    [InlineData("a..b", false, false, false)]
    [InlineData("a\n", false, false, false)]
    public void Dns_names(string text, bool label1035, bool label1123, bool subdomain)
    {
        KubernetesNames.IsDns1035Label(text).ShouldBe(label1035);
        KubernetesNames.IsDns1123Label(text).ShouldBe(label1123);
        KubernetesNames.IsDns1123Subdomain(text).ShouldBe(subdomain);
    }

    [Fact]
    public void Lengths_are_bounded()
    {
        KubernetesNames.IsDns1123Label(new string('a', 63)).ShouldBeTrue();
        KubernetesNames.IsDns1123Label(new string('a', 64)).ShouldBeFalse();
        KubernetesNames.IsDns1123Subdomain(new string('a', 253)).ShouldBeTrue();
        KubernetesNames.IsDns1123Subdomain(new string('a', 254)).ShouldBeFalse();
        KubernetesNames.IsLabelValue(new string('a', 63)).ShouldBeTrue();
        KubernetesNames.IsLabelValue(new string('a', 64)).ShouldBeFalse();
        KubernetesNames.IsDns1035Label(new string('a', 63)).ShouldBeTrue();
        KubernetesNames.IsDns1035Label(new string('a', 64)).ShouldBeFalse();
        // Kubernetes limits a subdomain as a whole, not its labels.
        KubernetesNames.IsDns1123Subdomain(new string('a', 64) + ".b").ShouldBeTrue();
        KubernetesNames.IsGitHubLogin(new string('a', 39)).ShouldBeTrue();
        KubernetesNames.IsGitHubLogin(new string('a', 40)).ShouldBeFalse();
        KubernetesNames.IsGitHubLogin(new string('a', 39) + "[bot]").ShouldBeTrue();
        KubernetesNames.IsQualifiedName("acme.com/" + new string('a', 63)).ShouldBeTrue();
        KubernetesNames.IsQualifiedName("acme.com/" + new string('a', 64)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("A_b.c-1", true)]
    [InlineData("-a", false)]
    [InlineData("a_", false)]
    [InlineData("a b", false)]
    [InlineData("a", true)]
    [InlineData("7", true)]
    [InlineData("a/b", false)]
    public void Label_values(string text, bool fits) => KubernetesNames.IsLabelValue(text).ShouldBe(fits);

    [Theory]
    [InlineData("nvidia.com/gpu", true)]
    [InlineData("cpu", true)]
    [InlineData("/gpu", false)]
    [InlineData("a/b/c", false)]
    [InlineData("Acme.com/gpu", false)]
    [InlineData("acme.com/", false)]
    [InlineData("", false)]
    [InlineData("a/b", true)]
    public void Qualified_names(string text, bool fits) => KubernetesNames.IsQualifiedName(text).ShouldBe(fits);

    [Theory]
    [InlineData("A_1", true)]
    [InlineData("1A", false)]
    [InlineData("A-B", false)]
    [InlineData("", false)]
    [InlineData("_", true)]
    [InlineData("a.b", false)]
    public void Environment_variables(string text, bool fits) =>
        KubernetesNames.IsEnvironmentVariable(text).ShouldBe(fits);

    [Theory]
    [InlineData("alice", true)]
    [InlineData("a-b-c", true)]
    [InlineData("rayquest[bot]", true)]
    [InlineData("a--b", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("a b", false)]
    [InlineData("a_b", true)]
    [InlineData("li-wei_acme", true)]
    [InlineData("a_", false)]
    [InlineData("_a", false)]
    [InlineData("a-_b", false)]
    [InlineData("a_b_c", false)]
    [InlineData("a_b-c", false)]
    [InlineData("Alice7", true)]
    [InlineData("[bot]", false)]
    [InlineData("a[bot", false)]
    [InlineData("", false)]
    public void Logins(string text, bool fits) => KubernetesNames.IsGitHubLogin(text).ShouldBe(fits);
}

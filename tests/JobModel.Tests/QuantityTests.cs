using System.Globalization;
using System.Numerics;
using Rayquest.JobModel.Quantities;

namespace Rayquest.JobModel.Tests;

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

    [Theory]
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

    // Numbers of the usual size and wide ones take different ways; both must agree with plain rational arithmetic.
    [Fact]
    public void Every_size_of_number_gives_what_exact_arithmetic_gives()
    {
        foreach ((string text, BigInteger nanos) in Samples())
        {
            Quantity.TryParse(text, out Quantity quantity).ShouldBeTrue(text);
            ((BigInteger)quantity.Nanos).ShouldBe(nanos, text);
            quantity.IsZero.ShouldBe(nanos.IsZero, text);
            quantity.IsNegative.ShouldBe(nanos.Sign < 0, text);
            quantity.IsWhole.ShouldBe((nanos % Nano).IsZero, text);
            ((BigInteger)quantity.Ceiling()).ShouldBe(nanos >= 0 ? (nanos + Nano - 1) / Nano : nanos / Nano, text);
            ((BigInteger)quantity.Truncated()).ShouldBe(nanos / Nano, text);
            quantity
                .ToDouble()
                .ShouldBe((double)nanos / 1e9, Math.Abs((double)nanos / 1e9) * 1e-15 + double.Epsilon, text);
            Quantity.TryParse(quantity.ToString(), out Quantity again).ShouldBeTrue(text);
            again.ShouldBe(quantity, text);
        }
    }

    [Fact]
    public void Arithmetic_agrees_with_exact_arithmetic_up_to_the_cap()
    {
        (string Text, BigInteger Nanos)[] samples = [.. Samples().Where((_, i) => i % 23 == 0)];
        long[] counts = [0, 1, -1, 2, 3, 1000, 999_999_999, 1_000_000_001, -5_000_000_000, long.MaxValue];
        foreach ((string left, BigInteger leftNanos) in samples)
        {
            Quantity.TryParse(left, out Quantity a);
            foreach (long count in counts)
            {
                ((BigInteger)(a * count).Nanos).ShouldBe(Capped(leftNanos * count), $"{left} * {count}");
            }

            foreach ((string right, BigInteger rightNanos) in samples)
            {
                Quantity.TryParse(right, out Quantity b);
                ((BigInteger)(a + b).Nanos).ShouldBe(Capped(leftNanos + rightNanos), $"{left} + {right}");
                Math.Sign(a.CompareTo(b)).ShouldBe(leftNanos.CompareTo(rightNanos), $"{left} and {right}");
                a.Equals(b).ShouldBe(leftNanos == rightNanos, $"{left} and {right}");
                if (rightNanos > 0)
                {
                    ((BigInteger)a.Holds(b)).ShouldBe(
                        BigInteger.Max(BigInteger.Min(leftNanos / rightNanos, long.MaxValue), long.MinValue),
                        $"{left} / {right}"
                    );
                    a.IsMultipleOf(b).ShouldBe((leftNanos % rightNanos).IsZero, $"{left} % {right}");
                }
            }

            ((BigInteger)a.DividedBy(3)).ShouldBe(leftNanos / 3 / Nano, left);
        }
    }

    private static readonly BigInteger Nano = 1_000_000_000;

    private static BigInteger Capped(BigInteger nanos) =>
        BigInteger.Max(BigInteger.Min(nanos, long.MaxValue * Nano), -long.MaxValue * Nano);

    private static IEnumerable<(string Text, BigInteger Nanos)> Samples()
    {
        string[] wholes =
        [
            "",
            "0",
            "1",
            "7",
            "1000",
            "1024",
            "999999999",
            "8999999999",
            "9000000001",
            "123456789012345678",
            "9223372036854775807",
            "12345678901234567890123",
        ];
        string[] fractions =
        [
            "",
            ".",
            ".0",
            ".5",
            ".25",
            ".999999999",
            ".0000000001",
            ".123456789012",
            ".1234567890123456789",
        ];
        (string Suffix, int Power, int Binary)[] suffixes =
        [
            ("", 0, 0),
            ("n", -9, 0),
            ("u", -6, 0),
            ("m", -3, 0),
            ("k", 3, 0),
            ("M", 6, 0),
            ("E", 18, 0),
            ("Ki", 0, 1),
            ("Gi", 0, 3),
            ("Ei", 0, 6),
            ("e3", 3, 0),
            ("e-12", -12, 0),
            ("E+2", 2, 0),
            ("e30", 30, 0),
        ];
        foreach (string sign in new[] { "", "-" })
        {
            foreach (string whole in wholes)
            {
                foreach (string fraction in fractions.Where(f => whole.Length + f.Length > 1 || whole.Length > 0))
                {
                    foreach ((string suffix, int power, int binary) in suffixes)
                    {
                        string digits = whole + fraction.TrimStart('.');
                        BigInteger number =
                            BigInteger.Parse(digits, CultureInfo.InvariantCulture) * BigInteger.Pow(1024, binary);
                        int scale = fraction.TrimStart('.').Length - power - 9;
                        // What is lost below a billionth rounds away from zero.
                        BigInteger nanos =
                            scale <= 0
                                ? number * BigInteger.Pow(10, -scale)
                                : (number + BigInteger.Pow(10, scale) - 1) / BigInteger.Pow(10, scale);
                        nanos = Capped(nanos);
                        yield return (sign + whole + fraction + suffix, sign.Length > 0 ? -nanos : nanos);
                    }
                }
            }
        }
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
    public void Other_text_is_refused(string text) => Duration.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Durations_compare()
    {
        Duration one = new(1);
        Duration two = new(2);
        (one < two && two > one && one <= two && two >= one).ShouldBeTrue();
        one.CompareTo(two).ShouldBeNegative();
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
    [InlineData("a//b", "repository")]
    public void Faults_are_named(string text, string part)
    {
        ImageReference.Parse(text, out string? fault).ShouldBeNull();
        fault.ShouldNotBeNull().ShouldContain(part);
    }

    [Fact]
    public void Very_long_references_are_refused() => ImageReference.Parse(new string('a', 600), out _).ShouldBeNull();

    [Theory]
    [InlineData("2.52.0", "2.52.0", null, null, "2.52.0", null)]
    [InlineData("2.52.0-py312-cu128", "2.52.0", "py312", "cu128", "2.52.0", true)]
    [InlineData("2.46.0.0e19ea-py39-gpu", "2.46.0.0e19ea", "py39", "gpu", "2.46.0", true)]
    [InlineData("2.52.0-cpu", "2.52.0", null, "cpu", "2.52.0", false)]
    [InlineData("latest-gpu", "latest", null, "gpu", null, true)]
    [InlineData("nightly", "nightly", null, null, null, null)]
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
    public void Tags_for_arm_say_so() => RayImageTag.Parse("2.52.0-py312-aarch64")!.IsAarch64.ShouldBeTrue();

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
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("A_b.c-1", true)]
    [InlineData("-a", false)]
    [InlineData("a_", false)]
    [InlineData("a b", false)]
    public void Label_values(string text, bool fits) => KubernetesNames.IsLabelValue(text).ShouldBe(fits);

    [Theory]
    [InlineData("nvidia.com/gpu", true)]
    [InlineData("cpu", true)]
    [InlineData("/gpu", false)]
    [InlineData("a/b/c", false)]
    [InlineData("Acme.com/gpu", false)]
    [InlineData("acme.com/", false)]
    public void Qualified_names(string text, bool fits) => KubernetesNames.IsQualifiedName(text).ShouldBe(fits);

    [Theory]
    [InlineData("A_1", true)]
    [InlineData("1A", false)]
    [InlineData("A-B", false)]
    [InlineData("", false)]
    public void Environment_variables(string text, bool fits) =>
        KubernetesNames.IsEnvironmentVariable(text).ShouldBe(fits);

    [Theory]
    [InlineData("alice", true)]
    [InlineData("a-b-c", true)]
    [InlineData("rayquest[bot]", true)]
    [InlineData("a--b", false)]
    [InlineData("-a", false)]
    [InlineData("a b", false)]
    [InlineData("", false)]
    public void Logins(string text, bool fits) => KubernetesNames.IsGitHubLogin(text).ShouldBe(fits);
}

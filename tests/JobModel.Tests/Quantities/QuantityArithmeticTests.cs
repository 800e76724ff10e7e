using System.Globalization;
using System.Numerics;
using Rayquest.JobModel.Quantities;

namespace Rayquest.JobModel.Tests.Quantities;

public class QuantityArithmeticTests
{
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
                    ((BigInteger)a.TimesContained(b)).ShouldBe(
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

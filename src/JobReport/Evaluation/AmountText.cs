using System.Globalization;
using Rayquest.JobLint.Quotas;
using Rayquest.JobModel.Quantities;

namespace Rayquest.JobReport.Evaluation;

/// <summary>Amounts as people read them: CPUs with at most one digit after the point, memory in Gi or Ti.</summary>
public static class AmountText
{
    private const double Gi = 1L << 30;

    /// <summary>An amount of a resource of a <see cref="QuotaRow"/>.</summary>
    public static string Show(string resource, Quantity amount) =>
        resource == "memory" ? Memory(amount) : amount.ToDouble().ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>Money in the platform's currency.</summary>
    public static string Money(double cost, string currency) =>
        string.Create(CultureInfo.InvariantCulture, $"{cost:#,0.00} {currency}");

    private static string Memory(Quantity amount)
    {
        double gi = amount.ToDouble() / Gi;
        return gi >= 1024 && gi % 1024 < 0.05
            ? string.Create(CultureInfo.InvariantCulture, $"{gi / 1024:0.#} Ti")
            : string.Create(CultureInfo.InvariantCulture, $"{gi:0.#} Gi");
    }
}

namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0623: a setting that does nothing, or not what it looks like.</summary>
public sealed class SettingWithoutEffect : PolicyRule
{
    // Every code of ISO 4217 that is money people pay with.
    private static readonly HashSet<string> Currencies =
    [
        .. (
            "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK "
            + "DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF "
            + "KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK "
            + "PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX "
            + "USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF XXX YER ZAR ZMW ZWG"
        ).Split(' '),
    ];

    // What people write for them.
    private static readonly Dictionary<string, string> Meant = new(StringComparer.Ordinal)
    {
        ["RMB"] = "CNY",
        ["CNH"] = "CNY",
        ["YEN"] = "JPY",
        ["NTD"] = "TWD",
        ["UKP"] = "GBP",
        ["STG"] = "GBP",
        ["RUR"] = "RUB",
        ["DOL"] = "USD",
        ["EUA"] = "EUR",
        ["NIS"] = "ILS",
    };

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0623",
            "setting-without-effect",
            Severity.Warning,
            "A setting of the policies has no effect, or not the one it looks like."
        )
        {
            Category = RuleCategory.Policy,
            Why =
                "`kueue` says which Kueue queues the jobs, which nobody asks under another scheduler; `queues` names queues, which only schedulers with queues have; a priority's `value` makes a class of Kueue's, where the queues are written from the policy; under Volcano no request may run on one of `clusters` (RQ4513). In the patterns of images `*` stands for any run of characters and everything else for itself: a regular expression fits nothing. A currency that is no code of ISO 4217 is printed as it stands, and reports can't be added up with others.",
            Bad = Example.Policy(
                "# policies/platform.yaml\nscheduler: volcano\nkueue: 0.19.2\ngpus: {a100: {}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\ndefaults: {image: ray}\n"
            ),
            Good = Example.Policy(
                "# policies/platform.yaml\nscheduler: volcano\ngpus: {a100: {}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\ndefaults: {image: ray}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        PlatformPolicy platform = loaded.Policies.Platform;
        string scheduler = Scheduler(platform.Scheduler);
        if (platform.KueueVersion is not null && platform.Scheduler != SchedulerKind.Kueue)
        {
            yield return At(
                SpanOfKey(loaded, PolicyLoader.PlatformPath, [], "kueue"),
                $"`kueue` has no effect while `scheduler` is `{scheduler}`; write `scheduler: kueue`, or remove it"
            );
        }

        if (platform.Queues.Count > 0 && platform.Scheduler is SchedulerKind.None or SchedulerKind.SchedulerPlugins)
        {
            yield return At(
                SpanOfKey(loaded, PolicyLoader.PlatformPath, [], "queues"),
                $"`queues` has no effect while `scheduler` is `{scheduler}`, which has none; remove it, or name the scheduler that has"
            );
        }

        bool makesClasses = platform.Scheduler == SchedulerKind.Kueue && platform.ArgoCd.Queues == ArgoCdPart.Managed;
        foreach ((string name, PriorityClass priority) in platform.PriorityClasses)
        {
            if (priority.Value is not null && !makesClasses)
            {
                yield return At(
                    SpanOfKey(loaded, PolicyLoader.PlatformPath, ["priorities", name], "value"),
                    $"the value of priority `{name}` has no effect: `rayquest argocd` writes Kueue's priority classes alone, and only where `argocd.queues` leaves the queues to it; remove it"
                );
            }
        }

        if (platform.Clusters.Count > 0 && platform.Scheduler == SchedulerKind.Volcano)
        {
            yield return At(
                SpanOfKey(loaded, PolicyLoader.PlatformPath, [], "clusters"),
                "`clusters` has no effect under Volcano: a request that names one is refused (RQ4513); remove it"
            );
        }

        if (!Currencies.Contains(platform.Currency))
        {
            yield return At(
                SpanOf(loaded, PolicyLoader.PlatformPath, "prices", "currency"),
                Meant.TryGetValue(platform.Currency, out string? code)
                    ? (Message)$"`{platform.Currency}` is not a currency code of ISO 4217; write `{code}`"
                    : $"`{platform.Currency}` is not a currency code of ISO 4217, such as `USD`, `EUR` or `CNY`"
            );
        }

        foreach (AllowedImage allowed in loaded.Policies.Images.Allowed)
        {
            if (OddPattern(allowed.Pattern) is { } why)
            {
                yield return At(PatternSpan(loaded, allowed.Pattern), why);
            }
        }
    }

    private static readonly System.Buffers.SearchValues<char> OfExpressions = System.Buffers.SearchValues.Create(
        "^$()[]|\\+?"
    );

    private static string? OddPattern(string pattern) =>
        // `2.*` is a version's beginning.
        pattern.Contains("/.*", StringComparison.Ordinal)
        || pattern.StartsWith(".*", StringComparison.Ordinal)
        || pattern.AsSpan().ContainsAny(OfExpressions)
            ? (Message)
                $"`{pattern}` reads like a regular expression, and fits nothing: `*` stands for any characters, everything else for itself; write `{Plain(pattern)}`"
        : pattern.Contains("**", StringComparison.Ordinal)
            ? (Message)
                $"`**` is no more than `*`, which crosses `/` as well; write `{Plain(pattern)}`{(pattern.Trim('*').Length == 0 ? (Message)", and know that it allows every image there is" : Message.None)}"
        : null;

    private static string Plain(string pattern)
    {
        string plain = pattern
            .Replace("/.*", "/*", StringComparison.Ordinal)
            .Replace(".+", "*", StringComparison.Ordinal);
        plain = new string([.. plain.Where(c => !"^$()[]|\\+?".Contains(c, StringComparison.Ordinal))]);
        while (plain.Contains("**", StringComparison.Ordinal))
        {
            plain = plain.Replace("**", "*", StringComparison.Ordinal);
        }

        return plain;
    }

    private static SourceSpan PatternSpan(LoadedPolicies loaded, string pattern)
    {
        YamlNode? list = (loaded.Files.GetValueOrDefault(PolicyLoader.ImagesPath)?.Root as YamlMapping)?["allowed"];
        return (list is null ? null : SpanLocator.Scalars(list).FirstOrDefault(s => s.Value == pattern)?.Span)
            ?? SpanOf(loaded, PolicyLoader.ImagesPath, "allowed");
    }

    private static string Scheduler(SchedulerKind kind) =>
        kind switch
        {
            SchedulerKind.SchedulerPlugins => "scheduler-plugins",
            _ => kind.ToString().ToLowerInvariant(),
        };
}

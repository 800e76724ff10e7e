using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Schedules;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.KubeRay;

/// <summary>M1 to M3 and R1: names that leave room for suffixes and can name Services.</summary>
public static class RayNameChecks
{
    // What the API server adds to generateName, cutting it at 58 characters first.
    private const int Suffix = 5;
    private const int MostOfPrefix = 58;

    public static void Check(ManifestDocument document, FaultList faults)
    {
        string kind = document.Kind!;
        int most = kind switch
        {
            "RayCluster" => 53,
            "RayCronJob" => 36,
            _ => 47,
        };
        Field metadata = document.Root["metadata"];
        if (metadata["name"].Text is { Length: > 0 } name)
        {
            Length(metadata["name"], name.Length, most, kind, faults);
            if (!KubernetesNames.IsDns1035Label(name) && name.Length <= 63 && !NameGrammar.IsPlaceholder(name))
            {
                faults.Add(
                    KubeRayRules.NameNotDnsLabel,
                    metadata["name"],
                    $"`{NameGrammar.Shorten(name)}` can't name Services: begin with a lower-case letter, use letters, digits and `-` only, end with a letter or digit"
                );
            }
        }
        else if (metadata["generateName"].Text is { Length: > 0 } prefix)
        {
            Length(metadata["generateName"], Math.Min(prefix.Length, MostOfPrefix) + Suffix, most, kind, faults);
            if (!KubernetesNames.IsDns1035Label(prefix.TrimEnd('-') + "a") && prefix.Length <= MostOfPrefix)
            {
                faults.Add(
                    KubeRayRules.NameNotDnsLabel,
                    metadata["generateName"],
                    $"`{NameGrammar.Shorten(prefix)}` can't begin names of Services: begin with a lower-case letter, use letters, digits and `-` only"
                );
            }
        }

        if (kind == "RayService")
        {
            Timeout(metadata["annotations"]["ray.io/initializing-timeout"], faults);
        }
    }

    private static void Length(Field name, int length, int most, string kind, FaultList faults)
    {
        if (length > most)
        {
            string generated = name.Name == "generateName" ? " with the random part" : "";
            faults.Add(
                KubeRayRules.NameTooLong,
                name,
                $"the name has {length} characters{generated}, a {kind} may have {most}; shorten it by {length - most}"
            );
        }
    }

    private static void Timeout(Field timeout, FaultList faults)
    {
        if (timeout.Text is not { Length: > 0 } text)
        {
            return;
        }

        long? amount =
            GoDuration.Parse(text)
            ?? (
                long.TryParse(
                    text,
                    System.Globalization.NumberStyles.AllowLeadingSign,
                    System.Globalization.CultureInfo.InvariantCulture,
                    out long whole
                )
                    ? whole
                    : null
            );
        if (amount is null)
        {
            faults.Add(
                KubeRayRules.BadInitializingTimeout,
                timeout,
                $"`{NameGrammar.Shorten(text)}` is not a duration; write `5m`, `1h30m` or a whole number of seconds"
            );
        }
        else if (amount <= 0)
        {
            faults.Add(
                KubeRayRules.BadInitializingTimeout,
                timeout,
                $"`{NameGrammar.Shorten(text)}` is not above zero"
            );
        }
    }
}

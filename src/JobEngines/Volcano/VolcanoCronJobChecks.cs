using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schedules;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Volcano;

/// <summary>What Volcano's webhook refuses of a CronJob: its name, its schedule and its time zone.</summary>
internal static class VolcanoCronJobChecks
{
    // A Job's name has 63 characters, of which eleven are the time of the run.
    private const int MaxName = 52;

    /// <summary>Checks a CronJob.</summary>
    public static void Check(ManifestDocument document, FaultList faults)
    {
        Field spec = document.Root["spec"];
        if (document.Name is { Length: > MaxName } name)
        {
            faults.Add(
                VolcanoRules.BadCronJob,
                document.Root["metadata"]["name"],
                $"the name has {name.Length} characters, a CronJob of Volcano's may have {MaxName}; shorten it by {name.Length - MaxName}"
            );
        }

        Field schedule = spec["schedule"];
        if (schedule.Text is { } text && CronSchedule.FaultOf(text) is { } fault)
        {
            faults.Add(VolcanoRules.BadCronJob, schedule, fault);
        }

        Field zone = spec["timeZone"];
        if (zone.Text is not { } named)
        {
            return;
        }

        if (named.Length == 0)
        {
            faults.Add(VolcanoRules.BadCronJob, zone, "`timeZone` is empty; write a name, or remove it");
        }
        else if (named.Equals("Local", StringComparison.OrdinalIgnoreCase) || !TimeZones.IsKnown(named))
        {
            faults.Add(
                VolcanoRules.BadCronJob,
                zone,
                $"`{NameGrammar.Shorten(named)}` is not in the time zone database; write a name such as `Europe/Berlin` or `UTC`{DidYouMean.Phrase(named, TimeZones.Names)}"
            );
        }
    }
}

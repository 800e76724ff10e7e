using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schedules;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.KubeRay;

/// <summary>The R rules: schedule and time zone of a RayCronJob, and whether anybody reads it at all.</summary>
public static class RayCronJobChecks
{
    public static void Check(Field root, FaultList faults, FeatureGates gates)
    {
        Gate(root, faults, gates);
        if (!root["spec"].Exists)
        {
            faults.Add(
                KubeRayRules.BadSchedule,
                root["spec"],
                "the RayCronJob has no `spec`, so no schedule and no job; add `schedule` and `jobTemplate`"
            );
            return;
        }

        Field schedule = root["spec"]["schedule"];
        if (schedule.Text is { } text && CronSchedule.FaultOf(text) is { } fault)
        {
            faults.Add(KubeRayRules.BadSchedule, schedule, fault);
        }
        else if (schedule.Text is { } every && CronSchedule.IsBelowMinute(every))
        {
            faults.Warn(
                KubeRayRules.BadSchedule,
                schedule,
                "the operator runs a job once a minute at most, and is busy all the while with a shorter time; write `@every 1m` or more"
            );
        }

        Field zone = root["spec"]["timeZone"];
        if (zone.Text is { Length: > 0 } name && !TimeZones.IsKnown(name))
        {
            faults.Add(
                KubeRayRules.BadTimeZone,
                zone,
                $"`{NameGrammar.Shorten(name)}` is not in the time zone database; write a name such as `Europe/Berlin` or `UTC`{DidYouMean.Phrase(name, TimeZones.Names)}"
            );
        }
    }

    private static void Gate(Field root, FaultList faults, FeatureGates gates)
    {
        if (gates.IsOn("RayCronJob"))
        {
            return;
        }

        const string Message = "the operator reads RayCronJobs only with the feature gate `RayCronJob`, which is off";
        if (gates.IsStated("RayCronJob"))
        {
            faults.Add(KubeRayRules.GateOff, root["kind"], Message + "; have it switched on");
        }
        else
        {
            faults.Warn(KubeRayRules.GateOff, root["kind"], Message + " by default: otherwise nothing happens at all");
        }
    }
}

using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Volcano;

/// <summary>VJ6 to VJ8: the lifecycle policies of a Job or a task.</summary>
internal static class VolcanoPolicyChecks
{
    private static readonly string[] Events =
    [
        "*",
        "PodPending",
        "PodFailed",
        "PodEvicted",
        "Unknown",
        "TaskCompleted",
        "TaskFailed",
        "JobUpdated",
    ];

    private static readonly string[] Actions =
    [
        "AbortJob",
        "RestartJob",
        "RestartTask",
        "RestartPod",
        "RestartPartition",
        "TerminateJob",
        "CompleteJob",
        "ResumeJob",
    ];

    /// <summary>Checks a list of policies.</summary>
    public static void Check(Field policies, FaultList faults)
    {
        HashSet<string> events = new(StringComparer.Ordinal);
        HashSet<long> codes = [];
        Field any = default;
        foreach (Field policy in policies.Items())
        {
            List<Field> given =
            [
                .. policy["events"].Items(),
                .. policy["event"].Text is { Length: > 0 } ? new[] { policy["event"] } : [],
            ];
            Field code = policy["exitCode"];
            if (given.Count > 0 == code.Exists)
            {
                faults.Add(
                    VolcanoRules.BadPolicies,
                    code.Exists ? code : policy["event"],
                    "a policy has either events or an `exitCode`; write one of the two"
                );
                continue;
            }

            if (code.Integer is { } number && (number == 0 || !codes.Add(number)))
            {
                faults.Add(
                    VolcanoRules.BadPolicies,
                    code,
                    number == 0
                        ? "the exit code 0 is no failure; write another"
                        : $"the exit code {number} is here twice; remove one"
                );
            }

            HashSet<string> own = new(StringComparer.Ordinal);
            foreach (Field field in given)
            {
                if (field.Text is not { } text || !own.Add(text))
                {
                    continue;
                }

                any = text == "*" ? field : any;
                if (!Events.Contains(text))
                {
                    faults.Add(
                        VolcanoRules.BadPolicies,
                        field,
                        $"`{NameGrammar.Shorten(text)}` is not an event for policies; it is one of {NameGrammar.Listing(Events)}{DidYouMean.Phrase(text, Events)}"
                    );
                }
                else if (!events.Add(text))
                {
                    faults.Add(
                        VolcanoRules.BadPolicies,
                        field,
                        $"the event `{text}` stands in two policies; remove one"
                    );
                }
            }

            Field action = policy["action"];
            if (given.Count > 0 && !Actions.Contains(action.Text ?? ""))
            {
                faults.Add(
                    VolcanoRules.BadPolicies,
                    action,
                    $"`{NameGrammar.Shorten(action.Text ?? "")}` is not an action for policies; it is one of {NameGrammar.Listing(Actions)}{DidYouMean.Phrase(action.Text ?? "", Actions)}"
                );
            }
        }

        if (any.Exists && events.Count > 1)
        {
            faults.Add(
                VolcanoRules.BadPolicies,
                any,
                "`*` stands for every event, so there is no other beside it; remove the others"
            );
        }
    }
}

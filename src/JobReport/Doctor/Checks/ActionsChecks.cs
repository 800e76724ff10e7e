namespace Rayquest.JobReport.Doctor.Checks;

using CheckRule = (DoctorCheck Check, Func<DoctorFacts, IEnumerable<Fault>> Evaluate);

/// <summary>What GitHub Actions lets workflows do that say nothing, that come from forks, or that ask for a runner of one's own.</summary>
internal static class ActionsChecks
{
    private const string General = "Settings, Actions, General";

    public static IReadOnlyList<CheckRule> All { get; } =
    [
        (
            new("actions", "workflows run, with actions pinned by their full SHA", true, false),
            facts => Fault.In(facts.Settings!.Actions, "whether workflows run", Actions)
        ),
        (
            new("actions-token", "the workflows' own token may only read unless a workflow says more", true, false),
            facts =>
                Fault.In(
                    facts.Settings!.WorkflowToken,
                    "what the workflows' own token may",
                    token => Token(token, facts.Settings!.App is not null)
                )
        ),
        (
            new("forks", "workflows of forks get nothing, and wait for a word", true, true),
            facts => Fault.In(facts.Settings!.Forks, "what is done with forks' workflows", Forks)
        ),
        (
            new("runners", "no runner of one's own is open to every branch", true, false),
            facts =>
                Fault.In(
                    facts.Settings!.Runners,
                    "the repository's own runners",
                    runners => Runners(runners, facts.Settings!.IsPrivate)
                )
        ),
    ];

    private static IEnumerable<Fault> Actions(ActionsSettings actions)
    {
        if (!actions.IsOn)
        {
            yield return Fault.Warning(
                "no workflow runs: nothing is evaluated, and nothing merged",
                $"{General}, Actions permissions: allow actions"
            );
        }
        else if (actions.NeedsPins == false)
        {
            yield return Fault.Warning(
                "a workflow may name an action by a tag, which its owner can move to other code",
                $"{General}, Actions permissions: Require actions to be pinned to a full-length commit SHA"
            );
        }
    }

    private static IEnumerable<Fault> Token(WorkflowTokenSettings token, bool hasApp)
    {
        if (token.Default != "read")
        {
            yield return Fault.Warning(
                "a workflow that doesn't say what its token may gets one that may write",
                $"{General}, Workflow permissions: Read repository contents and packages permissions"
            );
        }

        if (token.MayApprove && hasApp)
        {
            yield return Fault.Warning(
                "workflows may open and approve pull requests with their own token, and the App needs no such thing",
                $"{General}, Workflow permissions: take Allow GitHub Actions to create and approve pull requests off"
            );
        }
    }

    private static IEnumerable<Fault> Forks(ForkSettings forks)
    {
        if (forks.GetSecrets)
        {
            yield return Fault.Error(
                "workflows that come with a fork's pull request get the repository's secrets",
                $"{General}, Fork pull request workflows: take Send secrets and variables off"
            );
        }

        if (forks.GetWriteTokens)
        {
            yield return Fault.Error(
                "workflows that come with a fork's pull request get a token that may write: they can push and merge",
                $"{General}, Fork pull request workflows: take Send write tokens off"
            );
        }

        if (forks.Approval == "first_time_contributors_new_to_github")
        {
            yield return Fault.Warning(
                "workflows of a stranger's first pull request run without a word, unless they are new to GitHub",
                $"{General}, Approval for running fork pull request workflows: Require approval for first-time contributors"
            );
        }
    }

    private static IEnumerable<Fault> Runners(IReadOnlyList<SelfHostedRunner> runners, bool isPrivate)
    {
        foreach (SelfHostedRunner runner in runners)
        {
            string message =
                $"the runner `{runner.Name}` ({string.Join(", ", runner.Labels)}) is the repository's own: any branch's workflow that asks for its label runs on it";
            const string remedy =
                "register it in a runner group of the organization that is limited to status.yml of the default branch (docs/operations.md#a-runner-beside-the-cluster), or use the CronJob";
            yield return isPrivate
                ? Fault.Warning(message, remedy)
                : Fault.Error(message + ", a stranger's too", remedy);
        }
    }
}

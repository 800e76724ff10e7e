namespace Rayquest.JobReport.Doctor.Checks;

using CheckRule = (DoctorCheck Check, Func<DoctorFacts, IEnumerable<Fault>> Evaluate);

/// <summary>The workflow files: that ours are there unchanged, and that nothing else gets at what they hold.</summary>
internal static class WorkflowChecks
{
    private static readonly string[] Ours = [SecretChecks.Gate, SecretChecks.Cluster];

    // A head of a pull request, or what a merge queue made of some.
    private static readonly string[] Proposals = ["head", "pull_request", "refs/pull", "merge_group"];

    public static IReadOnlyList<CheckRule> All { get; } =
    [
        (new("workflows", "the workflow files are this version's", false, false), Shipped),
        (new("workflow-secrets", "no job reads a credential outside its environment", false, true), Secrets),
        (new("workflow-checkout", "no job with a credential checks out what is proposed", false, true), Checkouts),
        (new("workflow-others", "no other workflow gets the pipeline's credentials", false, false), Others),
        (new("workflow-runners", "no other workflow asks for a runner of one's own", false, false), Runners),
    ];

    private static IEnumerable<Fault> Shipped(DoctorFacts facts)
    {
        foreach ((string path, string shipped) in facts.Shipped)
        {
            if (!facts.Tree.Workflows.TryGetValue(path, out string? text))
            {
                yield return Fault.Warning(
                    $"{path} is not there: what it does is done by nobody",
                    "take it from this version"
                );
            }
            else if (ShippedWorkflows.Difference(shipped, text) is { } line)
            {
                yield return Fault.Warning(
                    $"{path} is not this version's, from line {line} on",
                    "take this version's, or make sure that you know why it differs; its tests hold what docs/security.md says"
                );
            }
        }
    }

    private static IEnumerable<(WorkflowFile File, WorkflowJob Job)> Jobs(DoctorFacts facts) =>
        facts
            .Tree.Workflows.OrderBy(file => file.Key, StringComparer.Ordinal)
            .Select(file => WorkflowFile.Read(file.Key, file.Value))
            .SelectMany(file => file.Jobs.Select(job => (file, job)));

    private static bool IsRayquest(string? environment) =>
        environment is not null && Ours.Contains(environment, StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<Fault> Secrets(DoctorFacts facts) =>
        Jobs(facts)
            .Where(entry => entry.Job.Environment is null && entry.Job.Reads(SecretChecks.Protected))
            .Select(entry =>
                Fault.Error(
                    $"job `{entry.Job.Name}` of {entry.File.Path} reads a credential and names no environment: it must be a secret of the repository then, which every branch can read",
                    $"environment: {SecretChecks.Gate}, and the secret there alone"
                )
            );

    private static IEnumerable<Fault> Checkouts(DoctorFacts facts) =>
        Jobs(facts)
            .Where(entry => IsRayquest(entry.Job.Environment) || entry.Job.Reads(SecretChecks.Protected))
            .SelectMany(entry =>
                entry
                    .Job.Checkouts.Where(reference =>
                        Proposals.Any(word => reference.Contains(word, StringComparison.OrdinalIgnoreCase))
                    )
                    .Select(reference =>
                        Fault.Error(
                            $"job `{entry.Job.Name}` of {entry.File.Path} holds a credential and checks out `{reference}`: what is proposed runs with it",
                            "ref: ${{ github.event.repository.default_branch }}; the program fetches the head as data"
                        )
                    )
            );

    private static IEnumerable<Fault> Others(DoctorFacts facts) =>
        Jobs(facts)
            .Where(entry => !facts.Shipped.ContainsKey(entry.File.Path))
            .Where(entry => IsRayquest(entry.Job.Environment) || entry.Job.Reads(SecretChecks.Protected))
            .Select(entry =>
                Fault.Warning(
                    $"job `{entry.Job.Name}` of {entry.File.Path} is none of ours and gets the pipeline's credentials",
                    "give it an App and an environment of its own"
                )
            );

    private static IEnumerable<Fault> Runners(DoctorFacts facts) =>
        Jobs(facts)
            .Where(entry => !facts.Shipped.ContainsKey(entry.File.Path))
            .Where(entry =>
                entry.Job.Runners.Any(label =>
                    label == "self-hosted" || label.Contains("RAYQUEST_STATUS_RUNNER", StringComparison.Ordinal)
                )
            )
            .Select(entry =>
                Fault.Warning(
                    $"job `{entry.Job.Name}` of {entry.File.Path} runs on a runner of your own: the one beside the cluster must not take it",
                    "limit that runner's group to status.yml of the default branch (docs/operations.md#a-runner-beside-the-cluster)"
                )
            );
}

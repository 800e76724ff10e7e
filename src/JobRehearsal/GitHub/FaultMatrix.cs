namespace Rayquest.JobRehearsal.GitHub;

/// <summary>One way a conversation was disturbed, and where it ended otherwise than undisturbed.</summary>
/// <param name="What">Such as <c>call 3 of 9, BadGateway after its effect</c>.</param>
/// <param name="Difference">Both fingerprints, or the exception it ended in.</param>
public sealed record Divergence(string What, string Difference);

/// <summary>What came of disturbing one conversation at every call.</summary>
/// <param name="Calls">Calls of the undisturbed conversation.</param>
/// <param name="Tried">Disturbed conversations.</param>
/// <param name="Expected">The fingerprint they all must end in.</param>
public sealed record FaultMatrixResult(int Calls, int Tried, string Expected, IReadOnlyList<Divergence> Divergences);

/// <summary>
/// Holds an idempotent writer to its promise: the same script is run with every fault at every call, before and after
/// its effect, and with the process killed after every call and started again. It must always end in the same state. What
/// is the same by what GitHub has seen is tried once: a call that only reads has no effect, a limit refuses before any,
/// and after a kill it matters what was written, not what was read.
/// </summary>
public sealed class FaultMatrix
{
    /// <summary>Makes a fresh GitHub in the state the script starts from.</summary>
    public required Func<EmulatedGitHub> Arrange { get; init; }

    /// <summary>The whole script, from nothing: called again after a kill, as a new process would be.</summary>
    public required Func<EmulatedGitHub, CancellationToken, Task> Act { get; init; }

    /// <summary>
    /// What may end the script under a fault and is fixed by running it again, as a workflow would: exit code 3.
    /// </summary>
    public Func<Exception, bool> MayRunAgain { get; init; } = static _ => false;

    /// <summary>Whether to run the whole script a second time, by another process, in between any two calls of the first.</summary>
    public bool TwoAtOnce { get; init; }

    public IReadOnlyList<FaultKind> Kinds { get; init; } = Enum.GetValues<FaultKind>();

    public async Task<FaultMatrixResult> Run()
    {
        using var undisturbed = Arrange();
        undisturbed.ForgetCalls();
        await Act(undisturbed, CancellationToken.None);
        var expected = undisturbed.Fingerprint();
        var shared = undisturbed.Fingerprint(withoutSuperseded: true);
        var conversation = undisturbed.Calls;
        var calls = conversation.Count;
        await Act(undisturbed, CancellationToken.None);

        var divergences = new List<Divergence>();
        if (undisturbed.Fingerprint() is var twice && twice != expected)
            divergences.Add(new Divergence("run twice", Difference(expected, twice)));
        var tried = 1;
        for (var call = 1; call <= calls; call++)
        {
            var isWrite = conversation[call - 1].IsWrite;
            foreach (var kind in Kinds)
            foreach (var after in (bool[])[false, true])
            {
                if (after && !(isWrite && PlannedFault.LosesAnswers(kind)))
                    continue;
                tried++;
                var at = call;
                await Try(
                    $"call {call} of {calls}, {kind} {(after ? "after" : "before")} its effect",
                    expected,
                    divergences,
                    github => github.FailAt(at, kind, after),
                    CancellationToken.None
                );
            }

            if (TwoAtOnce)
            {
                tried++;
                var here = call;
                await Try(
                    $"another run before call {call} of {calls}",
                    shared,
                    divergences,
                    github => github.Before(c => c.Number == here, () => Act(github, CancellationToken.None).Wait()),
                    CancellationToken.None,
                    twoAtOnce: true
                );
            }

            if (!isWrite)
                continue;
            tried++;
            using var kill = new CancellationTokenSource();
            var last = call;
            await Try(
                $"killed after call {call} of {calls}",
                expected,
                divergences,
                github => github.After(c => c.Number == last, kill.Cancel),
                kill.Token
            );
        }

        return new FaultMatrixResult(calls, tried, expected, divergences);
    }

    private async Task Try(
        string what,
        string expected,
        List<Divergence> divergences,
        Action<EmulatedGitHub> disturb,
        CancellationToken cancel,
        bool twoAtOnce = false
    )
    {
        using var github = Arrange();
        github.ForgetCalls();
        disturb(github);
        try
        {
            try
            {
                await Act(github, cancel);
            }
            catch (Exception fault) when (fault is OperationCanceledException || MayRunAgain(fault))
            {
                await Act(github, CancellationToken.None);
            }

            if (github.HookFailure is { } failure)
                divergences.Add(new Divergence(what, failure.ToString()));
            else if (github.Fingerprint(twoAtOnce) is var actual && actual != expected)
                divergences.Add(new Divergence(what, Difference(expected, actual)));
        }
        catch (Rayquest.JobHosts.HostException fault)
        {
            divergences.Add(new Divergence(what, fault.Message));
        }
    }

    private static string Difference(string expected, string actual) =>
        $"expected:\n{expected}\nbut ended in:\n{actual}";
}

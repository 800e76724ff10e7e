using Rayquest.JobCli.Console;

namespace Rayquest.JobCli.Commands;

/// <summary>What <c>--fix</c> does: fixes, and looks again, until nothing is left to fix.</summary>
internal static class FixRounds
{
    // A fix may uncover another; four rounds are more than any chain of ours.
    private const int Most = 4;

    /// <summary>What is found in the end; says how many fixes were applied.</summary>
    public static T Run<T>(Func<T> evaluate, Func<T, int> apply, Terminal terminal)
    {
        T found = evaluate();
        int fixes = 0;
        for (int round = 0; round < Most; round++)
        {
            int applied = apply(found);
            fixes += applied;
            if (applied == 0)
            {
                break;
            }

            found = evaluate();
        }

        terminal.Error.WriteLine($"{fixes:N0} fix{(fixes == 1 ? "" : "es")} applied");
        return found;
    }
}

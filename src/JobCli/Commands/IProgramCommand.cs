using System.CommandLine;
using Rayquest.JobCli.Console;

namespace Rayquest.JobCli.Commands;

/// <summary>A command of the program with examples for its help.</summary>
internal interface IProgramCommand
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>The command as the parser wants it.</summary>
    Command Build(Terminal terminal);

    /// <summary>Command lines with what each does.</summary>
    IReadOnlyList<(string Line, string Does)> Examples { get; }

    /// <summary>Whether it changes nothing anywhere, so that stopping it leaves nothing to speak of.</summary>
    bool OnlyReads => false;
}

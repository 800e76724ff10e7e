namespace Rayquest.JobEngines.Ray;

/// <summary>Which shell reads a command line.</summary>
internal enum ShellDialect
{
    /// <summary>The submitter's <c>/bin/bash</c>.</summary>
    Bash,

    /// <summary>The head's <c>/bin/sh</c>, as Ray's own images have it.</summary>
    Posix,
}

/// <summary>What a shell puts in place of a part of a word, so that what the word becomes is known only where the shell runs.</summary>
[Flags]
internal enum ShellDoubt
{
    /// <summary>The word is what it is.</summary>
    None = 0,

    /// <summary>The value of a variable.</summary>
    Variable = 1,

    /// <summary>The output of a command.</summary>
    Command = 2,

    /// <summary>The names of files that match.</summary>
    Pattern = 4,

    /// <summary>A home directory.</summary>
    Home = 8,

    /// <summary>Several words, one for each part between braces.</summary>
    Braces = 16,

    /// <summary>Grammar that isn't followed any further: loops, functions, here-documents, files that may not be there.</summary>
    Grammar = 32,
}

/// <summary>A word of a simple command, quotes removed; <c>Doubt</c> says what the shell replaces in it.</summary>
internal readonly record struct ShellWord(string Text, int Start, int End, ShellDoubt Doubt);

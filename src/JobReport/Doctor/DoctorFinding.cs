namespace Rayquest.JobReport.Doctor;

/// <summary>How a check ended.</summary>
public enum DoctorState
{
    /// <summary>As it should be.</summary>
    Fine,

    /// <summary>Something doesn't work, or is less tight than it could be; the gate holds.</summary>
    Warning,

    /// <summary>The token may not look: nobody knows.</summary>
    Unread,

    /// <summary>It lets somebody get past the gate.</summary>
    Error,
}

/// <summary>What is checked.</summary>
/// <param name="Name">For machines and tests; doesn't change.</param>
/// <param name="Title">For people: what should be so.</param>
/// <param name="NeedsGitHub">Whether the tree alone doesn't say it.</param>
/// <param name="HoldsGate">Whether its lack lets somebody get past the gate: then what can't be read is no success.</param>
public sealed record DoctorCheck(string Name, string Title, bool NeedsGitHub, bool HoldsGate);

/// <summary>What a check found.</summary>
/// <param name="Message">What is so, in one sentence without its full stop.</param>
/// <param name="Remedy">What to do about it; null where nothing is to be done.</param>
public sealed record DoctorFinding(DoctorCheck Check, DoctorState State, string Message, string? Remedy);

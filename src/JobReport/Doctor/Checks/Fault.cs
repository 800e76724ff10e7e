namespace Rayquest.JobReport.Doctor.Checks;

/// <summary>What is wrong with a setting; a check that yields none is fine.</summary>
internal sealed record Fault(DoctorState State, string Message, string? Remedy)
{
    /// <summary>It lets somebody get past the gate.</summary>
    public static Fault Error(string message, string remedy) => new(DoctorState.Error, message, remedy);

    /// <summary>It doesn't, but should be fixed.</summary>
    public static Fault Warning(string message, string remedy) => new(DoctorState.Warning, message, remedy);

    /// <summary>Nobody could look.</summary>
    public static Fault Unread(string what, string needs) =>
        new(
            DoctorState.Unread,
            $"{what} could not be read: needs {needs}",
            "ask with a token that has it, or look in Settings yourself"
        );

    /// <summary>Nobody could compare it with the pipeline's App, since it isn't known which that is.</summary>
    public static Fault WhichApp(string what) =>
        new(
            DoctorState.Unread,
            $"{what} could not be read: it isn't known which App that is",
            "set RAYQUEST_APP_ID to the App's number, or give --app; the repository's variable of that name takes variables: read"
        );

    /// <summary>The faults of a setting, or that it couldn't be read.</summary>
    public static IEnumerable<Fault> In<T>(Reading<T> reading, string what, Func<T, IEnumerable<Fault>> check)
        where T : class => reading.Value is { } value ? check(value) : [Unread(what, reading.Needs ?? "more rights")];
}

namespace Rayquest.JobReport.Status;

/// <summary>Lengths of time as people read them: two units at most.</summary>
public static class Age
{
    /// <summary>"42 s", "5 min", "2 h 10 min", "3 d 4 h"; nothing below zero.</summary>
    public static string Of(TimeSpan span) =>
        span switch
        {
            { Ticks: <= 0 } => "0 s",
            { TotalSeconds: < 60 } => $"{(int)span.TotalSeconds} s",
            { TotalMinutes: < 60 } => $"{(int)span.TotalMinutes} min",
            { TotalHours: < 24, Minutes: 0 } => $"{(int)span.TotalHours} h",
            { TotalHours: < 24 } => $"{(int)span.TotalHours} h {span.Minutes} min",
            { Hours: 0 } => $"{span.Days} d",
            _ => $"{span.Days} d {span.Hours} h",
        };

    /// <summary>From a moment until now; empty when the moment is unknown.</summary>
    public static string Since(DateTimeOffset? moment, DateTimeOffset now) =>
        moment is { } start ? Of(now - start) : "";
}

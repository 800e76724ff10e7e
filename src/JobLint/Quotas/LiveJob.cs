namespace Rayquest.JobLint.Quotas;

/// <summary>A live rendered file: its path and what its header tells; stale when its request has changed since.</summary>
public sealed record LiveJob(string Path, JobHeader Header);

using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Ray;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;

namespace Rayquest.JobLint.Quotas;

/// <summary>A live rendered file: its path and what its header tells; stale when its request has changed since.</summary>
public sealed record LiveJob(string Path, JobHeader Header);

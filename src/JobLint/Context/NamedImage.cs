using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Ray;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;

namespace Rayquest.JobLint.Context;

/// <summary>An image as a request names it, and what is known of it.</summary>
public sealed record NamedImage(Located<string> Word, ImageFacts Facts);

using System.Text;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Canonical;
using Rayquest.JobRender.Manifests;
using Rayquest.JobRender.Profiles;
using Rayquest.JobRender.Targets;

namespace Rayquest.JobRender;

/// <summary>A rendered file.</summary>
/// <param name="Path">Where it belongs under <c>jobs/</c>.</param>
/// <param name="Bytes">Header and documents, UTF-8.</param>
/// <param name="Header">What its header says.</param>
/// <param name="Documents">The manifests; every node's span is the line of the request, profile or policy that decided it.</param>
public sealed record RenderedFile(
    string Path,
    ReadOnlyMemory<byte> Bytes,
    JobHeader Header,
    IReadOnlyList<YamlMapping> Documents
)
{
    /// <summary>
    /// The documents as a file the manifest linter takes. What it finds lands on the line of the request, profile or policy
    /// that caused it, since the spans are theirs.
    /// </summary>
    public YamlFile Manifest => new(Documents[0].Span.Source, Documents, [], IsPartial: false);
}

/// <summary>Renders plans to manifests. The same plan always gives the same bytes.</summary>
public static class Renderer
{
    /// <summary>Renders every job of a request into one file.</summary>
    /// <exception cref="ArgumentException">The platform has no target for the kind; the linter refuses such requests before.</exception>
    public static RenderedFile Render(RequestPlan plan)
    {
        JobKind kind = plan.Document.Request?.KindOrDefault ?? JobKind.RayJob;
        RenderTarget target =
            RenderTargets.Of(kind, plan.Jobs.Count > 0 ? plan.Jobs[0].Platform.Target : DeliveryTarget.KubeRay)
            ?? throw new ArgumentException($"{kind} has no render target", nameof(plan));
        List<YamlMapping> documents = [];
        foreach (Func<RequestPlan, YamlMapping?> shared in target.Shared)
        {
            if (shared(plan) is { } document)
            {
                documents.Add(document);
            }
        }

        BestResult? best = plan.Document.Request?.Results?.Value.Best?.Value;
        List<HeaderJob> jobs = new(plan.Jobs.Count);
        foreach (JobPlan job in plan.Jobs)
        {
            documents.Add(RenderJob(target, job));
            jobs.Add(
                new HeaderJob(job.ObjectName, job.Timeout?.Value.Seconds ?? 0)
                {
                    Kind = job.Kind,
                    LeaseSeconds = job.Lease?.Value.Seconds ?? 0,
                    RunsAtOnce = (int)(job.Schedule?.RunsAtOnce ?? 1),
                    SweepValues = best is null ? [] : job.SweepValues,
                }
            );
        }

        byte[] body = CanonicalYaml.Write(documents);
        JobHeader header = new(
            plan.Document.Path,
            plan.Digest,
            JobHeader.Digest(body),
            plan.Document.Request?.Owner?.Value,
            jobs,
            plan.Demand
        )
        {
            Best = best,
        };
        byte[] head = Encoding.UTF8.GetBytes(header.Write());
        return new RenderedFile(RequestPath.JobOf(plan.Document.Path), (byte[])[.. head, .. body], header, documents);
    }

    /// <summary>The manifest of one job: the steps' parts merged, the profile laid under them, all in canonical form.</summary>
    public static YamlMapping RenderJob(RenderTarget target, JobPlan plan)
    {
        YamlMapping manifest = new(plan.Anchor, [], isFlow: false);
        foreach (RenderStep step in target.Steps)
        {
            if (step(plan) is { } part)
            {
                manifest = StrategicMerge.Merge(manifest, part);
            }
        }

        YamlMapping whole = AddSubmitter.To(ApplyProfile.Under(manifest, plan), plan);
        foreach (FinishingStep finish in target.Finish)
        {
            whole = finish(whole, plan);
        }

        return CanonicalForm.Of(whole);
    }
}

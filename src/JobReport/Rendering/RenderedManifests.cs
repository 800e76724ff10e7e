using Rayquest.JobLint;
using Rayquest.JobLint.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender;
using Rayquest.JobRender.Folder;

namespace Rayquest.JobReport.Rendering;

/// <summary>
/// Checks what was rendered as the API server and the operator would. The nodes of a rendered manifest carry the spans of
/// the request, profile or policy that decided them, so a fault is reported at the line that caused it.
/// </summary>
public static class RenderedManifests
{
    // Whether a cluster or service account exists is the policies' knowledge here, and rules of their own hold it.
    private static readonly HashSet<string> KnownByPolicy = new(
        ["selected-cluster-missing", "missing-object"],
        StringComparer.Ordinal
    );

    /// <summary>The faults of a rendered file.</summary>
    public static IEnumerable<Finding> Check(RenderedFile file, SchemaCatalog schemas)
    {
        YamlFile document = new(file.Documents[0].Span.Source, file.Documents, [], IsPartial: false);
        return ManifestLinter
            .Check(document, ManifestOptions.Default with { Schemas = schemas })
            .Where(f => !KnownByPolicy.Contains(f.Rule.Name));
    }

    /// <summary>
    /// Judges, plans and renders every request of a folder. Nothing is rendered for a request with errors;
    /// a fault of a rendered manifest is a finding like any other.
    /// </summary>
    /// <param name="lint">The judgement of the requests to render.</param>
    /// <param name="tree">The tree whose <c>jobs/</c> is to be put right.</param>
    /// <param name="schemas">The schemas of the cluster.</param>
    /// <param name="isWhole">Whether every request was judged, so that files without a request are removed.</param>
    /// <param name="parallelism">How many requests to render at a time.</param>
    public static (IReadOnlyList<RenderDecision> Decisions, IReadOnlyList<Finding> Findings) Decide(
        LintResult lint,
        IRepositoryTree tree,
        SchemaCatalog schemas,
        bool isWhole,
        int parallelism
    )
    {
        HashSet<string> broken = new(
            lint.Findings.Where(f => f.Severity == Severity.Error).Select(f => f.Span.Source.Path),
            StringComparer.Ordinal
        );
        RenderDecision[] decisions = new RenderDecision[lint.Requests.Count];
        List<Finding>?[] faults = new List<Finding>?[lint.Requests.Count];
        void DecideOne(int index)
        {
            RequestContext request = lint.Requests[index];
            RequestPlan? plan = broken.Contains(request.Document.Path) ? null : request.Plan;
            RenderDecision decision = JobsFolder.Decide(new PlannedRequest(request.Document.Path, plan), tree, tree);
            if (decision.Rendered is { } rendered)
            {
                List<Finding> found = [.. Check(rendered, schemas)];
                if (found.Exists(f => f.Severity == Severity.Error))
                {
                    decision = JobsFolder.Decide(new PlannedRequest(request.Document.Path, Plan: null), tree, tree);
                }

                faults[index] = found.Count > 0 ? found : null;
            }

            // Its nodes are judged; kept to the end of the run, every collection would copy those of all requests.
            decisions[index] = decision with
            {
                Rendered = null,
            };
        }

        if (parallelism > 1 && decisions.Length > 8)
        {
            Parallel.For(0, decisions.Length, new ParallelOptions { MaxDegreeOfParallelism = parallelism }, DecideOne);
        }
        else
        {
            for (int i = 0; i < decisions.Length; i++)
            {
                DecideOne(i);
            }
        }

        List<RenderDecision> all = [.. decisions];
        if (isWhole)
        {
            HashSet<string> wanted = new(
                tree.List(RequestPath.Requests)
                    .Where(e => RequestPath.IsRequest(e.Path))
                    .Select(e => RequestPath.JobOf(e.Path)),
                StringComparer.Ordinal
            );
            all.AddRange(JobsFolder.Decide([], tree, tree).Where(d => !wanted.Contains(d.Path)));
        }

        all.Sort((left, right) => string.CompareOrdinal(left.Path, right.Path));
        IEnumerable<Finding> findings = faults.OfType<List<Finding>>().SelectMany(f => f);
        return (all, Linter.Sort(findings));
    }

    /// <summary>A finding that a file under <c>jobs/</c> is not what it should be, for <c>render --check</c>.</summary>
    public static SourceSpan PlaceOf(RenderDecision decision) =>
        new(
            new SourceText(
                decision.Path,
                decision.Current is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes.Span) : ""
            ),
            default
        );
}

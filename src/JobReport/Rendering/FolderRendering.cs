using System.Collections.Concurrent;
using Rayquest.JobLint;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobLint.Context;
using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Schemas;
using Rayquest.JobRender;
using Rayquest.JobRender.Folder;

namespace Rayquest.JobReport.Rendering;

/// <summary>
/// Renders the requests of a folder while they are evaluated, each as soon as its own rules have nothing against it, so that
/// neither requests nor plans need be kept. What rules over the whole change find later takes a rendering back.
/// </summary>
/// <param name="tree">The tree whose <c>jobs/</c> is to be put right.</param>
/// <param name="merged">The tree whose intact files are frozen: what the base branch holds, since only that was merged.</param>
/// <param name="schemas">The schemas of the cluster.</param>
/// <param name="keepsContents">Whether the content of files that stay as they are is wanted too; in a run over a repository those are nearly all.</param>
public sealed class FolderRendering(
    IRepositoryTree tree,
    IRepositoryTree merged,
    SchemaCatalog schemas,
    bool keepsContents
)
{
    private readonly ConcurrentDictionary<string, Outcome> outcomes = new(StringComparer.Ordinal);

    private sealed record Outcome(RenderDecision Decision, IReadOnlyList<Finding> Faults);

    /// <summary>
    /// Renders requests. Nothing is rendered for one with errors; a fault of a rendered manifest is a finding like any other.
    /// For <see cref="LintInput.Linted"/>.
    /// </summary>
    public void Render(IReadOnlyList<(RequestContext Request, bool HasErrors)> requests)
    {
        // All are rendered before the first is checked, as the linter does it with its rules.
        List<(RequestContext Request, RenderDecision Decision)> decisions = new(requests.Count);
        foreach ((RequestContext request, bool hasErrors) in requests)
        {
            if (!hasErrors)
            {
                decisions.Add((request, JobsFolder.Decide(Planned(request), tree, merged)));
            }
        }

        foreach ((RequestContext request, RenderDecision decision) in decisions)
        {
            IReadOnlyList<Finding> faults = decision.Rendered is { } rendered
                ?
                [
                    .. RenderedManifests.Check(rendered, schemas, request.Policies.Platform),
                    .. TakenNames(request, rendered),
                    .. EditFindings.Of(request.Document.FileName, decision.Edits, request.Anchor),
                ]
                : [];
            bool isFaulty = faults.Any(f => f.Severity == Severity.Error);
            outcomes[decision.RequestPath] = new Outcome(
                WithoutContents(isFaulty ? Broken(decision.RequestPath) : decision),
                faults
            );
        }
    }

    // What is evaluated and stays as it is would only be carried along: every collection walks through it.
    private RenderDecision WithoutContents(RenderDecision decision) =>
        keepsContents || decision.Action != RenderAction.Keep
            ? decision with
            {
                Rendered = null,
            }
            : decision with
            {
                Rendered = null,
                Current = null,
                Wanted = null,
                Header = null,
            };

    /// <summary>The decisions on all files, ordinal by path, and the faults of what was rendered.</summary>
    /// <param name="lint">The judgement this rendering was told of.</param>
    /// <param name="isWhole">Whether every request was evaluated, so that files without a request are removed.</param>
    public (IReadOnlyList<RenderDecision> Decisions, IReadOnlyList<Finding> Findings) Finish(
        LintResult lint,
        bool isWhole
    )
    {
        HashSet<string> broken = new(
            lint.Findings.Where(f => f.Severity == Severity.Error).Select(f => f.Span.Source.Path),
            StringComparer.Ordinal
        );
        List<RenderDecision> decisions = new(lint.Requests.Count);
        List<Finding> findings = [];
        foreach (RequestContext request in lint.Requests)
        {
            string path = request.Document.Path;
            if (!broken.Contains(path) && outcomes.TryGetValue(path, out Outcome? outcome))
            {
                decisions.Add(outcome.Decision);
                findings.AddRange(outcome.Faults);
            }
            else
            {
                decisions.Add(Broken(path));
            }
        }

        if (isWhole)
        {
            HashSet<string> wanted = new(
                tree.List(RequestPath.Requests)
                    .Where(e => RequestPath.IsRequest(e.Path))
                    .Select(e => RequestPath.JobOf(e.Path)),
                StringComparer.Ordinal
            );
            decisions.AddRange(JobsFolder.Decide([], tree, merged).Where(d => !wanted.Contains(d.Path)));
        }

        decisions.Sort((left, right) => string.CompareOrdinal(left.Path, right.Path));
        return (decisions, Linter.Sort(findings));
    }

    // The planner passes over names that are taken. Whatever it, a profile or a later version may come to do: what is about to
    // be written is looked at once more.
    private static IEnumerable<Finding> TakenNames(RequestContext request, RenderedFile rendered)
    {
        if (request.Names is not { } names || request.Plan is not { } plan)
        {
            yield break;
        }

        foreach (HeaderJob job in rendered.Header.Jobs)
        {
            if (KindRules.IsEditedInPlace(job.Kind))
            {
                if (names.IsTakenBesides(request.Document.Path, request.Team, job.Name))
                {
                    yield return new Finding(
                        ReviewRules.NameTaken,
                        ReviewRules.NameTaken.DefaultSeverity,
                        request.Anchor,
                        $"{job.Name} is already the name of another request's object in namespace {plan.Jobs[0].Namespace}; choose another name"
                    );
                }
            }
            else if (names.IsTaken(request.Team, job.Name, plan.Identity))
            {
                yield return new Finding(
                    ReviewRules.NameTaken,
                    ReviewRules.NameTaken.DefaultSeverity,
                    request.Anchor,
                    $"the job would be called {job.Name}, which is the name of another request's job; set `run: {(request.Request.Run?.Value ?? 1) + 1}`, which gives it another, and report this"
                );
                yield break;
            }
        }
    }

    private PlannedRequest Planned(RequestContext request) =>
        request.Plan is { } plan
            ? new PlannedRequest(request.Document.Path, plan)
            : new PlannedRequest(request.Document.Path, Plan: null)
            {
                Identity = JobPlanner.Identity(request.Document, tree),
            };

    private RenderDecision Broken(string path) => JobsFolder.Decide(new PlannedRequest(path, Plan: null), tree, merged);
}

using Rayquest.JobEngines.KubeRay;
using Rayquest.JobEngines.Ray;
using Rayquest.JobLint.Rules.Entrypoint;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Manifests;

/// <summary>What is said of a request's entrypoint, said of a manifest's: the same rules, by submission mode.</summary>
internal static class EntrypointChecks
{
    private static readonly EntrypointShellSyntax ShellSyntax = new();
    private static readonly EntrypointComment Comment = new();
    private static readonly EntrypointVariable Variable = new();
    private static readonly UnbalancedQuotes Quotes = new();
    private static readonly ArgumentArrivesChanged Changed = new();
    private static readonly NestedSubmission Nested = new();
    private static readonly DownloadIntoShell Download = new();
    private static readonly EntrypointIsOption Option = new();
    private static readonly TypographicQuotes Typographic = new();
    private static readonly ImagesPolicy NoAliases = new();

    /// <summary>Checks the entrypoint of a RayJob, or of a RayCronJob's template.</summary>
    public static void Check(RayJobContext job)
    {
        Field field = job.Spec["entrypoint"];

        // In InteractiveMode nobody submits it; with a command of its own the submitter doesn't look at it.
        if (
            job.Mode == "InteractiveMode"
            || RayJobChecks.HasOwnCommand(job)
            || field.Node is not YamlScalar scalar
            || string.IsNullOrWhiteSpace(field.Text)
        )
        {
            return;
        }

        Located<string> text = new(scalar.Value, scalar.Span);
        ShellText shell = ShellText.Read(scalar.Value);
        Add(job, field, Quotes.Check(text, shell));
        Add(job, field, Typographic.Check(text));
        Add(job, field, Option.Check(text, shell));
        Add(job, field, Nested.Check(text, shell));
        Add(job, field, Download.Check(text, shell));
        if (job.Mode is "K8sJobMode" or "SidecarMode")
        {
            Add(job, field, ShellSyntax.Check(text, shell));
            Add(job, field, Comment.Check(text, shell));
            Add(job, field, Variable.Check(text, shell));
            Add(job, field, Changed.Check(text, RayVersionOf(job)));
        }
    }

    // What submits is the `ray` of the submitter's image, which is the head's unless the manifest says otherwise.
    private static string? RayVersionOf(RayJobContext job)
    {
        Field cluster = job.Spec["rayClusterSpec"];
        Field submitter = job.Mode == "K8sJobMode" ? job.Spec["submitterPodTemplate"] : default;
        string? image =
            submitter["spec"]["containers"].ItemAt(0)["image"].Text
            ?? cluster["headGroupSpec"]["template"]["spec"]["containers"].ItemAt(0)["image"].Text;
        return (image is null ? null : ImageFacts.Of(image, NoAliases).Release) ?? cluster["rayVersion"].Text;
    }

    private static void Add(RayJobContext job, Field field, IEnumerable<Finding> findings)
    {
        foreach (Finding finding in findings)
        {
            job.Faults.Add(finding.Rule, finding.Severity, field.Path, finding.Span, finding.Message, finding.Fix);
        }
    }
}

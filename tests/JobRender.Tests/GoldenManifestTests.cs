using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobLint.Manifests;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobRender.Tests;

public class GoldenManifestTests
{
    // The priority class the cases' platform names.
    private static readonly ManifestOptions Cluster = new()
    {
        KnownObjects = new HashSet<string>(StringComparer.Ordinal) { "PriorityClass/team-high" },
    };

    public static TheoryData<string> Cases => [.. GoldenCases.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void No_engine_would_refuse_what_is_rendered(string name)
    {
        RenderedFile file = Renderer.Render(GoldenCases.Plan(name));
        ManifestLinter
            .Check(file.Manifest, Cluster)
            // What a case's entrypoint is told belongs to its request.
            .Where(f => f.Severity == Severity.Error && f.Rule.Category == RuleCategory.Manifest)
            .Select(f => $"{f.Rule.Code} {f.Span.Source.Path}:{f.Span.Start.Line} {f.Message}")
            .ShouldBeEmpty();
    }
}

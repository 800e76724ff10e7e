using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>The request's environment variables, in head and workers.</summary>
internal static class AddEnvironment
{
    public static YamlMapping? From(JobPlan plan)
    {
        if (plan.Env.Count == 0)
        {
            return null;
        }

        SourceSpan span = plan.Request.Env?.Span ?? plan.Anchor;
        List<YamlNode> variables = new(plan.Env.Count);
        foreach ((Located<string> name, Located<string> value) in plan.Env)
        {
            variables.Add(
                ManifestNodes.Map(value.Span, ("name", ManifestNodes.Text(name)), ("value", ManifestNodes.Text(value)))
            );
        }

        return RayPods.Every(plan, span, ManifestNodes.Map(span, ("env", ManifestNodes.List(span, variables))));
    }
}

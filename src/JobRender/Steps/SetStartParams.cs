using System.Globalization;
using System.Text;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>
/// Parameters of <c>ray start</c>, as KubeRay puts them into a shell's command line: amounts in bytes, the resources as JSON in
/// double quotes, which Ray's autoscaler reads in this very form.
/// </summary>
internal static class SetStartParams
{
    public static YamlMapping? From(JobPlan plan) => RayPods.Each(plan, Of);

    private static RayPods.Part? Of(PodPlan pod) =>
        pod.RayStartParams is not { Value: var said, Span: var span }
            ? null
            : new RayPods.Part(span, Container: null, Pod: null)
            {
                StartParams = ManifestNodes.Map(
                    span,
                    (
                        "num-cpus",
                        said.NumCpus is { } cpus
                            ? ManifestNodes.Text(cpus.Span, cpus.Value.ToString(CultureInfo.InvariantCulture))
                            : null
                    ),
                    ("memory", Bytes(said.Memory)),
                    ("object-store-memory", Bytes(said.ObjectStoreMemory)),
                    (
                        "resources",
                        said.Resources is { Value.Count: > 0 } resources
                            ? ManifestNodes.Text(resources.Span, Json(resources.Value))
                            : null
                    ),
                    ("plasma-directory", said.PlasmaDirectory is { } folder ? ManifestNodes.Text(folder) : null)
                ),
            };

    private static YamlScalar? Bytes(Located<Quantity>? amount) =>
        amount is null
            ? null
            : ManifestNodes.Text(amount.Span, amount.Value.Truncated().ToString(CultureInfo.InvariantCulture));

    // The names have nothing that JSON or a shell would read otherwise.
    private static string Json(IReadOnlyList<KeyValuePair<Located<string>, Located<int>>> resources)
    {
        StringBuilder text = new("\"{");
        foreach (
            (Located<string> name, Located<int> count) in resources.OrderBy(r => r.Key.Value, StringComparer.Ordinal)
        )
        {
            text.Append(text.Length > 2 ? "," : "")
                .Append("\\\"")
                .Append(name.Value)
                .Append("\\\":")
                .Append(count.Value.ToString(CultureInfo.InvariantCulture));
        }

        return text.Append("}\"").ToString();
    }
}

using System.Text;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobReport.Lifecycle;

namespace Rayquest.JobFormEngine.Requests;

/// <summary>What a form can begin with.</summary>
public static class FormStarts
{
    /// <summary>The kinds there are.</summary>
    public static IReadOnlyList<JobKind> Kinds { get; } = Enum.GetValues<JobKind>();

    /// <summary>The names of the examples.</summary>
    public static IReadOnlyList<string> Examples { get; } = ["cpu", "gpu", "sweep", "autoscaling"];

    /// <summary>A first request of a kind, as <c>rayquest new</c> writes one.</summary>
    public static string OfKind(JobKind kind)
    {
        string name = "my-" + KindRules.NounOf(kind).Replace(' ', '-');
        List<(string Key, string Value)> own = [];
        if (kind == JobKind.RayCronJob)
        {
            own.AddRange([("schedule", "30 3 * * *"), ("timeZone", "UTC")]);
        }

        if (kind == JobKind.RayCluster)
        {
            own.Add(("lease", "7d"));
        }

        if (kind == JobKind.RayService)
        {
            own.Add(("serve", RequestScaffold.Serve(name, "app:app")));
        }

        if (KindRules.HasEntrypoint(kind))
        {
            own.Add(("entrypoint", "python train.py"));
        }

        return RequestScaffold.Write(new FirstRequest(name, "1", "0") { Kind = kind, Own = own });
    }

    /// <summary>An example, with what the team may choose; null for an unknown name.</summary>
    public static string? Example(string name, FormEngine engine, string team)
    {
        string gpu = new Fields.FormChoices(engine).Of(team, "workers[].gpu") is [.., var last]
            ? last.Value
            : engine.Policies.Platform.Defaults.Gpu ?? "a100";
        FirstRequest request = new(name + "-example", "2", "0")
        {
            Own = [("entrypoint", "python train.py --epochs 20")],
        };
        return name switch
        {
            "cpu" => RequestScaffold.Write(request with { Timeout = "2h" }),
            "gpu" => RequestScaffold.Write(request with { Gpus = "1", Gpu = gpu, Timeout = "6h" }),
            "autoscaling" => Changed(
                new RequestText(RequestScaffold.Write(request with { Timeout = "6h" })),
                "workers",
                RequestNodes.Mapping(
                    (
                        "replicas",
                        RequestNodes.Mapping(("min", RequestNodes.Plain("1")), ("max", RequestNodes.Plain("4")))
                    ),
                    ("cpu", RequestNodes.Plain("4"))
                )
            ).Text,
            "sweep" => Changed(
                new RequestText(
                    RequestScaffold.Write(
                        request with
                        {
                            Own = [("entrypoint", "python train.py --lr ${sweep.lr}")],
                            Workers = "1",
                            Timeout = "2h",
                        }
                    )
                ),
                "sweep",
                RequestNodes.Mapping(("lr", RequestNodes.List(RequestNodes.Plain("0.1"), RequestNodes.Plain("0.01"))))
            ).Text,
            _ => null,
        };
    }

    /// <summary>A merged request once more, with its <c>run</c> raised; null where there is none, or it can't be raised by a line.</summary>
    public static FormDraft? Again(FormEngine engine, string path) =>
        engine.DraftOf(path) is { } draft
        && NextRun.Of(path, Encoding.UTF8.GetBytes(draft.Text), owner: null, _ => true) is { } bytes
            ? draft with
            {
                Text = Encoding.UTF8.GetString(bytes),
            }
            : null;

    /// <summary>The path of <c>vision/resnet</c>.</summary>
    public static string PathOf(string words) => $"{RequestPath.Requests}{words}.yaml";

    private static RequestText Changed(RequestText text, string key, JobModel.Yaml.YamlNode? value) =>
        text.With(FieldPlace.Root.Key(key), value) is { } changed ? new RequestText(changed) : text;
}

using System.Globalization;
using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Volcano;

/// <summary>VJ10, VR2, VR3, VR9, VS1: the tasks and containers that the plugins look for, and the names they make.</summary>
internal static class VolcanoPluginChecks
{
    private static readonly string[] Numbers = ["port", "dashboardPort", "clientPort"];

    private static readonly string[] Words = ["head", "headContainer", "worker", "workerContainer"];

    /// <summary>Checks the plugins of a Job.</summary>
    public static void Check(ManifestDocument document, Field spec, FaultList faults)
    {
        Field plugins = spec["plugins"];
        Field mpi = plugins["mpi"];
        Field ray = plugins["ray"];
        if (mpi.Exists)
        {
            Dictionary<string, string> flags = Flags(mpi, ["master", "worker"], ["port"], faults);
            string master = flags.GetValueOrDefault("master", "master");
            if (!Task(spec, master).Exists)
            {
                faults.Add(
                    VolcanoRules.BadPlugins,
                    mpi,
                    $"the mpi plugin wants a task `{NameGrammar.Shorten(master)}`; add it, or name another by `--master`"
                );
            }
        }

        if (ray.Exists)
        {
            Ray(spec, ray, faults);
        }

        if ((ray.Exists || plugins["svc"].Exists || mpi.Exists) && document.Name is { } name)
        {
            Field at = document.Root["metadata"]["name"];
            if (NameGrammar.Label(name) is { } fault)
            {
                faults.Add(
                    VolcanoRules.BadJob,
                    at,
                    $"`{NameGrammar.Shorten(name)}` becomes the name of a Service, which {fault}"
                );
            }
            else if (ray.Exists && name.Length > 54)
            {
                faults.Add(
                    VolcanoRules.BadJob,
                    at,
                    $"`{NameGrammar.Shorten(name)}` has {name.Length} characters, but `<job>-head-svc` leaves room for 54; shorten it"
                );
            }
        }
    }

    private static void Ray(Field spec, Field arguments, FaultList faults)
    {
        Dictionary<string, string> flags = Flags(arguments, Words, Numbers, faults);
        string head = flags.GetValueOrDefault("head", "head");
        string worker = flags.GetValueOrDefault("worker", "worker");
        if (!Task(spec, head).Exists)
        {
            faults.Add(
                VolcanoRules.BadPlugins,
                Argument(arguments, "head"),
                $"the ray plugin wants a task `{NameGrammar.Shorten(head)}`, without which it fails every pod; add it, or name another by `--head`"
            );
            return;
        }

        if (Task(spec, head)["replicas"] is { Integer: > 1 and var heads } several)
        {
            faults.Warn(
                VolcanoRules.BadPlugins,
                several,
                $"each of {heads} heads is a cluster of its own, and the workers join the first alone; write 1"
            );
        }

        Container(spec, head, flags.GetValueOrDefault("headContainer", "head"), "headContainer", faults);
        if (Task(spec, worker).Exists)
        {
            Container(spec, worker, flags.GetValueOrDefault("workerContainer", "worker"), "workerContainer", faults);
        }
        else if (spec["tasks"].Count > 1)
        {
            faults.Warn(
                VolcanoRules.BadPlugins,
                Argument(arguments, "worker"),
                $"no task is named `{NameGrammar.Shorten(worker)}`, so no pod joins the head as a worker; name the task so, or write `--worker`"
            );
        }
    }

    // A container of another name gets neither the command nor the ports.
    private static void Container(Field spec, string task, string container, string flag, FaultList faults)
    {
        Field containers = Task(spec, task)["template"]["spec"]["containers"];
        if (!containers.Items().Any(c => c["name"].Text == container) && containers.Count > 0)
        {
            faults.Warn(
                VolcanoRules.BadPlugins,
                containers.ItemAt(0)["name"],
                $"the ray plugin starts Ray in the container `{NameGrammar.Shorten(container)}` of this task, which has none; name it so, or write `--{flag}`"
            );
        }
    }

    private static Field Task(Field spec, string name) =>
        spec["tasks"].Items().FirstOrDefault(t => t["name"].Text == name);

    private static Field Argument(Field arguments, string name) =>
        arguments
            .Items()
            .FirstOrDefault(a => a.Text is { } text && text.TrimStart('-').Split('=')[0] == name, arguments);

    // Go's flags: one dash or two, the value behind `=` or as the next argument; the first bad one ends the reading.
    private static Dictionary<string, string> Flags(Field arguments, string[] words, string[] numbers, FaultList faults)
    {
        Dictionary<string, string> flags = new(StringComparer.Ordinal);
        List<Field> list = [.. arguments.Items()];
        for (int i = 0; i < list.Count; i++)
        {
            string text = list[i].Text ?? "";
            string bare =
                text.StartsWith("--", StringComparison.Ordinal) ? text[2..]
                : text.StartsWith('-') ? text[1..]
                : "";
            if (bare.Length == 0)
            {
                faults.Warn(
                    VolcanoRules.BadPlugins,
                    list[i],
                    $"the plugin reads no argument from `{NameGrammar.Shorten(text)}` on; flags look like `--head=head`"
                );
                break;
            }

            Field at = list[i];
            int equals = bare.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? bare : bare[..equals];
            string? value =
                equals >= 0 ? bare[(equals + 1)..]
                : ++i < list.Count ? list[i].Text ?? ""
                : null;
            bool known = words.Contains(name) || numbers.Contains(name);
            if (
                !known
                || value is null
                || (
                    numbers.Contains(name)
                    && !int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
                )
            )
            {
                string[] all = [.. words, .. numbers];
                faults.Warn(
                    VolcanoRules.BadPlugins,
                    at,
                    known
                        ? $"`{NameGrammar.Shorten(text)}` has no value that the plugin can read; it and what follows are left out without a word"
                        : $"the plugin has no flag `{NameGrammar.Shorten(name)}`, so it and what follows are left out without a word; it has {NameGrammar.Listing(all)}{DidYouMean.Phrase(name, all)}"
                );
                break;
            }

            flags[name] = value;
        }

        return flags;
    }
}

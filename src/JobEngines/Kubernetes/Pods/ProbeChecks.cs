using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Kubernetes.Pods;

/// <summary>Probes and lifecycle hooks of a container.</summary>
internal static class ProbeChecks
{
    private static readonly string[] ProbeHandlers = ["exec", "httpGet", "tcpSocket", "grpc"];
    private static readonly string[] HookHandlers = ["exec", "httpGet", "tcpSocket", "sleep"];
    private static readonly string[] Numbers =
    [
        "initialDelaySeconds",
        "timeoutSeconds",
        "periodSeconds",
        "successThreshold",
        "failureThreshold",
    ];

    public static void Check(PodContext pod, Field container)
    {
        Probe(pod, container["livenessProbe"], onceIsEnough: true);
        Probe(pod, container["startupProbe"], onceIsEnough: true);
        Probe(pod, container["readinessProbe"], onceIsEnough: false);
        Hook(pod, container["lifecycle"]["postStart"]);
        Hook(pod, container["lifecycle"]["preStop"]);
    }

    private static void Probe(PodContext pod, Field probe, bool onceIsEnough)
    {
        if (!probe.Exists)
        {
            return;
        }

        OneHandler(pod, PodRules.Probe, probe, ProbeHandlers);
        foreach (string number in Numbers)
        {
            pod.InRange(PodRules.Probe, probe[number], 0, int.MaxValue);
        }

        if (onceIsEnough && probe["successThreshold"].Integer is > 1)
        {
            pod.Add(PodRules.Probe, probe["successThreshold"], $"`successThreshold` of a `{probe.Name}` must be 1");
        }

        Field grace = probe["terminationGracePeriodSeconds"];
        if (!onceIsEnough && grace.Exists)
        {
            pod.Add(
                PodRules.Probe,
                grace,
                "a readiness probe stops nothing, so it has no `terminationGracePeriodSeconds`; remove it"
            );
        }
        else
        {
            pod.InRange(PodRules.Probe, grace, 1, long.MaxValue);
        }

        pod.InRange(PodRules.Probe, probe["grpc"]["port"], 1, 65535);
        Handler(pod, PodRules.Probe, probe);
    }

    private static void Hook(PodContext pod, Field hook)
    {
        if (!hook.Exists)
        {
            return;
        }

        OneHandler(pod, PodRules.Lifecycle, hook, HookHandlers);
        Handler(pod, PodRules.Lifecycle, hook);
        if (hook["sleep"]["seconds"].Integer is { } seconds)
        {
            long grace = pod.Spec["terminationGracePeriodSeconds"].Integer ?? 30;
            if (seconds < 0 || seconds > grace)
            {
                pod.Add(
                    PodRules.Lifecycle,
                    hook["sleep"]["seconds"],
                    $"a sleep of {seconds} s does not fit into the grace period of {grace} s; shorten it, or raise `terminationGracePeriodSeconds`"
                );
            }
        }
    }

    private static void OneHandler(PodContext pod, RuleInfo rule, Field owner, string[] handlers)
    {
        int count = handlers.Count(h => owner[h].Exists);
        if (count != 1)
        {
            pod.Add(
                rule,
                owner,
                $"`{owner.Name}` has {(count == 0 ? "no handler" : $"{count} handlers")}; it has exactly one of {NameGrammar.Listing(handlers)}"
            );
        }
    }

    private static void Handler(PodContext pod, RuleInfo rule, Field owner)
    {
        if (owner["exec"].Exists && owner["exec"]["command"].Count == 0)
        {
            pod.Add(rule, owner["exec"], "`exec` has no `command`; add it");
        }

        Field http = owner["httpGet"];
        if (http.Exists)
        {
            Port(pod, rule, http);
            pod.OneOf(rule, http["scheme"], "HTTP", "HTTPS");
            foreach (Field header in http["httpHeaders"].Items())
            {
                if (
                    header["name"].Text is not { Length: > 0 } name
                    || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
                )
                {
                    pod.Add(rule, header["name"], "a header's name is letters, digits and `-`");
                }
            }
        }

        if (owner["tcpSocket"].Exists)
        {
            Port(pod, rule, owner["tcpSocket"]);
        }
    }

    private static void Port(PodContext pod, RuleInfo rule, Field owner)
    {
        Field port = owner["port"];
        pod.InRange(rule, port, 1, 65535);
        if (port.Text is "")
        {
            pod.Add(rule, port, "`port` is empty; write a number or a port's name");
        }

        pod.Name(rule, port, NameGrammar.Port, "port name (numbers go without quotes)");
    }
}

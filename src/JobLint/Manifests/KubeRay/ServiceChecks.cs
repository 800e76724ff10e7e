using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Manifests.KubeRay;

/// <summary>The Services the operator makes: of the head's ports, of <c>headService</c> and <c>serveService</c>.</summary>
internal static class ServiceChecks
{
    private static readonly (string Name, long Port)[] Usual =
    [
        ("client", 10001),
        ("gcs-server", 6379),
        ("dashboard", 8265),
        ("metrics", 8080),
        ("serve", 8000),
    ];

    private static readonly string[] Types = ["ClusterIP", "NodePort", "LoadBalancer"];

    /// <summary>Checks the head Service of a cluster.</summary>
    public static void Head(RayClusterContext cluster, bool needsDashboard)
    {
        Field ports = cluster.HeadContainer["ports"];
        if (needsDashboard && ports.Count > 0 && !ports.Items().Any(p => p["name"].Text == "dashboard"))
        {
            Field near = ports
                .Items()
                .FirstOrDefault(
                    p => p["name"].Text is { } n && n.StartsWith("dash", StringComparison.OrdinalIgnoreCase),
                    ports
                );
            cluster.Add(
                KubeRayRules.NoDashboardPort,
                near.Path == ports.Path ? ports : near["name"],
                "the head declares ports but none named `dashboard`, so its dashboard is not found; add `{name: dashboard, containerPort: 8265}` or remove all ports"
            );
        }

        if (cluster.Annotations["ray.io/enable-serve-service"].Text == "true")
        {
            Serve(cluster, default);
        }

        MetadataChecks.Annotations(cluster.Spec["headServiceAnnotations"], cluster.Faults, KubeRayRules.BadService);
        Field service = cluster.Head["headService"];
        Type(cluster, cluster.Head["serviceType"], service["spec"]);
        Dictionary<long, string> numbers = [];
        Dictionary<string, long> names = new(StringComparer.Ordinal);
        OwnPorts(cluster, service["spec"]["ports"], numbers, names);
        HeadPorts(cluster, ports, numbers, names);
        if (service.Exists)
        {
            Provided(cluster, service, unnamedIsFault: true);
        }
    }

    /// <summary>Checks a RayService's serve Service.</summary>
    public static void Serve(RayClusterContext cluster, Field serveService)
    {
        Field ports = cluster.HeadContainer["ports"];
        bool named =
            ports.Count == 0
            || ports
                .Items()
                .Any(p =>
                    p["name"].Text is { } n && (n == "serve" || n.StartsWith("serve-", StringComparison.Ordinal))
                );
        if (!named && !serveService.Exists)
        {
            cluster.Add(
                KubeRayRules.NoServePort,
                ports,
                "the head declares ports but none named `serve`, so nothing takes traffic; add `{name: serve, containerPort: 8000}` or remove all ports"
            );
        }

        if (serveService.Exists)
        {
            Provided(cluster, serveService, unnamedIsFault: false);
            Type(cluster, serveService["spec"]["type"], default);
        }
    }

    /// <summary>Checks the Ingress of a cluster.</summary>
    public static void Ingress(RayClusterContext cluster)
    {
        Field options = cluster.Head["ingressOptions"];
        if (!cluster.Head["enableIngress"].IsTrue || !options.Exists)
        {
            return;
        }

        Host(cluster, options["host"]);
        Field path = options["path"];
        if (path.Text is { Length: > 0 } text && !IsPath(text, options["pathType"].Text))
        {
            cluster.Add(
                KubeRayRules.BadIngress,
                path,
                $"`{Names.Shorten(text)}` is no path: it begins with `/` and, if `Exact` or `Prefix`, holds no `//`, `/./`, `/../` or `%2f`"
            );
        }

        foreach (Field tls in options["tls"].Items())
        {
            foreach (Field host in tls["hosts"].Items())
            {
                Host(cluster, host);
            }

            if (tls["secretName"].Text is { Length: > 0 } secret && Names.Subdomain(secret) is { } fault)
            {
                cluster.Add(
                    KubeRayRules.BadIngress,
                    tls["secretName"],
                    $"`{Names.Shorten(secret)}` is no Secret's name: it {fault}"
                );
            }
        }
    }

    private static void Type(RayClusterContext cluster, Field type, Field spec)
    {
        foreach (Field field in new[] { type, spec["type"] })
        {
            if (field.Text is not { Length: > 0 } text)
            {
                continue;
            }

            if (text == "ExternalName")
            {
                if (spec["externalName"].Text is null or "")
                {
                    cluster.Add(
                        KubeRayRules.BadService,
                        field,
                        "a Service of type `ExternalName` needs an `externalName`, and Ray none of this type; use `ClusterIP`"
                    );
                }
            }
            else if (!Types.Contains(text))
            {
                cluster.Add(
                    KubeRayRules.BadService,
                    field,
                    $"`{Names.Shorten(text)}` is no type of Service; it is one of {Names.Listing(Types)}{DidYouMean.Phrase(text, Types)}"
                );
            }
        }
    }

    private static void OwnPorts(
        RayClusterContext cluster,
        Field ports,
        Dictionary<long, string> numbers,
        Dictionary<string, long> names
    )
    {
        foreach (Field port in ports.Items())
        {
            if (port["name"].Text is not { Length: > 0 } name)
            {
                cluster.Add(
                    KubeRayRules.BadService,
                    port["name"],
                    "a port of `headService` needs a `name`, since the operator adds further ports"
                );
                continue;
            }

            names.TryAdd(name, port["port"].Integer ?? 0);
            numbers.TryAdd(port["port"].Integer ?? 0, name);
        }
    }

    // Ports of one name become one; every Service port is TCP, whatever the container's protocol.
    private static void HeadPorts(
        RayClusterContext cluster,
        Field ports,
        Dictionary<long, string> numbers,
        Dictionary<string, long> names
    )
    {
        HashSet<string> own = new(names.Keys, StringComparer.Ordinal);
        Dictionary<string, (long Number, Field At)> head = new(StringComparer.Ordinal);
        foreach (Field port in ports.Items())
        {
            long number = port["containerPort"].Integer ?? 0;
            string name = port["name"].Text is { Length: > 0 } text ? text : $"{number}-port";
            head[name] = (number, port["containerPort"]);
            if (!KubernetesNames.IsDns1123Label(name) && Names.Port(name) is null)
            {
                cluster.Add(
                    KubeRayRules.BadService,
                    port["name"],
                    $"`{Names.Shorten(name)}` can't be the name of a Service port: lower-case letters, digits and `-`"
                );
            }
        }

        foreach ((string name, long port) in Usual)
        {
            if (ports.Count == 0 || (name == "metrics" && !head.ContainsKey(name)))
            {
                head[name] = (port, ports.Exists ? ports : cluster.Head["headService"]["spec"]["ports"]);
            }
        }

        foreach ((string name, (long number, Field at)) in head)
        {
            if (own.Contains(name))
            {
                cluster.Add(
                    KubeRayRules.BadService,
                    at,
                    $"`headService` has a port `{Names.Shorten(name)}`, and the operator adds one of that name; remove yours"
                );
            }
            else if (number is > 0 and <= 65535 && !numbers.TryAdd(number, name))
            {
                cluster.Add(
                    KubeRayRules.BadService,
                    at,
                    $"the head Service would have port {number} twice, as `{Names.Shorten(numbers[number])}` and `{Names.Shorten(name)}`; change one"
                );
            }
        }
    }

    private static void Provided(RayClusterContext cluster, Field service, bool unnamedIsFault)
    {
        MetadataChecks.Labels(service["metadata"]["labels"], cluster.Faults, KubeRayRules.BadService);
        MetadataChecks.Annotations(service["metadata"]["annotations"], cluster.Faults, KubeRayRules.BadService);
        if (service["metadata"]["name"].Text is { Length: > 0 } name && Names.Label(name) is { } fault)
        {
            cluster.Add(
                KubeRayRules.BadService,
                service["metadata"]["name"],
                $"`{Names.Shorten(name)}` is no Service's name: it {fault}"
            );
        }

        Field spec = service["spec"];
        foreach (Field port in spec["ports"].Items())
        {
            Port(cluster, port, unnamedIsFault);
        }

        Enum(cluster, spec["sessionAffinity"], "None", "ClientIP");
        Enum(cluster, spec["externalTrafficPolicy"], "Cluster", "Local");
        Enum(cluster, spec["internalTrafficPolicy"], "Cluster", "Local");
        Enum(cluster, spec["ipFamilyPolicy"], "SingleStack", "PreferDualStack", "RequireDualStack");
        if (spec["clusterIP"].Text is { Length: > 0 } ip && ip != "None" && !Names.IsIpAddress(ip))
        {
            cluster.Add(
                KubeRayRules.BadService,
                spec["clusterIP"],
                $"`{Names.Shorten(ip)}` is no IP address; write one, or `None`"
            );
        }

        string type =
            spec["type"].Text is { Length: > 0 } own ? own
            : cluster.Head["serviceType"].Text is { Length: > 0 } set ? set
            : "ClusterIP";
        if (type is "NodePort" or "LoadBalancer" && spec["clusterIP"].Text == "None")
        {
            cluster.Add(
                KubeRayRules.BadService,
                spec["clusterIP"],
                $"a Service of type `{type}` can't be headless; remove `clusterIP: None`"
            );
        }

        foreach (Field address in spec["externalIPs"].Items())
        {
            if (address.Text is { } external && !Names.IsIpAddress(external))
            {
                cluster.Add(KubeRayRules.BadService, address, $"`{Names.Shorten(external)}` is no IP address");
            }
        }

        if (type == "ClusterIP" && spec["externalTrafficPolicy"].Text is { Length: > 0 })
        {
            cluster.Add(
                KubeRayRules.BadService,
                spec["externalTrafficPolicy"],
                "`externalTrafficPolicy` is for `NodePort` and `LoadBalancer`; remove it"
            );
        }

        if (type != "LoadBalancer" && spec["loadBalancerSourceRanges"].Count > 0)
        {
            cluster.Add(
                KubeRayRules.BadService,
                spec["loadBalancerSourceRanges"],
                "`loadBalancerSourceRanges` are for `LoadBalancer`; remove them"
            );
        }
    }

    private static void Port(RayClusterContext cluster, Field port, bool unnamedIsFault)
    {
        foreach (string name in new[] { "port", "targetPort" })
        {
            if (port[name].Integer is { } number && number is < 1 or > 65535)
            {
                cluster.Add(KubeRayRules.BadService, port[name], $"`{name}` is {number}, but ports are 1 to 65535");
            }
        }

        if (port["nodePort"].Integer is { } node && node is < 0 or > 65535)
        {
            cluster.Add(KubeRayRules.BadService, port["nodePort"], $"`nodePort` is {node}, but ports are 1 to 65535");
        }

        if (port["targetPort"].Text is { } target && Names.Port(target) is { } wrong)
        {
            cluster.Add(
                KubeRayRules.BadService,
                port["targetPort"],
                $"`{Names.Shorten(target)}` is no port name: it {wrong}"
            );
        }

        Enum(cluster, port["protocol"], "TCP", "UDP", "SCTP");
        if (unnamedIsFault && port["name"].Text is { Length: > 0 } text && Names.Label(text) is { } fault)
        {
            cluster.Add(
                KubeRayRules.BadService,
                port["name"],
                $"`{Names.Shorten(text)}` is no name of a Service port: it {fault}"
            );
        }
    }

    private static void Enum(RayClusterContext cluster, Field field, params string[] allowed)
    {
        if (field.Text is { Length: > 0 } text && !allowed.Contains(text))
        {
            cluster.Add(
                KubeRayRules.BadService,
                field,
                $"`{field.Name}` can't be `{Names.Shorten(text)}`; it is one of {Names.Listing(allowed)}{DidYouMean.Phrase(text, allowed)}"
            );
        }
    }

    private static void Host(RayClusterContext cluster, Field host)
    {
        if (host.Text is not { Length: > 0 } text)
        {
            return;
        }

        string name = text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text;
        if (Names.IsIpAddress(text))
        {
            cluster.Add(KubeRayRules.BadIngress, host, $"`{Names.Shorten(text)}` is an address; a host is a DNS name");
        }
        else if (Names.Subdomain(name) is { } fault)
        {
            cluster.Add(KubeRayRules.BadIngress, host, $"`{Names.Shorten(text)}` is no host: it {fault}");
        }
    }

    private static bool IsPath(string path, string? type)
    {
        if (path[0] != '/')
        {
            return false;
        }

        string[] forbidden = ["//", "/./", "/../", "%2f", "%2F"];
        return type is not ("Exact" or "Prefix")
            || (
                !forbidden.Any(f => path.Contains(f, StringComparison.Ordinal))
                && !path.EndsWith("/..", StringComparison.Ordinal)
                && !path.EndsWith("/.", StringComparison.Ordinal)
            );
    }
}

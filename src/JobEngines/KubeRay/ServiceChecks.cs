using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.KubeRay;

/// <summary>The Services the operator makes: of the head's ports, of <c>headService</c> and <c>serveService</c>.</summary>
public static class ServiceChecks
{
    private static readonly (string Name, long Port)[] Usual =
    [
        ("client", 10001),
        ("gcs-server", 6379),
        ("dashboard", 8265),
        ("metrics", 8080),
        ("serve", 8000),
    ];

    private const string SourceRanges = "service.beta.kubernetes.io/load-balancer-source-ranges";

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
        SourceRangeAnnotation(cluster, cluster.Spec["headServiceAnnotations"][SourceRanges], service["spec"]);
        Type(cluster, cluster.Head["serviceType"], service["spec"]);
        Dictionary<long, string> numbers = [];
        Dictionary<string, long> names = new(StringComparer.Ordinal);
        OwnPorts(cluster, service["spec"]["ports"], numbers, names);
        HeadPorts(cluster, ports, numbers, names);
        if (service.Exists)
        {
            Provided(cluster, service, portsCount: true);
        }
    }

    /// <summary>
    /// Checks a RayService's serve Service: the head's ports called <c>serve</c> or <c>serve-…</c>, each with what
    /// <c>serveService</c> says of a port of that name; all of <c>serveService</c> where the head has none.
    /// </summary>
    public static void Serve(RayClusterContext cluster, Field serveService)
    {
        Field ports = cluster.HeadContainer["ports"];
        List<string> own =
            ports.Count == 0 ? ["serve"] : [.. ports.Items().Select(p => p["name"].Text ?? "").Where(IsServing)];
        if (!serveService.Exists)
        {
            if (own.Count == 0)
            {
                cluster.Add(
                    KubeRayRules.NoServePort,
                    ports,
                    "the head declares ports but none named `serve`, so nothing takes traffic; add `{name: serve, containerPort: 8000}` or remove all ports"
                );
            }

            return;
        }

        Field spec = serveService["spec"];
        Provided(cluster, serveService, portsCount: false);
        Type(cluster, spec["type"], default);
        List<Field> counting =
        [
            .. spec["ports"].Items().Where(p => own.Count == 0 || own.Contains(p["name"].Text ?? "")),
        ];
        Ports(cluster, counting, TypeOf(cluster, spec));
        if (own.Count == 0 && counting.Count == 0 && spec["clusterIP"].Text != "None")
        {
            cluster.Add(
                KubeRayRules.NoServePort,
                spec["ports"].Exists ? spec["ports"] : serveService,
                "neither the head nor `serveService` has a port, so the Service would have none; add `{name: serve, port: 8000}`"
            );
        }

        foreach (Field port in counting.Where(p => counting.Count > 1 && p["name"].Text is null or ""))
        {
            cluster.Add(
                KubeRayRules.BadService,
                port["name"],
                "a port of `serveService` needs a `name` beside others; add one"
            );
        }
    }

    private static bool IsServing(string name) =>
        name == "serve" || name.StartsWith("serve-", StringComparison.Ordinal);

    /// <summary>Checks the Ingress of a cluster.</summary>
    public static void Ingress(RayClusterContext cluster)
    {
        Field options = cluster.Head["ingressOptions"];
        if (!cluster.Head["enableIngress"].IsTrue)
        {
            return;
        }

        if (
            cluster.Annotations["kubernetes.io/ingress.class"] is { Text: { } name } given
            && NameGrammar.Subdomain(name) is { } wrong
        )
        {
            cluster.Add(
                KubeRayRules.BadIngress,
                given,
                $"`{NameGrammar.Shorten(name)}` is not an ingress class: it {wrong}"
            );
        }

        if (!options.Exists)
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
                $"`{NameGrammar.Shorten(text)}` is not a path: it begins with `/` and, if `Exact` or `Prefix`, holds no `//`, `/./`, `/../` or `%2f`"
            );
        }

        foreach (Field tls in options["tls"].Items())
        {
            foreach (Field host in tls["hosts"].Items())
            {
                Host(cluster, host);
            }

            if (tls["secretName"].Text is { Length: > 0 } secret && NameGrammar.Subdomain(secret) is { } fault)
            {
                cluster.Add(
                    KubeRayRules.BadIngress,
                    tls["secretName"],
                    $"`{NameGrammar.Shorten(secret)}` is not a Secret's name: it {fault}"
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
                cluster.Add(
                    KubeRayRules.BadService,
                    field,
                    "a Service of type `ExternalName` leads to no pod, so the cluster is never ready; use `ClusterIP`"
                );
            }
            else if (!Types.Contains(text))
            {
                cluster.Add(
                    KubeRayRules.BadService,
                    field,
                    $"`{NameGrammar.Shorten(text)}` is not a type of Service; it is one of {NameGrammar.Listing(Types)}{DidYouMean.Phrase(text, Types)}"
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

            long number = port["port"].Integer ?? 0;
            if (!names.TryAdd(name, number))
            {
                cluster.Add(
                    KubeRayRules.BadService,
                    port["name"],
                    $"two ports of `headService` are named `{NameGrammar.Shorten(name)}`; choose another"
                );
            }

            // The operator's ports are TCP: the same number of another protocol is another port.
            if (port["protocol"].Text is null or "" or "TCP")
            {
                numbers.TryAdd(number, name);
            }
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
            if (!KubernetesNames.IsDns1123Label(name) && NameGrammar.Port(name) is null)
            {
                cluster.Add(
                    KubeRayRules.BadService,
                    port["name"],
                    $"`{NameGrammar.Shorten(name)}` can't be the name of a Service port: lower-case letters, digits and `-`"
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
                    $"`headService` has a port `{NameGrammar.Shorten(name)}`, and the operator adds one of that name; remove yours"
                );
            }
            else if (number is > 0 and <= 65535 && !numbers.TryAdd(number, name))
            {
                cluster.Add(
                    KubeRayRules.BadService,
                    at,
                    $"the head Service would have port {number} twice, as `{NameGrammar.Shorten(numbers[number])}` and `{NameGrammar.Shorten(name)}`; change one"
                );
            }
        }
    }

    private static void Provided(RayClusterContext cluster, Field service, bool portsCount)
    {
        MetadataChecks.Labels(service["metadata"]["labels"], cluster.Faults, KubeRayRules.BadService);
        MetadataChecks.Annotations(service["metadata"]["annotations"], cluster.Faults, KubeRayRules.BadService);
        if (service["metadata"]["name"].Text is { Length: > 0 } name && NameGrammar.Label(name) is { } fault)
        {
            cluster.Add(
                KubeRayRules.BadService,
                service["metadata"]["name"],
                $"`{NameGrammar.Shorten(name)}` is not a Service's name: it {fault}"
            );
        }

        Field spec = service["spec"];
        string type = TypeOf(cluster, spec);
        if (portsCount)
        {
            Ports(cluster, spec["ports"].Items(), type);
        }

        Enum(cluster, spec["sessionAffinity"], "None", "ClientIP");
        Enum(cluster, spec["externalTrafficPolicy"], "Cluster", "Local");
        Enum(cluster, spec["internalTrafficPolicy"], "Cluster", "Local");
        Enum(cluster, spec["ipFamilyPolicy"], "SingleStack", "PreferDualStack", "RequireDualStack");
        if (spec["clusterIP"].Text is { Length: > 0 } ip && ip != "None" && !NameGrammar.IsIpAddress(ip))
        {
            cluster.Add(
                KubeRayRules.BadService,
                spec["clusterIP"],
                $"`{NameGrammar.Shorten(ip)}` is not an IP address; write one, or `None`"
            );
        }

        Enum(cluster, spec["trafficDistribution"], "PreferClose", "PreferSameZone", "PreferSameNode");
        foreach (Field family in spec["ipFamilies"].Items())
        {
            Enum(cluster, family, "IPv4", "IPv6");
        }

        if (type is "NodePort" or "LoadBalancer" && spec["clusterIP"].Text == "None")
        {
            cluster.Add(
                KubeRayRules.BadService,
                spec["clusterIP"],
                $"a Service of type `{type}` can't be headless; remove `clusterIP: None`"
            );
        }

        Field timeout = spec["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"];
        if (spec["sessionAffinity"].Text == "ClientIP" && timeout.Integer is < 1 or > 86_400)
        {
            cluster.Add(
                KubeRayRules.BadService,
                timeout,
                $"`timeoutSeconds` is {timeout.Integer}, but must be 1 to 86400, a day"
            );
        }

        foreach (Field address in spec["externalIPs"].Items())
        {
            ExternalAddress(cluster, address);
        }

        if (
            type == "ClusterIP"
            && spec["externalIPs"].Count == 0
            && spec["externalTrafficPolicy"].Text is { Length: > 0 }
        )
        {
            cluster.Add(
                KubeRayRules.BadService,
                spec["externalTrafficPolicy"],
                "`externalTrafficPolicy` is for `NodePort` and `LoadBalancer`; remove it"
            );
        }

        Balancer(cluster, service, type);
    }

    // What only load balancers have.
    private static void Balancer(RayClusterContext cluster, Field service, string type)
    {
        Field spec = service["spec"];
        Field ranges = spec["loadBalancerSourceRanges"];
        Field annotation = service["metadata"]["annotations"][SourceRanges];
        foreach (Field range in ranges.Items())
        {
            Range(cluster, range, range.Text);
        }

        if (ranges.Count == 0)
        {
            SourceRangeAnnotation(cluster, annotation, spec);
        }

        if (spec["loadBalancerClass"].Text is { } name && NameGrammar.Qualified(name) is { } fault)
        {
            cluster.Add(
                KubeRayRules.BadService,
                spec["loadBalancerClass"],
                $"`{NameGrammar.Shorten(name)}` is not a load balancer class: it {fault}"
            );
        }

        Field[] own =
        [
            ranges.Count > 0 ? ranges : default,
            spec["loadBalancerClass"],
            spec["allocateLoadBalancerNodePorts"],
        ];
        foreach (Field field in own)
        {
            if (type != "LoadBalancer" && field.Exists)
            {
                OnlyForBalancers(cluster, field, type);
            }
        }

        Field health = spec["healthCheckNodePort"];
        if (
            health.Integer is not (null or 0)
            && !(type == "LoadBalancer" && spec["externalTrafficPolicy"].Text == "Local")
        )
        {
            cluster.Add(
                KubeRayRules.BadService,
                health,
                "`healthCheckNodePort` is for a `LoadBalancer` with `externalTrafficPolicy: Local`; remove it"
            );
        }
    }

    private static string TypeOf(RayClusterContext cluster, Field spec) =>
        spec["type"].Text is { Length: > 0 } own ? own
        : cluster.Head["serviceType"].Text is { Length: > 0 } set ? set
        : "ClusterIP";

    private static void OnlyForBalancers(RayClusterContext cluster, Field field, string type) =>
        cluster.Add(
            KubeRayRules.BadService,
            field,
            $"`{field.Name}` is for `LoadBalancer`, the Service is of type `{NameGrammar.Shorten(type)}`; remove it"
        );

    // The annotation stands for `loadBalancerSourceRanges` where that is not set.
    private static void SourceRangeAnnotation(RayClusterContext cluster, Field annotation, Field spec)
    {
        if (annotation.Text is not { } list || spec["loadBalancerSourceRanges"].Count > 0)
        {
            return;
        }

        if (TypeOf(cluster, spec) is var type && type != "LoadBalancer")
        {
            OnlyForBalancers(cluster, annotation, type);
        }

        foreach (string range in list.Trim().Length == 0 ? [] : list.Split(','))
        {
            Range(cluster, annotation, range);
        }
    }

    private static void Range(RayClusterContext cluster, Field at, string? range)
    {
        if (range is not null && !NameGrammar.IsAddressRange(range.Trim()))
        {
            cluster.Add(
                KubeRayRules.BadService,
                at,
                $"`{NameGrammar.Shorten(range.Trim())}` is not a range of addresses; write it as `10.0.0.0/8`, with zeros after the prefix"
            );
        }
    }

    private static void ExternalAddress(RayClusterContext cluster, Field address)
    {
        if (address.Text is not { } text)
        {
            return;
        }

        if (!NameGrammar.IsIpAddress(text))
        {
            cluster.Add(
                KubeRayRules.BadService,
                address,
                $"`{NameGrammar.Shorten(text)}` is not an IP address; write `10.0.0.1` or `fd00::1`"
            );
        }
        else if (!IsReachable(System.Net.IPAddress.Parse(text)))
        {
            cluster.Add(
                KubeRayRules.BadService,
                address,
                $"`{text}` reaches no other host (unspecified, loopback or link-local); use an address of the nodes' network"
            );
        }
    }

    private static bool IsReachable(System.Net.IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        return bytes.Length == 4
            ? !(bytes is [0, 0, 0, 0] or [127, ..] or [169, 254, ..] or [224, 0, 0, _])
            : !address.Equals(System.Net.IPAddress.IPv6Any)
                && !System.Net.IPAddress.IsLoopback(address)
                && !address.IsIPv6LinkLocal
                && !(bytes[0] == 0xFF && (bytes[1] & 0x0F) == 2);
    }

    private static void Ports(RayClusterContext cluster, IEnumerable<Field> ports, string type)
    {
        Dictionary<string, long> nodes = new(StringComparer.Ordinal);
        HashSet<string> taken = new(StringComparer.Ordinal);
        foreach (Field port in ports)
        {
            Port(cluster, port);
            string protocol = port["protocol"].Text is { Length: > 0 } given ? given : "TCP";
            if (
                port["port"].Integer is { } number
                && !taken.Add($"{protocol}/{number}")
                && !cluster.Faults.IsSettled(port)
            )
            {
                cluster.Add(
                    KubeRayRules.BadService,
                    port["port"],
                    $"port {number} {protocol} is here twice; change one"
                );
            }

            Field node = port["nodePort"];
            if (node.Integer is not { } wanted || wanted == 0)
            {
                continue;
            }

            if (type == "ClusterIP")
            {
                cluster.Add(
                    KubeRayRules.BadService,
                    node,
                    "`nodePort` is for `NodePort` and `LoadBalancer`, the Service is of type `ClusterIP`; remove it"
                );
            }
            else if (wanted is < 30_000 or > 32_767)
            {
                cluster.Add(
                    KubeRayRules.BadService,
                    node,
                    $"`nodePort` is {wanted}, but must be 30000 to 32767; leave it out and one is chosen"
                );
            }
            else if (!nodes.TryAdd($"{protocol}/{wanted}", wanted))
            {
                cluster.Add(KubeRayRules.BadService, node, $"`nodePort` {wanted} is here twice; change one");
            }
        }
    }

    private static void NumberOf(RayClusterContext cluster, Field port)
    {
        if (port.Integer is { } number && number is < 1 or > 65535)
        {
            cluster.Add(KubeRayRules.BadService, port, $"`{port.Name}` is {number}, but ports are 1 to 65535");
        }
    }

    private static void Port(RayClusterContext cluster, Field port)
    {
        NumberOf(cluster, port["port"]);
        Field target = port["targetPort"];
        // 0 and the empty text count as not set: then it is the port itself.
        if (target.Integer is not 0)
        {
            NumberOf(cluster, target);
        }

        if (target.Text is { Length: > 0 } text && NameGrammar.Port(text) is { } wrong)
        {
            cluster.Add(
                KubeRayRules.BadService,
                target,
                $"`{NameGrammar.Shorten(text)}` is not a port name: it {wrong}"
            );
        }

        Enum(cluster, port["protocol"], "TCP", "UDP", "SCTP");
        if (port["name"].Text is { Length: > 0 } name && NameGrammar.Label(name) is { } fault)
        {
            cluster.Add(
                KubeRayRules.BadService,
                port["name"],
                $"`{NameGrammar.Shorten(name)}` is not a name of a Service port: it {fault}"
            );
        }

        if (port["appProtocol"].Text is { } protocol && NameGrammar.Qualified(protocol) is { } odd)
        {
            cluster.Add(
                KubeRayRules.BadService,
                port["appProtocol"],
                $"`{NameGrammar.Shorten(protocol)}` is not an application protocol: it {odd}"
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
                $"`{field.Name}` can't be `{NameGrammar.Shorten(text)}`; it is one of {NameGrammar.Listing(allowed)}{DidYouMean.Phrase(text, allowed)}"
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
        if (NameGrammar.IsIpAddress(text))
        {
            cluster.Add(
                KubeRayRules.BadIngress,
                host,
                $"`{NameGrammar.Shorten(text)}` is an address; a host is a DNS name"
            );
        }
        else if (NameGrammar.Subdomain(name) is { } fault)
        {
            cluster.Add(KubeRayRules.BadIngress, host, $"`{NameGrammar.Shorten(text)}` is not a host: it {fault}");
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

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rayquest.JobRehearsal.Cluster;

/// <summary>
/// A Kubernetes API server on loopback, as much of it as the real kubectl needs for what we ask: discovery, lists in
/// pages with label selectors, single objects, logs, create and server-side apply with dry run, status patches,
/// deletes. Every call is recorded; trouble can be ordered. Objects live in memory only.
/// </summary>
public sealed class EmulatedCluster : IDisposable
{
    private readonly ConcurrentQueue<ClusterCall> calls = new();
    private readonly List<ClusterIncident> troubles = [];
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, string> logs = new(StringComparer.Ordinal);
    private readonly HashSet<string> missing = new(StringComparer.Ordinal);
    private readonly ClusterStore store;
    private readonly CancellationTokenSource disposed = new();
    private HttpListener listener;

    public EmulatedCluster(TimeProvider? time = null)
    {
        store = new ClusterStore(time ?? TimeProvider.System);
        (listener, Port) = Listen();
        Accept(listener);
    }

    public int Port { get; }
    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>All calls since the start or the last <see cref="ForgetCalls"/>.</summary>
    public IReadOnlyList<ClusterCall> Calls => [.. calls];

    /// <summary>Evaluates an object before it is stored: null lets it in, anything else is answered as a refusal.</summary>
    public Func<EmulatedKind, JsonObject, string?> Admission { get; set; } = (_, _) => null;

    /// <summary>Called after an object was created or changed by a client; the place for an operator to act.</summary>
    public Action<EmulatedKind, JsonObject> Stored { get; set; } = (_, _) => { };

    /// <summary>A kubeconfig that points here.</summary>
    public string Kubeconfig =>
        $$$"""
            {"apiVersion":"v1","kind":"Config","current-context":"rehearsal",
             "clusters":[{"name":"rehearsal","cluster":{"server":"{{{Address}}}"}}],
             "contexts":[{"name":"rehearsal","context":{"cluster":"rehearsal","user":"rehearsal"}}],
             "users":[{"name":"rehearsal","user":{}}]}
            """;

    public void ForgetCalls() => calls.Clear();

    /// <summary>Orders trouble for coming requests; discovery included unless the path says otherwise.</summary>
    public void Incident(ClusterIncident incident)
    {
        lock (gate)
        {
            troubles.Add(incident);
        }
    }

    /// <summary>Takes back all trouble that has not come yet.</summary>
    public void Calm()
    {
        lock (gate)
        {
            troubles.Clear();
        }
    }

    /// <summary>Stops answering: connections are refused until <see cref="Up"/>.</summary>
    public void Down() => listener.Close();

    /// <summary>Answers again on the same port.</summary>
    public void Up()
    {
        var fresh = new HttpListener();
        fresh.Prefixes.Add($"{Address}/");
        fresh.Start();
        listener = fresh;
        Accept(fresh);
    }

    /// <summary>Takes a kind away, as if its CRD were not installed.</summary>
    public void Uninstall(string qualified)
    {
        lock (gate)
        {
            missing.Add(qualified);
        }
    }

    /// <summary>Puts an object in without a client: what a controller does.</summary>
    public JsonObject Put(JsonObject item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var ns = ClusterStore.Text(item["metadata"] as JsonObject, "namespace");
        if (ns.Length > 0)
        {
            AddNamespace(ns);
        }

        return store.Put(KindOf(item), item);
    }

    public JsonObject? Get(string qualified, string ns, string name) => store.Get(Kind(qualified), ns, name);

    public bool Remove(string qualified, string ns, string name) => store.Remove(Kind(qualified), ns, name);

    public void AddNamespace(string name)
    {
        var kind = Kind("namespaces");
        if (store.Get(kind, "", name) is null)
        {
            store.Put(
                kind,
                new JsonObject
                {
                    ["metadata"] = new JsonObject { ["name"] = name },
                    ["status"] = new JsonObject { ["phase"] = "Active" },
                }
            );
        }
    }

    /// <summary>Changes an object in place, as a controller does; nothing happens when it is not there.</summary>
    public void Change(string qualified, string ns, string name, Action<JsonObject> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var kind = Kind(qualified);
        if (store.Get(kind, ns, name) is { } item)
        {
            change(item);
            store.Put(kind, item);
        }
    }

    /// <summary>What a pod's log endpoint answers.</summary>
    public void SetLog(string ns, string pod, string text) => logs[$"{ns}/{pod}"] = text;

    /// <summary>
    /// Replaces everything by one moment of the recordings: files <c>NN-rayjobs.json</c>, <c>-pods</c>, <c>-events</c>,
    /// <c>-jobs</c>, <c>-rayclusters</c>; kinds that this moment lacks stay as they were.
    /// </summary>
    public void Replay(string folder, int number)
    {
        foreach (
            var (file, qualified) in new[]
            {
                ("rayjobs", "rayjobs.ray.io"),
                ("rayclusters", "rayclusters.ray.io"),
                ("pods", "pods"),
                ("events", "events"),
                ("jobs", "jobs.batch"),
            }
        )
        {
            var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number:00}-{file}.json"));
            if (!File.Exists(path))
            {
                continue;
            }

            var kind = Kind(qualified);
            store.RemoveAll(kind);
            foreach (var item in JsonNode.Parse(File.ReadAllBytes(path))!["items"]!.AsArray())
            {
                var copy = (JsonObject)item!.DeepClone();
                AddNamespace(ClusterStore.Text(copy["metadata"] as JsonObject, "namespace"));
                store.Put(kind, copy, keepRevision: true);
            }
        }
    }

    public void Dispose()
    {
        disposed.Cancel();
        listener.Close();
        disposed.Dispose();
    }

    private static (HttpListener Listener, int Port) Listen()
    {
        for (var attempt = 0; ; attempt++)
        {
            // HttpListener cannot pick a port itself.
            int port;
            using (var probe = new TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                port = ((IPEndPoint)probe.LocalEndpoint).Port;
            }

            var fresh = new HttpListener();
            fresh.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                fresh.Start();
                return (fresh, port);
            }
            catch (HttpListenerException) when (attempt < 20)
            {
                fresh.Close();
            }
        }
    }

    private void Accept(HttpListener from)
    {
        var thread = new Thread(() =>
        {
            while (from.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = from.GetContext();
                }
                catch (Exception fault)
                    when (fault is HttpListenerException or ObjectDisposedException or InvalidOperationException)
                {
                    return;
                }

                ThreadPool.QueueUserWorkItem(_ => Serve(context));
            }
        })
        {
            IsBackground = true,
            Name = "emulated cluster",
        };
        thread.Start();
    }

    private void Serve(HttpListenerContext context)
    {
        try
        {
            var incident = NextIncident(context.Request.RawUrl ?? "");
            if (incident is { Kind: ClusterIncidentKind.Slow })
            {
                disposed.Token.WaitHandle.WaitOne(incident.Delay);
            }

            var answer = incident is { Kind: ClusterIncidentKind.Status }
                ? Failure(incident.Status)
                : Answer(context.Request);
            calls.Enqueue(
                new ClusterCall(
                    context.Request.HttpMethod,
                    context.Request.RawUrl ?? "",
                    incident is { Kind: ClusterIncidentKind.Reset } ? 0 : answer.Status,
                    context.Request.Headers["Kubectl-Command"] ?? ""
                )
            );
            Send(context.Response, answer, cut: incident is { Kind: ClusterIncidentKind.Reset });
        }
        catch (Exception fault)
            when (fault is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            // The client went away; it will say so itself.
        }
    }

    private ClusterIncident? NextIncident(string url)
    {
        lock (gate)
        {
            var index = troubles.FindIndex(item => url.Contains(item.PathContains, StringComparison.Ordinal));
            if (index < 0)
            {
                return null;
            }

            var found = troubles[index];
            if (found.Times <= 1)
            {
                troubles.RemoveAt(index);
            }
            else
            {
                troubles[index] = found with { Times = found.Times - 1 };
            }

            return found;
        }
    }

    private static void Send(HttpListenerResponse response, ClusterAnswer answer, bool cut)
    {
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        if (answer.Tag.Length > 0)
        {
            response.Headers["ETag"] = answer.Tag;
            response.Headers["Cache-Control"] = "public";
            response.Headers["Vary"] = "Accept";
        }

        if (answer.Status == 429)
        {
            response.Headers["Retry-After"] = "0";
        }

        response.ContentLength64 = answer.Body.Length;
        if (cut)
        {
            response.OutputStream.Write(answer.Body, 0, answer.Body.Length / 2);
            response.OutputStream.Flush();
            response.Abort();
            return;
        }

        response.OutputStream.Write(answer.Body);
        response.Close();
    }

    private ClusterAnswer Answer(HttpListenerRequest request)
    {
        var path = request.Url!.AbsolutePath.TrimEnd('/');
        var query = request.QueryString;
        switch (path)
        {
            case "/version":
                return ClusterAnswer.Json(
                    """{"major":"1","minor":"36","gitVersion":"v1.36.0","gitCommit":"0000000","gitTreeState":"clean","buildDate":"2026-04-22T00:00:00Z","goVersion":"go1.26.1","compiler":"gc","platform":"linux/amd64"}"""
                );
            case "/healthz" or "/readyz" or "/livez":
                return new ClusterAnswer(200, "text/plain", "ok"u8.ToArray());
            case "/api" or "/apis":
                return Discovery.Groups(
                    Kinds(),
                    core: path == "/api",
                    request.Headers["Accept"] ?? "",
                    request.Headers["If-None-Match"] ?? ""
                );
            case "/openapi/v3":
                return Discovery.OpenApiIndex(Kinds());
            default:
                break;
        }

        if (path.StartsWith("/openapi/v3/", StringComparison.Ordinal))
        {
            return Discovery.OpenApi(Kinds(), path["/openapi/v3/".Length..]);
        }

        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 2 || parts[0] is not ("api" or "apis") || (parts[0] is "apis" && parts.Length < 3))
        {
            return Failure(404);
        }

        var core = parts[0] is "api";
        var group = core ? "" : parts[1];
        var version = core ? parts[1] : parts[2];
        var rest = parts[(core ? 2 : 3)..];
        if (rest.Length == 0)
        {
            return Discovery.Resources(Kinds(), group, version) ?? Failure(404);
        }

        string? ns = null;
        if (rest.Length >= 3 && rest[0] is "namespaces")
        {
            ns = rest[1];
            rest = rest[2..];
        }

        if (group is "authorization.k8s.io" && request.HttpMethod == "POST")
        {
            return ClusterAnswer.Json(
                """{"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1","metadata":{},"spec":{},"status":{"allowed":true}}""",
                201
            );
        }

        var kind = Kinds()
            .FirstOrDefault(item =>
                string.Equals(item.Group, group, StringComparison.Ordinal)
                && string.Equals(item.Version, version, StringComparison.Ordinal)
                && string.Equals(item.Plural, rest[0], StringComparison.Ordinal)
            );
        if (kind is null)
        {
            return Failure(404);
        }

        var name = rest.Length > 1 ? rest[1] : "";
        var sub = rest.Length > 2 ? rest[2] : "";
        return (request.HttpMethod, name.Length > 0) switch
        {
            ("GET", false) => List(kind, ns, query),
            ("GET", true) when sub is "log" => Log(ns ?? "", name, query),
            ("GET", true) => store.Get(kind, ns ?? "", name) is { } item
                ? ClusterAnswer.Json(item.ToJsonString())
                : NotFound(kind, name),
            ("POST", false) => Create(kind, ns ?? "", Body(request), query),
            ("PUT", true) => Replace(kind, ns ?? "", name, Body(request), query),
            ("PATCH", true) => Patch(kind, ns ?? "", name, sub, request.ContentType ?? "", Body(request), query),
            ("DELETE", true) => store.Remove(kind, ns ?? "", name)
                ? ClusterAnswer.Json("""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success"}""")
                : NotFound(kind, name),
            _ => Failure(405),
        };
    }

    private ClusterAnswer List(EmulatedKind kind, string? ns, System.Collections.Specialized.NameValueCollection query)
    {
        var labels = query["labelSelector"] ?? "";
        var fields = query["fieldSelector"] ?? "";
        var limit = int.TryParse(query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
        var after = "";
        if (query["continue"] is { Length: > 0 } token)
        {
            try
            {
                after = Encoding.UTF8.GetString(Convert.FromBase64String(token));
            }
            catch (FormatException)
            {
                return Failure(400);
            }
        }

        var (items, next, remaining) = store.List(
            kind,
            ns,
            item => LabelSelector.Matches(labels, ClusterStore.Labels(item)) && FieldsMatch(fields, item),
            after,
            limit
        );
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $$"""{"apiVersion":"{{kind.ApiVersion}}","kind":"{{kind.Kind}}List","metadata":{"resourceVersion":"{{store.Revision}}" """
        );
        if (next.Length > 0)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $$""","continue":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(next))}}","remainingItemCount":{{remaining}}"""
            );
        }

        text.Append("},\"items\":[").AppendJoin(',', items).Append("]}");
        return ClusterAnswer.Json(text.ToString());
    }

    private static bool FieldsMatch(string fields, JsonObject item) =>
        fields
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .All(part =>
            {
                var equal = !part.Contains("!=", StringComparison.Ordinal);
                var sides = part.Split(["!=", "==", "="], 2, StringSplitOptions.None);
                JsonNode? node = item;
                foreach (var step in sides[0].Split('.'))
                {
                    node = (node as JsonObject)?[step];
                }

                var value = node is JsonValue found && found.TryGetValue<string>(out var text) ? text : "";
                return string.Equals(value, sides[1], StringComparison.Ordinal) == equal;
            });

    private ClusterAnswer Log(string ns, string pod, System.Collections.Specialized.NameValueCollection query)
    {
        if (store.Get(Kind("pods"), ns, pod) is null)
        {
            return NotFound(Kind("pods"), pod);
        }

        if (!logs.TryGetValue($"{ns}/{pod}", out var text))
        {
            // What a real server says of a node without a kubelet (recordings, log-*.json).
            return ClusterAnswer.Failure(500, "", "no preferred addresses found; known addresses: []");
        }

        if (int.TryParse(query["tailLines"], NumberStyles.None, CultureInfo.InvariantCulture, out var tail))
        {
            var lines = text.TrimEnd('\n').Split('\n');
            text = string.Concat(lines.TakeLast(tail).Select(line => line + "\n"));
        }

        return new ClusterAnswer(200, "text/plain", Encoding.UTF8.GetBytes(text));
    }

    private ClusterAnswer Create(
        EmulatedKind kind,
        string ns,
        JsonObject? body,
        System.Collections.Specialized.NameValueCollection query
    )
    {
        if (body is null)
        {
            return Failure(400);
        }

        var name = ClusterStore.Text(body["metadata"] as JsonObject, "name");
        if (store.Get(kind, ns, name) is not null)
        {
            return ClusterAnswer.Failure(409, "AlreadyExists", $"{kind.Qualified} \"{name}\" already exists");
        }

        return Keep(kind, ns, name, body, query, 201);
    }

    private ClusterAnswer Replace(
        EmulatedKind kind,
        string ns,
        string name,
        JsonObject? body,
        System.Collections.Specialized.NameValueCollection query
    ) =>
        body is null ? Failure(400)
        : store.Get(kind, ns, name) is null ? NotFound(kind, name)
        : Keep(kind, ns, name, body, query, 200);

    private ClusterAnswer Patch(
        EmulatedKind kind,
        string ns,
        string name,
        string sub,
        string contentType,
        JsonObject? body,
        System.Collections.Specialized.NameValueCollection query
    )
    {
        if (body is null)
        {
            return Failure(400);
        }

        var there = store.Get(kind, ns, name);
        if (sub is "status")
        {
            if (there is null)
            {
                return NotFound(kind, name);
            }

            // The subresource takes the status and nothing else.
            Merge(there, new JsonObject { ["status"] = body["status"]?.DeepClone() });
            var stored = store.Put(kind, there);
            return ClusterAnswer.Json(stored.ToJsonString());
        }

        var apply = contentType.StartsWith("application/apply-patch+yaml", StringComparison.Ordinal);
        if (there is null)
        {
            return apply ? Keep(kind, ns, name, body, query, 201) : NotFound(kind, name);
        }

        // Server-side apply of one owner: what it names is set; the status stays the controller's.
        body.Remove("status");
        Merge(there, body);
        return Keep(kind, ns, name, there, query, 200);
    }

    private ClusterAnswer Keep(
        EmulatedKind kind,
        string ns,
        string name,
        JsonObject body,
        System.Collections.Specialized.NameValueCollection query,
        int status
    )
    {
        if (kind.Namespaced && store.Get(Kind("namespaces"), "", ns) is null)
        {
            return ClusterAnswer.Failure(404, "NotFound", $"namespaces \"{ns}\" not found");
        }

        if (Admission(kind, body) is { } refusal)
        {
            return ClusterAnswer.Failure(422, "Invalid", $"{kind.Kind}.{kind.Group} \"{name}\" is invalid: {refusal}");
        }

        if (body["metadata"] is not JsonObject metadata)
        {
            body["metadata"] = metadata = [];
        }

        metadata["name"] = name;
        if (kind.Namespaced)
        {
            metadata["namespace"] = ns;
        }

        if (query["dryRun"] is "All")
        {
            return ClusterAnswer.Json(body.ToJsonString(), status);
        }

        var stored = store.Put(kind, body);
        Stored(kind, stored);
        return ClusterAnswer.Json(stored.ToJsonString(), status);
    }

    /// <summary>RFC 7396; lists are replaced whole.</summary>
    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject inner && target[name] is JsonObject there)
            {
                Merge(there, inner);
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }
    }

    private static JsonObject? Body(HttpListenerRequest request)
    {
        try
        {
            using var buffer = new MemoryStream();
            request.InputStream.CopyTo(buffer);
            return JsonNode.Parse(buffer.ToArray()) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private EmulatedKind[] Kinds()
    {
        lock (gate)
        {
            return [.. EmulatedKind.All.Where(kind => !missing.Contains(kind.Qualified))];
        }
    }

    private static EmulatedKind Kind(string qualified) =>
        EmulatedKind.All.First(kind => string.Equals(kind.Qualified, qualified, StringComparison.Ordinal));

    private static EmulatedKind KindOf(JsonObject item)
    {
        var apiVersion = ClusterStore.Text(item, "apiVersion");
        var name = ClusterStore.Text(item, "kind");
        return EmulatedKind.All.First(kind =>
            string.Equals(kind.ApiVersion, apiVersion, StringComparison.Ordinal)
            && string.Equals(kind.Kind, name, StringComparison.Ordinal)
        );
    }

    private static ClusterAnswer NotFound(EmulatedKind kind, string name) =>
        ClusterAnswer.Failure(404, "NotFound", $"{kind.Qualified} \"{name}\" not found", name, kind.Group, kind.Plural);

    private static ClusterAnswer Failure(int status) =>
        status switch
        {
            400 => ClusterAnswer.Failure(400, "BadRequest", "the body of the request could not be read"),
            401 => ClusterAnswer.Failure(401, "Unauthorized", "Unauthorized"),
            403 => ClusterAnswer.Failure(
                403,
                "Forbidden",
                "rayjobs.ray.io is forbidden: User \"reader\" cannot list resource \"rayjobs\" in API group \"ray.io\" at the cluster scope"
            ),
            404 => ClusterAnswer.Failure(404, "NotFound", "the server could not find the requested resource"),
            405 => ClusterAnswer.Failure(
                405,
                "MethodNotAllowed",
                "the server does not allow this method on the requested resource"
            ),
            410 => ClusterAnswer.Failure(
                410,
                "Expired",
                "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter."
            ),
            429 => ClusterAnswer.Failure(429, "TooManyRequests", "too many requests, please try again later"),
            _ => ClusterAnswer.Failure(status, "InternalError", "Internal error occurred: ordered by the rehearsal"),
        };
}

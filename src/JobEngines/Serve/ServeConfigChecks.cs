using System.Globalization;
using Rayquest.JobEngines.KubeRay;
using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Serve;

/// <summary>What Ray Serve says of a RayService's <c>serveConfigV2</c>, at the lines of the text inside.</summary>
public static class ServeConfigChecks
{
    /// <summary>Checks the configuration of a RayService.</summary>
    public static void Check(RayClusterContext cluster, Field spec, EmbeddedYaml? yaml)
    {
        Field text = spec["serveConfigV2"];
        FaultList faults = cluster.Faults;
        if (yaml is null)
        {
            if (!text.Exists && !spec["serveConfig"].Exists)
            {
                faults.Warn(
                    ServeRules.NoConfig,
                    text,
                    "the RayService has no `serveConfigV2`, so it serves nothing and is never ready; add it with a list of `applications`"
                );
            }

            return;
        }

        if (yaml.Fault is { } unreadable)
        {
            faults.Add(
                ServeRules.NoConfig,
                ServeRules.NoConfig.DefaultSeverity,
                text.Path,
                unreadable.Span,
                $"`serveConfigV2` can't be read as YAML: {unreadable.Message}",
                null
            );
            return;
        }

        foreach ((SourceSpan at, string said) in yaml.Twice)
        {
            faults.Add(ServeRules.UnknownKey, Severity.Warning, text.Path, at, said, null);
        }

        Field root = new(yaml.Root, text.Path, text.Span);
        if (root.Mapping is null)
        {
            faults.Add(
                ServeRules.NoConfig,
                text,
                $"`serveConfigV2` is {yaml.Root?.KindName ?? "empty"}, but must be a mapping with the list `applications`"
            );
            return;
        }

        if (!root["applications"].Exists)
        {
            faults.Add(
                ServeRules.NoConfig,
                FaultNode(root),
                root["import_path"].Exists || root["importPath"].Exists
                    ? "a single application at the root is the form of older versions; put it into the list `applications`, as `- name: …`, `import_path: …`"
                    : "`serveConfigV2` has no `applications`; add the list, each with `name` and `import_path`"
            );
            return;
        }

        Keys(root, ServeSchema.Root, isClosed: false, "the configuration", faults);
        if (root["applications"].Sequence is { Items.Length: 0 })
        {
            faults.Warn(
                ServeRules.NoConfig,
                root["applications"],
                "there are no applications, so nothing serves and the RayService is never ready; add one"
            );
        }

        Applications(root["applications"], faults);
        ServeLogging.Check(root["logging_config"], faults);
        Tls(root["http_options"], faults);
        Port(cluster, root["http_options"]["port"], faults);
        ServeCapacityChecks.Check(cluster, root);
    }

    // Where the whole is meant, its first key is pointed at.
    private static Field FaultNode(Field root)
    {
        foreach ((_, Field value) in root.Entries())
        {
            return value;
        }

        return root;
    }

    private static void Keys(Field owner, IReadOnlyList<ServeKey> keys, bool isClosed, string what, FaultList faults)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach ((YamlScalar name, Field value) in owner.Entries())
        {
            ServeKey? key = keys.FirstOrDefault(k => k.Name == name.Value);
            if (key is null)
            {
                Unknown(name, value, keys, isClosed, what, faults);
            }
            else if (!seen.Add(name.Value))
            {
                faults.Warn(
                    ServeRules.UnknownKey,
                    value,
                    $"`{name.Value}` is here twice, and the last one counts; remove one"
                );
            }
            else if (value.Exists)
            {
                Value(key, value, faults);
            }
            else if (!key.IsNullable && !IsRequired(key.Name))
            {
                faults.Add(
                    ServeRules.BadConfig,
                    value,
                    $"`{key.Name}` has no value, which Serve refuses here; give it one, or remove the key"
                );
            }
        }
    }

    // Of these a check of its own says that they are missing.
    private static bool IsRequired(string key) => key is "import_path" or "gang_size" or "applications";

    private static void Unknown(
        YamlScalar name,
        Field value,
        IReadOnlyList<ServeKey> keys,
        bool isClosed,
        string what,
        FaultList faults
    )
    {
        string[] names = [.. keys.Select(k => k.Name)];
        string near =
            DidYouMean.Suggest(name.Value, names) is { } suggested ? $"; did you mean `{suggested}`?"
            : names.Contains(Snake(name.Value)) ? $"; did you mean `{Snake(name.Value)}`?"
            : "";
        faults.Add(
            isClosed ? ServeRules.BadConfig : ServeRules.UnknownKey,
            isClosed ? Severity.Error : Severity.Warning,
            value.Path,
            name.Span,
            isClosed
                ? $"Serve refuses `{NameGrammar.Shorten(name.Value)}` in {what}{near}"
                : $"Serve doesn't know `{NameGrammar.Shorten(name.Value)}` in {what}, and ignores it without a word{near}",
            null
        );
    }

    private static string Snake(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterUpper(c) ? "_" + char.ToLowerInvariant(c) : c.ToString()));

    private static void Value(ServeKey key, Field value, FaultList faults)
    {
        if (value.Text is { } held && PlaceholderText.Holds(held))
        {
            return;
        }

        if (WrongType(key, value) is { } wanted)
        {
            if (key.Type == ServeType.Text && value.Json is { Kind: JsonKind.Integer or JsonKind.Number } number)
            {
                faults.Warn(
                    ServeRules.BadConfig,
                    value,
                    $"`{key.Name}` is the number {NameGrammar.Shorten(number.Text)}, which newer versions of Serve refuse; quote it"
                );
                return;
            }

            string remedy =
                key.Type == ServeType.Text && value.Node is YamlScalar { Style: YamlScalarStyle.Plain } plain
                    ? $", and YAML 1.1, as Ray reads it, takes `{NameGrammar.Shorten(plain.Value)}` for something else; quote it"
                    : "";
            string found = remedy.Length > 0 ? "not text" : value.Node!.KindName;
            faults.Add(ServeRules.BadConfig, value, $"`{key.Name}` is {found}, but must be {wanted}{remedy}");
            return;
        }

        if (key.Words.Length > 0 && value.Text is { } word && !key.Words.Contains(word, StringComparer.Ordinal))
        {
            faults.Add(
                ServeRules.BadConfig,
                value,
                $"`{key.Name}` can't be `{NameGrammar.Shorten(word)}`; it is one of {NameGrammar.Listing(key.Words)}{DidYouMean.Phrase(word, key.Words)}"
            );
        }

        if (
            key.Type is ServeType.Integer or ServeType.PlainInteger or ServeType.Number
            && ServeNumber.Of(value) is { } amount
            && (amount < key.Least || amount > key.Most || (key.IsAbove && amount <= key.Least))
        )
        {
            string bounds = double.IsPositiveInfinity(key.Most)
                ? $"{(key.IsAbove ? "above" : "at least")} {Show(key.Least)}"
                : $"{(key.IsAbove ? "above " : "")}{Show(key.Least)} to {Show(key.Most)}";
            faults.Add(ServeRules.BadConfig, value, $"`{key.Name}` is {Show(amount)}, but must be {bounds}");
        }

        if (key.Keys is not { } keys)
        {
            return;
        }

        if (key.Type == ServeType.Object)
        {
            Keys(value, keys, key.IsClosed, $"`{key.Name}`", faults);
        }

        foreach (Field item in key.IsListOfKeys ? value.Items() : default)
        {
            if (item.Mapping is null)
            {
                faults.Add(
                    ServeRules.BadConfig,
                    item,
                    $"an item of `{key.Name}` is {item.Node?.KindName ?? "nothing"}, but must be a mapping"
                );
            }
            else
            {
                Keys(item, keys, isClosed: false, $"an item of `{key.Name}`", faults);
            }
        }
    }

    private static string Show(double number) => number.ToString(CultureInfo.InvariantCulture);

    // What Serve's schema turns into the type for itself, such as "2" into 2, is let pass.
    private static string? WrongType(ServeKey key, Field value) =>
        key.Type switch
        {
            ServeType.Text => value.Node is YamlScalar && value.Text is not null ? null : "text",
            ServeType.Integer => ServeNumber.Of(value) is { } whole && whole == Math.Floor(whole)
                ? null
                : "a whole number",
            ServeType.PlainInteger => value.Integer is not null ? null : "a whole number without quotes",
            ServeType.Number => ServeNumber.Of(value) is not null ? null : "a number",
            ServeType.Boolean => ServeLogging.IsBoolean(value) ? null : "true or false",
            ServeType.Object => value.Mapping is not null ? null : "a mapping",
            ServeType.List => value.Sequence is not null ? null : "a list",
            _ => null,
        };

    private static void Applications(Field applications, FaultList faults)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        HashSet<string> prefixes = new(StringComparer.Ordinal);
        foreach (Field app in applications.Items())
        {
            if (app.Mapping is null)
            {
                continue;
            }

            Field name = app["name"];
            string called = name.Text ?? "default";
            if (called.Length == 0)
            {
                faults.Add(ServeRules.BadConfig, name, "an application has an empty `name`; write one");
            }
            else if (!names.Add(called))
            {
                faults.Add(
                    ServeRules.BadConfig,
                    name,
                    name.Exists
                        ? $"an application is named `{NameGrammar.Shorten(called)}` already; choose another name"
                        : "two applications without a `name` are both called `default`; name them"
                );
            }

            ImportPath(app["import_path"], faults);
            Prefix(app, prefixes, faults);
            RuntimeEnv(app["runtime_env"], faults);
            ServeLogging.Check(app["logging_config"], faults);
            foreach (string key in new[] { "host", "port" })
            {
                if (app[key].Exists)
                {
                    faults.Add(
                        ServeRules.BadConfig,
                        app[key],
                        $"`{key}` stands at the root, in `http_options`, and not in an application; move it"
                    );
                }
            }

            HashSet<string> deployments = new(StringComparer.Ordinal);
            foreach (Field deployment in app["deployments"].Items().Where(d => d.Mapping is not null))
            {
                Deployment(deployment, deployments, faults);
                if (
                    app["external_scaler_enabled"].IsTrue
                    && (deployment["autoscaling_config"].Exists || deployment["num_replicas"].Text == "auto")
                )
                {
                    faults.Add(
                        ServeRules.BadConfig,
                        deployment["autoscaling_config"].Exists
                            ? deployment["autoscaling_config"]
                            : deployment["num_replicas"],
                        "with `external_scaler_enabled` the replicas are somebody else's; remove the autoscaling, or that"
                    );
                }
            }
        }
    }

    private static void ImportPath(Field path, FaultList faults)
    {
        if (!path.Exists)
        {
            faults.Add(ServeRules.BadConfig, path, "an application has no `import_path`; add it, `module:attribute`");
            return;
        }

        if (path.Text is not { } text || PlaceholderText.Holds(text))
        {
            return;
        }

        char divider = text.Contains(':', StringComparison.Ordinal) ? ':' : '.';
        bool good =
            text.Contains(divider, StringComparison.Ordinal)
            && text[0] != divider
            && text[^1] != divider
            && text.Count(c => c == ':') <= 1;
        if (!good)
        {
            faults.Add(
                ServeRules.BadConfig,
                path,
                $"`{NameGrammar.Shorten(text)}` leads to nothing in a module; write `module:attribute`"
            );
        }
    }

    private static void Prefix(Field app, HashSet<string> prefixes, FaultList faults)
    {
        Field prefix = app["route_prefix"];
        bool isNull = !prefix.Exists && app.Mapping?.Entry("route_prefix") is not null;
        if (isNull || (prefix.Exists && prefix.Text is null))
        {
            return;
        }

        string text = prefix.Text ?? "/";
        if (PlaceholderText.Holds(text))
        {
            return;
        }

        if (!text.StartsWith('/') || (text.Length > 1 && text.EndsWith('/')) || text.AsSpan().ContainsAny('{', '}'))
        {
            faults.Add(
                ServeRules.BadConfig,
                prefix,
                $"`{NameGrammar.Shorten(text)}` is not a route prefix: it begins with `/`, doesn't end with one, and holds no braces"
            );
        }
        else if (!prefixes.Add(text))
        {
            faults.Add(
                ServeRules.BadConfig,
                prefix.Exists ? prefix : app["import_path"],
                prefix.Exists
                    ? $"an application has the prefix `{NameGrammar.Shorten(text)}` already; choose another"
                    : "an application has the prefix `/` already, which is this one's where none is written; write `route_prefix`"
            );
        }
    }

    private static void RuntimeEnv(Field environment, FaultList faults)
    {
        foreach (Field field in environment["py_modules"].Items().Prepend(environment["working_dir"]))
        {
            if (
                field.Text is { Length: > 0 } text
                && !text.Contains("://", StringComparison.Ordinal)
                && !PlaceholderText.Holds(text)
            )
            {
                faults.Add(
                    ServeRules.BadConfig,
                    field,
                    $"`{NameGrammar.Shorten(text)}` is a local path, which Serve refuses; write the URL of an archive, or leave it out where the image holds the code"
                );
            }
        }
    }

    private static void Deployment(Field deployment, HashSet<string> names, FaultList faults)
    {
        Field name = deployment["name"];
        if (!name.Exists)
        {
            faults.Add(ServeRules.BadConfig, name, "a deployment has no `name`; write that of its class or function");
        }
        else if (name.Text is { } text && !names.Add(text))
        {
            faults.Warn(
                ServeRules.BadConfig,
                name,
                $"a deployment is named `{NameGrammar.Shorten(text)}` already, and the last one counts; remove one"
            );
        }

        Field replicas = deployment["num_replicas"];
        Field scaling = deployment["autoscaling_config"];
        bool auto = replicas.Text == "auto";
        if (replicas.Exists && !auto && !(replicas.Text is { } held && PlaceholderText.Holds(held)))
        {
            if (!(ServeNumber.Of(replicas) is { } number && number >= 1 && number == Math.Floor(number)))
            {
                faults.Add(ServeRules.BadConfig, replicas, "`num_replicas` is a whole number of at least 1, or `auto`");
            }
            else if (scaling.Exists)
            {
                faults.Add(
                    ServeRules.BadConfig,
                    scaling,
                    "a fixed `num_replicas` and `autoscaling_config` exclude each other; remove one, or write `num_replicas: auto`"
                );
            }
            else if (replicas.Text is { } quoted)
            {
                faults.Warn(
                    ServeRules.BadConfig,
                    replicas,
                    $"`num_replicas` is text, which newer versions of Serve refuse unless it is `auto`; write {NameGrammar.Shorten(quoted)} without quotes"
                );
            }
        }

        if (deployment["max_queued_requests"].Integer is 0)
        {
            faults.Add(
                ServeRules.BadConfig,
                deployment["max_queued_requests"],
                "`max_queued_requests` is -1, for no limit, or at least 1"
            );
        }

        Bounds(scaling, auto, faults);
        Pace(deployment, scaling, scaling.Mapping is not null || auto, faults);
        Gang(deployment, faults);
        ServeLogging.Check(deployment["logging_config"], faults);
        if (deployment["backpressure_config"]["status_code"] is { Integer: not (429 or 503 or null) } status)
        {
            faults.Add(ServeRules.BadConfig, status, "`status_code` is 429 or 503; write one of them");
        }

        foreach (Field bundle in deployment["placement_group_bundles"].Items())
        {
            Bundle(bundle, faults);
        }

        foreach (string needs in new[] { "placement_group_strategy", "placement_group_bundle_label_selector" })
        {
            if (deployment[needs].Exists && !deployment["placement_group_bundles"].Exists)
            {
                faults.Add(
                    ServeRules.BadConfig,
                    deployment[needs],
                    $"`{needs}` needs `placement_group_bundles`; add them, or remove it"
                );
            }
        }

        if (deployment["placement_group_bundles"].Exists && deployment["max_replicas_per_node"].Exists)
        {
            faults.Add(
                ServeRules.BadConfig,
                deployment["max_replicas_per_node"],
                "`max_replicas_per_node` and `placement_group_bundles` exclude each other; remove one"
            );
        }

        RuntimeEnv(deployment["ray_actor_options"]["runtime_env"], faults);
    }

    // One bundle: how much of each resource.
    private static void Bundle(Field bundle, FaultList faults)
    {
        if (bundle.Mapping is null)
        {
            faults.Add(
                ServeRules.BadConfig,
                bundle,
                $"an item of `placement_group_bundles` is {bundle.Node?.KindName ?? "nothing"}, but must be a mapping of resources, as `{{CPU: 1}}`"
            );
            return;
        }

        foreach ((YamlScalar resource, Field amount) in bundle.Entries())
        {
            bool isKnown = ServeNumber.Of(amount) is >= 0;
            if (!isKnown && !(amount.Text is { } held && PlaceholderText.Holds(held)))
            {
                faults.Add(
                    ServeRules.BadConfig,
                    amount,
                    $"a bundle's `{NameGrammar.Shorten(resource.Value)}` must be a number of at least 0"
                );
            }
        }
    }

    // What Serve takes, and only its controller's log tells of.
    private static void Pace(Field deployment, Field scaling, bool scales, FaultList faults)
    {
        double target = ServeNumber.Of(scaling["target_ongoing_requests"]) ?? 2;
        Field most = deployment["max_ongoing_requests"];
        if (scales && ServeNumber.Of(most) is { } bound && bound >= 1 && bound < target)
        {
            faults.Warn(
                ServeRules.BadConfig,
                most,
                $"a replica takes at most {Show(bound)} requests, below `target_ongoing_requests` of {Show(target)}, so there is never a reason to add replicas; raise the one or lower the other"
            );
        }

        double lookBack = ServeNumber.Of(scaling["look_back_period_s"]) ?? 30;
        double interval = ServeNumber.Of(scaling["metrics_interval_s"]) ?? 10;
        if (scaling.Mapping is not null && lookBack > 0 && interval > 0 && lookBack <= interval)
        {
            faults.Warn(
                ServeRules.BadConfig,
                scaling["look_back_period_s"].Exists ? scaling["look_back_period_s"] : scaling["metrics_interval_s"],
                $"`look_back_period_s` of {Show(lookBack)} is not above `metrics_interval_s` of {Show(interval)}, so a decision sees one measurement or none; raise it"
            );
        }
    }

    // SV4, gang_scheduling_config: the replicas come in whole gangs.
    private static void Gang(Field deployment, FaultList faults)
    {
        Field gang = deployment["gang_scheduling_config"];
        if (gang.Mapping is null)
        {
            return;
        }

        if (!gang["gang_size"].Exists)
        {
            faults.Add(ServeRules.BadConfig, gang, "`gang_scheduling_config` has no `gang_size`; write it");
        }

        if (ServeNumber.Of(gang["gang_size"]) is { } size && size >= 1)
        {
            Field scaling = deployment["autoscaling_config"];
            foreach (
                Field count in new[]
                {
                    deployment["num_replicas"],
                    scaling["min_replicas"],
                    scaling["max_replicas"],
                    scaling["initial_replicas"],
                }
            )
            {
                if (ServeNumber.Of(count) is { } number && number % size != 0)
                {
                    faults.Add(
                        ServeRules.BadConfig,
                        count,
                        $"`{count.Name}` is {Show(number)}, but must be a multiple of `gang_size`, {Show(size)}"
                    );
                }
            }
        }

        foreach (string other in new[] { "max_replicas_per_node", "placement_group_strategy" })
        {
            if (deployment[other].Exists)
            {
                faults.Add(
                    ServeRules.BadConfig,
                    deployment[other],
                    $"`{other}` and `gang_scheduling_config` exclude each other; remove one"
                );
            }
        }
    }

    private static void Bounds(Field scaling, bool auto, FaultList faults)
    {
        if (scaling.Mapping is null)
        {
            return;
        }

        double least = ServeNumber.Of(scaling["min_replicas"]) ?? 1;
        double most = ServeNumber.Of(scaling["max_replicas"]) ?? (auto ? 100 : 1);
        if (least > most)
        {
            faults.Add(
                ServeRules.BadConfig,
                scaling["min_replicas"],
                scaling["max_replicas"].Exists
                    ? $"`min_replicas` is {Show(least)}, above `max_replicas` of {Show(most)}; lower the one or raise the other"
                    : $"`min_replicas` is {Show(least)}, and `max_replicas` is {Show(most)} where it isn't written; write it"
            );
        }
        else if (ServeNumber.Of(scaling["initial_replicas"]) is { } first && (first < least || first > most))
        {
            faults.Add(
                ServeRules.BadConfig,
                scaling["initial_replicas"],
                $"`initial_replicas` is {Show(first)}, outside of {Show(least)} to {Show(most)}"
            );
        }
    }

    private static void Tls(Field options, FaultList faults)
    {
        if (options["ssl_keyfile"].Exists != options["ssl_certfile"].Exists)
        {
            Field given = options["ssl_keyfile"].Exists ? options["ssl_keyfile"] : options["ssl_certfile"];
            faults.Add(ServeRules.BadConfig, given, "`ssl_keyfile` and `ssl_certfile` go together; add the other");
        }
    }

    private static void Port(RayClusterContext cluster, Field port, FaultList faults)
    {
        if (port.Exists && port.Integer is null)
        {
            return;
        }

        long number = port.Integer ?? 8000;
        foreach (Field group in cluster.HeadAndGroups)
        {
            Field ports = group["template"]["spec"]["containers"].ItemAt(0)["ports"];
            // Where none is declared, 8000 is what KubeRay asks whether the pod is ready.
            Field[] declared = [.. ports.Items().Where(p => p["name"].Text == "serve")];
            long asked = declared.Length == 0 ? 8000 : declared[0]["containerPort"].Integer ?? number;
            if (asked != number && declared.Length > 0)
            {
                faults.Warn(
                    ServeRules.OtherPort,
                    declared[0]["containerPort"],
                    $"KubeRay asks port {asked} whether Serve is ready, by the name `serve`, and Serve listens on {number}, so the pods are never ready; write {number}, or `port: {asked}` under `http_options`"
                );
                return;
            }

            if (asked != number)
            {
                faults.Warn(
                    ServeRules.OtherPort,
                    port,
                    $"Serve listens on {number}, but {(group["groupName"].Text is { } name ? $"group `{NameGrammar.Shorten(name)}`" : "the head")} declares no port `serve` of that number, so its pods are never ready; add `{{name: serve, containerPort: {number}}}`"
                );
                return;
            }
        }
    }
}

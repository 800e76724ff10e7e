namespace Rayquest.JobLint.Rules.Environment;

/// <summary>RQ3022: a value Ray's runtime environment can't be made of.</summary>
public sealed class RuntimeEnvShape : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3022", "runtime-env-shape", Severity.Error, "A value of `runtimeEnv` has the wrong type.")
        {
            Category = RuleCategory.Environment,
            MayBeIgnored = true,
            IsCertain = true,
            Why =
                "KubeRay checks only that `runtimeEnvYAML` is a mapping. Ray checks the values when the job is submitted, on a cluster that is then already running, and refuses the job.",
            Facts = "J22, 5.2",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nruntimeEnv:\n  pip: {torch: 2.5.1}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nruntimeEnv:\n  pip: [torch==2.5.1]\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Request.RuntimeEnv is not { } runtime)
        {
            return [];
        }

        List<Finding> findings = [];
        foreach (YamlEntry entry in runtime.Value.Entries)
        {
            Check(entry.Key.Value, entry.Value, findings);
        }

        return findings;
    }

    private void Check(string key, YamlNode value, List<Finding> findings)
    {
        switch (key)
        {
            case "working_dir" or "py_executable" or "image_uri" or "worker_process_setup_hook":
                Text(key, value, findings);
                break;
            case "py_modules" or "excludes" or "java_jars":
                Texts(key, value, findings);
                break;
            case "pip":
                Packages(key, value, ["packages", "pip_check", "pip_version", "pip_install_options"], findings);
                break;
            case "uv":
                Packages(key, value, ["packages", "uv_version", "uv_check", "uv_pip_install_options"], findings);
                break;
            case "conda" when value is YamlSequence:
                findings.Add(
                    At(
                        value.Span,
                        "`conda` is a mapping as in an environment file, the name of an environment, or the path of a `.yml` file"
                    )
                );
                break;
            case "env_vars" when value is not YamlMapping:
                findings.Add(At(value.Span, "`env_vars` is a mapping of names to text"));
                break;
            case "config":
                Config(value, findings);
                break;
            case "container" when value is not YamlMapping:
                findings.Add(At(value.Span, "`container` is a mapping of `image`, `run_options` and `worker_path`"));
                break;
        }
    }

    private void Text(string key, YamlNode value, List<Finding> findings)
    {
        if (value is not YamlScalar { IsNull: false, Value.Length: > 0 } scalar || !RuntimeEnvKeys.IsText(scalar))
        {
            findings.Add(
                At(
                    value.Span,
                    value is YamlScalar { IsNull: false, Value.Length: 0 }
                        ? $"`{key}` is empty; write it, or remove the key"
                        : $"`{key}` is text, but this is {value.KindName}"
                )
            );
        }
    }

    private void Texts(string key, YamlNode value, List<Finding> findings)
    {
        if (value is not YamlSequence list)
        {
            findings.Add(
                At(
                    value.Span,
                    $"`{key}` is a list of text, but this is {value.KindName}",
                    value is YamlScalar { IsNull: false } scalar
                    && scalar.Style != YamlScalarStyle.Block
                    && scalar.Span.Source.Text[scalar.Span.Span.Start] != '['
                        ? Replace("Make it a list", value.Span, $"[{value.Span.Text}]", FixSafety.Unsafe)
                        : null
                )
            );
            return;
        }

        foreach (YamlNode item in list.Items)
        {
            if (item is not YamlScalar { IsNull: false } scalar || !RuntimeEnvKeys.IsText(scalar))
            {
                findings.Add(At(item.Span, $"the items of `{key}` are text, but this is {item.KindName}"));
            }
        }
    }

    private void Packages(string key, YamlNode value, string[] keys, List<Finding> findings)
    {
        switch (value)
        {
            case YamlSequence:
                Texts(key, value, findings);
                break;
            case YamlScalar:
                Text(key, value, findings);
                break;
            case YamlMapping mapping:
                if (mapping["packages"] is not { } packages)
                {
                    findings.Add(At(value.Span, $"`{key}` is a list of packages, or a mapping with `packages`"));
                }
                else
                {
                    Texts($"{key}.packages", packages, findings);
                }

                foreach (YamlEntry entry in mapping.Entries)
                {
                    if (!keys.Contains(entry.Key.Value))
                    {
                        if (mapping["packages"] is not null)
                        {
                            findings.Add(
                                At(
                                    entry.Key.Span,
                                    $"`{key}` has no `{MessageText.Shorten(entry.Key.Value)}`{MessageText.Unknown(entry.Key.Value, keys)}"
                                )
                            );
                        }
                    }
                    else if (
                        entry.Key.Value.EndsWith("_check", StringComparison.Ordinal)
                        && (entry.Value is not YamlScalar check || !RuntimeEnvKeys.IsBoolean(check))
                    )
                    {
                        findings.Add(At(entry.Value.Span, $"`{entry.Key.Value}` is `true` or `false`"));
                    }
                    else if (entry.Key.Value.EndsWith("_version", StringComparison.Ordinal))
                    {
                        Text(entry.Key.Value, entry.Value, findings);
                    }
                    else if (entry.Key.Value.EndsWith("_options", StringComparison.Ordinal))
                    {
                        Texts(entry.Key.Value, entry.Value, findings);
                    }
                }

                break;
        }
    }

    private void Config(YamlNode value, List<Finding> findings)
    {
        if (value is not YamlMapping mapping)
        {
            findings.Add(
                At(value.Span, "`config` is a mapping of `setup_timeout_seconds`, `eager_install` and `log_files`")
            );
            return;
        }

        foreach (YamlEntry entry in mapping.Entries)
        {
            switch (entry.Key.Value)
            {
                case "setup_timeout_seconds"
                    when entry.Value is not YamlScalar { Style: YamlScalarStyle.Plain } seconds
                        || !int.TryParse(seconds.Value, out int count)
                        || (count <= 0 && count != -1):
                    findings.Add(
                        At(
                            entry.Value.Span,
                            "`setup_timeout_seconds` is a whole number of seconds above 0, or -1 for no limit"
                        )
                    );
                    break;
                case "eager_install" when entry.Value is not YamlScalar eager || !RuntimeEnvKeys.IsBoolean(eager):
                    findings.Add(At(entry.Value.Span, "`eager_install` is `true` or `false`"));
                    break;
                case "log_files":
                    Texts("log_files", entry.Value, findings);
                    break;
                case "setup_timeout_seconds" or "eager_install":
                    break;
                default:
                    findings.Add(
                        At(
                            entry.Key.Span,
                            $"`config` has no `{MessageText.Shorten(entry.Key.Value)}`{MessageText.Unknown(entry.Key.Value, ["setup_timeout_seconds", "eager_install", "log_files"])}"
                        )
                    );
                    break;
            }
        }
    }
}

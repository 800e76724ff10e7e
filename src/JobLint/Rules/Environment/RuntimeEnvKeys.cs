namespace Rayquest.JobLint.Rules.Environment;

/// <summary>Keys of Ray's runtime environment (5.2), and how to walk one.</summary>
internal static class RuntimeEnvKeys
{
    /// <summary>The keys Ray knows; any other is a plugin's.</summary>
    public static HashSet<string> Known { get; } =
        new(StringComparer.Ordinal)
        {
            "working_dir",
            "py_modules",
            "excludes",
            "pip",
            "uv",
            "conda",
            "env_vars",
            "container",
            "image_uri",
            "py_executable",
            "config",
            "java_jars",
            "worker_process_setup_hook",
            "_nsight",
            "_rocprof_sys",
            "_ray_release",
            "_ray_commit",
            "_inject_current_ray",
        };

    /// <summary>The package list of <c>pip</c> or <c>uv</c>, given as a list or under <c>packages</c>.</summary>
    public static YamlSequence? Packages(YamlNode? node) =>
        node as YamlSequence ?? (node as YamlMapping)?["packages"] as YamlSequence;

    /// <summary>Whether a scalar is text to a YAML 1.1 reader too.</summary>
    public static bool IsText(YamlScalar scalar) =>
        scalar.Style != YamlScalarStyle.Plain
        || (
            !scalar.IsNull
            && scalar.Value is not ("true" or "false")
            && YamlCoreSchema.TrapOf(scalar.Value) == YamlTrap.None
            && !YamlCoreSchema.IsDecimalInteger(scalar.Value)
            && !YamlCoreSchema.LooksNumeric(scalar.Value)
        );

    /// <summary>Whether a scalar is a boolean.</summary>
    public static bool IsBoolean(YamlScalar scalar) =>
        scalar is { Style: YamlScalarStyle.Plain, Value: "true" or "false" };
}

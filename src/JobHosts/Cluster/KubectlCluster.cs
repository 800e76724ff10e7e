using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Rayquest.JobHosts.Processes;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.Cluster;

/// <summary>How kubectl is started and how long it is waited for.</summary>
public sealed record KubectlOptions
{
    public string Program { get; init; } = "kubectl";

    /// <summary>Null leaves KUBECONFIG, the user's default or the pod's service account to kubectl.</summary>
    public string? Kubeconfig { get; init; }
    public string? Context { get; init; }

    /// <summary>Objects asked for at once. They are read one by one while they arrive, so a large page costs no memory.</summary>
    public int PageSize { get; init; } = 2500;
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);
    public TimeSpan ProcessTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Tries of a call that changes nothing, while the fault may pass.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>Where kubectl keeps what it discovered; null leaves it its own folder.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Waits between tries; replaced in tests.</summary>
    public Action<TimeSpan> Wait { get; init; } = span => new ManualResetEventSlim().Wait(span);
}

/// <summary>
/// The cluster through the <c>kubectl</c> executable, which knows every way of signing in. Arguments are passed as a
/// list, never through a shell, and names are checked before they become arguments.
/// </summary>
public sealed partial class KubectlCluster : ICluster
{
    private const int ListRestarts = 3;
    private const string Submitter = "ray-job-submitter";
    private readonly KubectlOptions options;
    private readonly Dictionary<string, string?> environment = new(StringComparer.Ordinal);

    public KubectlCluster(KubectlOptions? options = null)
    {
        this.options = options ?? new KubectlOptions();
        if (this.options.Kubeconfig is { } kubeconfig)
        {
            environment["KUBECONFIG"] = kubeconfig;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<T> List<T>(
        ClusterResource resource,
        string? ns,
        string labelSelector,
        Func<JsonElement, T?> read,
        string fieldSelector = ""
    )
        where T : class
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(read);
        var path = resource.Path(ns is null ? null : Name(ns));
        for (var start = 1; ; start++)
        {
            try
            {
                var all = new List<T>();
                var token = "";
                do
                {
                    var page = new List<T>();
                    var query = Query(token, fieldSelector, labelSelector);
                    token = Retried(() =>
                    {
                        page.Clear();
                        return Page(
                            $"listing {resource.Plural}",
                            $"{path}?{query}",
                            item =>
                            {
                                if (read(item) is { } value)
                                {
                                    page.Add(value);
                                }
                            }
                        );
                    });
                    all.AddRange(page);
                } while (token.Length > 0);

                return all;
            }
            catch (ClusterException fault) when (fault.Kind == ClusterExceptionKind.Expired && start < ListRestarts)
            {
                // The server forgot the snapshot: half a list is worse than none, so from the beginning.
            }
        }
    }

    /// <inheritdoc/>
    public T? Get<T>(ClusterResource resource, string ns, string name, Func<JsonElement, T?> read)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            var result = Retried(() =>
                Run($"reading {resource.Plural}/{name}", ["get", "--raw", $"{resource.Path(Name(ns))}/{Name(name)}"])
            );
            using var document = JsonDocument.Parse(result.Output);
            return read(document.RootElement);
        }
        catch (ClusterException fault) when (fault.Kind == ClusterExceptionKind.NotFound)
        {
            return null;
        }
        catch (JsonException fault)
        {
            throw ClusterException.Broken($"reading {resource.Plural}/{name}", fault.Message);
        }
    }

    /// <inheritdoc/>
    public string Log(ObservedJob job, int lines)
    {
        ArgumentNullException.ThrowIfNull(job);
        var result = Retried(() => Run($"reading the log of {job.Id}", [.. LogArguments(job), $"--tail={lines}"]));
        return result.Text;
    }

    /// <summary>Copies a job's log to the reader line by line until it ends or is cancelled.</summary>
    public void Follow(ObservedJob job, int lines, Action<string> line, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(line);
        Stream(
            $"following the log of {job.Id}",
            [.. LogArguments(job), $"--tail={lines}", "--follow"],
            default,
            stream =>
            {
                using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
                while (reader.ReadLine() is { } text)
                {
                    line(text);
                }

                return true;
            },
            Timeout.InfiniteTimeSpan,
            cancellation
        );
    }

    /// <inheritdoc/>
    public DryRunAnswer DryRun(ReadOnlyMemory<byte> manifest)
    {
        try
        {
            var result = Retried(() =>
                Run(
                    "asking about a manifest",
                    ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"],
                    manifest
                )
            );
            return new DryRunAnswer(Accepted: true, result.Text.Trim());
        }
        catch (ClusterException fault)
            when (fault.Kind
                    is ClusterExceptionKind.Refused
                        or ClusterExceptionKind.KindMissing
                        or ClusterExceptionKind.NotFound
            )
        {
            return new DryRunAnswer(Accepted: false, fault.Cause);
        }
    }

    /// <summary>Applies a manifest for real; only rehearsals and tests do, in production Argo CD does.</summary>
    public string Apply(ReadOnlyMemory<byte> manifest) =>
        Run(
            "applying a manifest",
            ["apply", "--server-side", "--force-conflicts", "--validate=strict", "-f", "-"],
            manifest
        )
            .Text.Trim();

    /// <summary>Merges a status in through the status subresource; only rehearsals and tests do, in production the operator does.</summary>
    public void PatchStatus(ClusterResource resource, string ns, string name, string status)
    {
        ArgumentNullException.ThrowIfNull(resource);
        Run(
            $"patching the status of {name}",
            [
                "patch",
                resource.Argument,
                Name(name),
                "-n",
                Name(ns),
                "--subresource=status",
                "--type=merge",
                "-p",
                status,
            ]
        );
    }

    /// <summary>Deletes an object and does not wait for finalizers; only rehearsals and tests do.</summary>
    public void Delete(ClusterResource resource, string ns, string name)
    {
        ArgumentNullException.ThrowIfNull(resource);
        Run(
            $"deleting {name}",
            ["delete", resource.Argument, Name(name), "-n", Name(ns), "--wait=false", "--ignore-not-found"]
        );
    }

    /// <summary>The API server's version, for example <c>v1.36.0</c>; proves that it can be reached.</summary>
    public string ServerVersion()
    {
        var result = Retried(() => Run("asking for the version", ["get", "--raw", "/version"]));
        try
        {
            using var document = JsonDocument.Parse(result.Output);
            return document.RootElement.TryGetProperty("gitVersion", out var version) ? version.GetString() ?? "" : "";
        }
        catch (JsonException fault)
        {
            throw ClusterException.Broken("asking for the version", fault.Message);
        }
    }

    private static string[] LogArguments(ObservedJob job) =>
        job switch
        {
            { Kind: EngineKind.RayJob, SubmissionMode: "" or "K8sJobMode" } =>
            [
                "logs",
                $"job/{Name(job.Name)}",
                "-n",
                Name(job.Namespace),
            ],
            // The head pod carries the submitter as a second container.
            { Kind: EngineKind.RayJob, SubmissionMode: "SidecarMode", RayClusterName.Length: > 0 } =>
            [
                "logs",
                "-l",
                $"ray.io/cluster={Name(job.RayClusterName)},ray.io/node-type=head",
                "-c",
                Submitter,
                "-n",
                Name(job.Namespace),
            ],
            { Kind: EngineKind.VolcanoJob } =>
            [
                "logs",
                "-l",
                $"volcano.sh/job-name={Name(job.Name)}",
                "--prefix",
                "-n",
                Name(job.Namespace),
            ],
            { RayClusterName.Length: > 0 } =>
            [
                "logs",
                "-l",
                $"ray.io/cluster={Name(job.RayClusterName)},ray.io/node-type=head",
                "-n",
                Name(job.Namespace),
            ],
            _ => throw ClusterException.Missing($"{job.Id} has no Ray cluster to read a log from"),
        };

    private string Query(string token, string fieldSelector, string labelSelector)
    {
        var query = new List<string>();
        Add("continue", token);
        Add("fieldSelector", fieldSelector);
        Add("labelSelector", labelSelector);
        query.Add($"limit={options.PageSize}");
        return string.Join('&', query);

        void Add(string name, string value)
        {
            if (value.Length > 0)
            {
                query.Add($"{name}={Uri.EscapeDataString(value)}");
            }
        }
    }

    private string Page(string what, string path, Action<JsonElement> each)
    {
        try
        {
            return Stream(
                what,
                ["get", "--raw", path],
                default,
                stream => ItemStream.Read(stream, each),
                options.ProcessTimeout
            );
        }
        catch (JsonException fault)
        {
            throw ClusterException.Broken(what, fault.Message);
        }
    }

    private ProcessResult Run(string what, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input = default)
    {
        var result = ChildProcess.Run(
            options.Program,
            Arguments(arguments),
            Path.GetTempPath(),
            environment,
            options.ProcessTimeout,
            input
        );
        return result switch
        {
            { TimedOut: true } => throw ClusterException.TimedOut(what, options.ProcessTimeout),
            { ExitCode: 0 } => result,
            { ExitCode: 127 } => throw ClusterException.NoProgram(options.Program, result.Error),
            _ => throw ClusterException.Of(what, result.Error),
        };
    }

    /// <summary>Runs kubectl and reads its output while it comes; its exit code outranks what could be read.</summary>
    private T Stream<T>(
        string what,
        IReadOnlyList<string> arguments,
        ReadOnlyMemory<byte> input,
        Func<Stream, T> read,
        TimeSpan timeout,
        CancellationToken cancellation = default
    )
    {
        using var process = new Process
        {
            StartInfo = ChildProcess.Describe(options.Program, Arguments(arguments), Path.GetTempPath(), environment),
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception fault)
        {
            throw ClusterException.NoProgram(options.Program, fault.Message);
        }

        var expired = false;
        using var stop = cancellation.Register(() => ChildProcess.Kill(process));
        using var alarm = new Timer(
            _ =>
            {
                expired = true;
                ChildProcess.Kill(process);
            },
            null,
            timeout,
            Timeout.InfiniteTimeSpan
        );
        var error = Task.Run(process.StandardError.ReadToEnd, CancellationToken.None);
        using (var standardInput = process.StandardInput.BaseStream)
        {
            standardInput.Write(input.Span);
        }

        T? value = default;
        JsonException? broken = null;
        try
        {
            value = read(process.StandardOutput.BaseStream);
        }
        catch (JsonException fault)
        {
            broken = fault;
        }

        // What is left must be taken off the pipe, or kubectl would wait for us.
        process.StandardOutput.BaseStream.CopyTo(System.IO.Stream.Null);
        process.WaitForExit();
        if (cancellation.IsCancellationRequested)
        {
            return value!;
        }

        if (expired)
        {
            throw ClusterException.TimedOut(what, timeout);
        }

        if (process.ExitCode != 0)
        {
            throw ClusterException.Of(what, error.Result);
        }

        return broken is null ? value! : throw broken;
    }

    private List<string> Arguments(IReadOnlyList<string> arguments)
    {
        List<string> all = [.. arguments, $"--request-timeout={options.RequestTimeout.TotalSeconds:0}s"];
        if (options.Context is { } context)
        {
            all.Add($"--context={context}");
        }

        if (options.CacheDirectory is { } cache)
        {
            all.Add($"--cache-dir={cache}");
        }

        // A log that is followed ends when the job does.
        if (all.Contains("--follow"))
        {
            all.RemoveAll(argument => argument.StartsWith("--request-timeout", StringComparison.Ordinal));
        }

        return all;
    }

    private T Retried<T>(Func<T> call)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return call();
            }
            catch (ClusterException fault) when (fault.MayPass && attempt < options.Attempts)
            {
                options.Wait(TimeSpan.FromSeconds(Math.Pow(2, attempt - 1)));
            }
        }
    }

    /// <summary>A name becomes an argument or a piece of a path only when Kubernetes could have given it.</summary>
    private static string Name(string name) =>
        ObjectName.IsMatch(name) ? name : throw ClusterException.Misuse("a name that no object can have was asked for");

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ObjectName { get; }
}

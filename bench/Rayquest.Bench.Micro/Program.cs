using System.Text;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Running;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Yaml;
using YamlDotNet.Core;

namespace Rayquest.Bench.Micro;

internal static class Program
{
    private static void Main(string[] args) => BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}

/// <summary>One request, from its bytes to the model; the event parser alone is the floor.</summary>
[MemoryDiagnoser]
public class ReadRequest
{
    private static readonly string Text = Workload.Request(4, seed: 1);
    private static readonly byte[] Bytes = Encoding.UTF8.GetBytes(Text);

    [Benchmark(Baseline = true, Description = "YAML events only")]
    public int Events()
    {
        var parser = new Parser(new Scanner(new StringReader(Text), skipComments: false));
        var events = 0;
        while (parser.MoveNext())
        {
            events++;
        }

        return events;
    }

    [Benchmark(Description = "YAML nodes with spans")]
    public object? Nodes() => YamlReader.Read("a.yaml", Bytes, YamlLimits.Request, new FindingBag()).Root;

    [Benchmark(Description = "the request")]
    public object? Request()
    {
        var findings = new FindingBag();
        return JobRequestFormat.Read(YamlReader.Read("a.yaml", Bytes, YamlLimits.Request, findings), findings);
    }
}

/// <summary>Quantities as Kubernetes writes them.</summary>
[MemoryDiagnoser]
public class Quantities
{
    [Params("4", "100m", "64Gi", "1.5e3")]
    public string Text { get; set; } = "";

    [Benchmark(Description = "parse")]
    public bool Parse() => Quantity.TryParse(Text, out _);

    [Benchmark(Description = "parse and write")]
    public string Canonical() => Quantity.TryParse(Text, out var quantity) ? quantity.ToString() : "";
}

using Rayquest.JobCli.Console;

namespace Rayquest.JobCli.Tests.CommandLineTests;

/// <summary>The program in a folder of its own, run in this process with strings for streams.</summary>
internal sealed class Shell : IDisposable
{
    public Shell()
    {
        Root = Directory.CreateTempSubdirectory("rayquest-cli-").FullName;
        Write(
            "policies/platform.yaml",
            """
            gpus: {a100: {pricePerHour: 2, perNode: 8}}
            defaults: {image: ray, timeout: 1h}
            """
        );
        Write(
            "policies/images.yaml",
            "aliases: {ray: 'rayproject/ray:2.52.0-py312-cpu', gpu: 'rayproject/ray:2.52.0-py312-cu128'}\n"
        );
        Write(
            "policies/quotas.yaml",
            "teams: {vision: {approvers: [bob], soft: {gpus: {a100: 4}}, hard: {gpus: {a100: 8}}}}\n"
        );
    }

    public const string Good = "name: train\nentrypoint: python train.py\nworkers: {replicas: 2}\n";

    public string Root { get; }

    public void Write(string path, string text)
    {
        string full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    public string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public bool Exists(string path) => File.Exists(Path.Combine(Root, path));

    public (int Code, string Out, string Error) Run(params string[] arguments) => Run("", isTerminal: false, arguments);

    public (int Code, string Out, string Error) Run(string input, bool isTerminal, params string[] arguments) =>
        Run(Root, input, isTerminal, arguments);

    /// <summary>The same in another folder.</summary>
    public static (int Code, string Out, string Error) RunIn(string folder, params string[] arguments) =>
        Run(folder, "", isTerminal: false, arguments);

    /// <summary>The same in another folder, on a terminal whose person types.</summary>
    public static (int Code, string Out, string Error) RunIn(
        string folder,
        string input,
        bool isTerminal,
        string[] arguments
    ) => Run(folder, input, isTerminal, arguments);

    private static (int Code, string Out, string Error) Run(
        string folder,
        string input,
        bool isTerminal,
        string[] arguments
    )
    {
        using StringWriter output = new();
        using StringWriter error = new();
        Terminal terminal = new(
            new StringReader(input),
            output,
            error,
            isTerminal,
            isTerminal,
            isTerminal,
            noColour: false,
            folder
        );
        int code = CommandLine.Run(arguments, terminal);
        return (code, output.ToString(), error.ToString());
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

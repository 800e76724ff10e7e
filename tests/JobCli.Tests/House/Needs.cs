namespace Rayquest.JobCli.Tests.House;

/// <summary>What a test can't run without; where it is missing the test is skipped and says so.</summary>
internal static class Needs
{
    public static void Program(string program) => ProgramPath.Needed(program);

    /// <summary>GitHub's language service for workflows, from npm.</summary>
    public static void LanguageService() => Package("workflows", "@actions");

    /// <summary>The client of the Language Server Protocol that npm installs in tests/lsp.</summary>
    public static void LanguageClient() => Package("lsp", "vscode-languageserver-protocol");

    /// <summary>The validator of JSON Schema and the SARIF tool that npm installs in tests/sarif.</summary>
    public static void SarifTools() => Package("sarif", "ajv");

    private static void Package(string folder, string package)
    {
        Program("node");
        Assert.SkipUnless(
            Directory.Exists(RepositoryFiles.Path("tests", folder, "node_modules", package)),
            "npm ci was not run in tests/" + folder
        );
    }
}

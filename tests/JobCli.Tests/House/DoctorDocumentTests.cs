using Rayquest.JobReport.Doctor;
using Rayquest.JobReport.Doctor.Checks;

namespace Rayquest.JobCli.Tests.House;

/// <summary>Every line of <c>rayquest doctor</c> is in the operations guide, and only those.</summary>
public sealed class DoctorDocumentTests
{
    [Fact]
    public void Operations_has_a_row_for_every_check()
    {
        string text = File.ReadAllText(RepositoryFiles.Path("docs", "operations.md")).ReplaceLineEndings("\n");
        int start = text.IndexOf("| line of `doctor` |", StringComparison.Ordinal);
        string table = text[start..text.IndexOf("\n\n", start, StringComparison.Ordinal)];
        IEnumerable<string> named = table
            .Split('\n')
            .Skip(2)
            .Select(row => row.Split('|')[1])
            .SelectMany(cell => cell.Split(',', StringSplitOptions.TrimEntries))
            .Select(name => name.Trim('`'));
        named
            .Order(StringComparer.Ordinal)
            .ShouldBe(Diagnosis.Checks.Select(check => check.Name).Order(StringComparer.Ordinal));
    }
}

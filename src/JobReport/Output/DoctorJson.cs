using Rayquest.JobModel.Text;
using Rayquest.JobReport.Doctor;
using Rayquest.JobReport.Doctor.Checks;

namespace Rayquest.JobReport.Output;

/// <summary>A diagnosis as JSON of our own, versioned by <c>schema</c>: every finding, those that are fine too.</summary>
public static class DoctorJson
{
    /// <summary>The document, ended by a line feed.</summary>
    public static string Write(DoctorFacts facts, IReadOnlyList<DoctorFinding> findings) =>
        JsonText.Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("schema", 1);
            if (facts.Settings is { } settings)
            {
                json.WriteString("repository", settings.Repository);
            }

            json.WriteString("branch", facts.DefaultBranch);
            json.WriteBoolean("offline", facts.Settings is null);
            json.WriteBoolean("letsPast", Diagnosis.LetsPast(findings));
            json.WriteBoolean("isUnsure", Diagnosis.IsUnsure(findings));
            json.WriteStartArray("findings");
            foreach (DoctorFinding finding in findings)
            {
                json.WriteStartObject();
                json.WriteString("check", finding.Check.Name);
                json.WriteString("state", Word(finding.State));
                json.WriteString("message", finding.Message);
                if (finding.Remedy is { } remedy)
                {
                    json.WriteString("remedy", remedy);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    /// <summary>A state as text and JSON spell it.</summary>
    public static string Word(DoctorState state) =>
        state switch
        {
            DoctorState.Fine => "fine",
            DoctorState.Warning => "warning",
            DoctorState.Unread => "unread",
            _ => "error",
        };
}

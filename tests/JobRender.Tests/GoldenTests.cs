using System.Text;
using Rayquest.JobModel.Plans;

namespace Rayquest.JobRender.Tests;

public class GoldenTests
{
    public static TheoryData<string> Cases => [.. GoldenCases.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_request_renders_to_the_expected_manifest(string name)
    {
        string expected = Path.Combine(GoldenCases.Folder, name, "expected.rayjob.yaml");
        string rendered = Encoding.UTF8.GetString(Renderer.Render(GoldenCases.Plan(name)).Bytes.Span);
        if (GoldenCases.Bless)
        {
            File.WriteAllText(expected, rendered);
        }

        rendered.ShouldBe(File.ReadAllText(expected));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_header_seals_the_content(string name)
    {
        RenderedFile file = Renderer.Render(GoldenCases.Plan(name));
        JobHeader header = JobHeader.Read(file.Bytes, out int body).ShouldNotBeNull();
        header.ContentDigest.ShouldBe(JobHeader.Digest(file.Bytes.Span[body..]));
        header.RequestPath.ShouldBe($"jobs-requests/vision/{file.Path["jobs/vision/".Length..]}");
        header.Jobs.ShouldBe(file.Header.Jobs);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rendering_twice_gives_the_same_bytes(string name) =>
        Renderer
            .Render(GoldenCases.Plan(name))
            .Bytes.ToArray()
            .ShouldBe(Renderer.Render(GoldenCases.Plan(name)).Bytes.ToArray());
}

using Rayquest.JobCli.Tests.House;
using Rayquest.JobRehearsal.Story;

namespace Rayquest.JobCli.Tests.Status;

public sealed class KindsStoryTests
{
    [Fact]
    public async Task Clusters_services_schedules_and_Volcano_Jobs_live_as_they_should()
    {
        Needs.Program("kubectl");
        string folder = Directory.CreateTempSubdirectory("rayquest-").FullName;
        try
        {
            IReadOnlyList<StoryStep> steps = await new KindsStory(folder, _ => { }).Run();
            steps.Where(step => !step.AsItShould).ShouldBeEmpty();
            steps.Count.ShouldBe(17);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

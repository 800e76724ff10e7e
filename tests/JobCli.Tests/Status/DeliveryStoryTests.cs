using Rayquest.JobCli.Tests.House;
using Rayquest.JobRehearsal.Story;

namespace Rayquest.JobCli.Tests.Status;

public sealed class DeliveryStoryTests
{
    [Fact]
    public async Task The_whole_story_goes_as_it_should()
    {
        Needs.Program("kubectl");
        var folder = Directory.CreateTempSubdirectory("rayquest-").FullName;
        try
        {
            using DeliveryStory story = new DeliveryStory(folder, _ => { });
            var steps = await story.Run();
            steps.Where(step => !step.AsItShould).ShouldBeEmpty();
            steps.Count.ShouldBe(15);
            (await File.ReadAllTextAsync(story.StatusPage)).ShouldContain(">succeeded</td>");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

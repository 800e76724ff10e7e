using Rayquest.JobRehearsal.Story;

namespace Rayquest.JobHosts.Tests.Review;

public sealed class StoryTests
{
    [Fact]
    public async Task The_rehearsal_ends_as_told_and_leaves_pages()
    {
        using TemporaryFolder folder = new();
        using StringWriter told = new();
        StoryResult result = await new PullRequestStory(told, colour: false, folder.Child("pages")).Play();
        result.IsAsExpected.ShouldBeTrue(told.ToString());
        result.Took.ShouldBeLessThan(TimeSpan.FromMinutes(1));
        string[] pages = Directory.GetFiles(folder.Child("pages"), "*.html");
        pages.Length.ShouldBeGreaterThan(8);
        // Nothing of the cheat's own becomes an element of a page.
        pages
            .Select(File.ReadAllText)
            .ShouldAllBe(page =>
                !page.Contains("<img", StringComparison.Ordinal) && !page.Contains("<script", StringComparison.Ordinal)
            );
    }

    [Fact]
    public async Task The_doctor_tells_a_good_repository_from_a_bad_one()
    {
        using TemporaryFolder folder = new();
        IReadOnlyList<StoryStep> steps = await new DoctorStory(folder.Path, _ => { }).Run();
        steps.ShouldAllBe(step => step.AsItShould, string.Join('\n', steps));
    }
}

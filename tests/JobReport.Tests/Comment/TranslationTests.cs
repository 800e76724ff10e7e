using Rayquest.JobModel.Languages;
using Rayquest.JobReport.Status;
using Rayquest.JobReport.Strings;

namespace Rayquest.JobReport.Tests.Comment;

/// <summary>The comment and the states of jobs are there in every language.</summary>
public class TranslationTests
{
    public static TheoryData<string> Languages { get; } = [.. Language.Names.Skip(1)];

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_sentence_of_the_comment_is_in_the_table(string name) =>
        CommentStrings
            .Templates.Where(said => !Language.Of(name).Has(said.Context, said.Template))
            .Select(said => said.Template)
            .ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_state_is_said_without_english(string name)
    {
        List<string> left = [];
        foreach (JobPhase phase in Enum.GetValues<JobPhase>())
        {
            foreach (string reason in (string[])["", "AppFailed", "ErrImagePull", "OOMKilled", "FailedCreateHeadPod"])
            {
                JobState state = new(phase) { Reason = reason, Since = DateTimeOffset.UnixEpoch };
                StateText words = StateText.Of(state, DateTimeOffset.UnixEpoch.AddHours(3), Language.Of(name));
                string[] said = [words.Line.Replace(reason + ")", ")", StringComparison.Ordinal), words.Next];
                left.AddRange(
                    said.Where(text => text.Length > 0 && !text.Any(c => c > '\u2e80'))
                        .Select(text => $"{phase} {reason}: {text}")
                );
            }
        }

        left.ShouldBeEmpty();
    }

    [Fact]
    public void A_state_of_a_team_that_speaks_chinese() =>
        StateText
            .Of(
                new JobState(JobPhase.Failed)
                {
                    Reason = "AppFailed",
                    Message = "exit code 1.",
                    Since = DateTimeOffset.UnixEpoch,
                },
                DateTimeOffset.UnixEpoch.AddHours(2),
                Language.Of("zh-CN")
            )
            .Line.ShouldBe("失败（2 h 前）（AppFailed: exit code 1）");
}

using YamlDotNet.Core;

namespace Rayquest.JobModel.Tests;

/// <summary>Why YamlDotNet is held below 17: from there on its parser refuses these texts when comments are kept.</summary>
public class YamlLibraryTests
{
    [Theory]
    [InlineData("a: [b] # why\nb: 1\n")]
    [InlineData("- [a]\n# why\n- b\n")]
    public void A_comment_may_follow_a_flow_sequence(string text)
    {
        Parser parser = new(new Scanner(new StringReader(text), skipComments: false));
        int comments = 0;
        while (parser.MoveNext())
        {
            comments += parser.Current is YamlDotNet.Core.Events.Comment ? 1 : 0;
        }

        comments.ShouldBe(1);
    }
}

using System.Web;
using Rayquest.JobFormEngine.Links;
using Rayquest.JobFormEngine.Requests;

namespace Rayquest.JobForm.Tests;

public class FormLinksTests
{
    private const string Text =
        "name: a\nentrypoint: python a.py --x 'é&#?'\nworkers: {replicas: {min: 1, max: 4}, gpu: l4}\n";

    [Fact]
    public void The_new_file_page_gets_path_and_text_to_the_byte()
    {
        SizedLink link = FormLinks.NewFile(Files.Snapshot(), "jobs-requests/vision/a.yaml", Text).ShouldNotBeNull();
        Uri url = new(link.Url);
        url.GetLeftPart(UriPartial.Path).ShouldBe("https://github.com/example/ray-jobs/new/main");
        System.Collections.Specialized.NameValueCollection query = HttpUtility.ParseQueryString(url.Query);
        query["filename"].ShouldBe("jobs-requests/vision/a.yaml");
        query["value"].ShouldBe(Text);
        link.Fits.ShouldBeTrue();
        link.Bytes.ShouldBe(link.Url.Length);
    }

    [Fact]
    public void A_request_beyond_the_longest_address_doesn_t_fit()
    {
        string text = "name: a\ndescription: \"" + new string('x', SizedLink.Longest) + "\"\n";
        FormLinks.NewFile(Files.Snapshot(), "jobs-requests/vision/a.yaml", text).ShouldNotBeNull().Fits.ShouldBeFalse();
        FormLinks
            .EmptyFile(Files.Snapshot(), "jobs-requests/vision/a.yaml")
            .ShouldNotBeNull()
            .Length.ShouldBeLessThan(200);
    }

    [Fact]
    public void Without_a_repository_there_is_no_link()
    {
        JobFormEngine.Data.FormSnapshot nowhere = Files.Snapshot() with { Repository = null };
        FormLinks.NewFile(nowhere, "a", "b").ShouldBeNull();
        FormLinks.Issue(nowhere, "vision", new RequestText(Text).Root).ShouldBeNull();
        FormLinks.RulePage(nowhere, "docs/rules/RQ0001.md").ShouldBeNull();
    }

    [Fact]
    public void The_issue_form_is_filled_in_where_it_can_say_all_of_the_request()
    {
        SizedLink link = FormLinks.Issue(Files.Snapshot(), "vision", new RequestText(Text).Root).ShouldNotBeNull();
        System.Collections.Specialized.NameValueCollection query = HttpUtility.ParseQueryString(
            new Uri(link.Url).Query
        );
        query["template"].ShouldBe("ray-job.yml");
        query["team"].ShouldBe("vision");
        query["replicas"].ShouldBe("1-4");
        query["entrypoint"].ShouldBe("python a.py --x 'é&#?'");
        FormLinks.Issue(Files.Snapshot(), "vision", new RequestText(Text + "retries: 2\n").Root).ShouldBeNull();
    }

    [Fact]
    public void The_issue_form_has_the_fields_that_are_filled_in()
    {
        string form = File.ReadAllText(Files.Path(".github", "ISSUE_TEMPLATE", "ray-job.yml"));
        foreach (
            string id in (string[])
                [
                    "team",
                    "name",
                    "description",
                    "entrypoint",
                    "image",
                    "profile",
                    "timeout",
                    "replicas",
                    "cpu",
                    "memory",
                    "gpu",
                    "gpus",
                ]
        )
        {
            form.ShouldContain($"id: {id}\n");
        }
    }

    [Fact]
    public void A_shared_draft_comes_back()
    {
        FormDraft draft = new("vision", Text);
        string hash = FormStart.Share(draft);
        hash.ShouldMatch("^#request=[A-Za-z0-9_-]+$");
        FormDraft shared = FormStart.Read(hash).ShouldNotBeNull().Shared().ShouldNotBeNull();
        (shared.Team, shared.Text).ShouldBe((draft.Team, draft.Text));
    }

    [Theory]
    [InlineData("#request=")]
    [InlineData("#request=!!!")]
    [InlineData("#request=AAAA")]
    [InlineData("#request=8w0AAA")]
    public void A_damaged_hash_is_no_draft(string hash) => FormStart.Read(hash)?.Shared().ShouldBeNull();

    [Fact]
    public void A_hash_that_unpacks_to_more_than_a_request_is_not_read_on()
    {
        FormDraft bomb = new("vision", new string('a', 40_000_000));
        FormStart.Share(bomb).Length.ShouldBeLessThan(100_000);
        FormStart.Read(FormStart.Share(bomb)).ShouldNotBeNull().Shared().ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("#")]
    [InlineData("#other=1")]
    [InlineData("#from")]
    public void A_hash_that_says_nothing_of_ours_is_left_alone(string hash) => FormStart.Read(hash).ShouldBeNull();

    [Fact]
    public void The_comment_links_the_form_with_the_request_in_it_where_the_policy_names_one()
    {
        Dictionary<string, byte[]> files = Files.Below("policies");
        string without = Comment(files);
        without.ShouldNotContain("edit in the form");
        string platform = System.Text.Encoding.UTF8.GetString(files["policies/platform.yaml"]);
        files["policies/platform.yaml"] = Files.Bytes(
            platform.Replace(
                "links:\n",
                "links:\n  form: https://example.github.io/ray-jobs/\n",
                StringComparison.Ordinal
            )
        );
        string comment = Comment(files);
        string link = System
            .Text.RegularExpressions.Regex.Match(
                comment,
                "\\[edit in the form\\]\\(<?(https://example.github.io/ray-jobs/#[^)>]*)>?\\)"
            )
            .Groups[1]
            .Value;
        FormDraft draft = FormStart.Read(new Uri(link).Fragment).ShouldNotBeNull().Shared().ShouldNotBeNull();
        (draft.Team, draft.Text).ShouldBe(("vision", Text));
        Comment(files, Text + "# " + new string('x', 4_000) + "\n").ShouldNotContain("edit in the form");
    }

    [Theory]
    [InlineData("vision.!!!")]
    [InlineData("../x.YQ")]
    [InlineData(".YQ")]
    [InlineData("vision")]
    public void What_is_no_request_of_a_comment_is_not_read(string value) =>
        JobReport.Comment.FormHash.Read(value).ShouldBeNull();

    private static string Comment(Dictionary<string, byte[]> files, string text = Text) =>
        JobReport
            .Comment.ReviewComment.Write(
                new FormEngine(Files.Of(files, JobFormEngine.Data.SnapshotContent.Policies))
                    .Evaluate(new FormDraft("vision", text))
                    .Evaluation,
                new JobReport.Comment.CommentContext(null, new string('a', 40), new string('b', 40)),
                JobReport.Comment.ReviewComment.SummaryLimit
            )
            .ToString();

    [Theory]
    [InlineData("git@github.com:acme/jobs.git", "https://github.com/acme/jobs")]
    [InlineData("https://github.com/acme/jobs.git", "https://github.com/acme/jobs")]
    [InlineData("https://user:secret@github.com/acme/jobs", "https://github.com/acme/jobs")]
    [InlineData("ssh://git@github.com/acme/jobs.git", "https://github.com/acme/jobs")]
    [InlineData("/srv/git/jobs.git", null)]
    [InlineData(null, null)]
    public void The_repository_s_page_follows_from_its_remote(string? remote, string? page) =>
        JobCli.Commands.FormCommand.HomeOf(remote).ShouldBe(page);
}

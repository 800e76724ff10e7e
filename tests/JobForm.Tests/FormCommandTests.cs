using System.Net;
using System.Text;
using Rayquest.JobCli;
using Rayquest.JobCli.Commands;
using Rayquest.JobCli.Console;
using Rayquest.JobFormEngine.Data;
using Rayquest.JobHosts.Files;
using Rayquest.JobHosts.FormSite;

namespace Rayquest.JobForm.Tests;

public sealed class FormCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("rayquest-form-").FullName;

    public FormCommandTests()
    {
        Write("repo/policies/quotas.yaml", "teams: {vision: {soft: {jobs: 4}, hard: {jobs: 8}}}\n");
        Write(
            "repo/policies/platform.yaml",
            "defaults: {image: ray, timeout: 1h}\nargocd: {repoURL: https://github.com/acme/jobs.git, revision: trunk}\n"
        );
        Write(
            "repo/jobs-requests/vision/a.yaml",
            "name: a\nentrypoint: python -c 'secret words'\nworkers: {replicas: 1}\n"
        );
        Write("site/index.html", "<!doctype html>");
        Write("site/_framework/app.js", "1");
        Write("site/css/form.css", "a{}");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_site_is_written_with_the_policies_and_no_more_unless_it_is_asked_for()
    {
        (int code, string text, string error) = Run("form", "--out", At("out"), "--site", At("site"));
        (code, text).ShouldBe((0, At("out") + "\n"));
        error.ShouldContain("whoever can open the site can read the policies");
        FormSnapshot snapshot = Snapshot();
        (snapshot.Repository, snapshot.Branch, snapshot.Version).ShouldBe(
            ("https://github.com/acme/jobs", "trunk", CommandLine.Version)
        );
        (snapshot.HasUsage, snapshot.HasRequests, snapshot.CanSave).ShouldBe((false, false, false));
        File.ReadAllText(At("out/form.json")).ShouldNotContain("secret words");
        File.ReadAllText(At("out/css/form.css")).ShouldBe("a{}");

        Run("form", "--out", At("out"), "--site", At("site"), "--with-requests")
            .Error.ShouldContain("every request and manifest");
        File.ReadAllText(At("out/form.json")).ShouldContain("secret words");
    }

    [Fact]
    public void The_same_is_written_twice_and_what_a_page_of_before_left_goes()
    {
        Run("form", "--out", At("out"), "--site", At("site"));
        string first = File.ReadAllText(At("out/form.json"));
        Write("out/_framework/old.js", "0");
        Write("out/CNAME", "jobs.example.com");
        Run("form", "--out", At("out"), "--site", At("site")).Code.ShouldBe(0);
        File.ReadAllText(At("out/form.json")).ShouldBe(first);
        File.Exists(At("out/_framework/old.js")).ShouldBeFalse();
        File.Exists(At("out/CNAME")).ShouldBeTrue();
    }

    [Fact]
    public void Somebody_s_folder_is_left_alone()
    {
        Write("mine/thesis.txt", "…");
        (int code, _, string error) = Run("form", "--out", At("mine"), "--site", At("site"));
        code.ShouldBe(2);
        error.ShouldContain("holds other files");
        Directory.GetFiles(At("mine")).ShouldHaveSingleItem();
    }

    [Fact]
    public void Without_a_published_page_it_says_where_one_comes_from()
    {
        (int code, _, string error) = Run("form", "--out", At("out"), "--site", At("repo"));
        code.ShouldBe(2);
        error.ShouldContain("there is no published form in");
        error.ShouldContain("--site DIR");
        Run("form").Code.ShouldBe(2);
    }

    [Theory]
    [InlineData("jobs-requests/vision/../../x.yaml")]
    [InlineData("jobs-requests/vision/a.yml")]
    [InlineData("jobs-requests/vision/A.yaml")]
    [InlineData("jobs-requests/Vision/a.yaml")]
    [InlineData("policies/quotas.yaml")]
    [InlineData("jobs/vision/a.yaml")]
    [InlineData("/etc/a.yaml")]
    [InlineData("jobs-requests/vision/deep/a.yaml")]
    public void Only_requests_are_saved(string path)
    {
        string body = $$$"""{"path": "{{{path}}}", "text": "name: a\n", "files": {}}""";
        FormSave
            .Take(new FolderTree(At("repo")), Encoding.UTF8.GetBytes(body))
            .Fault.ShouldNotBeNull()
            .ShouldContain("no request's path");
    }

    [Fact]
    public void A_request_is_saved_with_what_it_ships()
    {
        Save("""{"path": "jobs-requests/vision/b.yaml", "text": "name: b\n", "files": {"b/train.py": "eA=="}}""")
            .Path.ShouldBe("jobs-requests/vision/b.yaml");
        File.ReadAllText(At("repo/jobs-requests/vision/b.yaml")).ShouldBe("name: b\n");
        File.ReadAllText(At("repo/jobs-requests/vision/b/train.py")).ShouldBe("x");
    }

    [Theory]
    [InlineData("../nlp/x.py")]
    [InlineData("/etc/x")]
    [InlineData("c.yaml")]
    public void A_shipped_file_stays_beside_its_request(string file) =>
        Save($$$"""{"path": "jobs-requests/vision/b.yaml", "text": "", "files": {"{{{file}}}": "eA=="}}""")
            .Fault.ShouldNotBeNull()
            .ShouldContain("beside the request");

    [Fact]
    public void Nothing_is_written_through_a_link()
    {
        Directory.CreateDirectory(At("elsewhere"));
        Directory.CreateSymbolicLink(At("repo/jobs-requests/nlp"), At("elsewhere"));
        Save("""{"path": "jobs-requests/nlp/b.yaml", "text": "name: b\n", "files": {}}""")
            .Fault.ShouldNotBeNull()
            .ShouldContain("symbolic link");
        Directory.GetFiles(At("elsewhere")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"path\": 1}")]
    public void What_can_t_be_read_is_refused(string body) =>
        Save(body).Fault.ShouldNotBeNull().ShouldContain("can't be read");

    [Fact]
    public async Task The_server_answers_its_own_page_alone()
    {
        List<string> saved = [];
        using FormServer server = new(
            At("site"),
            0,
            () => "{}",
            body =>
            {
                saved.Add(Encoding.UTF8.GetString(body.Span));
                return new SaveAnswer("jobs-requests/vision/b.yaml", null);
            }
        );
        using CancellationTokenSource stop = new();
        Task running = server.Run(stop.Token);
        using HttpClient client = new();

        (await client.GetStringAsync(server.Address)).ShouldBe("<!doctype html>");
        (await client.GetStringAsync(server.Address + "form.json")).ShouldBe("{}");
        (await Status(new(HttpMethod.Get, server.Origin + "/"))).ShouldBe(HttpStatusCode.NotFound);
        (await Status(new(HttpMethod.Get, server.Origin + "/form.json"))).ShouldBe(HttpStatusCode.NotFound);
        (await Status(new(HttpMethod.Get, server.Origin + "/" + new string('0', 32) + "/form.json"))).ShouldBe(
            HttpStatusCode.NotFound
        );
        (await Status(new(HttpMethod.Get, server.Address + "..%2f..%2fetc/passwd"))).ShouldBe(HttpStatusCode.NotFound);
        (await Status(new(HttpMethod.Put, server.Address + "save"))).ShouldBe(HttpStatusCode.MethodNotAllowed);
        // A name that was made to lead here.
        HttpRequestMessage rebound = new(HttpMethod.Get, server.Address);
        rebound.Headers.Host = $"evil.example:{server.Port}";
        (await Status(rebound)).ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);

        (await Status(Post(origin: null))).ShouldBe(HttpStatusCode.Forbidden);
        (await Status(Post("https://evil.example"))).ShouldBe(HttpStatusCode.Forbidden);
        (await Status(Post(server.Origin, type: "text/plain"))).ShouldBe(HttpStatusCode.Forbidden);
        saved.ShouldBeEmpty();
        // It answers before it has read all of it, and may be gone before the rest is sent.
        HttpStatusCode? tooMuch = await Status(Post(server.Origin, size: FormServer.MostBytes + 1))
            .ContinueWith(t => t.IsFaulted ? (HttpStatusCode?)null : t.Result, TaskScheduler.Default);
        tooMuch.ShouldBeOneOf(HttpStatusCode.RequestEntityTooLarge, null);
        saved.ShouldBeEmpty();
        (await Status(Post(server.Origin))).ShouldBe(HttpStatusCode.OK);
        saved.ShouldHaveSingleItem().ShouldBe("{}");

        await stop.CancelAsync();
        await running;

        async Task<HttpStatusCode> Status(HttpRequestMessage request) => (await client.SendAsync(request)).StatusCode;

        HttpRequestMessage Post(string? origin, string type = "application/json", int size = 0)
        {
            HttpRequestMessage request = new(HttpMethod.Post, server.Address + "save")
            {
                Content = new StringContent(size == 0 ? "{}" : new string(' ', size), Encoding.UTF8, type),
            };
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }

            return request;
        }
    }

    private SaveAnswer Save(string body) => FormSave.Take(new FolderTree(At("repo")), Encoding.UTF8.GetBytes(body));

    private FormSnapshot Snapshot() => FormSnapshot.Read(File.ReadAllBytes(At("out/form.json")));

    private string At(string path) => Path.Combine(folder, path);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    private (int Code, string Out, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        Terminal terminal = new(TextReader.Null, output, error, false, false, false, noColour: true, At("repo"));
        int code = CommandLine.Run(arguments, terminal);
        return (code, output.ToString(), error.ToString());
    }
}

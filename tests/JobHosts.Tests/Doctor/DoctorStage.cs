using Rayquest.JobHosts.Doctor;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Doctor;
using Rayquest.JobReport.Doctor.Checks;

namespace Rayquest.JobHosts.Tests.Doctor;

/// <summary>A repository that is set up as documented, to be spoiled by one setting.</summary>
internal sealed class DoctorStage : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <param name="isBare">Leaves the rulesets out, for classic protection.</param>
    public DoctorStage(EmulatedGitHubOptions? options = null, bool isBare = false)
    {
        GitHub = EmulatedGitHub.Start(folder.Child("origin"), options);
        Root = GitHub.AddUser("root", PermissionLevel.Admin);
        App = GitHub.AddAppUser("rayquest-app", WellKeptRepository.App);
        WellKeptRepository.SetUp(GitHub, Root);
        if (isBare)
        {
            GitHub.RemoveRuleset(Ruleset("main"));
        }
    }

    public EmulatedGitHub GitHub { get; }

    public EmulatedUser Root { get; }

    public EmulatedUser App { get; }

    public EmulatedSettings Settings => GitHub.Settings;

    public EmulatedEnvironment Environment(string name) =>
        Settings.Environments.Single(environment => environment.Name == name);

    public EmulatedRuleset Ruleset(string name) => GitHub.Rulesets.Single(ruleset => ruleset.Name == name);

    /// <summary>Puts other rules, or another bypass list, into a ruleset's place.</summary>
    public void Change(
        string name,
        Func<IReadOnlyList<EmulatedRule>, IEnumerable<EmulatedRule>>? rules = null,
        params IReadOnlyList<EmulatedBypass>? bypass
    )
    {
        EmulatedRuleset old = Ruleset(name);
        GitHub.RemoveRuleset(old);
        GitHub.AddRuleset(
            name,
            old.Include,
            [.. rules?.Invoke(old.Rules) ?? old.Rules],
            bypass is { Count: > 0 } ? bypass : old.Bypass
        );
    }

    /// <summary>Puts a rule into the place of the one of its type on the default branch.</summary>
    public void Replace(EmulatedRule rule) =>
        Change("main", rules => rules.Select(old => old.Type == rule.Type ? rule : old));

    /// <summary>Takes a ruleset's rule away.</summary>
    public void Without(string name, string type) => Change(name, rules => rules.Where(rule => rule.Type != type));

    /// <summary>Changes a file of the default branch; who passes its rules may.</summary>
    public void Write(string path, string? text) =>
        GitHub.Push(App, "main", "Change", new Dictionary<string, string?> { [path] = text });

    public async Task<IReadOnlyList<DoctorFinding>> Ask(EmulatedUser? asking = null, DoctorOptions? options = null)
    {
        using GitHubClient client = GitHub.Client(asking ?? Root);
        GitHub.ForgetCalls();
        (string branch, RepositorySettings settings) = await new DoctorReader(
            client,
            options ?? new DoctorOptions()
        ).Read();
        GitHub.Calls.ShouldAllBe(call => call.Method == "GET", "it changes nothing");
        return Diagnosis.Evaluate(
            new DoctorFacts(branch, TreeReader.Read(GitHub.Git, GitHub.Git.Resolve(branch)), settings)
        );
    }

    public void Dispose()
    {
        GitHub.Dispose();
        folder.Dispose();
    }
}

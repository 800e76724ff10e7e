using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Fields;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Templates;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Policies;

/// <summary>What loading the policies gave: the policies as far as they could be read, the files, and every fault.</summary>
public sealed record LoadedPolicies(
    PolicySet Policies,
    IReadOnlyDictionary<string, YamlFile> Files,
    IReadOnlyList<Finding> Findings
)
{
    /// <summary>Whether the policies can't be relied on: that is our side's fault, never the engineer's.</summary>
    public bool IsBroken => Findings.Any(f => f.Severity == Severity.Error);
}

/// <summary>Reads every policy file of a tree. Missing files mean their defaults.</summary>
public static class PolicyLoader
{
    public const string PlatformPath = RequestPath.Policies + "platform.yaml";
    public const string ImagesPath = RequestPath.Policies + "images.yaml";
    public const string QuotasPath = RequestPath.Policies + "quotas.yaml";
    public const string RulesPath = RequestPath.Policies + "rules.yaml";
    public const string TemplatesFolder = RequestPath.Policies + "templates/";
    public const string ProfilesFolder = RequestPath.Policies + "profiles/";

    /// <summary>Reads all policies; never throws on their content.</summary>
    public static LoadedPolicies Load(IRepositoryTree tree)
    {
        FindingBag findings = new();
        Dictionary<string, YamlFile> files = new(StringComparer.Ordinal);
        PolicySet policies = new(
            Read(PlatformPath, PolicyFormat.Platform) ?? new PlatformPolicy(),
            Read(ImagesPath, PolicyFormat.Images) ?? new ImagesPolicy(),
            Read(QuotasPath, PolicyFormat.Quotas) ?? new QuotasPolicy(),
            Read(RulesPath, PolicyFormat.Rules) ?? new RulesPolicy(),
            ReadProfiles()
        )
        {
            Templates = ReadTemplates(),
        };
        return new LoadedPolicies(policies, files, findings.Findings);

        T? Read<T>(string path, ObjectType<T> type)
            where T : class => Open(path) is { } file ? PolicyFormat.Read(type, file, findings) : null;

        YamlFile? Open(string path)
        {
            // Most of them may be missing, and being refused a file costs more than asking for it.
            if (tree.Find(path) is null || tree.Read(path) is not { } bytes)
            {
                return null;
            }

            YamlFile file = YamlReader.Read(path, bytes.Span, YamlLimits.Request, findings);
            files[path] = file;
            return file;
        }

        Dictionary<string, RequestTemplate> ReadTemplates()
        {
            Dictionary<string, RequestTemplate> templates = new(StringComparer.Ordinal);
            foreach (TreeEntry entry in tree.List(TemplatesFolder))
            {
                if (
                    entry.Kind == TreeEntryKind.File
                    && entry.Path.EndsWith(".yaml", StringComparison.Ordinal)
                    && Open(entry.Path) is { } file
                    && TemplateFormat.Read(RequestPath.NameOf(entry.Path), file, findings) is { } template
                )
                {
                    TemplateCheck.Of(template, findings);
                    templates[template.Name] = template;
                }
            }

            return templates;
        }

        Dictionary<string, ProfilePolicy> ReadProfiles()
        {
            Dictionary<string, ProfilePolicy> profiles = new(StringComparer.Ordinal);
            foreach (TreeEntry entry in tree.List(ProfilesFolder))
            {
                if (
                    entry.Kind != TreeEntryKind.File
                    || !entry.Path.EndsWith(".yaml", StringComparison.Ordinal)
                    || Open(entry.Path) is not { } file
                )
                {
                    continue;
                }

                string name = RequestPath.NameOf(entry.Path);
                if (file.Root is YamlMapping mapping)
                {
                    profiles[name] = new ProfilePolicy(name, mapping);
                }
                else if (!file.IsPartial)
                {
                    findings.Add(
                        SyntaxRules.BadValue,
                        file.Root?.Span ?? new Text.SourceSpan(file.Source, default),
                        "a profile is a mapping: a partial RayJob with `metadata` and `spec`"
                    );
                }
            }

            return profiles;
        }
    }
}

using Rayquest.JobLint.Rules.Leaks;

namespace Rayquest.JobLint.Manifests;

/// <summary>Secrets that are told by their form, and passwords in URLs, wherever in a file they stand: as a request is told.</summary>
internal static class LeakChecks
{
    private static readonly PastedSecret Pasted = new();
    private static readonly CredentialsInUrl Credentials = new();

    /// <summary>What is told of a file. A Secret is where such things belong, so what stands inside one is passed over.</summary>
    public static IEnumerable<Finding> Of(YamlFile file)
    {
        Finding[] found =
        [
            .. Pasted.Check(file.Source, "take it by `secretKeyRef`"),
            .. Credentials.Check(file.Source),
        ];
        return found.Length == 0 ? found : found.Where(f => !IsInSecret(file, f.Span.Span));
    }

    private static bool IsInSecret(YamlFile file, TextSpan place) =>
        file
            .Documents.SelectMany(Objects)
            .Any(o =>
                o["kind"] is YamlScalar { Value: "Secret" }
                && o["apiVersion"] is YamlScalar { Value: "v1" }
                && o.Entries.Any(e => Covers(e.Value, place))
            );

    private static IEnumerable<YamlMapping> Objects(YamlNode document) =>
        document is not YamlMapping mapping ? []
        : mapping["items"] is YamlSequence items ? items.Items.OfType<YamlMapping>()
        : [mapping];

    private static bool Covers(YamlNode node, TextSpan place) =>
        node switch
        {
            YamlMapping mapping => mapping.Entries.Any(e => Covers(e.Value, place)),
            YamlSequence list => list.Items.Any(i => Covers(i, place)),
            _ => node.Span.Span.Start <= place.Start && place.End <= node.Span.Span.End,
        };
}

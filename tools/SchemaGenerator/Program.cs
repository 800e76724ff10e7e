using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Yaml;

// Usage: SchemaGenerator <output folder> <folder of CRD folders>…
// Each folder of CustomResourceDefinition files becomes one compact schema file of the folder's name.
if (args is not [var output, _, ..])
{
    Console.Error.WriteLine("usage: SchemaGenerator <output folder> <folder of CRD folders>...");
    return 2;
}

foreach (string folder in args.Skip(1).SelectMany(Directory.GetDirectories).Order(StringComparer.Ordinal))
{
    CrdReader reader = new();
    List<SchemaKind> kinds = [];
    foreach (string file in Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal))
    {
        FindingBag findings = new();
        YamlFile yaml = YamlReader.Read(file, File.ReadAllBytes(file), YamlLimits.Manifest, findings);
        kinds.AddRange(reader.Read(yaml.Documents));
    }

    string target = Path.Combine(output, Path.GetFileName(folder) + ".schema");
    File.WriteAllText(target, SchemaText.Write(kinds));
    Console.WriteLine($"{target}: {kinds.Count} kinds, {new FileInfo(target).Length} bytes");
}

return 0;

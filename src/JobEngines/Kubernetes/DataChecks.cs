using System.Buffers.Text;
using System.Text;
using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobEngines.Kubernetes;

/// <summary>What ConfigMaps and Secrets hold: the keys, the base64 of binary values, the size of all together.</summary>
public static class DataChecks
{
    private const int MaxBytes = 1_048_576;

    public static void Check(Field root, string kind, FaultList faults)
    {
        bool secret = kind == "Secret";
        long bytes = 0;
        // Texts of a Secret go before its data of the same key; a ConfigMap has each key once.
        Field texts = root[secret ? "stringData" : "data"];
        Field binary = root[secret ? "data" : "binaryData"];
        foreach ((YamlScalar key, Field value) in texts.Entries())
        {
            Key(key, value, faults);
            bytes += Encoding.UTF8.GetByteCount(value.Text ?? "");
        }

        foreach ((YamlScalar key, Field value) in binary.Entries())
        {
            Key(key, value, faults);
            bool isGivenTwice = texts[key.Value].Exists;
            if (isGivenTwice && !secret)
            {
                Report(
                    key,
                    value,
                    $"`{NameGrammar.Shorten(key.Value)}` is in `data` and `binaryData`; keep one",
                    faults
                );
            }

            if (Binary(value, faults) is { } length && !isGivenTwice)
            {
                bytes += length;
            }
        }

        if (bytes > MaxBytes)
        {
            faults.Add(
                SchemaRules.SizeOutOfRange,
                texts.Exists ? texts : binary,
                $"the {kind} holds {bytes:N0} bytes, at most {MaxBytes:N0} are allowed; divide it, or move data into an image or volume"
            );
        }
    }

    private static void Key(YamlScalar key, Field value, FaultList faults)
    {
        if (NameGrammar.ConfigKey(key.Value) is { } fault)
        {
            Report(key, value, $"`{NameGrammar.Shorten(key.Value)}` can't be a key: it {fault}", faults);
        }
    }

    // Go's decoder passes over line breaks and wants the padding.
    private static int? Binary(Field value, FaultList faults)
    {
        if (value.Text is not { } text)
        {
            return null;
        }

        string plain = text.Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
        if (plain.AsSpan().ContainsAny(' ', '\t') || !Base64.IsValid(plain, out int length))
        {
            faults.Add(
                SchemaRules.PatternMismatch,
                value,
                $"`{value.Name}` is not base64; encode it (`base64 -w0`), or give plain text where the kind takes it (`stringData` of a Secret, `data` of a ConfigMap)"
            );
            return null;
        }

        return length;
    }

    private static void Report(YamlScalar key, Field value, Message message, FaultList faults) =>
        faults.Add(SchemaRules.PatternMismatch, Severity.Error, value.Path, key.Span, message, null);
}

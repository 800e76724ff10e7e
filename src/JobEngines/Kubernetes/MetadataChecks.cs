using System.Globalization;
using System.Text;
using Rayquest.JobEngines.Kubernetes.Pods;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobEngines.Kubernetes;

/// <summary>Checks an object's metadata as the API server does, strictly decoded and then validated.</summary>
public static class MetadataChecks
{
    private const int MaxAnnotationBytes = 262_144;

    // etcd's own limit of a request.
    private const int MaxObjectBytes = 1_572_864;

    // Aliases can make an object larger than its text, within what the reader allows.
    private const int MaxShrink = 64;

    private static readonly Dictionary<string, SchemaNode> OwnerFields = new(StringComparer.Ordinal)
    {
        ["apiVersion"] = Of(SchemaType.Text),
        ["kind"] = Of(SchemaType.Text),
        ["name"] = Of(SchemaType.Text),
        ["uid"] = Of(SchemaType.Text),
        ["controller"] = Of(SchemaType.Boolean),
        ["blockOwnerDeletion"] = Of(SchemaType.Boolean),
    };

    private static readonly Dictionary<string, SchemaNode> ManagerFields = new(StringComparer.Ordinal)
    {
        ["manager"] = Of(SchemaType.Text),
        ["operation"] = Of(SchemaType.Text),
        ["apiVersion"] = Of(SchemaType.Text),
        ["time"] = Nullable(SchemaType.Text, "date-time"),
        ["fieldsType"] = Of(SchemaType.Text),
        ["fieldsV1"] = Of(SchemaType.Any),
        ["subresource"] = Of(SchemaType.Text),
    };

    private static readonly SchemaNode Schema = new()
    {
        Type = SchemaType.Object,
        Fields = new Dictionary<string, SchemaNode>(StringComparer.Ordinal)
        {
            ["name"] = Of(SchemaType.Text),
            ["generateName"] = Of(SchemaType.Text),
            ["namespace"] = Of(SchemaType.Text),
            ["selfLink"] = Of(SchemaType.Text),
            ["uid"] = Of(SchemaType.Text),
            ["resourceVersion"] = Of(SchemaType.Text),
            ["generation"] = Of(SchemaType.Integer),
            ["creationTimestamp"] = Nullable(SchemaType.Text, "date-time"),
            ["deletionTimestamp"] = Nullable(SchemaType.Text, "date-time"),
            ["deletionGracePeriodSeconds"] = Nullable(SchemaType.Integer),
            ["labels"] = Texts(),
            ["annotations"] = Texts(),
            ["finalizers"] = new SchemaNode { Type = SchemaType.List, Items = Of(SchemaType.Text) },
            ["ownerReferences"] = new SchemaNode
            {
                Type = SchemaType.List,
                Items = new SchemaNode { Type = SchemaType.Object, Fields = OwnerFields },
            },
            ["managedFields"] = new SchemaNode
            {
                Type = SchemaType.List,
                Items = new SchemaNode
                {
                    Type = SchemaType.Object,
                    Fields = ManagerFields,
                    Nullable = true,
                },
            },
        },
    };

    /// <summary>Checks <c>metadata</c> of a document of a kind that is named like a DNS subdomain.</summary>
    public static void Check(ManifestDocument document, SchemaKind kind, FaultList faults)
    {
        Field metadata = document.Root["metadata"];
        if (metadata.Exists)
        {
            new SchemaValidator(kind, faults) { IsDecoded = true }.Value(Schema, metadata);
        }

        faults.NextLayer();
        Name(metadata, kind, faults);
        Namespace(metadata["namespace"], faults);
        Labels(metadata["labels"], faults, MetadataRules.BadLabel);
        Annotations(metadata["annotations"], faults, MetadataRules.BadAnnotation);
        Finalizers(metadata["finalizers"], faults);
        Owners(metadata["ownerReferences"], faults);
        // What was read back from a cluster has a uid as well, and is not to be created again. A version that is no
        // number, or 0, the API server takes for none.
        if (
            metadata["resourceVersion"] is { } version
            && ulong.TryParse(version.Text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
            && number > 0
            && !metadata["uid"].Exists
        )
        {
            faults.Add(
                MetadataRules.BadMetadata,
                version,
                "`resourceVersion` can't be set on an object that is to be created; remove it"
            );
        }

        Size(document.Root, faults);
    }

    // Counted as compact JSON, which is what is sent and stored; only for texts long enough to matter.
    private static void Size(Field root, FaultList faults)
    {
        if (root.Node is not { } node || root.Span.Source.Text.Length < MaxObjectBytes / MaxShrink)
        {
            return;
        }

        long bytes = Bytes(node);
        if (bytes > MaxObjectBytes)
        {
            faults.Add(
                SchemaRules.SizeOutOfRange,
                root,
                $"the object has {bytes:N0} bytes as JSON, at most {MaxObjectBytes:N0} can be stored; move data into images, volumes or several objects"
            );
        }
    }

    private static long Bytes(YamlNode node) =>
        node switch
        {
            YamlMapping mapping => 1
                + mapping.Entries.Sum(e => Encoding.UTF8.GetByteCount(e.Key.Value) + 4 + Bytes(e.Value)),
            YamlSequence list => 1 + list.Items.Sum(i => 1 + Bytes(i)),
            YamlScalar scalar => Encoding.UTF8.GetByteCount(scalar.Value)
                + (scalar.Style == YamlScalarStyle.Plain ? 0 : 2),
            _ => 0,
        };

    /// <summary>Checks a map of labels: keys and values.</summary>
    public static void Labels(Field labels, FaultList faults, RuleInfo rule)
    {
        foreach ((YamlScalar key, Field value) in labels.Entries())
        {
            if (NameGrammar.Qualified(key.Value) is { } fault)
            {
                faults.Add(
                    rule,
                    Severity.Error,
                    value.Path,
                    key.Span,
                    $"`{NameGrammar.Shorten(key.Value)}` is not a label key: {fault}",
                    null
                );
            }

            if (value.Text is { } text && NameGrammar.LabelValue(text) is { } wrong)
            {
                faults.Add(rule, value, $"`{NameGrammar.Shorten(text)}` is not a label value: it {wrong}");
            }
        }
    }

    /// <summary>Checks a map of annotations: keys, and the size of all together.</summary>
    public static void Annotations(Field annotations, FaultList faults, RuleInfo rule)
    {
        long bytes = 0;
        foreach ((YamlScalar key, Field value) in annotations.Entries())
        {
            // Annotation keys are lowered before they are checked, so capitals in the prefix pass.
            if (NameGrammar.Qualified(key.Value.ToLowerInvariant()) is { } fault)
            {
                faults.Add(
                    rule,
                    Severity.Error,
                    value.Path,
                    key.Span,
                    $"`{NameGrammar.Shorten(key.Value)}` is not an annotation key: {fault}",
                    null
                );
            }

            bytes += Encoding.UTF8.GetByteCount(key.Value) + Encoding.UTF8.GetByteCount(value.Json?.Text ?? "");
        }

        if (bytes > MaxAnnotationBytes)
        {
            faults.Add(
                rule,
                annotations,
                $"the annotations hold {bytes:N0} bytes together, at most {MaxAnnotationBytes:N0} are allowed; move data into a ConfigMap"
            );
        }
    }

    private static void Name(Field metadata, SchemaKind kind, FaultList faults)
    {
        Field name = metadata["name"];
        Field prefix = metadata["generateName"];
        if (string.IsNullOrEmpty(name.Text) && string.IsNullOrEmpty(prefix.Text))
        {
            if (!name.Exists || name.Text is not null)
            {
                faults.Add(MetadataRules.BadObjectName, name, "the object has no name; add `metadata.name`");
            }

            return;
        }

        // Roles are named by path segment: colons and capitals are common and right.
        bool free = kind.Group == "rbac.authorization.k8s.io";
        if (!free && name.Text is { Length: > 0 } text && NameGrammar.Subdomain(text) is { } fault)
        {
            Report(name, text, fault, faults);
        }

        if (
            !free
            && prefix.Text is { Length: > 0 } start
            && (
                NameGrammar.Subdomain(Masked(start))
                ?? (name.Text is { Length: > 0 } ? null : NameGrammar.Subdomain(Generated(start)))
            )
                is { } wrong
        )
        {
            faults.Add(
                MetadataRules.BadObjectName,
                prefix,
                $"`{NameGrammar.Shorten(start)}` is not a prefix for a name: it {wrong}"
            );
        }
    }

    // The API server lets a prefix end in a dash, for the random part follows; what stands before it is not looked at.
    private static string Masked(string prefix) => prefix.Length > 1 && prefix[^1] == '-' ? prefix[..^2] + "a" : prefix;

    // Five random characters follow, after at most 58 of the prefix.
    private static string Generated(string prefix) => prefix[..Math.Min(prefix.Length, 58)] + "xxxxx";

    private static void Report(Field name, string text, string fault, FaultList faults)
    {
        if (NameGrammar.IsPlaceholder(text))
        {
            faults.Warn(
                MetadataRules.Placeholder,
                name,
                $"`{text}` is put in by some other tool before this is applied; what it becomes is not checked"
            );
            return;
        }

        faults.Add(
            MetadataRules.BadObjectName,
            name,
            $"`{NameGrammar.Shorten(text)}` is not an object name: it {fault}"
        );
    }

    private static void Namespace(Field field, FaultList faults)
    {
        if (field.Text is { Length: > 0 } text && NameGrammar.Label(text) is { } fault)
        {
            faults.Add(
                MetadataRules.BadObjectName,
                field,
                $"`{NameGrammar.Shorten(text)}` is not a namespace: it {fault}"
            );
        }
    }

    private static void Finalizers(Field list, FaultList faults)
    {
        if (!list.Exists)
        {
            return;
        }

        List<string> all = [.. list.Items().Select(f => f.Text ?? "")];
        foreach (Field item in list.Items())
        {
            if (item.Text is { } text && NameGrammar.Qualified(text) is { } fault)
            {
                faults.Add(
                    MetadataRules.BadMetadata,
                    item,
                    $"`{NameGrammar.Shorten(text)}` is not a finalizer: {fault}"
                );
            }
        }

        if (all.Contains("orphan") && all.Contains("foregroundDeletion"))
        {
            faults.Add(
                MetadataRules.BadMetadata,
                list,
                "`orphan` and `foregroundDeletion` can't both be finalizers; keep one"
            );
        }
    }

    private static void Owners(Field list, FaultList faults)
    {
        int controllers = 0;
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (Field owner in list.Items())
        {
            // The same reference again is dropped by the API server.
            if (!seen.Add(string.Join('\n', OwnerFields.Keys.Select(f => owner[f].Json?.Text))))
            {
                continue;
            }

            foreach (string name in new[] { "apiVersion", "kind", "name", "uid" })
            {
                if (!owner[name].Exists || owner[name].Text is { Length: 0 })
                {
                    faults.Add(
                        MetadataRules.BadMetadata,
                        owner[name],
                        $"an owner reference has no `{name}`; it needs `apiVersion`, `kind`, `name` and `uid`"
                    );
                }
            }

            if (
                owner["apiVersion"].Text is { Length: > 0 } version
                && version.Split('/') is not ([{ Length: > 0 }] or [_, { Length: > 0 }])
            )
            {
                faults.Add(
                    MetadataRules.BadMetadata,
                    owner["apiVersion"],
                    $"`{NameGrammar.Shorten(version)}` is not an API version; it is `group/version` or `v1`"
                );
            }

            if (owner["apiVersion"].Text == "v1" && owner["kind"].Text == "Event")
            {
                faults.Add(
                    MetadataRules.BadMetadata,
                    owner["kind"],
                    "an Event can't own anything; remove the reference"
                );
            }

            if (owner["controller"].IsTrue && ++controllers > 1)
            {
                faults.Add(
                    MetadataRules.BadMetadata,
                    owner["controller"],
                    "a second owner is called the controller; only one can be"
                );
            }
        }
    }

    private static SchemaNode Of(SchemaType type) => new() { Type = type };

    private static SchemaNode Nullable(SchemaType type, string? format = null) =>
        new()
        {
            Type = type,
            Nullable = true,
            Format = format,
        };

    // Go decodes a null in a map of strings as the empty text.
    private static SchemaNode Texts() => new() { Type = SchemaType.Map, Items = Nullable(SchemaType.Text) };
}

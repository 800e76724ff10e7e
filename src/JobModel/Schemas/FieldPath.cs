using System.Globalization;
using System.Text;

namespace Rayquest.JobModel.Schemas;

/// <summary>Where a value stands in an object, from the root: field names, map keys and list indices.</summary>
public sealed class FieldPath
{
    private readonly FieldPath? parent;
    private readonly string? name;
    private readonly int index;

    private FieldPath(FieldPath? parent, string? name, int index)
    {
        this.parent = parent;
        this.name = name;
        this.index = index;
    }

    /// <summary>The object itself.</summary>
    public static FieldPath Root { get; } = new(null, null, -1);

    /// <summary>The path of a field or map key below this one.</summary>
    public FieldPath Child(string key) => new(this, key, -1);

    /// <summary>The path of a list item below this one; counted from 0.</summary>
    public FieldPath Item(int at) => new(this, null, at);

    /// <summary>The last part: a key, or the index in brackets; empty for the root.</summary>
    public string Last => parent is null ? "" : name ?? $"[{index}]";

    /// <summary>As Kubernetes writes it: <c>spec.containers[0].name</c>; keys with dots in brackets.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        Write(text);
        return text.ToString();
    }

    /// <summary>As RFC 6901 writes it: <c>/spec/containers/0/name</c>; the empty text for the root.</summary>
    public string ToPointer()
    {
        if (parent is null)
        {
            return "";
        }

        string part = name is null
            ? index.ToString(CultureInfo.InvariantCulture)
            : name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
        return parent.ToPointer() + "/" + part;
    }

    private void Write(StringBuilder text)
    {
        if (parent is null)
        {
            return;
        }

        parent.Write(text);
        if (name is null)
        {
            text.Append('[').Append(index).Append(']');
        }
        else if (name.AsSpan().ContainsAny('.', '/', '['))
        {
            text.Append('[').Append(name).Append(']');
        }
        else
        {
            text.Append(text.Length == 0 ? "" : ".").Append(name);
        }
    }
}

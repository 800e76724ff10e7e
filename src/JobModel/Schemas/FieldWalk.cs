using System.Collections;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Schemas;

/// <summary>The items of a list with their places. Every object of every manifest is walked through: nothing is allocated for it.</summary>
public readonly record struct FieldItems : IEnumerable<Field>
{
    private readonly YamlSequence? sequence;
    private readonly FieldPath path;

    internal FieldItems(YamlSequence? sequence, FieldPath path)
    {
        this.sequence = sequence;
        this.path = path;
    }

    /// <summary>For <c>foreach</c>.</summary>
    public Enumerator GetEnumerator() => new(sequence, path);

    IEnumerator<Field> IEnumerable<Field>.GetEnumerator() => Walk().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => Walk().GetEnumerator();

    private IEnumerable<Field> Walk()
    {
        foreach (Field item in this)
        {
            yield return item;
        }
    }

    /// <summary>Walks through the items.</summary>
    public record struct Enumerator
    {
        private readonly YamlSequence? sequence;
        private readonly FieldPath path;
        private int at;

        internal Enumerator(YamlSequence? sequence, FieldPath path)
        {
            this.sequence = sequence;
            this.path = path;
            at = -1;
        }

        /// <summary>The item.</summary>
        public readonly Field Current => Field.At(sequence!, path, at);

        /// <summary>Goes to the next.</summary>
        public bool MoveNext() => sequence is not null && ++at < sequence.Items.Length;
    }
}

/// <summary>The entries of a mapping with the places of their values; see <see cref="FieldItems"/>.</summary>
public readonly record struct FieldEntries : IEnumerable<(YamlScalar Key, Field Value)>
{
    private readonly YamlMapping? mapping;
    private readonly FieldPath path;

    internal FieldEntries(YamlMapping? mapping, FieldPath path)
    {
        this.mapping = mapping;
        this.path = path;
    }

    /// <summary>For <c>foreach</c>.</summary>
    public Enumerator GetEnumerator() => new(mapping, path);

    IEnumerator<(YamlScalar Key, Field Value)> IEnumerable<(YamlScalar Key, Field Value)>.GetEnumerator() =>
        Walk().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => Walk().GetEnumerator();

    private IEnumerable<(YamlScalar Key, Field Value)> Walk()
    {
        foreach ((YamlScalar Key, Field Value) entry in this)
        {
            yield return entry;
        }
    }

    /// <summary>Walks through the entries.</summary>
    public record struct Enumerator
    {
        private readonly YamlMapping? mapping;
        private readonly FieldPath path;
        private int at;

        internal Enumerator(YamlMapping? mapping, FieldPath path)
        {
            this.mapping = mapping;
            this.path = path;
            at = -1;
        }

        /// <summary>The key and its value's place.</summary>
        public readonly (YamlScalar Key, Field Value) Current =>
            (mapping!.Entries[at].Key, Field.Of(mapping.Entries[at], path));

        /// <summary>Goes to the next.</summary>
        public bool MoveNext() => mapping is not null && ++at < mapping.Entries.Length;
    }
}

using System.Globalization;
using Xunit.v3;

namespace Rayquest.Adversary.Tests;

/// <summary>Names the item of the trust review that a test or a class of tests holds shut: <c>dotnet test --filter Hole=5</c>.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class HoleAttribute(int number) : Attribute, ITraitAttribute
{
    public int Number { get; } = number;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() =>
        [new("Hole", Number.ToString(CultureInfo.InvariantCulture))];
}

using System.Globalization;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Rayquest.Adversary.Tests;

/// <summary>Makes the number of a hole a trait: <c>dotnet test --filter Hole=5</c>.</summary>
public sealed class HoleDiscoverer : ITraitDiscoverer
{
    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute)
    {
        ArgumentNullException.ThrowIfNull(traitAttribute);
        object number = traitAttribute.GetConstructorArguments().First();
        yield return new("Hole", Convert.ToString(number, CultureInfo.InvariantCulture)!);
    }
}

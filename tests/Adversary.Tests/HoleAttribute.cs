using Xunit.Sdk;

namespace Rayquest.Adversary.Tests;

/// <summary>Names the item of the trust review that a test or a class of tests holds shut.</summary>
[TraitDiscoverer("Rayquest.Adversary.Tests.HoleDiscoverer", "Rayquest.Adversary.Tests")]
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class HoleAttribute(int number) : Attribute, ITraitAttribute
{
    public int Number { get; } = number;
}

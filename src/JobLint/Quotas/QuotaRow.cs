namespace Rayquest.JobLint.Quotas;

/// <summary>Who holds how much of a resource.</summary>
public sealed record QuotaConsumer(string Name, Quantity Amount);

/// <summary>A team's amount of one resource before and after a change is merged.</summary>
/// <param name="Team">The team.</param>
/// <param name="Resource">A GPU type, or <c>cpu</c>, <c>memory</c>, <c>jobs</c>.</param>
/// <param name="Before">What its live jobs hold.</param>
/// <param name="After">What they hold once the change is merged.</param>
/// <param name="Asked">What the jobs that start ask for.</param>
/// <param name="Soft">Up to here a change passes by itself; null for no limit.</param>
/// <param name="Hard">Up to here an approver may let it pass; null for no limit.</param>
/// <param name="PendingElsewhere">What other open pull requests ask for on top.</param>
/// <param name="Consumers">The live jobs that stay, largest first.</param>
public sealed record QuotaRow(
    string Team,
    string Resource,
    Quantity Before,
    Quantity After,
    Quantity Asked,
    Quantity? Soft,
    Quantity? Hard,
    Quantity PendingElsewhere,
    IReadOnlyList<QuotaConsumer> Consumers
)
{
    /// <summary>The resource that counts CPUs.</summary>
    public const string Cpu = "cpu";

    /// <summary>The resource that counts memory.</summary>
    public const string Memory = "memory";

    /// <summary>The resource that counts jobs at a time.</summary>
    public const string Jobs = "jobs";

    /// <summary>What an upgrade holds for a time on top of <see cref="After"/>: the cluster that goes when the new one is ready.</summary>
    public Quantity Surge { get; init; } = Quantity.Zero;

    /// <summary>The worst moment.</summary>
    public Quantity Peak => After + Surge;

    /// <summary>Whether the resource is a GPU type.</summary>
    public bool IsGpu => Resource is not (Cpu or Memory or Jobs);

    /// <summary>
    /// Beyond what anybody may approve. A change that gives something back is let through, even if it does not give back
    /// enough; one that keeps what is held gives nothing back.
    /// </summary>
    public bool IsOverHard => AsksAndKeeps && Peak > Hard;

    /// <summary>Beyond what passes by itself, and so for an approver to decide, or beyond what anybody may approve.</summary>
    public bool IsOverSoft => AsksAndKeeps && (Peak > Soft || Peak > Hard);

    /// <summary>Beyond a limit still, by a change that only gives back: it passes, and nobody is asked.</summary>
    public bool OnlyGivesBack => Asked > Quantity.Zero && Peak < Before && (After > Soft || After > Hard);

    private bool AsksAndKeeps => Asked > Quantity.Zero && Peak >= Before;
}

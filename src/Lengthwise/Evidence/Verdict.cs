namespace Lengthwise.Evidence;

/// <summary>What finished cells say about a claim, or about a part of one.</summary>
public enum Verdict
{
    /// <summary>The 95 % interval lies wholly beyond the margin.</summary>
    Shown,

    /// <summary>The 95 % interval lies wholly on the other side of the margin.</summary>
    NotShown,

    /// <summary>The interval holds the margin, or cells are missing: nothing is decided.</summary>
    Underpowered,
}

using Lengthwise.Fairness;

namespace Lengthwise.Reports;

/// <summary>Something that makes a comparison less than fair, named so that a script can look for it.</summary>
/// <param name="Code">Stable identifier, such as <c>unequal-steps</c>.</param>
/// <param name="Task">The task; empty when it concerns the whole comparison.</param>
/// <param name="Message">One sentence with the numbers.</param>
public sealed record FairnessWarning(string Code, string Task, string Message)
{
    /// <summary>Whether it refuses the comparison, unless it was allowed.</summary>
    public bool Refuses => FairnessRules.Refuses(Code);

    /// <summary>Whether it was allowed by its name.</summary>
    public bool IsAllowed { get; init; }
}

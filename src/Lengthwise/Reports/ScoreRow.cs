namespace Lengthwise.Reports;

/// <summary>A row of a table of scores.</summary>
/// <param name="Model">Model.</param>
/// <param name="Objective">Objective.</param>
/// <param name="Arm">The arm; null where the objective is not applicable to the model.</param>
internal sealed record ScoreRow(string Model, string Objective, Aggregate? Arm)
{
    /// <summary>What stands in place of a score that cannot exist.</summary>
    public const string NotApplicable = "not applicable";
}

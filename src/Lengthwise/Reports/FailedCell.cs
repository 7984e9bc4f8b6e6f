namespace Lengthwise.Reports;

/// <summary>A cell of the plan without a result.</summary>
/// <param name="Task">Task name.</param>
/// <param name="Model">Model name.</param>
/// <param name="Objective">Objective.</param>
/// <param name="Seed">Seed.</param>
/// <param name="Reason">What happened, in one sentence.</param>
public sealed record FailedCell(string Task, string Model, string Objective, long Seed, string Reason);

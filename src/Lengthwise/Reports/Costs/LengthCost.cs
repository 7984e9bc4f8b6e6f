namespace Lengthwise.Reports.Costs;

/// <summary>What one training step of a model costs on sequences of one length.</summary>
/// <param name="Model">Model.</param>
/// <param name="Length">Steps of a sequence.</param>
/// <param name="Seconds">Time of a training step; null where the model did not get through one.</param>
/// <param name="Bytes">Largest memory of the steps; null where the model did not get through one.</param>
public sealed record LengthCost(string Model, int Length, double? Seconds, double? Bytes);

namespace Lengthwise.Reports.Diagnoses;

/// <summary>How well one run was pretrained, and what it gained.</summary>
/// <param name="Model">Model.</param>
/// <param name="Objective">Objective.</param>
/// <param name="Seed">Seed.</param>
/// <param name="Loss">Best validation loss of pretraining. Losses of different objectives measure different things.</param>
/// <param name="Gain">Test score less that of the same model and seed from scratch; positive is better.</param>
public sealed record PretrainingGain(string Model, string Objective, long Seed, double Loss, double Gain)
{
    /// <summary>One entry a pretrained run that has a gain.</summary>
    internal static IReadOnlyList<PretrainingGain> Of(TaskSummary task) =>
    [
        .. from gain in task.Gains
           from seed in gain.Evidence?.Seeds ?? []
           let cell = task.Cells.FirstOrDefault(c => c.Model == gain.Model && c.Objective == gain.Objective && c.Seed == seed.Seed)
           where cell?.PretrainLoss is { } loss && double.IsFinite(loss)
           select new PretrainingGain(gain.Model, gain.Objective, seed.Seed, cell.PretrainLoss!.Value, seed.Difference),
    ];
}

using Lengthwise.Reports;
using Lengthwise.Statistics;

namespace Lengthwise.Evidence.Claims;

/// <summary>Masked and causal self-pretraining gain alike.</summary>
internal sealed class MaskedAndCausal : Claim
{
    private const double Points = 0.02, ShareOfGain = 0.2;

    public override int Number => 3;

    public override string Title => "Masked and causal gain alike";

    public override string Statement => "On at least two of three tasks the gains of masked and causal self-pretraining differ by no more than 2 points, or a fifth of the masked gain where that is more.";

    public override IReadOnlyList<string> Tasks => MainGrid.Tasks;

    public override IReadOnlyList<string> Settings => MainGrid.Settings(MainGrid.Models, Arms.Scratch, "masked", "causal");

    public override int Required => 2;

    // As published, causal pretraining is of a unidirectional model, which has no parameters for the other direction.
    public override IReadOnlyList<string> AllowedUnfair => ["arm-parameters-differ"];

    public override IReadOnlyList<Judgement> Judge(ClaimCells cells) =>
        [.. from model in MainGrid.Models from task in Tasks select Judge(cells, task, model)];

    private static Judgement Judge(ClaimCells cells, string task, string model)
    {
        CrossedEstimate? gain = cells.Gain(task, model, "masked", Arms.Scratch)?.Estimate();
        CrossedEstimate? difference = cells.Scores(task, model, "masked") is { } masked && cells.Scores(task, model, "causal") is { } causal ? masked.Minus(causal).Estimate() : null;
        double margin = Math.Max(Points, ShareOfGain * Math.Max(0, gain?.Mean ?? 0));
        return Judgement.Of($"masked - causal, {model}", task, difference, Margin.Within(margin));
    }
}

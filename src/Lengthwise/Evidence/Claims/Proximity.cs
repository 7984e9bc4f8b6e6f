using Lengthwise.Diagnoses;
using Lengthwise.Reports;

namespace Lengthwise.Evidence.Claims;

/// <summary>What pretraining teaches the Transformer is to look near.</summary>
internal sealed class Proximity : Claim
{
    private const double Alike = 0.02;
    private const string NearTask = "markov-sources", ControlTask = "urns", Objective = "masked";

    public override int Number => 7;

    public override string Title => "Proximity";

    public override string Statement =>
        "Pretraining moves the Transformer's attention to near positions where neighbours matter, and gains there; where the label needs no neighbours the gain lies within 2 points of zero.";

    public override IReadOnlyList<string> Tasks { get; } = [NearTask, ControlTask];

    public override IReadOnlyList<string> Settings => MainGrid.Settings([MainGrid.Transformer], Arms.MatchedScratch, Objective);

    public override bool AsksForReach => true;

    public override IReadOnlyList<Judgement> Judge(ClaimCells cells) =>
    [
        Judgement.Of(
            FormattableString.Invariant($"attention within {EvidenceCell.NearSteps} steps, pretrained - initial"), NearTask,
            cells.NearChange(NearTask, MainGrid.Transformer, Objective, TrainingMoment.Initialisation, TrainingMoment.Pretraining), Margin.Above(0)),
        Judgement.Of("gain where neighbours matter", NearTask, Gain(cells, NearTask), Margin.Above(0)),
        Judgement.Of("gain where they do not", ControlTask, Gain(cells, ControlTask), Margin.Within(Alike)),
    ];

    private static Statistics.CrossedEstimate? Gain(ClaimCells cells, string task) =>
        cells.Gain(task, MainGrid.Transformer, Objective, Arms.MatchedScratch)?.Estimate();
}

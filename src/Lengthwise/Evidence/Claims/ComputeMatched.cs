using Lengthwise.Reports;

namespace Lengthwise.Evidence.Claims;

/// <summary>The gain is not the compute that pretraining costs.</summary>
internal sealed class ComputeMatched : Claim
{
    private static readonly string[] Models = [MainGrid.Transformer, "s4d"];

    public override int Number => 6;

    public override string Title => "The gain survives compute matching";

    public override string Statement => "Masked self-pretraining gains over the better of two arms from scratch: equal fine-tuning, and as many steps on labels as both phases take together.";

    public override IReadOnlyList<string> Tasks { get; } = ["fashion-mnist", "markov-sources"];

    public override IReadOnlyList<string> Settings => MainGrid.Settings(Models, Arms.Scratch, Arms.MatchedScratch, "masked");

    public override IReadOnlyList<Judgement> Judge(ClaimCells cells) =>
    [
        .. from model in Models
           from task in Tasks
           let masked = cells.Scores(task, model, "masked")
           let scratch = MainGrid.BestScratch(cells, task, model)
           select Judgement.Of($"gain over the better scratch, {model}", task, masked is null || scratch is null ? null : masked.Minus(scratch).Estimate(), Margin.Above(0)),
    ];
}

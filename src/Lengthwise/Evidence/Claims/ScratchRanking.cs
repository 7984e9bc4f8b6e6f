using Lengthwise.Reports;

namespace Lengthwise.Evidence.Claims;

/// <summary>From scratch, state space models lead by a wide margin.</summary>
internal sealed class ScratchRanking : Claim
{
    private const double Lead = 0.05;

    public override int Number => 1;

    public override string Title => "The ranking from scratch";

    public override string Statement => "Trained from scratch, the best state space model leads the Transformer by more than 5 points on at least two of three tasks.";

    public override IReadOnlyList<string> Tasks => MainGrid.Tasks;

    public override IReadOnlyList<string> Settings => MainGrid.Settings(MainGrid.Models, Arms.Scratch, Arms.MatchedScratch);

    public override int Required => 2;

    public override IReadOnlyList<Judgement> Judge(ClaimCells cells) => [.. Tasks.Select(task =>
    {
        SeedScores? transformer = MainGrid.BestScratch(cells, task, MainGrid.Transformer);
        (string Model, string Objective)? best = MainGrid.BestStateSpace(cells, task);
        SeedScores? lead = transformer is not null && best is { } b ? cells.Scores(task, b.Model, b.Objective)!.Minus(transformer) : null;
        return Judgement.Of($"best state space model - Transformer", best is { } name ? $"{task} ({name.Model})" : task, lead?.Estimate(), Margin.Above(Lead));
    })];
}

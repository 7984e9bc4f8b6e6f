using Lengthwise.Reports;

namespace Lengthwise.Evidence.Claims;

/// <summary>Self-pretraining lifts every model, the Transformer most, and closes half of the gap.</summary>
internal sealed class GainOfPretraining : Claim
{
    private const double GapLeft = 0.5;

    public override int Number => 2;

    public override string Title => "Pretraining lifts all, the Transformer most";

    public override string Statement =>
        "On at least two of three tasks masked self-pretraining lifts every model over equal fine-tuning from scratch, lifts the Transformer more than the best state space model, and leaves less than half of the gap.";

    public override IReadOnlyList<string> Tasks => MainGrid.Tasks;

    public override IReadOnlyList<string> Settings => MainGrid.Settings(MainGrid.Models, Arms.Scratch, Arms.MatchedScratch, "masked");

    public override int Required => 2;

    public override IReadOnlyList<Judgement> Judge(ClaimCells cells) =>
    [
        .. from model in MainGrid.Models
           from task in Tasks
           select Judgement.Of($"gain of {model}", task, cells.Gain(task, model, "masked", Arms.Scratch)?.Estimate(), Margin.Above(0)),
        .. Tasks.Select(task => Judgement.Of("gain of Transformer - gain of best state space model", task, Advantage(cells, task)?.Estimate(), Margin.Above(0))),
        .. Tasks.Select(task => GapRatio(cells, task)),
    ];

    private static SeedScores? Advantage(ClaimCells cells, string task) =>
        Best(cells, task) is { } model && cells.Gain(task, MainGrid.Transformer, "masked", Arms.Scratch) is { } ours && cells.Gain(task, model, "masked", Arms.Scratch) is { } other
            ? ours.Minus(other)
            : null;

    private static Judgement GapRatio(ClaimCells cells, string task)
    {
        SeedScores? before = Gap(cells, task, Arms.Scratch), after = Gap(cells, task, "masked");
        Statistics.Interval? closed = before is null || after is null ? null : after.ShareClosed(before);
        Statistics.Interval? left = closed is null ? null : new Statistics.Interval(1 - closed.High, 1 - closed.Mean, 1 - closed.Low, closed.N);
        return Judgement.Of("gap after / gap before", task, left, Margin.Below(GapLeft), 1, before is null || after is null ? "cells are missing" : "the gap from scratch cannot be told from zero");
    }

    private static SeedScores? Gap(ClaimCells cells, string task, string objective) =>
        Best(cells, task) is { } model && cells.Scores(task, model, objective) is { } other && cells.Scores(task, MainGrid.Transformer, objective) is { } ours
            ? other.Minus(ours)
            : null;

    // The same model in every question: that which claim 1 finds best with equal fine-tuning.
    private static string? Best(ClaimCells cells, string task) => cells.Best(task, MainGrid.StateSpaceModels.Select(m => (m, Arms.Scratch)))?.Model;
}

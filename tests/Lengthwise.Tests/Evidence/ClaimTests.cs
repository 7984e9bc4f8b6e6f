using Lengthwise.Diagnoses;
using Lengthwise.Evidence;

namespace Lengthwise.Tests.Evidence;

public sealed class ClaimTests
{
    private static readonly string[] Tasks = ["fashion-mnist", "listops", "markov-sources"];

    [Theory]
    [InlineData(0.60, 0.80, Verdict.Shown)]
    [InlineData(0.60, 0.61, Verdict.NotShown)]
    [InlineData(0.60, 0.65, Verdict.Underpowered)]
    public void The_ranking_from_scratch_is_what_was_planted(double transformer, double ssm, Verdict expected)
    {
        EvidenceCell[] cells = [.. Tasks.SelectMany(task => (EvidenceCell[])[
            .. PlannedCells.Arm(task, "transformer", "scratch", transformer - 0.01), .. PlannedCells.Arm(task, "transformer", "scratch-matched", transformer),
            .. PlannedCells.Arm(task, "s4", "scratch", ssm - 0.1), .. PlannedCells.Arm(task, "s4", "scratch-matched", ssm - 0.1),
            .. PlannedCells.Arm(task, "s4d", "scratch", ssm), .. PlannedCells.Arm(task, "s4d", "scratch-matched", ssm - 0.02)])];
        Claim claim = ClaimCatalog.Find(1);

        IReadOnlyList<Judgement> judgements = claim.Judge(new ClaimCells(cells));

        Assert.Equal(3, judgements.Count);
        Assert.All(judgements, j => Assert.Equal(ssm - transformer, j.Estimate!.Mean, 2));
        Assert.Equal(expected, claim.Conclude(judgements));
    }

    [Fact]
    public void Two_tasks_of_three_are_enough_and_one_is_not()
    {
        EvidenceCell[] Cells(params double[] leads) => [.. Tasks.Zip(leads).SelectMany(t => (EvidenceCell[])[
            .. PlannedCells.Arm(t.First, "transformer", "scratch", 0.5), .. PlannedCells.Arm(t.First, "s4d", "scratch", 0.5 + t.Second)])];
        Claim claim = ClaimCatalog.Find(1);

        Verdict two = claim.Conclude(claim.Judge(new ClaimCells(Cells(0.2, 0.2, 0)))), one = claim.Conclude(claim.Judge(new ClaimCells(Cells(0.2, 0, 0))));

        Assert.Equal(Verdict.Shown, two);
        Assert.Equal(Verdict.NotShown, one);
    }

    [Fact]
    public void Pretraining_that_lifts_all_and_the_transformer_most_is_shown_and_half_of_it_is_not()
    {
        EvidenceCell[] Cells(double transformerAfter) => [.. Tasks.SelectMany(task => (EvidenceCell[])[
            .. PlannedCells.Arm(task, "transformer", "scratch", 0.5), .. PlannedCells.Arm(task, "transformer", "masked", transformerAfter),
            .. PlannedCells.Arm(task, "s4", "scratch", 0.68), .. PlannedCells.Arm(task, "s4", "masked", 0.75),
            .. PlannedCells.Arm(task, "s4d", "scratch", 0.7), .. PlannedCells.Arm(task, "s4d", "masked", 0.8)])];
        Claim claim = ClaimCatalog.Find(2);

        IReadOnlyList<Judgement> shown = claim.Judge(new ClaimCells(Cells(0.78))), not = claim.Judge(new ClaimCells(Cells(0.52)));

        Assert.Equal(Verdict.Shown, claim.Conclude(shown));
        Assert.Equal(0.1, shown.First(j => j.Part.StartsWith("gap", StringComparison.Ordinal)).Estimate!.Mean, 2);
        Assert.Equal(Verdict.NotShown, claim.Conclude(not));
    }

    [Fact]
    public void Equivalence_needs_the_whole_interval_within_the_margin()
    {
        EvidenceCell[] Cells(double causal, double spread) => [.. Tasks.SelectMany(task => new[] { "transformer", "s4", "s4d" }.SelectMany(model => (EvidenceCell[])[
            .. PlannedCells.Arm(task, model, "scratch", 0.5), .. PlannedCells.Arm(task, model, "masked", 0.6), .. PlannedCells.Arm(task, model, "causal", causal, spread)]))];
        Claim claim = ClaimCatalog.Find(3);

        Assert.Equal(Verdict.Shown, claim.Conclude(claim.Judge(new ClaimCells(Cells(0.6, 0.004)))));
        Assert.Equal(Verdict.NotShown, claim.Conclude(claim.Judge(new ClaimCells(Cells(0.7, 0.004)))));
        Assert.Equal(Verdict.Underpowered, claim.Conclude(claim.Judge(new ClaimCells(Cells(0.6, 0.05)))));
    }

    [Fact]
    public void The_slope_of_gains_on_labels_is_that_of_a_line()
    {
        // Gains of 30, 20 and 10 points at 100, 1,000 and 10,000 labels: -10 points per tenfold.
        EvidenceCell[] cells = [.. new[] { "transformer", "s4d" }.SelectMany(model => new[] { ("markov-sources-data10", 100, 0.3), ("markov-sources-data30", 1000, 0.2), ("markov-sources", 10_000, 0.1) }
            .SelectMany(p => (EvidenceCell[])[
                .. PlannedCells.Arm(p.Item1, model, "scratch", 0.5, labels: p.Item2), .. PlannedCells.Arm(p.Item1, model, "masked", 0.5 + p.Item3, labels: p.Item2)]))];
        Claim claim = ClaimCatalog.Find(4);

        IReadOnlyList<Judgement> judgements = claim.Judge(new ClaimCells(cells));

        Assert.All(judgements, j => Assert.Equal(-0.1, j.Estimate!.Mean, 6));
        Assert.Equal(Verdict.Shown, claim.Conclude(judgements));
    }

    [Fact]
    public void A_structure_that_matters_only_from_scratch_is_redundant_after_pretraining()
    {
        EvidenceCell[] cells = [.. new[] { "s4", "s4d" }.SelectMany(model => (EvidenceCell[])[
            .. PlannedCells.Arm("listops", model, "scratch", 0.6), .. PlannedCells.Arm("listops", model + "-random", "scratch", 0.5),
            .. PlannedCells.Arm("listops", model, "masked", 0.7), .. PlannedCells.Arm("listops", model + "-random", "masked", 0.7)])];
        Claim claim = ClaimCatalog.Find(5);

        Assert.Equal(Verdict.Shown, claim.Conclude(claim.Judge(new ClaimCells(cells))));
    }

    [Fact]
    public void A_gain_that_more_steps_on_labels_give_as_well_does_not_survive()
    {
        EvidenceCell[] Cells(double matched) => [.. new[] { "fashion-mnist", "markov-sources" }.SelectMany(task => new[] { "transformer", "s4d" }.SelectMany(model => (EvidenceCell[])[
            .. PlannedCells.Arm(task, model, "scratch", 0.5), .. PlannedCells.Arm(task, model, "scratch-matched", matched), .. PlannedCells.Arm(task, model, "masked", 0.6)]))];
        Claim claim = ClaimCatalog.Find(6);

        Assert.Equal(Verdict.Shown, claim.Conclude(claim.Judge(new ClaimCells(Cells(0.51)))));
        Assert.Equal(Verdict.NotShown, claim.Conclude(claim.Judge(new ClaimCells(Cells(0.7)))));
    }

    [Theory]
    [InlineData(0.3, 0.5, Verdict.Shown)]
    [InlineData(-0.1, 0.5, Verdict.NotShown)]
    [InlineData(0.3, 0.6, Verdict.NotShown)]
    public void Proximity_needs_attention_that_comes_near_and_a_control_that_gains_nothing(double nearer, double control, Verdict expected)
    {
        EvidenceCell[] cells =
        [
            .. PlannedCells.Arm("markov-sources", "transformer", "scratch-matched", 0.5),
            .. PlannedCells.Arm("markov-sources", "transformer", "masked", 0.8).Select(c => c with
            {
                Near = new Dictionary<TrainingMoment, double> { [TrainingMoment.Initialisation] = 0.2, [TrainingMoment.Pretraining] = 0.2 + nearer + 0.01 * c.Record.Seed },
            }),
            .. PlannedCells.Arm("urns", "transformer", "scratch-matched", 0.5), .. PlannedCells.Arm("urns", "transformer", "masked", control),
        ];
        Claim claim = ClaimCatalog.Find(7);

        Assert.Equal(expected, claim.Conclude(claim.Judge(new ClaimCells(cells))));
    }

    [Fact]
    public void Without_cells_nothing_is_decided_and_the_report_says_so()
    {
        foreach (Claim claim in ClaimCatalog.All)
        {
            IReadOnlyList<Judgement> judgements = claim.Judge(new ClaimCells([]));

            Assert.Equal(Verdict.Underpowered, claim.Conclude(judgements));
            Assert.Contains("cells are missing", ClaimReport.Render(claim, judgements, 0, 10), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_unknown_claim_is_refused_with_the_list_of_claims()
    {
        LengthwiseException refused = Assert.Throws<LengthwiseException>(() => ClaimCatalog.Find(99));

        Assert.Contains("claim 99", refused.Message, StringComparison.Ordinal);
        Assert.Contains("6 The gain survives", refused.Hint, StringComparison.Ordinal);
    }
}

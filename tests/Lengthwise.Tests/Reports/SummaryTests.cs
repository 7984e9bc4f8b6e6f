using Lengthwise.Experiments;
using Lengthwise.Reports;

namespace Lengthwise.Tests.Reports;

public sealed class SummaryTests
{
    [Fact]
    public void A_gain_is_the_paired_difference_to_the_same_models_scratch_arm()
    {
        TaskSummary task = Markov(Summary.From(SampleComparison.Full()));

        Gain gain = task.Gains.Single(g => g is { Model: "transformer", Objective: "masked" });

        // Differences 0.326, 0.290, 0.345: mean 0.320333, s 0.0279344, t(2) 4.302653.
        Assert.Equal(0.3203333, gain.Difference.Mean, 1e-6);
        Assert.Equal(0.2509403, gain.Difference.Low!.Value, 1e-6);
        Assert.Equal(0.3897264, gain.Difference.High!.Value, 1e-6);
        Assert.True(gain.Seen);
        Assert.False(gain.IncludesDirection);
    }

    [Fact]
    public void The_answer_says_what_is_seen_and_what_is_not()
    {
        Summary summary = Summary.From(OnlyMarkov());

        Assert.Equal(
            "Masked self-pretraining lifts the Transformer by 32.0 points [25.1, 39.0] over 3 seeds; S4D gains nothing that can be seen "
            + "(+0.1 [-0.3, 0.4]). The gap between them shrinks from 32.5 points [27.8, 37.3] to 0.6 [-2.1, 3.2].",
            summary.Answer);
    }

    [Fact]
    public void One_seed_is_never_an_effect()
    {
        ComparisonData data = OnlyMarkov();

        Summary summary = Summary.From(data with { Cells = [.. data.Cells.Where(c => c.Seed == 1)] });

        Assert.All(summary.Tasks[0].Gains, g => Assert.False(g.Seen));
        Assert.Contains("in one seed, which cannot tell an effect from luck", summary.Answer, StringComparison.Ordinal);
        Assert.Contains(summary.Warnings, w => w.Code == "one-seed");
    }

    [Fact]
    public void A_smaller_error_is_a_positive_gain()
    {
        RunRecord[] cells =
        [
            .. from seed in new long[] { 1, 2, 3 }
               from arm in new[] { ("scratch", 0.050), ("masked", 0.031) }
               select SampleComparison.Cell("series", "s4d", arm.Item1, seed, arm.Item2 + 0.001 * seed) with { Metric = "mae", HigherIsBetter = false, Chance = 0.2 },
        ];

        Summary summary = Summary.From(new() { Title = "t", Cells = cells });

        Gain gain = Assert.Single(summary.Tasks[0].Gains);
        Assert.Equal(0.019, gain.Difference.Mean, 1e-9);
        Assert.StartsWith("Masked self-pretraining improves S4D by 0.0190 in mae [", summary.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_is_seen_is_called_one()
    {
        RunRecord[] cells =
        [
            .. from seed in new long[] { 1, 2, 3 }
               from arm in new[] { ("scratch", 0.80), ("masked", 0.70) }
               select SampleComparison.Cell("markov-sources", "s4d", arm.Item1, seed, arm.Item2 + (arm.Item1 == "masked" ? 0.01 * seed : 0)),
        ];

        string answer = Summary.From(new() { Title = "t", Cells = cells }).Answer;

        Assert.Equal("Masked self-pretraining lowers S4D by 8.0 points [5.5, 10.5] over 3 seeds.", answer);
    }

    [Fact]
    public void A_share_of_the_gap_is_given_only_where_the_gap_from_scratch_is_seen()
    {
        Summary summary = Summary.From(SampleComparison.Full());

        Gap[] fashion = [.. summary.Tasks.Single(t => t.Name == "fashion-mnist").Gaps];
        Gap masked = Markov(summary).Gaps.Single(g => g.Objective == "masked");
        Assert.All(fashion, g => Assert.Null(g.ShareClosed));
        Assert.False(fashion[0].Seen);
        Assert.Equal(1 - masked.Difference.Mean / Markov(summary).Gaps.Single(g => g.Objective == "scratch").Difference.Mean, masked.ShareClosed!.Mean, 1e-12);
    }

    [Fact]
    public void The_other_side_of_the_gap_is_chosen_on_validation_and_not_on_test()
    {
        RunRecord[] cells =
        [
            .. from seed in new long[] { 1, 2, 3 }
               from model in new[] { ("transformer", 0.60, 0.60), ("s4d", 0.80, 0.70), ("lru", 0.70, 0.80) }
               select SampleComparison.Cell("t", model.Item1, "scratch", seed, model.Item2) with { Validation = model.Item3 },
        ];

        Gap gap = Assert.Single(Summary.From(new() { Title = "t", Cells = cells }).Tasks[0].Gaps);

        Assert.Equal(("lru", "transformer"), (gap.Model, gap.Reference));
    }

    [Fact]
    public void Without_a_transformer_all_pairs_of_models_have_a_gap()
    {
        RunRecord[] cells = [.. from model in new[] { "gru", "lru", "s4d" } select SampleComparison.Cell("t", model, "scratch", 1, 0.5)];

        IReadOnlyList<Gap> gaps = Summary.From(new() { Title = "t", Cells = cells }).Tasks[0].Gaps;

        Assert.Equal([("lru", "gru"), ("s4d", "gru"), ("s4d", "lru")], gaps.Select(g => (g.Model, g.Reference)));
    }

    [Fact]
    public void A_causal_gain_over_a_bidirectional_model_says_so()
    {
        Summary summary = Summary.From(SampleComparison.Full());

        Assert.All(Markov(summary).Gains, g => Assert.Equal(g.Objective == "causal", g.IncludesDirection));
        Assert.Contains(summary.Warnings, w => w is { Code: "direction-differs", Task: "markov-sources" });
        Assert.Contains("includes the change between a bidirectional and a causal model", Markov(summary).Answers[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unequal-steps")]
    [InlineData("data-differs")]
    [InlineData("data-leaks")]
    [InlineData("task-version-differs")]
    [InlineData("metric-differs")]
    [InlineData("threads-differ")]
    [InlineData("machine-differs")]
    [InlineData("versions-differ")]
    [InlineData("parameters-differ")]
    [InlineData("lr-differs")]
    [InlineData("seeds-differ")]
    [InlineData("seeds-failed")]
    [InlineData("direction-differs")]
    public void A_planted_unfairness_is_named_in_every_report(string code)
    {
        ComparisonData data = OnlyMarkov();
        Assert.DoesNotContain(Summary.From(data).Warnings, w => w.Code == code);
        RunRecord[] cells = [.. data.Cells];
        int planted = Array.FindIndex(cells, c => c is { Model: "s4d", Objective: "masked", Seed: 2 });
        cells[planted] = Spoil(cells[planted], code);
        if (code == "direction-differs") cells = [.. cells.Select(c => c is { Model: "s4d", Objective: "masked" } ? c with { Bidirectional = false } : c)];

        Summary summary = Summary.From(data with { Cells = cells });

        FairnessWarning warning = Assert.Single(summary.Warnings, w => w.Code == code);
        Assert.Contains(code, ConsoleReport.Render(summary), StringComparison.Ordinal);
        Assert.Contains(code, JsonReport.Render(summary), StringComparison.Ordinal);
        Assert.Contains(code, MarkdownReport.Render(summary), StringComparison.Ordinal);
        Assert.Contains(code, HtmlReport.Render(summary), StringComparison.Ordinal);
        Assert.EndsWith(".", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rate_at_the_edge_of_its_grid_is_named()
    {
        Summary summary = Summary.From(OnlyMarkov());

        FairnessWarning warning = Assert.Single(summary.Warnings, w => w.Code == "lr-at-edge");
        Assert.Contains("transformer scratch (0.002)", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arms_with_fewer_tuning_trials_are_named()
    {
        ComparisonData data = OnlyMarkov();

        Summary summary = Summary.From(data with { Trials = [.. data.Trials.Where(t => t.Model == "s4d" || t.Lr > 6e-4)] });

        FairnessWarning warning = Assert.Single(summary.Warnings, w => w.Code == "trials-differ");
        Assert.Contains("2 (transformer scratch and transformer masked)", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gain_that_many_tests_would_explain_is_named()
    {
        RunRecord[] cells =
        [
            .. from seed in new long[] { 1, 2, 3 }
               from model in new[] { "dlr", "gru", "lru", "s4d" }
               from objective in new[] { "scratch", "masked" }
               let lift = objective == "masked" && model == "gru" ? 0.06 + 0.02 * seed : 0.0
               let noise = objective == "masked" && model != "gru" ? 0.01 * (seed - 2) : 0.0
               select SampleComparison.Cell("t", model, objective, seed, 0.7 + lift + noise),
        ];

        Summary summary = Summary.From(new() { Title = "t", Cells = cells });

        Gain gain = summary.Tasks[0].Gains.Single(g => g.Model == "gru");
        Assert.True(gain.Seen);
        Assert.Equal(4 * gain.PValue!.Value, gain.HolmPValue!.Value, 1e-12);
        Assert.InRange(gain.HolmPValue.Value, 0.05, 0.06);
        Assert.Contains("gru masked", Assert.Single(summary.Warnings, w => w.Code == "many-tests").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cell_that_is_there_twice_counts_once()
    {
        ComparisonData data = OnlyMarkov();

        Summary summary = Summary.From(data with { Cells = [.. data.Cells, data.Cells[0] with { Test = 0.1, Run = "zz" }] });

        Assert.Equal(data.Cells.Count, summary.Data.Cells.Count);
        Assert.Equal(Summary.From(data).Answer, summary.Answer);
        Assert.Contains(summary.Warnings, w => w.Code == "duplicate-cells");
    }

    [Fact]
    public void Diagnoses_are_counted_per_arm()
    {
        DiagnosisCount count = Assert.Single(Markov(Summary.From(SampleComparison.Full())).Diagnoses);

        Assert.Equal(("at-chance", 1, 3), (count.Code, count.Runs, count.OutOf));
    }

    [Fact]
    public void Nothing_finished_is_an_answer_too()
    {
        Summary summary = Summary.From(new() { Title = "empty" });

        Assert.Equal("No cell is finished yet.", summary.Answer);
        Assert.Contains(summary.Answer, HtmlReport.Render(summary), StringComparison.Ordinal);
        Assert.Contains(summary.Answer, ConsoleReport.Render(summary), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_pretraining_the_answer_ranks_the_models()
    {
        ComparisonData data = OnlyMarkov();

        Summary summary = Summary.From(data with { Cells = [.. data.Cells.Where(c => c.Objective == "scratch")], Trials = [] });

        Assert.StartsWith("S4D (scratch) reaches 99.8 % [99.6, 100.0] and the Transformer (scratch) reaches 67.3 %", summary.Answer, StringComparison.Ordinal);
        Assert.EndsWith("The difference of 32.5 points [27.8, 37.3] is seen.", summary.Answer, StringComparison.Ordinal);
    }

    private static RunRecord Spoil(RunRecord cell, string code) => code switch
    {
        "unequal-steps" => cell with { FinetuneSteps = cell.FinetuneSteps + 1 },
        "data-differs" => cell with { DataHash = "ffff" },
        "data-leaks" => cell with { DataNotes = ["published division", "leak: 3 of 3 groups stand in more than one split"] },
        "task-version-differs" => cell with { TaskVersion = 2 },
        "metric-differs" => cell with { Metric = "f1" },
        "threads-differ" => cell with { Threads = 1 },
        "machine-differs" => cell with { Machine = cell.Machine with { Cpu = "another" } },
        "versions-differ" => cell with { Machine = cell.Machine with { LibTorch = "2.9.1" } },
        "parameters-differ" => cell with { Parameters = 2 * cell.Parameters },
        "lr-differs" => cell with { Lr = 5e-4 },
        "seeds-differ" => cell with { Seed = 7 },
        "seeds-failed" => cell with { Test = null },
        _ => cell,
    };

    private static TaskSummary Markov(Summary summary) => summary.Tasks.Single(t => t.Name == "markov-sources");

    private static ComparisonData OnlyMarkov()
    {
        ComparisonData full = SampleComparison.Full();
        return full with
        {
            Cells = [.. full.Cells.Where(c => c.Task == "markov-sources" && c.Objective != "causal")],
            Trials = [.. full.Trials.Where(t => t.Objective != "causal")],
        };
    }
}

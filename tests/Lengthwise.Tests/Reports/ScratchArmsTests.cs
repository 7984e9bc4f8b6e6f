using Lengthwise.Experiments;
using Lengthwise.Recipes;
using Lengthwise.Reports;

namespace Lengthwise.Tests.Reports;

/// <summary>Which arm from scratch a gain is over, and what is said about it.</summary>
public sealed class ScratchArmsTests
{
    [Fact]
    public void Gains_are_over_the_compute_matched_arm_and_then_over_the_other()
    {
        TaskSummary task = Of([.. Plain(0.60), .. Matched(0.70), .. Masked(0.75)]);

        Assert.Equal(("scratch-matched", 0.05), (task.Gains[0].Baseline, Math.Round(task.Gains[0].Difference.Mean, 9)));
        Assert.Equal(("scratch", 0.15), (task.FurtherGains[0].Baseline, Math.Round(task.FurtherGains[0].Difference.Mean, 9)));
        Assert.Single(task.Gains);
        Assert.Single(task.FurtherGains);
    }

    [Theory]
    [InlineData(0.60, "scratch-matched for S4D")]
    [InlineData(0.80, "scratch for S4D")]
    public void The_stronger_of_the_two_is_named_in_the_answer(double plain, string expected)
    {
        TaskSummary task = Of([.. Plain(plain), .. Matched(0.70), .. Masked(0.75)]);

        Assert.Contains($"The stronger of the two on validation is {expected}.", task.Answers[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void With_one_arm_from_scratch_nothing_is_said_about_another()
    {
        TaskSummary task = Of([.. Matched(0.70), .. Masked(0.75)]);

        Assert.Empty(task.FurtherGains);
        Assert.Empty(task.StrongerBaselines);
        Assert.Single(task.Answers);
    }

    [Fact]
    public void Equal_fine_tuning_alone_is_a_named_warning_and_beside_the_matched_arm_none()
    {
        Summary alone = Summarised([.. Plain(0.6), .. Masked(0.7)]), both = Summarised([.. Plain(0.6), .. Matched(0.65), .. Masked(0.7)]);

        Summary withoutPretraining = Summarised([.. Plain(0.6), .. Matched(0.65)]);

        Assert.Contains(alone.Warnings, w => w.Code == "scratch-not-matched");
        Assert.DoesNotContain(withoutPretraining.Warnings, w => w.Code is "unequal-budget" or "scratch-not-matched" or "unequal-steps");
        Assert.DoesNotContain(both.Warnings, w => w.Code is "scratch-not-matched" or "unequal-steps");
    }

    [Fact]
    public void A_scratch_arm_with_the_steps_of_both_phases_is_matched_whatever_it_is_called()
    {
        Summary summary = Summarised([.. Plain(0.6).Select(c => c with { FinetuneSteps = 1200 }), .. Masked(0.7)]);

        Assert.DoesNotContain(summary.Warnings, w => w.Code is "scratch-not-matched" or "unequal-steps");
    }

    [Fact]
    public void A_variant_is_an_arm_of_its_own_under_its_label()
    {
        RunRecord[] random = [.. Masked(0.5).Select(c => c with { Arm = new ArmLabels { Model = "s4d-random" }, Run = c.Run + "-random" })];

        TaskSummary task = Of([.. Masked(0.7), .. random]);

        Assert.Equal(["s4d", "s4d-random"], task.Models);
        Assert.Equal(0.5, task.Arm("s4d-random", "masked")!.Test!.Mean, 1e-9);
    }

    private static TaskSummary Of(RunRecord[] cells) => Summarised(cells).Tasks[0];

    private static Summary Summarised(RunRecord[] cells) => Summary.From(new ComparisonData { Title = "t", Cells = cells });

    private static IEnumerable<RunRecord> Plain(double test) => Cells("scratch", test, 0, 400);

    private static IEnumerable<RunRecord> Matched(double test) => Cells("scratch-matched", test, 0, 1200);

    private static IEnumerable<RunRecord> Masked(double test) => Cells("masked", test, 800, 400);

    private static IEnumerable<RunRecord> Cells(string objective, double test, long pretrain, long finetune) =>
        from seed in Enumerable.Range(1, 3)
        select SampleComparison.Cell("t", "s4d", objective, seed, test + 0.001 * (seed - 2)) with { PretrainSteps = pretrain, FinetuneSteps = finetune };
}

using Lengthwise.Modeling.Training;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tests.Training;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void Warm_up_is_linear_and_reaches_the_peak()
    {
        var schedule = new LearningRateSchedule(new OptimizerSettings { Schedule = ScheduleKind.Constant, WarmupSteps = 10 });

        double[] factors = [.. Enumerable.Range(0, 12).Select(s => schedule.Factor(s, s / 100.0, 100))];

        Assert.Equal(0.1, factors[0], 1e-12);
        Assert.Equal(0.5, factors[4], 1e-12);
        Assert.Equal([1, 1, 1], factors[9..]);
    }

    [Fact]
    public void Cosine_falls_from_one_after_warm_up_to_almost_zero()
    {
        var schedule = new LearningRateSchedule(new OptimizerSettings { Schedule = ScheduleKind.Cosine, WarmupRatio = 0.2 });

        Assert.Equal(1, schedule.Factor(20, 0.2, 100), 1e-12);
        Assert.Equal(0.5, schedule.Factor(60, 0.6, 100), 1e-12);
        Assert.InRange(schedule.Factor(99, 0.99, 100), 0, 1e-3);
    }

    [Fact]
    public void A_linear_schedule_falls_in_a_straight_line_to_zero()
    {
        var schedule = new LearningRateSchedule(new OptimizerSettings { Schedule = ScheduleKind.Linear, WarmupSteps = 20 });

        double[] factors = [schedule.Factor(9, 0.09, 100), schedule.Factor(20, 0.2, 100), schedule.Factor(40, 0.4, 100), schedule.Factor(100, 1, 100)];

        Assert.Equal([0.5, 1, 0.75, 0], factors.Select(f => Math.Round(f, 12)));
    }

    [Fact]
    public void A_power_of_two_squares_the_warm_up_only()
    {
        var schedule = new LearningRateSchedule(new OptimizerSettings { Schedule = ScheduleKind.Linear, WarmupSteps = 20, WarmupPower = 2 });

        double[] factors = [schedule.Factor(4, 0.04, 100), schedule.Factor(9, 0.09, 100), schedule.Factor(40, 0.4, 100)];

        Assert.Equal([0.0625, 0.25, 0.75], factors.Select(f => Math.Round(f, 12)));
    }

    [Fact]
    public void A_power_without_warm_up_is_a_mistake() =>
        Assert.Contains(new OptimizerSettings { WarmupPower = 2, WarmupSteps = 0 }.Validate(), p => p.Contains("'warmup_power'", StringComparison.Ordinal));

    [Theory]
    [InlineData(0, 1.0 / (4 * 2))]
    [InlineData(1, 2.0 / (4 * 2))]
    [InlineData(3, 1.0 / 2)]
    [InlineData(8, 1.0 / 3)]
    [InlineData(99, 1.0 / 10)]
    public void An_inverse_root_rises_over_its_warm_up_and_falls_with_the_root_of_the_step(long stepsDone, double factor)
    {
        var schedule = new LearningRateSchedule(new OptimizerSettings { Schedule = ScheduleKind.InverseSqrt, WarmupSteps = 4 });

        Assert.Equal(factor, schedule.Factor(stepsDone, stepsDone / 100.0, 100), 1e-12);
    }

    [Fact]
    public void An_inverse_root_without_warm_up_begins_at_one() =>
        Assert.Equal(1, new LearningRateSchedule(new OptimizerSettings { Schedule = ScheduleKind.InverseSqrt }).Factor(0, 0, 10));

    [Fact]
    public void No_warm_up_starts_at_the_peak() =>
        Assert.Equal(1, new LearningRateSchedule(new OptimizerSettings()).Factor(0, 0, 10));
}

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
    public void No_warm_up_starts_at_the_peak() =>
        Assert.Equal(1, new LearningRateSchedule(new OptimizerSettings()).Factor(0, 0, 10));
}

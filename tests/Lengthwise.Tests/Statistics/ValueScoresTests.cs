using Lengthwise.Statistics;

namespace Lengthwise.Tests.Statistics;

public sealed class ValueScoresTests
{
    private static readonly float[] Targets = [3, -0.5f, 2, 7];
    private static readonly float[] Values = [2.5f, 0, 2, 8];

    // scikit-learn's own example: squared errors 0.25, 0.25, 0, 1; absolute 0.5, 0.5, 0, 1; R2 0.948608.
    [Fact]
    public void Errors_match_the_worked_example()
    {
        Assert.Equal(Math.Sqrt(0.375), ValueScores.Rmse(Targets, Values, 1), 12);
        Assert.Equal(0.5, ValueScores.Mae(Targets, Values, 1), 12);
        Assert.Equal(0.9486081370449679, ValueScores.R2(Targets, Values, 1), 12);
    }

    [Fact]
    public void The_mean_of_the_targets_explains_nothing_and_worse_is_negative()
    {
        Assert.Equal(0, ValueScores.R2([1, 2, 3], [2, 2, 2], 1), 12);
        Assert.Equal(-3, ValueScores.R2([1, 2, 3], [3, 2, 1], 1), 12);
    }

    [Fact]
    public void Equal_targets_leave_nothing_to_explain()
    {
        Assert.Equal(double.NaN, ValueScores.R2([0.1f, 0.1f, 0.1f], [0.1f, 0.1f, 0.1f], 1));
        Assert.Equal(0, ValueScores.Rmse([0.1f, 0.1f], [0.1f, 0.1f], 1));
    }

    [Fact]
    public void Missing_targets_do_not_count_and_targets_are_averaged()
    {
        float[] targets = [1, float.NaN, 2, 10, 3, 20];
        float[] values = [1, 99, 2, 13, 3, 16];

        Assert.Equal((0 + Math.Sqrt((9 + 16) / 2.0)) / 2, ValueScores.Rmse(targets, values, 2), 12);
        Assert.Equal((0 + 3.5) / 2, ValueScores.Mae(targets, values, 2), 12);
        Assert.Equal(double.NaN, ValueScores.Mae([float.NaN], [1], 1));
    }
}

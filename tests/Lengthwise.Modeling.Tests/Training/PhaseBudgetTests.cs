using Lengthwise.Modeling.Training;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tests.Training;

public sealed class PhaseBudgetTests
{
    [Theory]
    [InlineData(BudgetUnit.Steps, 7, 7)]
    [InlineData(BudgetUnit.Epochs, 2.5, 25)]
    [InlineData(BudgetUnit.Epochs, 0.01, 1)]
    public void Steps_and_epochs_become_steps(BudgetUnit unit, double amount, long expected) =>
        Assert.Equal(expected, new PhaseBudget(unit, amount, batchesPerEpoch: 10, evaluations: 1).TotalSteps(0, 0));

    [Theory]
    [InlineData(20, 4)]
    [InlineData(7, 7)]
    [InlineData(3, 10)]
    public void Evaluations_are_even_and_the_last_is_at_the_end(long steps, int evaluations)
    {
        var budget = new PhaseBudget(BudgetUnit.Steps, steps, 1, evaluations);
        var at = new List<long>();
        int done = 0;

        for (long step = 1; step <= steps; step++)
        {
            if (!budget.IsEvaluationDue(step, 0, done)) continue;
            at.Add(step);
            done = budget.EvaluationsDue(step, 0);
        }

        Assert.Equal(Math.Min(steps, evaluations), at.Count);
        Assert.Equal(steps, at[^1]);
    }

    [Fact]
    public void A_wall_time_budget_ends_by_seconds_and_foresees_its_steps()
    {
        var budget = new PhaseBudget(BudgetUnit.Seconds, 10, 1, 5);

        Assert.False(budget.IsSpent(1000, 9.9));
        Assert.True(budget.IsSpent(1, 10));
        Assert.Equal(200, budget.TotalSteps(100, 5));
    }
}

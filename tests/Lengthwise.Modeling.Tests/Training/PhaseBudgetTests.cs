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
        Assert.Equal(expected, new PhaseBudget(unit, amount, batchesPerEpoch: 10, evaluations: 1).TotalSteps(new PhaseState()));

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
            var state = new PhaseState { Step = step, Evaluations = done };
            if (!budget.IsEvaluationDue(state)) continue;
            at.Add(step);
            done = budget.EvaluationsDue(state);
        }

        Assert.Equal(Math.Min(steps, evaluations), at.Count);
        Assert.Equal(steps, at[^1]);
    }

    [Fact]
    public void A_wall_time_budget_ends_by_seconds_and_foresees_its_steps()
    {
        var budget = new PhaseBudget(BudgetUnit.Seconds, 10, 1, 5);

        Assert.False(budget.IsSpent(new PhaseState { Step = 1000, TrainSeconds = 9.9 }));
        Assert.True(budget.IsSpent(new PhaseState { Step = 1, TrainSeconds = 10 }));
        Assert.Equal(200, budget.TotalSteps(new PhaseState { Step = 100, TrainSeconds = 5 }));
    }

    [Theory]
    [InlineData(BudgetUnit.Tokens)]
    [InlineData(BudgetUnit.Flops)]
    public void Budgets_of_tokens_and_operations_count_them_and_not_steps(BudgetUnit unit)
    {
        var budget = new PhaseBudget(unit, 1000, batchesPerEpoch: 7, evaluations: 5);
        PhaseState State(long step, long spent) => new() { Step = step, Tokens = spent, Flops = spent };

        Assert.Equal(7, budget.TotalSteps(new PhaseState()));
        Assert.Equal(20, budget.TotalSteps(State(4, 200)));
        Assert.False(budget.IsSpent(State(1000, 999)));
        Assert.True(budget.IsSpent(State(1, 1000)));
        Assert.Equal(2, budget.EvaluationsDue(State(3, 400)));
    }
}

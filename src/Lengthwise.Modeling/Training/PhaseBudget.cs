using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Training;

/// <summary>How far one phase may go, and when it is evaluated. A budget that is not counted in steps ends with the step that spends it.</summary>
public sealed class PhaseBudget
{
    private readonly BudgetUnit _unit;
    private readonly double _amount;
    private readonly int _evaluations;
    private readonly int _batchesPerEpoch;

    /// <summary>Turns epochs into steps; other budgets stay in their unit.</summary>
    /// <param name="unit">Unit of the amount.</param>
    /// <param name="amount">More than 0.</param>
    /// <param name="batchesPerEpoch">Batches of one pass over the training split.</param>
    /// <param name="evaluations">Evaluations of the phase, spread evenly.</param>
    public PhaseBudget(BudgetUnit unit, double amount, int batchesPerEpoch, int evaluations)
    {
        _unit = unit == BudgetUnit.Epochs ? BudgetUnit.Steps : unit;
        _evaluations = evaluations;
        _batchesPerEpoch = batchesPerEpoch;
        double steps = unit == BudgetUnit.Epochs ? amount * batchesPerEpoch : amount;
        _amount = _unit == BudgetUnit.Steps ? Math.Max(1, (long)Math.Round(steps)) : amount;
    }

    /// <summary>Steps of the phase; unless the budget counts steps, what was spent so far promises, and before that one epoch.</summary>
    public long TotalSteps(PhaseState state)
    {
        if (_unit == BudgetUnit.Steps) return (long)_amount;
        double spent = Spent(state);
        return state.Step == 0 || spent <= 0 ? _batchesPerEpoch : Math.Max(state.Step, (long)Math.Round(state.Step * _amount / spent));
    }

    /// <summary>Share of the budget that is spent, 0 to 1.</summary>
    public double Progress(PhaseState state) => Math.Min(1, Spent(state) / _amount);

    /// <summary>Whether the budget is spent.</summary>
    public bool IsSpent(PhaseState state) => Progress(state) >= 1;

    /// <summary>Whether another evaluation is due after a step.</summary>
    public bool IsEvaluationDue(PhaseState state) => state.Evaluations < _evaluations && EvaluationsDue(state) > state.Evaluations;

    /// <summary>Evaluations that should have been done by now.</summary>
    public int EvaluationsDue(PhaseState state) => Math.Min(_evaluations, (int)Math.Floor(Progress(state) * _evaluations + 1e-9));

    private double Spent(PhaseState state) => _unit switch
    {
        BudgetUnit.Steps => state.Step,
        BudgetUnit.Tokens => state.Tokens,
        BudgetUnit.Flops => state.Flops,
        BudgetUnit.Seconds => state.TrainSeconds,
        _ => throw new NotSupportedException($"budget in {_unit}"),
    };
}

using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Training;

/// <summary>How far one phase may go, and when it is evaluated.</summary>
public sealed class PhaseBudget
{
    private readonly double _amount;
    private readonly bool _isTimed;
    private readonly int _evaluations;
    private readonly long _steps;

    /// <summary>Turns a budget into steps; a wall-time budget stays in seconds.</summary>
    /// <param name="unit">Unit of the amount.</param>
    /// <param name="amount">More than 0.</param>
    /// <param name="batchesPerEpoch">Batches of one pass over the training split.</param>
    /// <param name="evaluations">Evaluations of the phase, spread evenly.</param>
    public PhaseBudget(BudgetUnit unit, double amount, int batchesPerEpoch, int evaluations)
    {
        _amount = amount;
        _isTimed = unit == BudgetUnit.Seconds;
        _evaluations = evaluations;
        double steps = unit == BudgetUnit.Epochs ? amount * batchesPerEpoch : amount;
        _steps = _isTimed ? 0 : Math.Max(1, (long)Math.Round(steps));
    }

    /// <summary>Steps of the phase; under a wall-time budget what the speed so far promises.</summary>
    public long TotalSteps(long step, double trainSeconds)
    {
        if (!_isTimed) return _steps;
        return step == 0 || trainSeconds <= 0 ? 1 : Math.Max(step, (long)Math.Round(step * _amount / trainSeconds));
    }

    /// <summary>Share of the budget that is spent, 0 to 1.</summary>
    public double Progress(long step, double trainSeconds) => Math.Min(1, _isTimed ? trainSeconds / _amount : (double)step / _steps);

    /// <summary>Whether the budget is spent.</summary>
    public bool IsSpent(long step, double trainSeconds) => Progress(step, trainSeconds) >= 1;

    /// <summary>Whether another evaluation is due after a step.</summary>
    public bool IsEvaluationDue(long step, double trainSeconds, int evaluationsDone) =>
        evaluationsDone < _evaluations && (long)Math.Floor(Progress(step, trainSeconds) * _evaluations + 1e-9) > evaluationsDone;

    /// <summary>Evaluations that should have been done by now.</summary>
    public int EvaluationsDue(long step, double trainSeconds) =>
        Math.Min(_evaluations, (int)Math.Floor(Progress(step, trainSeconds) * _evaluations + 1e-9));
}

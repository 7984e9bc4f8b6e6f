namespace Lengthwise.Modeling.Training;

/// <summary>Scalars of a phase that a checkpoint keeps. Seconds differ between runs; everything else repeats exactly.</summary>
public sealed record PhaseState
{
    /// <summary>Steps done.</summary>
    public long Step { get; set; }

    /// <summary>Optimizer updates done; less than the steps when a batch had nothing that counts.</summary>
    public long Updates { get; set; }

    /// <summary>Valid positions seen.</summary>
    public long Tokens { get; set; }

    /// <summary>Floating-point operations of the training steps, at the lengths that batches were padded to.</summary>
    public double Flops { get; set; }

    /// <summary>Seconds spent in training steps.</summary>
    public double TrainSeconds { get; set; }

    /// <summary>Seconds of those in which a step waited for its batch.</summary>
    public double LoadingSeconds { get; set; }

    /// <summary>Seconds spent in evaluations.</summary>
    public double EvaluationSeconds { get; set; }

    /// <summary>Evaluations done.</summary>
    public int Evaluations { get; set; }

    /// <summary>Best validation metric; null before the first evaluation, NaN while it is not defined.</summary>
    public double? Best { get; set; }

    /// <summary>Validation loss of the best evaluation.</summary>
    public double? BestLoss { get; set; }

    /// <summary>All metrics of the best evaluation; empty in pretraining.</summary>
    public IReadOnlyDictionary<string, double> BestMetrics { get; set; } = new Dictionary<string, double>();

    /// <summary>Step of the best evaluation.</summary>
    public long BestStep { get; set; }

    /// <summary>Loss summed since the last line of metrics.</summary>
    public double LossSum { get; set; }

    /// <summary>Metric summed since the last line of metrics.</summary>
    public double MetricSum { get; set; }

    /// <summary>Items that count since the last line of metrics.</summary>
    public long Count { get; set; }

    /// <summary>Valid positions at the last line of metrics.</summary>
    public long LoggedTokens { get; set; }

    /// <summary>Training seconds at the last line of metrics.</summary>
    public double LoggedSeconds { get; set; }

    /// <summary>Mean loss of the last line of metrics.</summary>
    public double LastLoss { get; set; } = double.PositiveInfinity;
}

namespace Lengthwise.Modeling.Training;

/// <summary>A loss that is NaN or infinite: the run has no result.</summary>
internal sealed class NotFiniteException(string phase, long step, double loss, double lr)
    : Exception(FormattableString.Invariant($"the loss became {(double.IsNaN(loss) ? "NaN" : "infinite")} at step {step} of {phase} (learning rate {lr:g4}); lower the learning rate, lengthen the warm-up or set optimizer.clip_norm"))
{
    /// <summary>Phase.</summary>
    public string Phase { get; } = phase;

    /// <summary>Step, from 1.</summary>
    public long Step { get; } = step;
}

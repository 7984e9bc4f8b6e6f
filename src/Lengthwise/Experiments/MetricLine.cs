namespace Lengthwise.Experiments;

/// <summary>One line of <c>metrics.jsonl</c>. Everything but <see cref="Seconds"/> and <see cref="TokensPerSecond"/> repeats exactly.</summary>
public sealed record MetricLine
{
    /// <summary><c>pretrain</c> or <c>finetune</c>.</summary>
    public required string Phase { get; init; }

    /// <summary><c>train</c>, <c>validation</c> or <c>test</c>.</summary>
    public required string Split { get; init; }

    /// <summary>Optimizer steps done in this phase.</summary>
    public required long Step { get; init; }

    /// <summary>Passes over the training split, fractional.</summary>
    public double Epoch { get; init; }

    /// <summary>Mean loss since the last line of this split.</summary>
    public double Loss { get; init; }

    /// <summary>The phase's metric (accuracy, masked accuracy, mean absolute error, …).</summary>
    public double? Metric { get; init; }

    /// <summary>Learning rate of the step.</summary>
    public double? Lr { get; init; }

    /// <summary>Valid training positions seen so far in this phase.</summary>
    public long Tokens { get; init; }

    /// <summary>Floating-point operations of the training steps of this phase so far, padding included; 0 in lines of older versions.</summary>
    public double Flops { get; init; }

    /// <summary>Seconds of this phase so far, evaluation included.</summary>
    public double Seconds { get; init; }

    /// <summary>Valid training positions per second since the last line.</summary>
    public double? TokensPerSecond { get; init; }
}

using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Training;

/// <summary>Warm-up, then the settings' schedule. A pure function of the phase's progress.</summary>
public sealed class LearningRateSchedule
{
    private readonly OptimizerSettings _settings;

    /// <summary>Reads schedule and warm-up from the settings.</summary>
    public LearningRateSchedule(OptimizerSettings settings) => _settings = settings;

    /// <summary>Factor on the rate for one step.</summary>
    /// <param name="step">Steps done before this one.</param>
    /// <param name="progress">Share of the phase's budget done before this step, 0 to 1.</param>
    /// <param name="totalSteps">Steps of the phase (an estimate under a wall-time budget), at least 1.</param>
    public double Factor(long step, double progress, long totalSteps)
    {
        double warmupShare = _settings.WarmupSteps is { } steps ? Math.Min(1, (double)steps / totalSteps) : _settings.WarmupRatio ?? 0;
        double warmupSteps = _settings.WarmupSteps ?? Math.Round(warmupShare * totalSteps);
        double warmth = Math.Pow(Math.Min(1, (step + 1) / warmupSteps), _settings.WarmupPower);
        if (_settings.Schedule == ScheduleKind.InverseSqrt) return warmth / Math.Sqrt(Math.Max(step + 1, warmupSteps));
        if (step < warmupSteps || warmupShare >= 1) return warmth;
        double decayed = Math.Clamp((progress - warmupShare) / (1 - warmupShare), 0, 1);
        return _settings.Schedule switch
        {
            ScheduleKind.Cosine => 0.5 * (1 + Math.Cos(Math.PI * decayed)),
            ScheduleKind.Linear => 1 - decayed,
            _ => 1,
        };
    }
}

using System.Text.Json.Serialization;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>What was measured of one variant of a step.</summary>
/// <param name="Name"><c>ours</c>, <c>tuned</c>, <c>default</c>, <c>one thread</c> or <c>naive</c>.</param>
/// <param name="Seconds">Time of a step.</param>
/// <param name="ProcessorSeconds">Processor time of a step, of all threads.</param>
/// <param name="Ratio">Its time by ours, within each round.</param>
/// <param name="PageFaults">Fresh pages of a step, a median.</param>
/// <param name="PeakBytes">Largest memory of its first steps above that before them; null where it was not measured.</param>
public sealed record VariantResult(string Name, Quantiles Seconds, Quantiles ProcessorSeconds, Quantiles Ratio, double PageFaults, long? PeakBytes);

/// <summary>What was measured of one step.</summary>
/// <param name="Case">Model and shape.</param>
/// <param name="Parameters">Trained values.</param>
/// <param name="Flops">Floating-point operations of a step, counted from shapes.</param>
/// <param name="Kept">What must be kept between the way forth and the way back; empty where it is not known.</param>
/// <param name="Rounds">Rounds in which every variant ran once.</param>
/// <param name="Variants">Ours first.</param>
/// <param name="Parts">Parts of our step, timed alone.</param>
/// <param name="Notes">What could not be measured, and why.</param>
public sealed record StepResult(
    StepCase Case, long Parameters, double Flops, IReadOnlyList<KeptTensor> Kept, int Rounds, IReadOnlyList<VariantResult> Variants, IReadOnlyList<StepPart> Parts,
    IReadOnlyList<string> Notes)
{
    /// <summary>The variant that is ours.</summary>
    [JsonIgnore]
    public VariantResult Own => Variants[0];

    /// <summary>Operations a second of our step.</summary>
    public double FlopsPerSecond => Flops / Own.Seconds.Median;

    /// <summary>A variant by its name; null when it did not run.</summary>
    public VariantResult? Variant(string name) => Variants.FirstOrDefault(v => v.Name == name);
}

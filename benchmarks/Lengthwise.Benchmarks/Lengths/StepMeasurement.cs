using System.Diagnostics;
using System.Text.Json;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Benchmarking;
using Lengthwise.Modeling.Native;

namespace Lengthwise.Benchmarks.Lengths;

/// <summary>What the process of one case measured.</summary>
/// <param name="Parameters">Trained values.</param>
/// <param name="StepSeconds">Processor time of a training step, median: what other programs do hardly changes it.</param>
/// <param name="WallSeconds">Time that passed in a step, median.</param>
/// <param name="Steps">Steps that were measured.</param>
/// <param name="StartedBytes">Largest resident memory before the model was made, with libraries loaded and a short step done.</param>
/// <param name="PeakBytes">Largest resident memory at the end.</param>
internal sealed record StepMeasurement(long Parameters, double StepSeconds, double WallSeconds, int Steps, long StartedBytes, long PeakBytes)
{
    private const int ShortLength = 32, WarmUps = 2, LeastSteps = 3;
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(0.5), TooMuch = TimeSpan.FromSeconds(4);

    /// <summary>Memory of the training steps.</summary>
    public long Bytes => Math.Max(0, PeakBytes - StartedBytes);

    /// <summary>Measures in this process.</summary>
    public static StepMeasurement Take(LengthCase c)
    {
        NativeRuntime.Start(c.Threads);
        // Libraries that load on first use and code that is compiled then belong to no length.
        TrainingStep shortStep = Training(c, Math.Min(ShortLength, c.Length));
        for (int i = 0; i < WarmUps; i++) shortStep.Run();
        long started = MachineProbe.PeakMemoryBytes();

        TrainingStep step = Training(c, c.Length);
        var processor = new List<double>();
        var wall = new List<double>();
        var all = Stopwatch.StartNew();
        for (int i = 0; i < WarmUps && all.Elapsed < TooMuch; i++) step.Run();
        for (double used = 0; processor.Count == 0 || ((processor.Count < LeastSteps || used < Enough.TotalSeconds) && used < TooMuch.TotalSeconds);)
        {
            StepSample sample = StepSample.Of(step.Run);
            processor.Add(sample.ProcessorSeconds);
            wall.Add(sample.Seconds);
            used += sample.ProcessorSeconds;
        }
        return new StepMeasurement(step.Parameters, Median(processor), Median(wall), processor.Count, started, MachineProbe.PeakMemoryBytes());
    }

    /// <summary>One line of JSON.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, RecordJson.Line);

    private static TrainingStep Training(LengthCase c, int length) => TrainingStep.Of(c.Model, c.Settings, c.Batch, length, StepFormulation.Plain);

    private static double Median(List<double> values) => Quantiles.At(values, 0.5);
}

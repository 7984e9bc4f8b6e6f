using System.Diagnostics;
using System.Text.Json;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Native;
using static TorchSharp.torch;

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
        (_, Action shortStep) = Training(c, Math.Min(ShortLength, c.Length));
        for (int i = 0; i < WarmUps; i++) shortStep();
        long started = MachineProbe.PeakMemoryBytes();

        (SequenceModel model, Action step) = Training(c, c.Length);
        var processor = new List<double>();
        var wall = new List<double>();
        var all = Stopwatch.StartNew();
        for (int i = 0; i < WarmUps && all.Elapsed < TooMuch; i++) Timed(step);
        for (double used = 0; processor.Count == 0 || ((processor.Count < LeastSteps || used < Enough.TotalSeconds) && used < TooMuch.TotalSeconds);)
        {
            (double cpu, double passed) = Timed(step);
            processor.Add(cpu);
            wall.Add(passed);
            used += cpu;
        }
        return new StepMeasurement(model.ParameterCount, Median(processor), Median(wall), processor.Count, started, MachineProbe.PeakMemoryBytes());
    }

    /// <summary>One line of JSON.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, RecordJson.Line);

    private static (SequenceModel Model, Action Step) Training(LengthCase c, int length)
    {
        random.manual_seed(3);
        SequenceModel model = SequenceModel.Create(ModelCatalog.Create(c.Model), c.Settings, new ModelInput.Tokens(16), new ModelOutput.Pooled(10), length);
        optim.Optimizer optimizer = optim.AdamW(model.parameters(), lr: 1e-3);
        Tensor tokens = randint(16, [c.Batch, length], ScalarType.Int64), labels = randint(10, [c.Batch], ScalarType.Int64);
        void Step()
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            nn.functional.cross_entropy(model.forward(tokens, null), labels).backward();
            BackwardFault.Rethrow();
            optimizer.step();
        }
        return (model, Step);
    }

    private static (double Processor, double Wall) Timed(Action step)
    {
        TimeSpan used = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        step();
        return ((Environment.CpuUsage.TotalTime - used).TotalSeconds, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private static double Median(List<double> values) => ResultTable.Quantile(values, 0.5);
}

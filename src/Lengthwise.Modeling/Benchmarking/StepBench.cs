using System.Diagnostics;
using System.Globalization;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>Times the variants of a step in turn, each round in another order, so that what the machine does meanwhile falls on all of them.</summary>
/// <param name="options">How.</param>
public sealed class StepBench(BenchOptions options)
{
    /// <summary>Names of the variants.</summary>
    public const string Own = "ours", Tuned = "tuned", Default = "default", OneThread = "one thread", Naive = "naive";

    private const int FewestRounds = 2, MostRounds = 40;

    /// <summary>Measures one case.</summary>
    /// <param name="c">Model and shape.</param>
    /// <param name="comparesThreads">Whether one thread is timed beside all.</param>
    /// <param name="cancellation">Looked at between steps.</param>
    /// <exception cref="LengthwiseException">Our own step does not run.</exception>
    public StepResult Run(StepCase c, bool comparesThreads, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(c);
        var notes = new List<string>();
        if (c.Activations != ActivationMemory.Kept) notes.Add($"ours ran with activations {Naming.ToKey(c.Activations)}, libtorch's keep everything; operations count one forward pass");
        var variants = new List<ISteppedVariant>();
        try
        {
            var own = new RoutedVariant(Own, c, StepFormulation.Own, options.Route, options.Threads);
            variants.Add(own);
            own.WarmUp();
            StepFormulation plain = c.Model is "s5" or "lru" ? FasterScan(c, notes) : StepFormulation.Plain;
            Add(variants, notes, Tuned, () => new RoutedVariant(Tuned, c, plain, KernelRoute.Libtorch, options.Threads));
            if (options.Paired is { } command) Add(variants, notes, Default, () => new PairedVariant(Default, c, plain, command));
            if (comparesThreads && options.Threads > 1) Add(variants, notes, OneThread, () => new RoutedVariant(OneThread, own, threads: 1));
            if (c.Model == "transformer") AddNaive(variants, notes, c);
            cancellation.ThrowIfCancellationRequested();
            // The others' warm-ups took the heap that ours had.
            own.Step();

            List<StepSample[]> rounds = Rounds(variants, cancellation);
            using IDisposable forced = KernelRoute.Use(options.Route);
            return new StepResult(
                c, own.Parameters, own.Flops, KeptTensors.Of(c, own.Parameters), rounds.Count, [.. variants.Select((v, i) => Summarise(v, i, rounds))], StepPart.Of(c), notes);
        }
        finally
        {
            foreach (ISteppedVariant variant in variants) variant.Dispose();
        }
    }

    // The baseline is the faster of two formulations; which that is depends on the shape.
    private StepFormulation FasterScan(StepCase c, List<string> notes)
    {
        double Seconds(StepFormulation formulation)
        {
            using var variant = new RoutedVariant(Tuned, c, formulation, KernelRoute.Libtorch, options.Threads);
            variant.Step();
            return variant.Step().ProcessorSeconds;
        }

        (double passes, double transforms) = (Seconds(StepFormulation.Plain), Seconds(StepFormulation.FourierScan));
        bool isFourier = transforms < passes;
        notes.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"libtorch scans by {(isFourier ? "Fourier transforms" : "log2 L passes")}, {(isFourier ? passes / transforms : transforms / passes):0.0} times faster than by {(isFourier ? "log2 L passes" : "Fourier transforms")}"));
        return isFourier ? StepFormulation.FourierScan : StepFormulation.Plain;
    }

    private void AddNaive(List<ISteppedVariant> variants, List<string> notes, StepCase c)
    {
        double bytes = NaiveTransformer.WeightBytes(c);
        if (bytes <= options.MostNaiveBytes)
            Add(variants, notes, Naive, () => new RoutedVariant(Naive, c, StepFormulation.NaiveAttention, KernelRoute.Libtorch, options.Threads));
        else
            notes.Add(FormattableString.Invariant($"naive attention would take about {bytes / 1e9:0} GB for its weights and was not run"));
    }

    // A baseline that does not run costs its column, not the case.
    private static void Add(List<ISteppedVariant> variants, List<string> notes, string name, Func<ISteppedVariant> create)
    {
        ISteppedVariant? made = null;
        try
        {
            made = create();
            made.WarmUp();
            variants.Add(made);
        }
        catch (LengthwiseException e)
        {
            made?.Dispose();
            notes.Add($"{name}: {e.Message}");
        }
    }

    private List<StepSample[]> Rounds(List<ISteppedVariant> variants, CancellationToken cancellation)
    {
        var rounds = new List<StepSample[]>();
        var clock = Stopwatch.StartNew();
        while (rounds.Count < FewestRounds || (rounds.Count < MostRounds && clock.Elapsed * (rounds.Count + 1) / rounds.Count < options.Limit))
        {
            var samples = new StepSample[variants.Count];
            for (int i = 0; i < variants.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                int next = (i + rounds.Count) % variants.Count;
                samples[next] = variants[next].Step();
            }
            rounds.Add(samples);
        }
        return rounds;
    }

    private static VariantResult Summarise(ISteppedVariant variant, int index, List<StepSample[]> rounds) => new(
        variant.Name, Quantiles.Of([.. rounds.Select(r => r[index].Seconds)]), Quantiles.Of([.. rounds.Select(r => r[index].ProcessorSeconds)]),
        Quantiles.Of([.. rounds.Select(r => r[index].Seconds / r[0].Seconds)]), Quantiles.At([.. rounds.Select(r => (double)r[index].PageFaults)], 0.5), variant.PeakBytes);
}

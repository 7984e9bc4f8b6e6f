using System.Diagnostics;
using System.Globalization;
using Lengthwise.Reports.Costs;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>Our step at one size.</summary>
/// <param name="Model">Model.</param>
/// <param name="Size">Value of what grows.</param>
/// <param name="Seconds">Time of a step; null where it was left out.</param>
/// <param name="Steps">Steps of all sequences of the batch.</param>
/// <param name="Flops">Operations of a step.</param>
public sealed record ScalingResult(string Model, int Size, Quantiles? Seconds, long Steps, double Flops);

/// <summary>Times our steps over an axis, all sizes of a model in turn.</summary>
/// <param name="options">How; no baseline runs.</param>
/// <param name="axis">What grows.</param>
public sealed class ScalingRun(BenchOptions options, ScalingAxis axis)
{
    private const int FewestRounds = 2, MostRounds = 20;
    private static readonly TimeSpan NeverTooLong = TimeSpan.FromSeconds(5);

    /// <summary>Measures a model at every size; a size that would take a third of the time for a step is left out, with those behind it.</summary>
    public IReadOnlyList<ScalingResult> Run(StepCase prototype, CancellationToken cancellation)
    {
        var results = new List<ScalingResult>();
        var variants = new List<(StepCase Case, RoutedVariant Variant, List<double> Times)>();
        try
        {
            bool isTooLong = false;
            foreach (int size in axis.Sizes)
            {
                cancellation.ThrowIfCancellationRequested();
                StepCase c = axis.With(prototype, size);
                if (isTooLong)
                {
                    results.Add(new ScalingResult(c.Model, size, null, (long)c.Batch * c.Length, 0));
                    continue;
                }
                var variant = new RoutedVariant(StepBench.Own, c, StepFormulation.Own, options.Route, axis.Name == ScalingAxis.Threads ? size : options.Threads);
                variants.Add((c, variant, []));
                var clock = Stopwatch.StartNew();
                variant.WarmUp();
                // Two steps warm up; the next size takes two to four times as long.
                isTooLong = clock.Elapsed > options.Limit / 3 && clock.Elapsed > NeverTooLong;
            }

            var all = Stopwatch.StartNew();
            for (int round = 0; round < FewestRounds || (round < MostRounds && all.Elapsed * (round + 1) / round < options.Limit); round++)
                foreach ((_, RoutedVariant variant, List<double> times) in variants)
                {
                    cancellation.ThrowIfCancellationRequested();
                    times.Add(variant.Step().Seconds);
                }
            IEnumerable<ScalingResult> measured = variants.Select((v, i) =>
                new ScalingResult(v.Case.Model, axis.Sizes[i], Quantiles.Of(v.Times), (long)v.Case.Batch * v.Case.Length, v.Variant.Flops));
            return [.. measured, .. results];
        }
        finally
        {
            foreach ((_, RoutedVariant variant, _) in variants) variant.Dispose();
        }
    }

    /// <summary>Time of a step, and time per step of a sequence against that at the smallest size.</summary>
    public BenchTable Table(IReadOnlyList<ScalingResult> results)
    {
        IGrouping<string, ScalingResult>[] models = [.. results.GroupBy(r => r.Model)];
        return new BenchTable(
            $"Scaling over {axis.Name}",
            ["model", .. axis.Sizes.Select(n => n.ToString(CultureInfo.InvariantCulture)), "per step of a sequence: largest / smallest"],
            [.. models.Select(m => (IReadOnlyList<string>)[m.Key, .. axis.Sizes.Select(n => Time(m.FirstOrDefault(r => r.Size == n))), Growth([.. m])])])
        {
            Notes = ["Times in ms; ✕ stands for a size that would take too long."],
        };
    }

    /// <summary>The picture.</summary>
    public string Figure(string note, IReadOnlyList<ScalingResult> results) => ScalingFigure.Render(
        $"Time of one training step by {axis.Name}", note, axis.Name,
        [.. results.Where(r => r.Seconds is not null).Select(r => new ScalingPoint(r.Model, r.Size, r.Seconds!.Median))]);

    private static string Time(ScalingResult? result) =>
        result?.Seconds is { } seconds ? (1e3 * seconds.Median).ToString("0.0", CultureInfo.InvariantCulture) : "✕";

    private static string Growth(ScalingResult[] model)
    {
        ScalingResult[] measured = [.. model.Where(r => r.Seconds is not null).OrderBy(r => r.Size)];
        if (measured.Length < 2) return "-";
        double PerStep(ScalingResult r) => r.Seconds!.Median / r.Steps;
        return string.Create(CultureInfo.InvariantCulture, $"{PerStep(measured[^1]) / PerStep(measured[0]):0.00} ({measured[0].Size} to {measured[^1].Size})");
    }
}

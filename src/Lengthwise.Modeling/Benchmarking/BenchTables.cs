using System.Globalization;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>The tables of a <see cref="BenchReport"/>; those without rows are left out.</summary>
public static class BenchTables
{
    private const string None = "-";

    /// <summary>All tables, in order.</summary>
    public static IReadOnlyList<BenchTable> Of(BenchReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        BenchTable[] all = [Times(report), Gains(report), Work(report), Memory(report), Threads(report), Parts(report), Naive(report)];
        return [.. all.Where(t => t.Rows.Count > 0)];
    }

    private static BenchTable Times(BenchReport report) => new(
        "Training steps",
        ["model", "shape", "ours, ms", "tuned, ms", "default, ms", "rounds"],
        [.. report.Steps.Select(s => (IReadOnlyList<string>)
            [s.Case.Model, s.Case.Shape, Time(s.Own), Time(s.Variant(StepBench.Tuned)), Time(s.Variant(StepBench.Default)), Text($"{s.Rounds}")])])
    {
        Notes = [.. report.Steps.SelectMany(s => s.Notes.Select(n => $"{s.Case.Model} {s.Case.Shape}: {n}."))],
    };

    private static BenchTable Gains(BenchReport report) => new(
        "Times faster",
        ["model", "shape", "tuned / ours", "default / ours", "target"],
        [.. report.Steps.Select(s => (IReadOnlyList<string>)[s.Case.Model, s.Case.Shape, Ratio(s.Variant(StepBench.Tuned)), Ratio(s.Variant(StepBench.Default)), Target(s)])]);

    private static BenchTable Work(BenchReport report) => new(
        "Operations and fresh pages of a step",
        ["model", "shape", "GFLOP", "GFLOP/s", "of product", "pages: ours", "tuned", "default"],
        [.. report.Steps.Select(s => (IReadOnlyList<string>)
        [
            s.Case.Model, s.Case.Shape, Text($"{s.Flops / 1e9:0.0}"), Text($"{s.FlopsPerSecond / 1e9:0}"), Text($"{100 * s.FlopsPerSecond / report.Ceiling.Product:0} %"),
            Text($"{s.Own.PageFaults:0}"), Faults(s.Variant(StepBench.Tuned)), Faults(s.Variant(StepBench.Default)),
        ])]);

    private static BenchTable Memory(BenchReport report) => new(
        "Largest memory of the first steps",
        ["model", "shape", "ours", "tuned", "default", "must be kept", "ours / kept"],
        [.. report.Steps.Select(s =>
        {
            double kept = s.Kept.Sum(k => k.Bytes);
            return (IReadOnlyList<string>)
            [
                s.Case.Model, s.Case.Shape, Megabytes(s.Own.PeakBytes), Megabytes(s.Variant(StepBench.Tuned)?.PeakBytes), Megabytes(s.Variant(StepBench.Default)?.PeakBytes),
                kept > 0 ? Megabytes((long)kept) : None, kept > 0 && s.Own.PeakBytes is { } peak ? Text($"{peak / kept:0.0}") : None,
            ];
        })])
    {
        Notes = [.. report.Steps.Where(s => s.Kept.Count > 0).Select(s =>
            $"Kept by {s.Case.Model} {s.Case.Shape}: {string.Join(", ", s.Kept.Select(k => $"{k.Name} {Megabytes((long)k.Bytes)}"))}.")],
    };

    private static BenchTable Threads(BenchReport report) => new(
        Text($"One thread against {report.Threads}"),
        ["model", "shape", "one thread, ms", Text($"{report.Threads} threads, ms"), "times faster"],
        [.. report.Steps.Where(s => s.Variant(StepBench.OneThread) is not null).Select(s => (IReadOnlyList<string>)
            [s.Case.Model, s.Case.Shape, Time(s.Variant(StepBench.OneThread)), Time(s.Own), Ratio(s.Variant(StepBench.OneThread))])]);

    private static BenchTable Parts(BenchReport report) => new(
        "Where our step goes",
        ["model", "shape", "parts, timed alone", "rest"],
        [.. report.Steps.Where(s => s.Parts.Count > 0).Select(s =>
        {
            double whole = s.Own.Seconds.Median, rest = Math.Max(0, whole - s.Parts.Sum(p => p.Seconds));
            return (IReadOnlyList<string>)
                [s.Case.Model, s.Case.Shape, string.Join(", ", s.Parts.Select(p => Text($"{p.Name} {1e3 * p.Seconds:0.0} ms ({100 * p.Seconds / whole:0} %)"))), Text($"{1e3 * rest:0.0} ms ({100 * rest / whole:0} %)")];
        })]);

    private static BenchTable Naive(BenchReport report) => new(
        "Attention that forms all weights, by libtorch",
        ["model", "shape", "naive, ms", "fused (tuned), ms", "naive / ours", "peak: naive"],
        [.. report.Steps.Where(s => s.Variant(StepBench.Naive) is not null).Select(s =>
        {
            VariantResult naive = s.Variant(StepBench.Naive)!;
            return (IReadOnlyList<string>)[s.Case.Model, s.Case.Shape, Time(naive), Time(s.Variant(StepBench.Tuned)), Ratio(naive), Megabytes(naive.PeakBytes)];
        })]);

    private static string Target(StepResult step)
    {
        if (SpeedTarget.For(step.Case) is not { } target) return None;
        VariantResult? plain = step.Variant(StepBench.Default), tuned = step.Variant(StepBench.Tuned);
        string wanted = Text($"{target.Tuned:0.#}x, {target.Default:0.#}x");
        bool isMissed = tuned?.Ratio.Median < target.Tuned || plain?.Ratio.Median < target.Default;
        return tuned is null && plain is null ? wanted : $"{wanted}: {(isMissed ? "missed" : "met")}";
    }

    private static string Time(VariantResult? variant) =>
        variant is null ? None : $"{Milliseconds(variant.Seconds.Median)} ({Milliseconds(variant.Seconds.Low)}-{Milliseconds(variant.Seconds.High)})";

    private static string Milliseconds(double seconds) => 1e3 * seconds >= 100 ? Text($"{1e3 * seconds:0}") : Text($"{1e3 * seconds:0.0}");

    private static string Ratio(VariantResult? variant) =>
        variant is null ? None : Text($"{variant.Ratio.Median:0.00}x ({variant.Ratio.Low:0.0}-{variant.Ratio.High:0.0})");

    private static string Faults(VariantResult? variant) => variant is null ? None : Text($"{variant.PageFaults:0}");

    private static string Megabytes(long? bytes) => bytes is { } b ? Text($"{b / 1e6:0} MB") : None;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

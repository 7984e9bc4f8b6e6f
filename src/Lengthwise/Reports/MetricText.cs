using System.Globalization;
using Lengthwise.Statistics;

namespace Lengthwise.Reports;

/// <summary>How the numbers of one metric are written: shares as percent and their differences as points, others as they are.</summary>
internal sealed record MetricText(string Metric, bool IsPercent, int Decimals)
{
    private static readonly HashSet<string> Shares = Metrics.OfClasses.Select(m => m.Key()).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether the metric is a share, from 0 to 1.</summary>
    public static bool IsShare(string metric) => Shares.Contains(metric);

    /// <summary>The text of a task: as many decimals as its test split can carry.</summary>
    public static MetricText For(TaskSummary task) => Of(task.Metric, task.Aggregates.Select(a => a.Test?.Mean ?? 0), task.TestItems);

    /// <summary>The text of a metric whose values are about these.</summary>
    public static MetricText Of(string metric, IEnumerable<double> values, int testItems)
    {
        if (IsShare(metric)) return new MetricText(metric, true, testItems > 10_000 ? 2 : 1);
        double typical = values.Select(Math.Abs).Where(v => v > 0 && double.IsFinite(v)).DefaultIfEmpty(1).Min();
        return new MetricText(metric, false, Math.Clamp(2 - (int)Math.Floor(Math.Log10(typical)), 0, 8));
    }

    /// <summary>What stands behind a score: <c>" %"</c> or nothing.</summary>
    public string Unit => IsPercent ? " %" : "";

    /// <summary>Column heading: the metric with its unit.</summary>
    public string Heading => IsPercent ? $"{Metric}, %" : Metric;

    /// <summary>A score without its unit.</summary>
    public string Number(double value) => NoNegativeZero((IsPercent ? 100 * value : value).ToString(Format, CultureInfo.InvariantCulture));

    /// <summary>A score with its unit; a dash where there is none.</summary>
    public string Score(double? value) => value is { } v && double.IsFinite(v) ? Number(v) + Unit : "-";

    /// <summary>The mean of this metric over the seeds of an arm, without its unit; a dash where there is none.</summary>
    public string Mean(Aggregate arm) =>
        arm.TestMetrics.TryGetValue(Metric, out double mean) && double.IsFinite(mean) ? Number(mean) : "-";

    /// <summary>A difference with its sign.</summary>
    public string Signed(double value)
    {
        string number = Number(value);
        return value > 0 && number.Any(c => c is >= '1' and <= '9') ? "+" + number : number;
    }

    /// <summary>The size of a difference in words: <c>31.2 points</c>.</summary>
    public string Size(double difference) => Number(Math.Abs(difference)) + (IsPercent ? " points" : "");

    /// <summary>Bounds in brackets; <c>one seed</c> where a single value gives none.</summary>
    public string Range(Interval interval) => interval is { Low: { } low, High: { } high } ? $"[{Number(low)}, {Number(high)}]" : "one seed";

    /// <summary>A difference with sign and bounds.</summary>
    public string SignedRange(Interval interval) => $"{Signed(interval.Mean)} {(interval.HasBounds ? Range(interval) : "(one seed)")}";

    private string Format => "F" + Decimals.ToString(CultureInfo.InvariantCulture);

    private static string NoNegativeZero(string number) =>
        number.StartsWith('-') && !number.Any(c => c is >= '1' and <= '9') ? number[1..] : number;
}

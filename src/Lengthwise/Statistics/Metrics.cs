using Lengthwise.Recipes;

namespace Lengthwise.Statistics;

/// <summary>What is known about a metric apart from its value.</summary>
public static class Metrics
{
    /// <summary>Metrics of classes, in the order in which they are shown.</summary>
    public static IReadOnlyList<MetricKind> OfClasses { get; } =
        [MetricKind.Accuracy, MetricKind.BalancedAccuracy, MetricKind.MacroF1, MetricKind.Auroc];

    /// <summary>Metrics of regression, in the order in which they are shown.</summary>
    public static IReadOnlyList<MetricKind> OfValues { get; } = [MetricKind.Rmse, MetricKind.Mae, MetricKind.R2];

    /// <summary>Name in recipes, tables and JSON.</summary>
    public static string Key(this MetricKind metric) => Naming.ToKey(metric);

    /// <summary>Whether a larger value is better.</summary>
    public static bool HigherIsBetter(this MetricKind metric) => metric is not (MetricKind.Rmse or MetricKind.Mae);

    /// <summary>Whether the metric is a share, from 0 to 1.</summary>
    public static bool IsShare(this MetricKind metric) => OfClasses.Contains(metric);

    /// <summary>The metric of that name; null when there is none.</summary>
    public static MetricKind? Find(string key) =>
        Enum.GetValues<MetricKind>().Where(m => m.Key() == key).Cast<MetricKind?>().FirstOrDefault();
}

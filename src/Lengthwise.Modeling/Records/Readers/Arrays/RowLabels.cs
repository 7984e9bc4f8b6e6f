using System.Globalization;

namespace Lengthwise.Modeling.Records.Readers.Arrays;

/// <summary>What is known about the rows of an array besides their values: one entry a row, null where there is none.</summary>
internal sealed record RowLabels
{
    /// <summary>Most rows whose labels are held in memory.</summary>
    public const int MaxRows = 20_000_000;

    public string?[]? Labels { get; init; }

    public string?[]? Groups { get; init; }

    public string?[]? Ids { get; init; }

    public string?[]? Splits { get; init; }

    /// <summary>[n, T].</summary>
    public float[]? Targets { get; init; }

    public IReadOnlyList<string> TargetNames { get; init; } = [];

    /// <summary>Numbers as names of classes; NaN is unlabelled.</summary>
    /// <exception cref="LengthwiseException">They are no integers.</exception>
    public static string?[] Classes(string source, double[] values) => [.. values.Select(v => double.IsNaN(v) ? null : v == Math.Truncate(v)
        ? v.ToString("0", CultureInfo.InvariantCulture)
        : throw new LengthwiseException(
            ExitCode.Usage, string.Create(CultureInfo.InvariantCulture, $"reading '{source}': found {v} among the labels, which is no class"), "set 'target_columns' in [task] if these are numbers to predict"))];

    /// <summary>Whether numbers look like targets of a regression rather than classes.</summary>
    public static bool AreTargets(double[] values) => values.Any(v => !double.IsNaN(v) && v != Math.Truncate(v));

    /// <summary>Numbers as targets.</summary>
    /// <exception cref="LengthwiseException">One of them is not finite, except for missing ones.</exception>
    public static float[] AsTargets(string source, double[] values) => Array.ConvertAll(values, v => double.IsNaN(v) || float.IsFinite((float)v)
        ? (float)v
        : throw new LengthwiseException(ExitCode.Data, string.Create(CultureInfo.InvariantCulture, $"reading '{source}': found the target {v}, expected a finite 32-bit number")));
}

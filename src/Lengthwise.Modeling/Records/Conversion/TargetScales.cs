using Lengthwise.Modeling.Records.Encodings;

namespace Lengthwise.Modeling.Records.Conversion;

/// <summary>
/// Scales regression targets to [-1, 1] over the training rows, as the self-pretraining protocol does (lra-tasks section 9: without
/// it the loss is dominated by the units).
/// </summary>
internal static class TargetScales
{
    /// <summary>The scale of every target.</summary>
    /// <exception cref="LengthwiseException">No training row has a target.</exception>
    public static IReadOnlyList<TargetScale> Of(RecordSource source, RowFacts[] rows, RowDivision division)
    {
        int count = rows.Max(r => r.Targets?.Length ?? 0);
        var scales = new TargetScale[count];
        for (int k = 0; k < count; k++)
        {
            string name = k < source.TargetNames.Count ? source.TargetNames[k] : FormattableString.Invariant($"target {k + 1}");
            float low = float.PositiveInfinity, high = float.NegativeInfinity;
            foreach (float target in Training(rows, division, k))
                (low, high) = (Math.Min(low, target), Math.Max(high, target));
            if (low > high)
                throw new LengthwiseException(ExitCode.Data, $"no training row has a value of '{name}'", "check 'target_columns'");
            scales[k] = new TargetScale(name, low + (high - low) / 2, high > low ? (high - low) / 2 : 1);
        }
        return scales;
    }

    /// <summary>The training rows' values of one target, without the missing ones.</summary>
    public static IEnumerable<float> Training(RowFacts[] rows, RowDivision division, int target) =>
        Enumerable.Range(0, rows.Length)
            .Where(row => division.Splits[row] == (int)SplitName.Train && target < (rows[row].Targets?.Length ?? 0))
            .Select(row => rows[row].Targets![target])
            .Where(float.IsFinite);
}

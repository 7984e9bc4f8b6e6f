namespace Lengthwise.Modeling.Records.Readers;

/// <summary>The longest sequence that is held in memory.</summary>
internal static class SequenceLimit
{
    /// <summary>Values (steps times channels) of one sequence: 128 MiB of 32-bit numbers.</summary>
    public const int MaxValues = 1 << 25;

    /// <summary>Refuses a sequence that is too long.</summary>
    /// <exception cref="RowFault">It is.</exception>
    public static void Check(long values, int column)
    {
        if (values > MaxValues)
            throw new RowFault(column, FormattableString.Invariant($"the sequence has {values} values or more, the limit is {MaxValues}; store it as several recordings"));
    }
}

using System.Globalization;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>The time of a step: a number, or a date and time.</summary>
internal readonly record struct StepTime(bool IsDate, double Number, long Ticks)
{
    /// <summary>Reads a time.</summary>
    /// <exception cref="RowFault">The cell holds none.</exception>
    public static StepTime Read(string cell, int column)
    {
        if (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
            return new StepTime(false, number, 0);
        if (DateTimeOffset.TryParse(cell, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date))
            return new StepTime(true, 0, date.UtcTicks);
        throw new RowFault(column, $"found time {RowFault.Quote(cell)}, expected a number or a date and time such as 2024-03-01T12:00:00");
    }

    /// <summary>Whether this one may follow the other. Equal times may: recorders round them.</summary>
    public bool MayFollow(StepTime other) => IsDate == other.IsDate && (IsDate ? Ticks >= other.Ticks : Number >= other.Number);
}

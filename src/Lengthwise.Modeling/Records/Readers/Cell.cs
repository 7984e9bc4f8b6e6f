using System.Globalization;
using System.Text;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>What a cell turned out to be.</summary>
internal enum CellKind
{
    Number,
    Missing,
    Infinite,
    TooLarge,
    DecimalComma,
    NotANumber,
}

/// <summary>Cells of text tables as numbers.</summary>
internal static class Cell
{
    private static readonly byte[][] MissingWords = [.. new[] { "nan", "na", "n/a", "null", "none", "?" }.Select(Encoding.ASCII.GetBytes)];

    /// <summary>Reads a number; NaN unless the kind is <see cref="CellKind.Number"/>.</summary>
    public static CellKind Read(ReadOnlySpan<byte> cell, out float value)
    {
        cell = Ascii.IsValid(cell) ? cell[Ascii.Trim(cell)] : cell;
        value = float.NaN;
        if (cell.IsEmpty) return CellKind.Missing;
        if (cell[0] <= '9' && cell[0] != '?' && float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out float number))
        {
            if (float.IsFinite(number)) value = number;
            return float.IsFinite(number) ? CellKind.Number : HasDigit(cell) ? CellKind.TooLarge : CellKind.Infinite;
        }
        foreach (byte[] word in MissingWords)
            if (Ascii.EqualsIgnoreCase(cell, word)) return CellKind.Missing;
        return IsInfinity(cell) ? CellKind.Infinite : IsDecimalComma(cell) ? CellKind.DecimalComma : CellKind.NotANumber;
    }

    /// <summary>A number; missing ones and faults according to the rule.</summary>
    /// <exception cref="RowFault">The cell holds no number that may stand there.</exception>
    public static float Value(ReadOnlySpan<byte> cell, int column, MissingRule missing)
    {
        CellKind kind = Read(cell, out float value);
        if (kind == CellKind.Number || (kind == CellKind.Missing && missing == MissingRule.Keep)) return value;
        throw new RowFault(column, Fault(kind, Encoding.UTF8.GetString(cell[..Math.Min(cell.Length, 100)])));
    }

    /// <summary>Why a cell is refused.</summary>
    public static string Fault(CellKind kind, string cell) => kind switch
    {
        CellKind.Missing => "the value is missing; 'missing = \"keep\"' keeps rows with missing values",
        CellKind.Infinite => $"found {RowFault.Quote(cell)}, expected a finite number",
        CellKind.TooLarge => $"found {RowFault.Quote(cell)}, which is beyond 32-bit numbers (3.4e38)",
        CellKind.DecimalComma => $"found {RowFault.Quote(cell)}, a number with a decimal comma; expected a decimal point",
        _ => $"found {RowFault.Quote(cell)}, expected a number",
    };

    private static bool HasDigit(ReadOnlySpan<byte> cell) => cell.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0;

    private static bool IsInfinity(ReadOnlySpan<byte> cell)
    {
        if (cell[0] is (byte)'+' or (byte)'-') cell = cell[1..];
        return Ascii.EqualsIgnoreCase(cell, "inf"u8) || Ascii.EqualsIgnoreCase(cell, "infinity"u8);
    }

    private static bool IsDecimalComma(ReadOnlySpan<byte> cell)
    {
        int comma = cell.IndexOf((byte)',');
        if (comma < 0 || !HasDigit(cell)) return false;
        Span<byte> point = stackalloc byte[64];
        if (cell.Length > point.Length) return false;
        cell.CopyTo(point);
        point[comma] = (byte)'.';
        return float.TryParse(point[..cell.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out _);
    }
}

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>A column as far as the rows that were looked at show it.</summary>
/// <param name="Name">From the header; without one its number, from 1.</param>
/// <param name="IsNumeric">Every value that is not missing is a number, and there is one.</param>
/// <param name="IsInteger">These numbers are integers.</param>
/// <param name="Distinct">Different values.</param>
/// <param name="Present">Values that are not missing.</param>
internal sealed record ColumnTraits(string Name, bool IsNumeric, bool IsInteger, int Distinct, int Present)
{
    /// <summary>Traits of a column of text cells.</summary>
    public static ColumnTraits Of(string name, IReadOnlyList<string> cells)
    {
        bool isNumeric = true, isInteger = true;
        int present = 0;
        var distinct = new HashSet<string>(StringComparer.Ordinal);
        foreach (string cell in cells)
        {
            CellKind kind = Cell.Read(System.Text.Encoding.UTF8.GetBytes(cell), out float value);
            if (kind == CellKind.Missing) continue;
            present++;
            distinct.Add(cell);
            bool isNumber = kind != CellKind.NotANumber;
            isNumeric &= isNumber;
            isInteger &= isNumber && value == MathF.Truncate(value);
        }
        return new ColumnTraits(name, isNumeric && present > 0, isInteger && present > 0, distinct.Count, present);
    }
}

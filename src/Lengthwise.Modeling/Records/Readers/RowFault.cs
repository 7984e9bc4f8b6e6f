namespace Lengthwise.Modeling.Records.Readers;

/// <summary>A row that cannot be read, on its way to <see cref="BadRows"/>.</summary>
/// <param name="column">Column from 1; of a line without columns, the character.</param>
/// <param name="fault">What was found and what was expected.</param>
internal sealed class RowFault(int column, string fault) : Exception(fault)
{
    public int Column => column;

    /// <summary>A value as it may stand in a message: short, on one line.</summary>
    public static string Quote(string value)
    {
        const int Most = 40;
        string cut = value.Length > Most ? $"{value[..Most]}…" : value;
        return $"'{string.Concat(cut.Select(c => char.IsControl(c) ? '·' : c))}'";
    }
}

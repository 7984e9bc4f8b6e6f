using System.Text.Unicode;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>Makes records from rows, one each. Holds buffers: one parser reads one part.</summary>
/// <param name="file">Named in errors and records.</param>
internal abstract class RowParser(string file)
{
    /// <summary>The record of a row; null if the row is blank, or bad and skipped.</summary>
    /// <exception cref="LengthwiseException">The row is bad and may not be skipped.</exception>
    public SequenceRecord? Read(RowReader rows, BadRows problems)
    {
        ReadOnlySpan<byte> row = rows.Row;
        if (IsBlank(row) || IsPassedOver(row)) return null;
        try
        {
            CheckUtf8(row);
            return Parse(row, FormattableString.Invariant($"{file}, row {rows.Line}"));
        }
        catch (RowFault fault)
        {
            problems.Report(Place(file, rows.Line, fault.Column), fault.Message);
            return null;
        }
    }

    /// <summary>A place in a file, as in <c>trades.csv(12,3)</c>.</summary>
    public static string Place(string file, long line, int column) => FormattableString.Invariant($"{file}({line},{column})");

    /// <summary>Whether a row holds nothing, or only blanks.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> row) => row.IndexOfAnyExcept((byte)' ', (byte)'\r') < 0;

    /// <summary>Whether a row that is not blank holds no data.</summary>
    protected virtual bool IsPassedOver(ReadOnlySpan<byte> row) => false;

    /// <summary>The record of a row.</summary>
    /// <exception cref="RowFault">The row is bad.</exception>
    protected abstract SequenceRecord Parse(ReadOnlySpan<byte> row, string where);

    /// <summary>Column, from 1, of a byte of the row.</summary>
    protected virtual int ColumnAt(ReadOnlySpan<byte> row, int offset) => offset + 1;

    /// <summary>Refuses rows that are not UTF-8.</summary>
    /// <exception cref="RowFault">A byte is not.</exception>
    protected void CheckUtf8(ReadOnlySpan<byte> row)
    {
        if (Utf8.IsValid(row)) return;
        int valid = ValidLength(row);
        throw new RowFault(
            ColumnAt(row, valid),
            FormattableString.Invariant($"byte 0x{row[valid]:x2} is not UTF-8; expected one encoding for the whole file (is part of it Latin-1 or Windows-1252?)"));
    }

    private static int ValidLength(ReadOnlySpan<byte> row)
    {
        var characters = new char[4096];
        int at = 0;
        while (at < row.Length)
        {
            System.Buffers.OperationStatus status = Utf8.ToUtf16(row[at..], characters, out int read, out _, replaceInvalidSequences: false);
            at += read;
            if (status != System.Buffers.OperationStatus.DestinationTooSmall) break;
        }
        return Math.Min(at, row.Length - 1);
    }
}

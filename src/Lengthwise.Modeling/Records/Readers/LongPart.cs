using System.Text.Unicode;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>Some rows of a long table: a sequence begins where the id changes and may end behind the part.</summary>
/// <param name="file">The file.</param>
/// <param name="style">How its rows are told apart.</param>
/// <param name="range">The rows in which the part's sequences begin.</param>
/// <param name="name">For progress.</param>
/// <param name="roles">What the columns are for.</param>
/// <param name="width">Columns a row.</param>
/// <param name="missing">What becomes of missing values.</param>
internal sealed class LongPart(TextFile file, RowStyle style, RowRange range, string name, ColumnRoles roles, int width, MissingRule missing) : RecordPart
{
    public override string Name => name;

    public override long Bytes => RowPart.BytesOf(file, range);

    public override IEnumerable<SequenceRecord> Read(BadRows problems, CancellationToken cancellation)
    {
        var fields = new RowFields(style);
        using RowReader rows = file.Rows(style, range.WithPrevious());
        string? passed = range.Previous >= 0 && rows.Next() ? IdOf(rows, fields) : null;
        LongSequence? open = null;
        while (rows.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            if (RowParser.IsBlank(rows.Row)) continue;
            if (TryCut(rows, fields, problems, open, out string? id)) continue;
            if (passed is not null && id == passed) continue;
            passed = null;
            if (open is null || id != open.Id)
            {
                if (open is { IsBad: false }) yield return open.ToRecord();
                open = null;
                if (rows.Offset >= range.End) break;
                open = new LongSequence(roles, missing, id, id is null ? file.Name : FormattableString.Invariant($"{file.Name}, row {rows.Line}, id '{id}'"));
            }
            Add(open, rows, fields, problems);
        }
        if (open is { IsBad: false }) yield return open.ToRecord();
    }

    /// <summary>Whether a part may end with this row: its id must be readable, so that the next part knows where to begin.</summary>
    public static bool MayCutBehind(RowReader row, RowStyle style, ColumnRoles roles)
    {
        if (roles.Id < 0 || RowParser.IsBlank(row.Row)) return false;
        try
        {
            var fields = new RowFields(style);
            fields.Cut(row.Row);
            return fields.Count > roles.Id && Utf8.IsValid(row.Row) && fields.Text(row.Row, roles.Id).Length > 0;
        }
        catch (RowFault)
        {
            return false;
        }
    }

    private string? IdOf(RowReader rows, RowFields fields)
    {
        fields.Cut(rows.Row);
        return roles.Id < 0 ? null : fields.Text(rows.Row, roles.Id);
    }

    /// <summary>Cuts a row and finds its id; true if it is bad and skipped.</summary>
    private bool TryCut(RowReader rows, RowFields fields, BadRows problems, LongSequence? open, out string? id)
    {
        id = null;
        try
        {
            id = IdOf(rows, fields);
            if (fields.Count != width) throw new RowFault(Math.Min(fields.Count, width), FormattableString.Invariant($"found {fields.Count} columns, expected {width}"));
            if (!Utf8.IsValid(rows.Row)) throw new RowFault(1, "the row is not UTF-8; expected one encoding for the whole file");
            if (id is { Length: 0 }) throw new RowFault(roles.Id + 1, "the id is missing");
            return false;
        }
        catch (RowFault fault)
        {
            problems.Report(RowParser.Place(file.Name, rows.Line, fault.Column), fault.Message);
            if (open is not null) open.IsBad = true;
            return true;
        }
    }

    private void Add(LongSequence sequence, RowReader rows, RowFields fields, BadRows problems)
    {
        if (sequence.IsBad) return;
        try
        {
            sequence.Add(new DelimitedRow(rows.Row, fields));
        }
        catch (RowFault fault)
        {
            sequence.IsBad = true;
            problems.Report(RowParser.Place(file.Name, rows.Line, fault.Column), sequence.Id is null ? fault.Message : $"{fault.Message} (all of id '{sequence.Id}' is left out)");
        }
    }
}

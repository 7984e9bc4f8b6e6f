using System.Text;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>Series of a <c>.ts</c> file: values separated by commas, channels by colons, the label last.</summary>
/// <param name="file">Named in errors and records.</param>
/// <param name="header">What the file declares.</param>
/// <param name="missing">What becomes of missing values.</param>
internal sealed class TsRowParser(string file, TsHeader header, MissingRule missing) : RowParser(file)
{
    private readonly List<float> _values = [];

    /// <summary>Whether a line is a comment.</summary>
    public static bool IsComment(ReadOnlySpan<byte> row) => row.Length > 0 && (row[0] is (byte)'#' or (byte)'%');

    protected override bool IsPassedOver(ReadOnlySpan<byte> row) => row[0] == '@' || IsComment(row);

    protected override SequenceRecord Parse(ReadOnlySpan<byte> row, string where)
    {
        if (row[0] == '(') throw new RowFault(1, "the series has time stamps, which are not read");
        ReadOnlySpan<byte> label = [];
        int end = row.Length;
        if (header.Classes is not null || header.HasTarget)
        {
            end = row.LastIndexOf((byte)':');
            if (end < 0) throw new RowFault(row.Length, "found no ':' before a label");
            label = row[(end + 1)..].Trim((byte)' ');
        }
        int length = ReadValues(row[..end]);
        float[] values = header.Dimensions == 1 ? _values.ToArray() : ChannelOrder.ToSteps(_values.ToArray(), _values.Count / length);
        return new SequenceRecord
        {
            Where = where,
            Content = new SequenceContent.Reals(values, header.Dimensions),
            Label = header.Classes is null ? null : ClassOf(label, end + 2),
            Targets = header.HasTarget && Cell.Value(label, end + 2, MissingRule.Keep) is var target && !float.IsNaN(target) ? [target] : null,
        };
    }

    /// <summary>Reads all channels one after the other; returns their length.</summary>
    private int ReadValues(ReadOnlySpan<byte> row)
    {
        _values.Clear();
        int length = -1, dimension = 0, at = 0;
        while (at <= row.Length)
        {
            int end = row[at..].IndexOf((byte)':');
            end = end < 0 ? row.Length : at + end;
            int before = _values.Count;
            ReadChannel(row[at..end], at);
            int read = _values.Count - before;
            dimension++;
            if (read == 0) throw new RowFault(at + 1, FormattableString.Invariant($"channel {dimension} is empty"));
            if (length >= 0 && read != length)
                throw new RowFault(at + 1, FormattableString.Invariant($"channel {dimension} has {read} values, those before it {length}; channels must be equally long"));
            length = read;
            at = end + 1;
        }
        if (dimension != header.Dimensions)
            throw new RowFault(1, FormattableString.Invariant($"found {dimension} channels, expected {header.Dimensions} as in the first series"));
        return length;
    }

    private void ReadChannel(ReadOnlySpan<byte> channel, int offset)
    {
        if (IsBlank(channel)) return;
        int at = 0;
        while (at <= channel.Length)
        {
            int end = channel[at..].IndexOf((byte)',');
            end = end < 0 ? channel.Length : at + end;
            _values.Add(Cell.Value(channel[at..end], offset + at + 1, missing));
            at = end + 1;
        }
        SequenceLimit.Check(_values.Count, offset + 1);
    }

    private string? ClassOf(ReadOnlySpan<byte> label, int column)
    {
        if (label.IsEmpty || label.SequenceEqual("?"u8)) return null;
        string name = Encoding.UTF8.GetString(label);
        if (header.Classes!.Count > 0 && !header.Classes.Contains(name))
            throw new RowFault(column, $"found class {RowFault.Quote(name)}, expected one of those behind '@classLabel': {string.Join(", ", header.Classes.Take(20))}");
        return name;
    }
}

namespace Lengthwise.Modeling.Data;

/// <summary>Two splits as one, the rows of the second after those of the first. Owns neither.</summary>
/// <param name="first">Comes first.</param>
/// <param name="second">Has as many sequences in a row as <paramref name="first"/>.</param>
public sealed class JoinedSplit(SequenceSplit first, SequenceSplit second) : SequenceSplit
{
    /// <inheritdoc/>
    public override int Count => first.Count + second.Count;

    /// <inheritdoc/>
    public override int Parts => first.Parts;

    /// <inheritdoc/>
    public override int Length(int row, int part = 0) => Of(ref row).Length(row, part);

    /// <inheritdoc/>
    public override ReadOnlySpan<ushort> Tokens(int row, int part = 0) => Of(ref row).Tokens(row, part);

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Values(int row, int part = 0) => Of(ref row).Values(row, part);

    /// <inheritdoc/>
    public override void CopyTokens(int row, int part, Span<long> ids) => Of(ref row).CopyTokens(row, part, ids);

    /// <inheritdoc/>
    public override void CopyValues(int row, int part, Span<float> values) => Of(ref row).CopyValues(row, part, values);

    /// <inheritdoc/>
    public override int Label(int row) => Of(ref row).Label(row);

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Targets(int row) => Of(ref row).Targets(row);

    private SequenceSplit Of(ref int row)
    {
        if (row < first.Count) return first;
        row -= first.Count;
        return second;
    }
}

namespace Lengthwise.Modeling.Data;

/// <summary>Some rows of a split as a split. Does not own it.</summary>
/// <param name="split">The whole.</param>
/// <param name="rows">Its rows, in the order of the subset.</param>
public sealed class SubsetSplit(SequenceSplit split, IReadOnlyList<int> rows) : SequenceSplit
{
    /// <inheritdoc/>
    public override int Count => rows.Count;

    /// <inheritdoc/>
    public override int Parts => split.Parts;

    /// <inheritdoc/>
    public override int Length(int row, int part = 0) => split.Length(rows[row], part);

    /// <inheritdoc/>
    public override ReadOnlySpan<ushort> Tokens(int row, int part = 0) => split.Tokens(rows[row], part);

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Values(int row, int part = 0) => split.Values(rows[row], part);

    /// <inheritdoc/>
    public override void CopyTokens(int row, int part, Span<long> ids) => split.CopyTokens(rows[row], part, ids);

    /// <inheritdoc/>
    public override void CopyValues(int row, int part, Span<float> values) => split.CopyValues(rows[row], part, values);

    /// <inheritdoc/>
    public override int Label(int row) => split.Label(rows[row]);

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Targets(int row) => split.Targets(rows[row]);
}

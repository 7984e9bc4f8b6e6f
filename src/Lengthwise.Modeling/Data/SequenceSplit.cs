namespace Lengthwise.Modeling.Data;

/// <summary>
/// One split of a prepared task: rows of one sequence, or of two for tasks on pairs, of uneven length, with labels or targets.
/// Safe for concurrent reading.
/// </summary>
public abstract class SequenceSplit : IDisposable
{
    /// <summary>Label of a row that has none.</summary>
    public const int Unlabelled = -1;

    /// <summary>Number of rows.</summary>
    public abstract int Count { get; }

    /// <summary>Sequences in a row: 1, or 2 for pairs.</summary>
    public virtual int Parts => 1;

    /// <summary>Steps of one sequence, at least 1.</summary>
    /// <param name="row">Row.</param>
    /// <param name="part">Sequence of the row, below <see cref="Parts"/>.</param>
    public abstract int Length(int row, int part = 0);

    /// <summary>
    /// Token ids of one sequence; only for token tasks. A view where ids are stored as they are, a copy where they are stored in
    /// bytes: what reads many rows calls <see cref="CopyTokens"/>.
    /// </summary>
    public abstract ReadOnlySpan<ushort> Tokens(int row, int part = 0);

    /// <summary>
    /// Values of one sequence, step-major [L, C]; only for real-valued tasks. A view where values are stored as they are, a copy where
    /// they are stored in bytes: what reads many rows calls <see cref="CopyValues"/>.
    /// </summary>
    public abstract ReadOnlySpan<float> Values(int row, int part = 0);

    /// <summary>Writes the token ids of one sequence, <see cref="Length"/> of them, to the start of <paramref name="ids"/>.</summary>
    public abstract void CopyTokens(int row, int part, Span<long> ids);

    /// <summary>Writes the values of one sequence, <see cref="Length"/> times channels, to the start of <paramref name="values"/>.</summary>
    public abstract void CopyValues(int row, int part, Span<float> values);

    /// <summary>Class index of one row, or <see cref="Unlabelled"/>.</summary>
    public abstract int Label(int row);

    /// <summary>Scaled regression targets of one row, NaN where missing; empty for tasks without.</summary>
    public virtual ReadOnlySpan<float> Targets(int row) => [];

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the mapping.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}

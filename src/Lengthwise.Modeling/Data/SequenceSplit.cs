namespace Lengthwise.Modeling.Data;

/// <summary>One split of a prepared task: sequences of uneven length with labels. Safe for concurrent reading.</summary>
public abstract class SequenceSplit : IDisposable
{
    /// <summary>Number of sequences.</summary>
    public abstract int Count { get; }

    /// <summary>Steps of one sequence, at least 1.</summary>
    public abstract int Length(int row);

    /// <summary>Token ids of one sequence; only for token tasks.</summary>
    public abstract ReadOnlySpan<ushort> Tokens(int row);

    /// <summary>Values of one sequence, step-major [L, C]; only for real-valued tasks.</summary>
    public abstract ReadOnlySpan<float> Values(int row);

    /// <summary>Class index of one sequence.</summary>
    public abstract int Label(int row);

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

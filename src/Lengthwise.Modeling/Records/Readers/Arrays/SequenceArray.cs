namespace Lengthwise.Modeling.Records.Readers.Arrays;

/// <summary>An array of numbers in a file, whose first dimension is the sequences. Opened once per reading.</summary>
internal abstract class SequenceArray : IDisposable
{
    /// <summary>For messages: <c>x.npy</c>, <c>set.h5:/data</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Sizes: [n], [n, L] or [n, L, C].</summary>
    public abstract IReadOnlyList<long> Shape { get; }

    /// <summary>Whether the elements are integers.</summary>
    public abstract bool IsInteger { get; }

    /// <summary>Bytes of an element in the file.</summary>
    public abstract int ElementBytes { get; }

    /// <summary>Values of a row.</summary>
    public long RowValues => Shape.Skip(1).Aggregate(1L, (a, b) => a * b);

    /// <summary>Rows from a place on, in the order of the shape.</summary>
    /// <exception cref="LengthwiseException">The file is damaged.</exception>
    public abstract double[] Read(long first, int count);

    /// <inheritdoc/>
    public abstract void Dispose();
}

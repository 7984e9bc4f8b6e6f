namespace Lengthwise.Modeling.Data;

/// <summary>Makes a <see cref="MemorySplit"/> row by row.</summary>
public sealed class MemorySplitWriter : SplitWriter
{
    private readonly MemoryStream _elements;

    /// <summary>Starts a split.</summary>
    /// <param name="shape">What the rows consist of.</param>
    /// <param name="bytes">Bytes of all elements, if known: spares copying.</param>
    public MemorySplitWriter(SplitShape shape, int bytes = 0)
        : base(shape) => _elements = new MemoryStream(bytes);

    /// <summary>Ends the rows.</summary>
    public MemorySplit Finish() => new(Shape, Close(), _elements.GetBuffer().AsMemory(0, (int)_elements.Length));

    private protected override void Store(ReadOnlySpan<byte> elements) => _elements.Write(elements);
}

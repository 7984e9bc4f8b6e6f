using System.Runtime.InteropServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>
/// Gives the transforms whole vectors: rows are read and written in place where a block of channels is full; a partly empty
/// block passes through a padded copy, and the missing partner of the last row is a step of zeros.
/// </summary>
internal readonly unsafe struct PairStaging<T>(ConvolutionShape shape, float* memory) where T : unmanaged, ILanes<T>
{
    private readonly ConvolutionShape _shape = shape;
    private readonly float* _memory = memory;

    /// <summary>Floats needed: two padded rows, a step of zeros and a step to be thrown away.</summary>
    public static long Floats(ConvolutionShape shape) =>
        NativeBuffer.Aligned((shape.Width % T.Count == 0 ? 0 : 2L * shape.Length * T.Count) + 2 * T.Count);

    private float* Zeros => _memory;

    private float* Discarded => _memory + T.Count;

    private int Tail => _shape.Width % T.Count;

    /// <summary>Rows of a pair in <paramref name="tensor"/> [B, L, H], to be read.</summary>
    public RowPair Input(float* tensor, int pair, int block)
    {
        bool isAlone = 2 * pair + 1 == _shape.Batch;
        if (isAlone) NativeMemory.Clear(Zeros, (nuint)T.Count * sizeof(float));
        if (!IsPartial(block))
            return isAlone ? InPlace(tensor, pair, block) with { B = (nint)Zeros, StrideB = 0 } : InPlace(tensor, pair, block);

        RowPair padded = Padded();
        for (int t = 0; t < _shape.Length; t++)
        {
            CopyLanes(Step(tensor, 2 * pair, t, block), padded.AtA(t));
            if (!isAlone) CopyLanes(Step(tensor, 2 * pair + 1, t, block), padded.AtB(t));
        }
        return isAlone ? padded with { B = (nint)Zeros, StrideB = 0 } : padded;
    }

    /// <summary>Rows of a pair in <paramref name="tensor"/>, or their padded copy, to be written.</summary>
    public RowPair Output(float* tensor, int pair, int block)
    {
        RowPair rows = IsPartial(block) ? Padded() : InPlace(tensor, pair, block);
        return 2 * pair + 1 == _shape.Batch ? rows with { B = (nint)Discarded, StrideB = 0 } : rows;
    }

    /// <summary>Copies written rows from their padded copy, if there is one, to where they belong.</summary>
    public void Finish(RowPair written, float* tensor, int pair, int block)
    {
        if (!IsPartial(block)) return;
        for (int t = 0; t < _shape.Length; t++)
        {
            Buffer.MemoryCopy(written.AtA(t), Step(tensor, 2 * pair, t, block), Tail * sizeof(float), Tail * sizeof(float));
            if (2 * pair + 1 < _shape.Batch)
                Buffer.MemoryCopy(written.AtB(t), Step(tensor, 2 * pair + 1, t, block), Tail * sizeof(float), Tail * sizeof(float));
        }
    }

    private bool IsPartial(int block) => (block + 1) * T.Count > _shape.Width;

    private float* Step(float* tensor, int row, int t, int block) => tensor + ((long)row * _shape.Length + t) * _shape.Width + block * T.Count;

    private RowPair InPlace(float* tensor, int pair, int block) =>
        new((nint)Step(tensor, 2 * pair, 0, block), _shape.Width, (nint)Step(tensor, 2 * pair + 1, 0, block), _shape.Width);

    private RowPair Padded()
    {
        float* rows = _memory + 2 * T.Count;
        return new((nint)rows, T.Count, (nint)(rows + (long)_shape.Length * T.Count), T.Count);
    }

    private void CopyLanes(float* source, float* target)
    {
        for (int lane = 0; lane < T.Count; lane++) target[lane] = lane < Tail ? source[lane] : 0;
    }
}

namespace Lengthwise.Modeling.Kernels;

/// <summary>Sizes of a long convolution and how it is divided into items of work.</summary>
/// <remarks>
/// An item is one block of channels (as many as the vector has lanes) and a chunk of the row pairs. The batch is divided only
/// when there are few blocks, and never by the thread count, so that sums over the batch have one order on every machine.
/// </remarks>
internal readonly struct ConvolutionShape
{
    private const int ItemsWanted = 8;

    /// <summary>Sizes for rows [B, L, H], kernels [channels, H, L] and vectors of that many lanes.</summary>
    public ConvolutionShape(long batch, long length, long width, long channels, int lanes)
    {
        (Batch, Length, Width, Channels) = (checked((int)batch), checked((int)length), checked((int)width), (int)channels);
        Plan = FourierPlan.ForLength(length);
        Blocks = (Width + lanes - 1) / lanes;
        Pairs = (Batch + 1) / 2;
        Chunks = Math.Clamp((ItemsWanted + Blocks - 1) / Blocks, 1, Math.Max(Pairs / 4, 1));
    }

    public int Batch { get; }

    public int Length { get; }

    public int Width { get; }

    public int Channels { get; }

    public FourierPlan Plan { get; }

    /// <summary>Blocks of channels; the last may be partly empty.</summary>
    public int Blocks { get; }

    /// <summary>Pairs of rows; the last may lack its second.</summary>
    public int Pairs { get; }

    /// <summary>Parts of the pairs.</summary>
    public int Chunks { get; }

    /// <summary>Independent items, <see cref="Blocks"/> times <see cref="Chunks"/>.</summary>
    public int Items => Blocks * Chunks;

    /// <summary>Multiplications of one pass over the rows, roughly.</summary>
    public long Work => (long)Batch * Plan.Points * Width * 4;

    /// <summary>Pairs of a chunk, from and up to.</summary>
    public (int From, int To) PairsOf(int chunk) => ((int)((long)Pairs * chunk / Chunks), (int)((long)Pairs * (chunk + 1) / Chunks));
}

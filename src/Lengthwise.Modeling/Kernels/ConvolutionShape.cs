namespace Lengthwise.Modeling.Kernels;

/// <summary>Sizes of a long convolution and how it is divided into items of work.</summary>
/// <remarks>
/// An item is one block of channels (as many as the vector has lanes) and a chunk of the row pairs. The batch is divided only
/// when there are few blocks, and never by the thread count, so that sums over the batch have one order on every machine.
/// </remarks>
internal readonly struct ConvolutionShape
{
    private const int ItemsWanted = 8;

    // Blocks that are neighbours in a row share its pages: taking turns at each pair gains a tenth while their spectra (floats) stay near, and loses
    // a tenth once they do not.
    private const int SpectraTogether = 1 << 18, MostTogether = 4;

    /// <summary>Sizes for rows [B, L, H], kernels [channels, H, L] and vectors of that many lanes.</summary>
    public ConvolutionShape(long batch, long length, long width, long channels, int lanes)
    {
        (Batch, Length, Width, Channels) = (checked((int)batch), checked((int)length), checked((int)width), (int)channels);
        Plan = FourierPlan.ForLength(length);
        Blocks = (Width + lanes - 1) / lanes;
        Pairs = (Batch + 1) / 2;
        Chunks = Math.Clamp((ItemsWanted + Blocks - 1) / Blocks, 1, Math.Max(Pairs / 4, 1));
        Together = (int)Math.Clamp(SpectraTogether / (2L * lanes * Plan.Points), 1, MostTogether);
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

    /// <summary>Blocks that take turns at every pair.</summary>
    public int Together { get; }

    /// <summary>Items that follow each other from <paramref name="item"/> on and share a chunk: the first block, the chunk, how many blocks.</summary>
    public (int Block, int Chunk, int Count) GroupAt(int item, int end)
    {
        int block = item % Blocks;
        return (block, item / Blocks, Math.Min(Together, Math.Min(end - item, Blocks - block)));
    }

    /// <summary>Multiplications of one pass over the rows, roughly.</summary>
    public long Work => (long)Batch * Plan.Points * Width * 4;

    /// <summary>Pairs of a chunk, from and up to.</summary>
    public (int From, int To) PairsOf(int chunk) => ((int)((long)Pairs * chunk / Chunks), (int)((long)Pairs * (chunk + 1) / Chunks));
}

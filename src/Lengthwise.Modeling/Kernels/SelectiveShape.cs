namespace Lengthwise.Modeling.Kernels;

/// <summary>Sizes of a selective scan and how it is cut into items: one row of the batch and up to <see cref="Group"/> channels each.</summary>
internal readonly struct SelectiveShape(long batch, long length, long width, long states)
{
    /// <summary>Channels of an item: one vector of the widest route.</summary>
    public const int Group = 16;

    /// <summary>Steps whose states the way back holds at once; a state is kept from the way there at the start of each.</summary>
    public const int Chunk = 32;

    public int Length { get; } = checked((int)length);

    public int Width { get; } = checked((int)width);

    public int States { get; } = checked((int)states);

    public int Batch { get; } = checked((int)batch);

    public int Groups => (Width + Group - 1) / Group;

    /// <summary>Items that do not depend on each other.</summary>
    public int Items => Batch * Groups;

    public int Chunks => (Length + Chunk - 1) / Chunk;

    /// <summary>Multiplications of the way there, roughly.</summary>
    public long Work => 20L * Batch * Length * Width * States;

    /// <summary>Row, first channel and number of channels of an item.</summary>
    public (int Row, int First, int Count) Part(int item)
    {
        int first = item % Groups * Group;
        return (item / Groups, first, Math.Min(Group, Width - first));
    }

    /// <summary>Floats of the kept states, [B, chunks, N, E].</summary>
    public long KeptFloats => (long)Batch * Chunks * States * Width;

    /// <summary>Offset of the kept states of a chunk, [N, E].</summary>
    public long Kept(int row, int chunk) => ((long)row * Chunks + chunk) * States * Width;
}

namespace Lengthwise.Modeling.Kernels;

/// <summary>Sizes of S4's kernel generation: N modes of H channels, the kernels' directions, and the nodes of a transform of L points.</summary>
internal readonly struct DplrShape(int channels, int width, int modes, int length)
{
    /// <summary>Nodes that are computed together; their sums and one mode's values stay in the first cache.</summary>
    public const int Block = 32;

    // Rows and modes are multiplied four at a time.
    private const int RowStep = 4;

    /// <summary>Kernels of a channel: 1 causal, 2 bidirectional.</summary>
    public int Channels { get; } = channels;

    public int Width { get; } = width;

    public int Modes { get; } = modes;

    /// <summary>Modes, padded to whole tiles.</summary>
    public int PaddedModes => (Modes + RowStep - 1) / RowStep * RowStep;

    public int Length { get; } = length;

    /// <summary>C B and C P of each kernel, P* B and P* P: so many sums have a row times i sin and a row times cos.</summary>
    public int Sums => 2 * Channels + 2;

    /// <summary>Rows, a multiple of four.</summary>
    public int Rows => 2 * Sums;

    /// <summary>F = L / 2 + 1.</summary>
    public int Nodes => Length / 2 + 1;

    public int Blocks => (Nodes + Block - 1) / Block;

    /// <summary>Multiplications of the forward pass, roughly.</summary>
    public long Work => (2L * Rows + 12) * Width * Modes * Nodes;
}

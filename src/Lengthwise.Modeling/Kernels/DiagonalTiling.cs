namespace Lengthwise.Modeling.Kernels;

/// <summary>
/// How a kernel of length L is computed as a matrix product: l = p Fine + q, so that w^l = (w^Fine)^p w^q. Fine is near the root
/// of a short L, which keeps both tables of powers small.
/// </summary>
internal readonly struct DiagonalTiling
{
    // Sums over q run in single precision and the table of 64 powers of 32 modes fits the first cache: longer tiles lose both ways.
    private const int LongestTile = 64;

    private DiagonalTiling(int fine, int coarse, int rows, int depth, int modeColumns) =>
        (Fine, Coarse, Rows, Depth, ModeColumns) = (fine, coarse, rows, depth, modeColumns);

    /// <summary>Powers q = 0 … Fine - 1, a multiple of the panel's width.</summary>
    public int Fine { get; }

    /// <summary>Powers p = 0 … Coarse - 1; Coarse times Fine reaches L.</summary>
    public int Coarse { get; }

    /// <summary>Coarse rows of every kernel channel, padded.</summary>
    public int Rows { get; }

    /// <summary>Modes, padded for the power tables.</summary>
    public int Depth { get; }

    /// <summary>Modes, padded to whole vectors.</summary>
    public int ModeColumns { get; }

    /// <summary>Tiling for the vectors of <typeparamref name="T"/>.</summary>
    public static DiagonalTiling For<T>(ModeShape shape) where T : unmanaged, ILanes<T>
    {
        int panel = Math.Max(ThinProduct<T>.Panel, PowerTables.Step);
        int fine = Padded(Math.Min((int)Math.Sqrt(shape.Length), LongestTile), panel);
        int coarse = (shape.Length + fine - 1) / fine;
        return new(
            fine, coarse, Padded(shape.Channels * coarse, ThinProduct<T>.RowStep),
            Padded(shape.Modes, PowerTables.Step), Padded(shape.Modes, Math.Max(T.Count, PowerTables.Step)));
    }

    private static int Padded(int count, int step) => Math.Max((count + step - 1) / step, 1) * step;
}

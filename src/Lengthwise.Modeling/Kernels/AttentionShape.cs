namespace Lengthwise.Modeling.Kernels;

/// <summary>Sizes of one attention call and of its scratch memory.</summary>
internal readonly struct AttentionShape(long batch, long length, long width, int heads, bool causal, int lanes)
{
    /// <summary>Queries that are computed together.</summary>
    public const int Rows = 16;

    /// <summary>Keys whose gradients are accumulated together.</summary>
    public const int KeyStep = 8;

    /// <summary>Rows of the batch.</summary>
    public int Batch { get; } = (int)batch;

    /// <summary>Steps.</summary>
    public int Length { get; } = (int)length;

    /// <summary>Floats between two steps of a row: all heads side by side.</summary>
    public int Width { get; } = (int)width;

    /// <summary>Heads.</summary>
    public int Heads { get; } = heads;

    /// <summary>Whether a query sees no later keys.</summary>
    public bool Causal { get; } = causal;

    /// <summary>Width of a head.</summary>
    public int HeadWidth => Width / Heads;

    /// <summary>Width of a head in whole vectors.</summary>
    public int PaddedHead { get; } = RoundUp((int)width / heads, lanes);

    /// <summary>Keys in whole panels.</summary>
    public int PaddedLength { get; } = RoundUp((int)length, Math.Max(2 * lanes, KeyStep));

    /// <summary>Multiplications of a forward pass, roughly.</summary>
    public long Work => 2L * Batch * Length * Length * Width;

    /// <summary>Scale of the scores, 1 / sqrt(d_k).</summary>
    public float Scale => (float)(1 / Math.Sqrt(HeadWidth));

    /// <summary>Columns that a block of queries computes, in whole panels.</summary>
    public int ColumnsOf(int firstQuery, int keys)
    {
        int seen = Causal ? Math.Min(keys, firstQuery + Rows) : keys;
        int panel = Math.Max(2 * _lanes, KeyStep);
        return RoundUp(seen, panel);
    }

    /// <summary>Keys that one query sees.</summary>
    public int KeysOf(int query, int keys) => Causal ? Math.Min(keys, query + 1) : keys;

    private readonly int _lanes = lanes;

    private static int RoundUp(int value, int step) => (value + step - 1) / step * step;
}

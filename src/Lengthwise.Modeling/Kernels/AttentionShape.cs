namespace Lengthwise.Modeling.Kernels;

/// <summary>Sizes of one attention call, who sees whom in it, and the sizes of its scratch memory.</summary>
internal sealed class AttentionShape
{
    /// <summary>Keys whose scores are formed before any of them is used: few enough for the first cache.</summary>
    public const int KeyTile = 64;

    /// <summary>Checked sizes.</summary>
    /// <param name="batch">Sequences.</param>
    /// <param name="length">Steps.</param>
    /// <param name="headWidth">Width of a head.</param>
    /// <param name="call">Heads and pattern.</param>
    public AttentionShape(long batch, long length, long headWidth, AttentionCall call)
    {
        (Batch, Length, HeadWidth, Call) = ((int)batch, (int)length, (int)headWidth, call);
        int lanes = call.Route.Lanes;
        RowStep = lanes == 16 ? 8 : 4;
        TileQueries = 2 * lanes;
        PackedWidth = RoundUp(HeadWidth, RowStep);
        VectorWidth = RoundUp(HeadWidth, lanes);
        PackedLength = RoundUp(Length, RowStep) + RowStep;
    }

    /// <summary>Heads, pattern, biases.</summary>
    public AttentionCall Call { get; }

    /// <summary>Rows of the batch.</summary>
    public int Batch { get; }

    /// <summary>Steps.</summary>
    public int Length { get; }

    /// <summary>Width of a head.</summary>
    public int HeadWidth { get; }

    /// <summary>Floats between two steps of queries and outputs: all heads side by side.</summary>
    public int QueryWidth => HeadWidth * Call.Heads;

    /// <summary>Floats between two steps of keys and values.</summary>
    public int KeyWidth => HeadWidth * Call.KeyHeads;

    /// <summary>Query heads that share a head of keys and values.</summary>
    public int Sharing => Call.Heads / Call.KeyHeads;

    /// <summary>Sequences times heads of keys and values: what can be worked on without adding anything across.</summary>
    public int Items => Batch * Call.KeyHeads;

    /// <summary>Rows that a product computes together.</summary>
    public int RowStep { get; }

    /// <summary>Queries that are worked on together, one a lane.</summary>
    public int TileQueries { get; }

    /// <summary>Floats between two packed keys, values.</summary>
    public int PackedWidth { get; }

    /// <summary>Floats of a head in whole vectors.</summary>
    public int VectorWidth { get; }

    /// <summary>Packed keys, with room for a product's rows behind any of them.</summary>
    public int PackedLength { get; }

    /// <summary>Scale of the scores, 1 / sqrt(d_k).</summary>
    public double Scale => 1 / Math.Sqrt(HeadWidth);

    /// <summary>The scale, and 1 / ln 2: weights are powers of two.</summary>
    public float ScaleOfTwo => (float)(Scale / Math.Log(2));

    /// <summary>Rounds up to whole steps.</summary>
    public static int RoundUp(int value, int step) => (value + step - 1) / step * step;

    /// <summary>Valid keys of a row, at least one.</summary>
    public unsafe int KeysOf(long* lengths, int row) => lengths is null ? Length : (int)Math.Clamp(lengths[row], 1, Length);

    /// <summary>Where a head of a row begins in queries.</summary>
    public long QueryOffset(int row, int head) => (long)row * Length * QueryWidth + (long)head * HeadWidth;

    /// <summary>Where a head of a row begins in keys.</summary>
    public long KeyOffset(int row, int head) => (long)row * Length * KeyWidth + (long)head * HeadWidth;
}

using Lengthwise.Modeling.Models;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>
/// The fixed pattern of Child et al. (2019): step t sees the steps of its own block and the last ones of every block, and nothing behind it
/// when causal. It is cut into parts of some hundred queries, each with a list of the only keys that any of them sees.
/// </summary>
/// <param name="Block">Steps of a block.</param>
/// <param name="Summary">Steps at the end of a block that all may see.</param>
/// <param name="IsCausal">Whether step t only sees steps up to t.</param>
internal sealed record FixedPattern(int Block, int Summary, bool IsCausal)
{
    private const int FewestQueries = 256;
    private const long MostWeights = 1 << 22;

    /// <summary>Queries and rows that are worked on at once, and the keys they look at.</summary>
    /// <param name="Row">First sequence.</param>
    /// <param name="Rows">Sequences.</param>
    /// <param name="First">First query.</param>
    /// <param name="Queries">Queries.</param>
    /// <param name="Keys">Positions of the keys, each once.</param>
    public sealed record Part(long Row, long Rows, long First, long Queries, long[] Keys);

    /// <summary>Pairs of query and key in sight, in one sequence.</summary>
    public double Pairs(long length)
    {
        double pairs = PairsInSight.Blocks(length, Block, IsCausal);
        // Each full block gives its last steps to every query outside of it, or behind it.
        long full = length / Block;
        for (long b = 0; b < full; b++) pairs += (double)Summary * (IsCausal ? length - (b + 1) * Block : length - Block);
        double rest = Math.Max(0, length % Block - (Block - Summary));
        return IsCausal ? pairs : pairs + rest * full * Block;
    }

    /// <summary>All parts of a batch, in a fixed order.</summary>
    public IEnumerable<Part> Parts(long batch, long heads, long length)
    {
        long step = (FewestQueries + Block - 1) / Block * (long)Block;
        for (long first = 0; first < length; first += step)
        {
            long queries = Math.Min(step, length - first);
            long[] keys = Keys(first, queries, length);
            long rows = Math.Clamp(MostWeights / (heads * queries * keys.Length), 1, batch);
            for (long row = 0; row < batch; row += rows) yield return new Part(row, Math.Min(rows, batch - row), first, queries, keys);
        }
    }

    /// <summary>
    /// Which keys of a part each of its queries sees, [rows, 1, queries, keys]; all of them where there would be none, so that no softmax is over
    /// nothing.
    /// </summary>
    /// <param name="part">The part.</param>
    /// <param name="lengths">Valid steps of every sequence of the batch, [B].</param>
    public Tensor Mask(Part part, Tensor lengths)
    {
        using var scope = NewDisposeScope();
        Tensor key = tensor(part.Keys), query = arange(part.First, part.First + part.Queries, ScalarType.Int64).unsqueeze(1);
        Tensor seen = Sees(query, key);
        if (IsCausal) seen &= key.le(query);
        Tensor mask = seen & key.lt(lengths.narrow(0, part.Row, part.Rows).reshape(-1, 1, 1, 1));
        return (mask | mask.any(-1, true).logical_not()).MoveToOuterDisposeScope();
    }

    /// <summary>Who would see whom if no one were causal, from positions of queries [n, 1] and of keys.</summary>
    public Tensor Sees(Tensor query, Tensor key) => key.div(Block, RoundingMode.floor).eq(query.div(Block, RoundingMode.floor)) | key.remainder(Block).ge(Block - Summary);

    private long[] Keys(long first, long queries, long length)
    {
        var keys = new List<long>();
        for (long i = 0; i < (IsCausal ? first + queries : length); i++)
            if ((i >= first && i < first + queries) || i % Block >= Block - Summary) keys.Add(i);
        return [.. keys];
    }
}

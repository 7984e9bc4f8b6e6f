namespace Lengthwise.Modeling.Tasks;

/// <summary>LRA's generator of expressions: trees are drawn node by node and kept when their length lies strictly between the limits.</summary>
/// <remarks>
/// node(depth), the root having depth 1: below max_depth an operator with operator_probability, else a uniform digit; an operator
/// has 2 to max_arguments arguments, uniformly, each node(depth + 1), and is one of MIN, MAX, MED, SM, uniformly. Expressions are
/// drawn in blocks, each from a random stream of its own, and taken in the order of the blocks: the result does not depend on
/// the number of threads.
/// </remarks>
internal sealed class ListOpsGenerator(ListOpsSettings settings)
{
    private const int BlockRows = 32;
    private const int BlockDraws = 1_000_000;
    private const int MaxBlocksAtOnce = 64;
    private const int EmptyBlocksToGiveUp = 64;
    private const int RepeatsToGiveUp = 100_000;

    /// <summary>Hands out that many distinct expressions with their values, in an order that only depends on the settings.</summary>
    /// <exception cref="LengthwiseException">There are not that many expressions within the limits, or they are too rare.</exception>
    public void Generate(
        int count, int threads, Action<ListOpsExpression, int> take, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        var seen = new HashSet<UInt128>(count);
        int emptyBlocks = 0, repeats = 0;
        for (long block = 0; seen.Count < count;)
        {
            var drawn = new List<Drawn>[Math.Clamp((count - seen.Count + BlockRows - 1) / BlockRows, 1, MaxBlocksAtOnce)];
            long first = block;
            var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
            Parallel.For(0, drawn.Length, options, i => drawn[i] = Draw(first + i, cancellation));
            block += drawn.Length;

            foreach (List<Drawn> rows in drawn)
            {
                emptyBlocks = rows.Count == 0 ? emptyBlocks + 1 : 0;
                foreach (Drawn row in rows)
                {
                    if (seen.Count == count) break;
                    bool isNew = seen.Add(row.Identity);
                    repeats = isNew ? 0 : repeats + 1;
                    if (isNew) take(row.Expression, row.Value);
                }
            }
            if (seen.Count < count && (emptyBlocks >= EmptyBlocksToGiveUp || repeats >= RepeatsToGiveUp)) throw TooFew(seen.Count, count);
            progress?.Report(new PreparationProgress("listops: expressions", seen.Count, count));
        }
    }

    private LengthwiseException TooFew(int found, int wanted) => new(
        ExitCode.Usage,
        FormattableString.Invariant(
            $"generating listops: found {found} distinct expressions of {settings.MinLength} < length < {settings.MaxLength}, expected {wanted}; further draws only repeat them or miss the limits"),
        "widen 'min_length' and 'max_length', raise 'max_depth' or 'max_arguments', or ask for fewer rows");

    private List<Drawn> Draw(long block, CancellationToken cancellation)
    {
        var random = new RandomStream(settings.Seed, "listops", block);
        var symbols = new List<ListOpsSymbol>(settings.MaxLength);
        var rows = new List<Drawn>(BlockRows);
        for (int draw = 0; draw < BlockDraws && rows.Count < BlockRows; draw++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (TryDraw(random, symbols) is not { } expression) continue;
            rows.Add(new Drawn(expression, expression.Evaluate(), expression.Identity));
        }
        return rows;
    }

    /// <summary>Draws one tree; null when its length is not strictly between the limits.</summary>
    /// <param name="random">Where the numbers come from.</param>
    /// <param name="symbols">Working space.</param>
    internal ListOpsExpression? TryDraw(RandomStream random, List<ListOpsSymbol> symbols)
    {
        symbols.Clear();
        return TryGrow(random, 1, symbols) && symbols.Count > settings.MinLength ? new ListOpsExpression([.. symbols]) : null;
    }

    /// <summary>Appends a node; false as soon as the whole is too long to be kept.</summary>
    private bool TryGrow(RandomStream random, int depth, List<ListOpsSymbol> symbols)
    {
        bool isOperator = depth < settings.MaxDepth && random.NextDouble() < settings.OperatorProbability;
        if (!isOperator)
        {
            symbols.Add((ListOpsSymbol)random.Next(10));
            return symbols.Count < settings.MaxLength;
        }
        int arguments = 2 + random.Next(settings.MaxArguments - 1);
        symbols.Add(ListOpsSymbol.Min + (byte)random.Next(4));
        for (int i = 0; i < arguments; i++)
            if (!TryGrow(random, depth + 1, symbols)) return false;
        symbols.Add(ListOpsSymbol.Close);
        return symbols.Count < settings.MaxLength;
    }

    private sealed record Drawn(ListOpsExpression Expression, int Value, UInt128 Identity);
}

namespace Lengthwise.Modeling.Data;

/// <summary>Which rows of a split an epoch shows, and how often.</summary>
public abstract class RowSampling
{
    /// <summary>Rows in an epoch, repetitions counted.</summary>
    public abstract int RowsPerEpoch { get; }

    /// <summary>Rows that can occur, each once, ascending.</summary>
    public abstract IReadOnlyList<int> Rows { get; }

    /// <summary>The rows of one epoch, in an order that says nothing: a pure function of (seed, epoch).</summary>
    public abstract int[] Draw(long seed, long epoch);

    /// <summary>Every row of a split once an epoch.</summary>
    public static RowSampling Each(SequenceSplit split) => new EachRow([.. Enumerable.Range(0, split.Count)]);

    /// <summary>Every labelled row of a split once an epoch.</summary>
    public static RowSampling EachLabelled(SequenceSplit split) => new EachRow(LabelledRows(split));

    /// <summary>
    /// Labelled rows of a split with every class that occurs equally often: rows of rare classes repeat, those of common classes take
    /// turns from epoch to epoch. An epoch has about as many rows as there are labelled ones, never fewer.
    /// </summary>
    public static RowSampling Balanced(SequenceSplit split) => new BalancedClasses(split);

    /// <summary>Rows that have a class or at least one target.</summary>
    public static int[] LabelledRows(SequenceSplit split) => [.. Enumerable.Range(0, split.Count).Where(row => IsLabelled(split, row))];

    private static bool IsLabelled(SequenceSplit split, int row)
    {
        if (split.Label(row) != SequenceSplit.Unlabelled) return true;
        foreach (float target in split.Targets(row))
            if (!float.IsNaN(target)) return true;
        return false;
    }

    private sealed class EachRow(int[] rows) : RowSampling
    {
        public override int RowsPerEpoch => rows.Length;

        public override IReadOnlyList<int> Rows => rows;

        public override int[] Draw(long seed, long epoch) => [.. rows];
    }

    private sealed class BalancedClasses : RowSampling
    {
        private readonly int[] _rows;
        private readonly int[][] _byClass;
        private readonly int _quota;

        public BalancedClasses(SequenceSplit split)
        {
            _rows = [.. Enumerable.Range(0, split.Count).Where(row => split.Label(row) != SequenceSplit.Unlabelled)];
            _byClass = [.. _rows.GroupBy(split.Label).OrderBy(g => g.Key).Select(g => g.ToArray())];
            _quota = _byClass.Length == 0 ? 0 : (_rows.Length + _byClass.Length - 1) / _byClass.Length;
        }

        public override int RowsPerEpoch => _quota * _byClass.Length;

        public override IReadOnlyList<int> Rows => _rows;

        public override int[] Draw(long seed, long epoch)
        {
            var drawn = new int[RowsPerEpoch];
            for (int k = 0; k < _byClass.Length; k++) Fill(drawn.AsSpan(k * _quota, _quota), _byClass[k], new RandomStream(seed, $"balanced-class-{k}", epoch));
            return drawn;
        }

        // Whole shuffles one after another: no row repeats before all of its class were there.
        private static void Fill(Span<int> drawn, int[] rows, RandomStream random)
        {
            int[] shuffled = [.. rows];
            for (int at = 0; at < drawn.Length; at += shuffled.Length)
            {
                random.Shuffle<int>(shuffled);
                shuffled.AsSpan(0, Math.Min(shuffled.Length, drawn.Length - at)).CopyTo(drawn[at..]);
            }
        }
    }
}

namespace Lengthwise.Modeling.Tasks.Pathfinder;

/// <summary>
/// Reduces square grey pictures by Lanczos resampling with three lobes, columns first, then rows, each pass rounded to bytes with
/// weights of 22 fractional bits: the arithmetic of the imaging library that the published generator calls.
/// </summary>
internal sealed class LanczosReduction
{
    private const int FractionBits = 22;
    private readonly int _from;
    private readonly int _to;
    private readonly int[] _first;
    private readonly int[][] _weights;

    /// <summary>Makes the weights.</summary>
    /// <param name="from">Width and height before.</param>
    /// <param name="to">Width and height after, at most <paramref name="from"/>.</param>
    public LanczosReduction(int from, int to)
    {
        (_from, _to) = (from, to);
        _first = new int[to];
        _weights = new int[to][];
        double scale = (double)from / to, support = 3 * scale;
        for (int i = 0; i < to; i++)
        {
            double centre = (i + 0.5) * scale;
            int first = Math.Max(0, (int)(centre - support + 0.5)), end = Math.Min(from, (int)(centre + support + 0.5));
            var weights = new double[end - first];
            for (int k = 0; k < weights.Length; k++) weights[k] = Lanczos((first + k - centre + 0.5) / scale);
            double sum = weights.Sum();
            _first[i] = first;
            _weights[i] = [.. weights.Select(w => (int)Math.Round(w / sum * (1 << FractionBits), MidpointRounding.AwayFromZero))];
        }
    }

    /// <summary>The smaller picture.</summary>
    /// <param name="picture">Row by row.</param>
    public byte[] Reduce(ReadOnlySpan<byte> picture)
    {
        var narrow = new byte[_from * _to];
        var hasInk = new bool[_from];
        for (int y = 0; y < _from; y++)
        {
            ReadOnlySpan<byte> row = picture.Slice(y * _from, _from);
            hasInk[y] = row.ContainsAnyExcept((byte)0);
            for (int x = 0; hasInk[y] && x < _to; x++)
            {
                int sum = 1 << (FractionBits - 1), first = _first[x];
                int[] weights = _weights[x];
                for (int k = 0; k < weights.Length; k++) sum += row[first + k] * weights[k];
                narrow[y * _to + x] = Clip(sum);
            }
        }

        var reduced = new byte[_to * _to];
        for (int y = 0; y < _to; y++)
        {
            int first = _first[y];
            int[] weights = _weights[y];
            if (!hasInk.AsSpan(first, weights.Length).Contains(true)) continue;
            for (int x = 0; x < _to; x++)
            {
                int sum = 1 << (FractionBits - 1);
                for (int k = 0; k < weights.Length; k++) sum += narrow[(first + k) * _to + x] * weights[k];
                reduced[y * _to + x] = Clip(sum);
            }
        }
        return reduced;
    }

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> FractionBits, 0, byte.MaxValue);

    private static double Lanczos(double x) => x is >= -3 and < 3 ? Sinc(x) * Sinc(x / 3) : 0;

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);
}

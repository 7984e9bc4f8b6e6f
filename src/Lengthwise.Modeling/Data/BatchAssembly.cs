using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Data;

/// <summary>Copies rows of a split into the tensors of a batch.</summary>
internal static class BatchAssembly
{
    public static Batch Of(SequenceSplit split, InputSpec input, int[] rows)
    {
        int longest = rows.Max(row => LongestOf(split, row));
        int sequences = rows.Length * split.Parts;
        Tensor lengths = empty([sequences], ScalarType.Int64);
        Tensor labels = empty([rows.Length], ScalarType.Int64);
        Span<long> lengthsS = Elements<long>(lengths), labelsB = Elements<long>(labels);
        long valid = 0;
        for (int s = 0; s < sequences; s++) valid += lengthsS[s] = split.Length(rows[s % rows.Length], s / rows.Length);
        for (int i = 0; i < rows.Length; i++) labelsB[i] = split.Label(rows[i]);
        return new Batch
        {
            Rows = rows,
            Input = input switch
            {
                TokenInput => Tokens(split, rows, lengthsS, longest),
                RealInput real => Values(split, rows, lengthsS, longest, real.Channels),
                _ => throw new ArgumentException($"unknown input {input}", nameof(input)),
            },
            Lengths = lengths,
            Labels = labels,
            Targets = Targets(split, rows),
            ValidTokens = valid,
            PaddedTokens = (long)sequences * longest,
        };
    }

    /// <summary>Steps of the longer sequence of a pair.</summary>
    public static int LongestOf(SequenceSplit split, int row) =>
        split.Parts == 1 ? split.Length(row) : Math.Max(split.Length(row, 0), split.Length(row, 1));

    private static Tensor Tokens(SequenceSplit split, int[] rows, ReadOnlySpan<long> lengthsS, int longest)
    {
        Tensor tensor = empty([lengthsS.Length, longest], ScalarType.Int64);
        Span<long> idsSL = Elements<long>(tensor);
        for (int s = 0; s < lengthsS.Length; s++)
        {
            Span<long> idsL = idsSL.Slice(s * longest, longest);
            split.CopyTokens(rows[s % rows.Length], s / rows.Length, idsL);
            idsL[(int)lengthsS[s]..].Fill(TokenInput.PadId);
        }
        return tensor;
    }

    private static Tensor Values(SequenceSplit split, int[] rows, ReadOnlySpan<long> lengthsS, int longest, int channels)
    {
        Tensor tensor = empty([lengthsS.Length, longest, channels], ScalarType.Float32);
        Span<float> valuesSLC = Elements<float>(tensor);
        for (int s = 0; s < lengthsS.Length; s++)
        {
            Span<float> valuesLC = valuesSLC.Slice(s * longest * channels, longest * channels);
            split.CopyValues(rows[s % rows.Length], s / rows.Length, valuesLC);
            valuesLC[((int)lengthsS[s] * channels)..].Clear();
        }
        return tensor;
    }

    private static Tensor? Targets(SequenceSplit split, int[] rows)
    {
        int count = split.Targets(rows[0]).Length;
        if (count == 0) return null;
        Tensor tensor = empty([rows.Length, count], ScalarType.Float32);
        Span<float> targetsBK = Elements<float>(tensor);
        for (int i = 0; i < rows.Length; i++) split.Targets(rows[i]).CopyTo(targetsBK[(i * count)..]);
        return tensor;
    }

    private static Span<T> Elements<T>(Tensor tensor) where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);
}

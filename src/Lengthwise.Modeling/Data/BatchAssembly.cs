using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Data;

/// <summary>Copies rows of a split into the tensors of a batch.</summary>
internal static class BatchAssembly
{
    public static Batch Of(SequenceSplit split, InputSpec input, int[] rows)
    {
        int longest = rows.Max(row => split.Length(row));
        Tensor lengths = empty([rows.Length], ScalarType.Int64);
        Tensor labels = empty([rows.Length], ScalarType.Int64);
        Span<long> lengthsB = Elements<long>(lengths), labelsB = Elements<long>(labels);
        long valid = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            lengthsB[i] = split.Length(rows[i]);
            labelsB[i] = split.Label(rows[i]);
            valid += lengthsB[i];
        }
        return new Batch
        {
            Rows = rows,
            Input = input switch
            {
                TokenInput => Tokens(split, rows, longest),
                RealInput real => Values(split, rows, longest, real.Channels),
                _ => throw new ArgumentException($"unknown input {input}", nameof(input)),
            },
            Lengths = lengths,
            Labels = labels,
            ValidTokens = valid,
            PaddedTokens = (long)rows.Length * longest,
        };
    }

    private static Tensor Tokens(SequenceSplit split, int[] rows, int longest)
    {
        Tensor tensor = empty([rows.Length, longest], ScalarType.Int64);
        Span<long> idsBL = Elements<long>(tensor);
        for (int i = 0; i < rows.Length; i++)
        {
            Span<long> idsL = idsBL.Slice(i * longest, longest);
            split.CopyTokens(rows[i], 0, idsL);
            idsL[split.Length(rows[i])..].Fill(TokenInput.PadId);
        }
        return tensor;
    }

    private static Tensor Values(SequenceSplit split, int[] rows, int longest, int channels)
    {
        Tensor tensor = empty([rows.Length, longest, channels], ScalarType.Float32);
        Span<float> valuesBLC = Elements<float>(tensor);
        for (int i = 0; i < rows.Length; i++)
        {
            Span<float> valuesLC = valuesBLC.Slice(i * longest * channels, longest * channels);
            split.CopyValues(rows[i], 0, valuesLC);
            valuesLC[(split.Length(rows[i]) * channels)..].Clear();
        }
        return tensor;
    }

    private static Span<T> Elements<T>(Tensor tensor) where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);
}

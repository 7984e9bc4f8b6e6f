using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Cli.Output;

/// <summary>
/// Writes splits as NumPy arrays: <c>X</c> [n, L] or [n, L, C] ([n, 2, L] for pairs), padded with the pad id or 0; <c>lengths</c>;
/// <c>y</c> class indices, or targets [n, K] in the source's units.
/// </summary>
internal static class SplitArrays
{
    /// <summary>Writes the arrays of each split; a reader sees a whole file or the one before.</summary>
    public static IReadOnlyList<FileInfo> Write(DirectoryInfo folder, PreparedTask data, CancellationToken cancellation)
    {
        var files = new List<FileInfo>();
        foreach ((string name, SequenceSplit split) in ExportedSplits.Of(data))
        {
            cancellation.ThrowIfCancellationRequested();
            files.Add(Array(folder, $"X_{name}.npy", stream => Sequences(stream, data.Shape, split, cancellation)));
            files.Add(Array(folder, $"lengths_{name}.npy", stream => Lengths(stream, split)));
            if (data.Shape.Output is ClassOutput) files.Add(Array(folder, $"y_{name}.npy", stream => Labels(stream, split)));
            if (data.Shape.Output is RegressionOutput regression) files.Add(Array(folder, $"y_{name}.npy", stream => Targets(stream, regression, split)));
        }
        return files;
    }

    private static FileInfo Array(DirectoryInfo folder, string name, Action<Stream> write)
    {
        var file = new FileInfo(Path.Combine(folder.FullName, name));
        AtomicFile.Write(file.FullName, write);
        return file;
    }

    private static void Sequences(Stream stream, TaskShape shape, SequenceSplit split, CancellationToken cancellation)
    {
        int longest = Enumerable.Range(0, split.Count).Max(row => Enumerable.Range(0, split.Parts).Max(part => split.Length(row, part)));
        int channels = shape.Input is RealInput real ? real.Channels : 1;
        List<int> dimensions = [split.Count];
        if (split.Parts > 1) dimensions.Add(split.Parts);
        dimensions.Add(longest);
        if (channels > 1) dimensions.Add(channels);
        bool isTokens = shape.Input is TokenInput;
        Header(stream, isTokens ? "<u2" : "<f4", dimensions);
        var tokens = new ushort[longest];
        var values = new float[longest * channels];
        for (int row = 0; row < split.Count; row++)
            for (int part = 0; part < split.Parts; part++)
            {
                cancellation.ThrowIfCancellationRequested();
                if (isTokens)
                {
                    tokens.AsSpan().Fill(TokenInput.PadId);
                    split.Tokens(row, part).CopyTo(tokens);
                    stream.Write(MemoryMarshal.AsBytes(tokens.AsSpan()));
                }
                else
                {
                    values.AsSpan().Clear();
                    split.CopyValues(row, part, values);
                    stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
                }
            }
    }

    private static void Lengths(Stream stream, SequenceSplit split)
    {
        Header(stream, "<i4", split.Parts > 1 ? [split.Count, split.Parts] : [split.Count]);
        for (int row = 0; row < split.Count; row++)
            for (int part = 0; part < split.Parts; part++) stream.Write(BitConverter.GetBytes(split.Length(row, part)));
    }

    private static void Labels(Stream stream, SequenceSplit split)
    {
        Header(stream, "<i4", [split.Count]);
        for (int row = 0; row < split.Count; row++) stream.Write(BitConverter.GetBytes(split.Label(row)));
    }

    private static void Targets(Stream stream, RegressionOutput regression, SequenceSplit split)
    {
        Header(stream, "<f4", [split.Count, regression.Names.Count]);
        for (int row = 0; row < split.Count; row++)
            for (int k = 0; k < regression.Names.Count; k++)
                stream.Write(BitConverter.GetBytes(split.Targets(row)[k] * regression.Scales[k] + regression.Offsets[k]));
    }

    // Format 1.0 of NumPy: the header ends on a multiple of 64 bytes.
    private static void Header(Stream stream, string type, List<int> shape)
    {
        string dimensions = string.Join(", ", shape.Select(d => d.ToString(CultureInfo.InvariantCulture))) + (shape.Count == 1 ? "," : "");
        string text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({dimensions}), }}";
        int length = (10 + text.Length + 1 + 63) / 64 * 64 - 10;
        stream.Write([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, (byte)length, (byte)(length >> 8)]);
        stream.Write(Encoding.ASCII.GetBytes(text.PadRight(length - 1) + "\n"));
    }
}

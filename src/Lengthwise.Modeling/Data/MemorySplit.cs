using System.Runtime.InteropServices;

namespace Lengthwise.Modeling.Data;

/// <summary>A split held in memory, for small and generated data.</summary>
public sealed class MemorySplit : SequenceSplit
{
    private readonly ElementKind _kind;
    private readonly int _channels;
    private readonly long[] _offsets;
    private readonly int[] _labels;
    private readonly ushort[] _tokens = [];
    private readonly float[] _values = [];

    private MemorySplit(ElementKind kind, int channels, int classes, long[] offsets, int[] labels, Array elements)
    {
        for (int row = 0; row < labels.Length; row++)
            if ((uint)labels[row] >= (uint)classes)
                throw new ArgumentException($"row {row} has label {labels[row]}; expected 0 to {classes - 1}", nameof(labels));
        (_kind, _channels, _offsets, _labels) = (kind, channels, offsets, labels);
        if (elements is ushort[] tokens) _tokens = tokens;
        else _values = (float[])elements;

        using var hash = new SplitHash();
        hash.AddOffsets(offsets);
        hash.AddLabels(labels);
        hash.AddElements(MemoryMarshal.AsBytes(_tokens.AsSpan()));
        hash.AddElements(MemoryMarshal.AsBytes(_values.AsSpan()));
        ContentHash = Convert.ToHexStringLower(hash.Finish(kind, channels, classes, labels.Length));
    }

    /// <summary>SHA-256 of the content, as hexadecimal; equal to that of a packed split with the same content.</summary>
    public string ContentHash { get; }

    /// <inheritdoc/>
    public override int Count => _labels.Length;

    /// <summary>A split of token sequences.</summary>
    /// <param name="rows">Token ids per row, each at least one long.</param>
    /// <param name="labels">Class per row.</param>
    /// <param name="classes">Number of classes.</param>
    public static MemorySplit OfTokens(IReadOnlyList<ushort[]> rows, int[] labels, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(labels.Length, rows.Count);
        var offsets = new long[rows.Count + 1];
        for (int row = 0; row < rows.Count; row++)
        {
            if (rows[row].Length == 0) throw new ArgumentException($"row {row} is empty; expected at least one token", nameof(rows));
            offsets[row + 1] = offsets[row] + rows[row].Length;
        }
        var tokens = new ushort[offsets[^1]];
        for (int row = 0; row < rows.Count; row++) rows[row].CopyTo(tokens.AsSpan((int)offsets[row]));
        return new MemorySplit(ElementKind.Token, 1, classes, offsets, labels, tokens);
    }

    /// <summary>A split of real sequences that all have one length.</summary>
    /// <param name="values">Values, [row, step, channel] one after another.</param>
    /// <param name="length">Steps per row.</param>
    /// <param name="channels">Channels per step.</param>
    /// <param name="labels">Class per row.</param>
    /// <param name="classes">Number of classes.</param>
    public static MemorySplit OfValues(float[] values, int length, int channels, int[] labels, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.LongLength, (long)labels.Length * length * channels);
        var offsets = new long[labels.Length + 1];
        for (int row = 0; row <= labels.Length; row++) offsets[row] = (long)row * length;
        return new MemorySplit(ElementKind.Real, channels, classes, offsets, labels, values);
    }

    /// <inheritdoc/>
    public override int Length(int row, int part = 0) => (int)(_offsets[row + 1] - _offsets[row]);

    /// <inheritdoc/>
    public override int Label(int row) => _labels[row];

    /// <inheritdoc/>
    public override ReadOnlySpan<ushort> Tokens(int row, int part = 0) => _kind == ElementKind.Token
        ? _tokens.AsSpan((int)_offsets[row], Length(row))
        : throw new InvalidOperationException("this split holds real values, not tokens");

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Values(int row, int part = 0) => _kind == ElementKind.Real
        ? _values.AsSpan((int)(_offsets[row] * _channels), Length(row) * _channels)
        : throw new InvalidOperationException("this split holds tokens, not real values");
}

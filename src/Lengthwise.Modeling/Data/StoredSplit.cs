using System.Runtime.InteropServices;

namespace Lengthwise.Modeling.Data;

/// <summary>A split whose rows lie one after another as bytes, with tables of where each sequence begins and of what each row is labelled.</summary>
public abstract class StoredSplit : SequenceSplit
{
    private protected StoredSplit()
    {
    }

    /// <summary>What the rows consist of.</summary>
    public abstract SplitShape Shape { get; }

    /// <summary>SHA-256 of the content, as hexadecimal: the same for the same rows wherever they are kept.</summary>
    public abstract string ContentHash { get; }

    /// <inheritdoc/>
    public sealed override int Parts => Shape.Parts;

    /// <summary>Where each sequence begins, in steps; Count x Parts + 1 of them.</summary>
    private protected abstract ReadOnlySpan<long> Offsets { get; }

    /// <summary>Class per row.</summary>
    private protected abstract ReadOnlySpan<int> Labels { get; }

    /// <summary>Targets, row-major [Count, K].</summary>
    private protected abstract ReadOnlySpan<float> TargetTable { get; }

    /// <summary>One per channel for <see cref="ElementKind.ByteReal"/>.</summary>
    private protected abstract ReadOnlySpan<ByteScaling> Scaling { get; }

    /// <summary>Stored bytes from a position among all elements.</summary>
    private protected abstract ReadOnlySpan<byte> Elements(long start, int count);

    /// <inheritdoc/>
    public sealed override int Length(int row, int part = 0)
    {
        int sequence = Sequence(row, part);
        ReadOnlySpan<long> offsets = Offsets;
        return (int)(offsets[sequence + 1] - offsets[sequence]);
    }

    /// <inheritdoc/>
    public sealed override int Label(int row) => Labels[CheckRow(row)];

    /// <inheritdoc/>
    public sealed override ReadOnlySpan<float> Targets(int row) => TargetTable.Slice(CheckRow(row) * Shape.Targets, Shape.Targets);

    /// <inheritdoc/>
    public sealed override ReadOnlySpan<ushort> Tokens(int row, int part = 0)
    {
        ReadOnlySpan<byte> stored = TokenBytes(row, part);
        if (Shape.Kind == ElementKind.Token) return MemoryMarshal.Cast<byte, ushort>(stored);
        var ids = new ushort[stored.Length];
        for (int t = 0; t < ids.Length; t++) ids[t] = (ushort)(Shape.FirstToken + stored[t]);
        return ids;
    }

    /// <inheritdoc/>
    public sealed override ReadOnlySpan<float> Values(int row, int part = 0)
    {
        ReadOnlySpan<byte> stored = ValueBytes(row, part);
        if (Shape.Kind == ElementKind.Real) return MemoryMarshal.Cast<byte, float>(stored);
        var values = new float[stored.Length];
        Scale(stored, values);
        return values;
    }

    /// <inheritdoc/>
    public sealed override void CopyTokens(int row, int part, Span<long> ids)
    {
        ReadOnlySpan<byte> stored = TokenBytes(row, part);
        if (Shape.Kind == ElementKind.Token)
        {
            ReadOnlySpan<ushort> tokens = MemoryMarshal.Cast<byte, ushort>(stored);
            ids = ids[..tokens.Length];
            for (int t = 0; t < ids.Length; t++) ids[t] = tokens[t];
            return;
        }
        long first = Shape.FirstToken;
        ids = ids[..stored.Length];
        for (int t = 0; t < ids.Length; t++) ids[t] = first + stored[t];
    }

    /// <inheritdoc/>
    public sealed override void CopyValues(int row, int part, Span<float> values)
    {
        ReadOnlySpan<byte> stored = ValueBytes(row, part);
        if (Shape.Kind == ElementKind.Real) MemoryMarshal.Cast<byte, float>(stored).CopyTo(values);
        else Scale(stored, values);
    }

    private void Scale(ReadOnlySpan<byte> stored, Span<float> values)
    {
        ReadOnlySpan<ByteScaling> scaling = Scaling;
        values = values[..stored.Length];
        for (int c = 0; c < scaling.Length; c++)
        {
            (float offset, float scale) = (scaling[c].Offset, scaling[c].Scale);
            for (int i = c; i < values.Length; i += scaling.Length) values[i] = offset + scale * stored[i];
        }
    }

    private ReadOnlySpan<byte> TokenBytes(int row, int part) => Shape.HasTokens
        ? Bytes(row, part)
        : throw new InvalidOperationException("this split holds real values, not tokens");

    private ReadOnlySpan<byte> ValueBytes(int row, int part) => Shape.HasTokens
        ? throw new InvalidOperationException("this split holds tokens, not real values")
        : Bytes(row, part);

    private ReadOnlySpan<byte> Bytes(int row, int part)
    {
        int sequence = Sequence(row, part);
        ReadOnlySpan<long> offsets = Offsets;
        int bytes = Shape.StepBytes;
        return Elements(offsets[sequence] * bytes, (int)(offsets[sequence + 1] - offsets[sequence]) * bytes);
    }

    private int Sequence(int row, int part)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)part, (uint)Parts, nameof(part));
        return CheckRow(row) * Parts + part;
    }

    private int CheckRow(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
        return row;
    }
}

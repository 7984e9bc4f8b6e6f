using System.Runtime.InteropServices;

namespace Lengthwise.Modeling.Data;

/// <summary>
/// Takes the rows of a split one after another, without knowing how many there will be: elements go where they belong at once, the
/// tables of lengths, labels and targets follow at the end.
/// </summary>
public abstract class SplitWriter : IDisposable
{
    private readonly List<int> _lengths = [];
    private readonly List<int> _labels = [];
    private readonly List<float> _targets = [];
    private readonly SplitHash _hash = new();
    private byte[] _narrow = [];
    private ByteScaling[] _scaling = [];

    private protected SplitWriter(SplitShape shape)
    {
        if (shape.Problem() is { } problem) throw new ArgumentException(problem, nameof(shape));
        Shape = shape;
    }

    /// <summary>What the rows consist of.</summary>
    public SplitShape Shape { get; }

    /// <summary>Rows added so far.</summary>
    public int Count => _labels.Count;

    /// <summary>Adds a token sequence with its class; for splits of single sequences.</summary>
    public void Add(ReadOnlySpan<ushort> tokens, int label)
    {
        CheckSingle(label);
        AddPart(tokens);
        EndRow(label);
    }

    /// <summary>Adds a real sequence, step-major [L, C], with its class; for splits of single sequences.</summary>
    public void Add(ReadOnlySpan<float> values, int label)
    {
        CheckSingle(label);
        AddPart(values);
        EndRow(label);
    }

    /// <summary>Adds a sequence that is stored in bytes, with its class; for splits of single sequences.</summary>
    public void Add(ReadOnlySpan<byte> stored, int label)
    {
        CheckSingle(label);
        AddPart(stored);
        EndRow(label);
    }

    /// <summary>Adds one token sequence of a row, which <see cref="EndRow"/> completes.</summary>
    public void AddPart(ReadOnlySpan<ushort> tokens)
    {
        if (!Shape.HasTokens) throw new InvalidOperationException("this split takes real values, not tokens");
        if (Shape.Kind == ElementKind.Token) Append(MemoryMarshal.AsBytes(tokens), tokens.Length);
        else Append(Narrowed(tokens), tokens.Length);
    }

    /// <summary>Adds one real sequence of a row, step-major [L, C]; <see cref="EndRow"/> completes the row.</summary>
    public void AddPart(ReadOnlySpan<float> values)
    {
        if (Shape.Kind != ElementKind.Real) throw new InvalidOperationException($"this split takes elements of kind {Shape.Kind}, not real values");
        Append(MemoryMarshal.AsBytes(values), Steps(values.Length));
    }

    /// <summary>Adds one sequence of a row as the bytes that are stored, step-major [L, C]; <see cref="EndRow"/> completes the row.</summary>
    public void AddPart(ReadOnlySpan<byte> stored)
    {
        if (Shape.Kind is not (ElementKind.ByteToken or ElementKind.ByteReal))
            throw new InvalidOperationException($"this split takes elements of kind {Shape.Kind}, not bytes");
        Append(stored, Steps(stored.Length));
    }

    /// <summary>Completes a row.</summary>
    /// <param name="label">Class, or <see cref="SequenceSplit.Unlabelled"/>.</param>
    /// <param name="targets">Scaled targets, NaN where missing; as many as the shape says.</param>
    public void EndRow(int label, ReadOnlySpan<float> targets = default)
    {
        int parts = _lengths.Count - Count * Shape.Parts;
        if (parts != Shape.Parts) throw new InvalidOperationException($"row {Count} has {parts} sequences, expected {Shape.Parts}");
        if (targets.Length != Shape.Targets) throw new ArgumentException($"row {Count} has {targets.Length} targets, expected {Shape.Targets}", nameof(targets));
        CheckLabel(label);
        _labels.Add(label);
        _targets.AddRange(targets);
    }

    /// <summary>Says how bytes become values; may wait until all rows are there, since statistics come from them.</summary>
    /// <param name="scaling">One per channel.</param>
    public void SetScaling(IReadOnlyList<ByteScaling> scaling)
    {
        if (Shape.Kind != ElementKind.ByteReal) throw new InvalidOperationException($"elements of kind {Shape.Kind} are not scaled");
        ArgumentOutOfRangeException.ThrowIfNotEqual(scaling.Count, Shape.Channels);
        if (!scaling.All(s => float.IsFinite(s.Offset) && float.IsFinite(s.Scale)))
            throw new ArgumentException("offsets and scales must be finite", nameof(scaling));
        _scaling = [.. scaling];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what is held.</summary>
    protected virtual void Dispose(bool disposing) => _hash.Dispose();

    private protected abstract void Store(ReadOnlySpan<byte> elements);

    /// <summary>Ends the rows; nothing may be added afterwards.</summary>
    private protected SplitTables Close()
    {
        if (_lengths.Count != Count * Shape.Parts) throw new InvalidOperationException($"row {Count} was begun and not ended");
        if (Shape.Kind == ElementKind.ByteReal && _scaling.Length == 0)
            throw new InvalidOperationException("bytes that stand for real values need a scaling");
        var offsets = new long[_lengths.Count + 1];
        for (int i = 0; i < _lengths.Count; i++) offsets[i + 1] = offsets[i] + _lengths[i];
        int[] labels = [.. _labels];
        float[] targets = [.. _targets];
        _hash.AddOffsets(offsets);
        _hash.AddLabels(labels);
        _hash.AddTargets(targets);
        return new SplitTables(offsets, labels, targets, _scaling, _hash.Finish(Shape, _scaling, labels.Length));
    }

    private void Append(ReadOnlySpan<byte> elements, int steps)
    {
        if (steps == 0) throw new ArgumentException($"row {Count} is empty; expected at least one step");
        if (_lengths.Count - Count * Shape.Parts == Shape.Parts)
            throw new InvalidOperationException($"row {Count} already has {Shape.Parts} sequences; it must be ended before the next");
        Store(elements);
        _hash.AddElements(elements);
        _lengths.Add(steps);
    }

    private ReadOnlySpan<byte> Narrowed(ReadOnlySpan<ushort> tokens)
    {
        if (_narrow.Length < tokens.Length) _narrow = new byte[tokens.Length];
        for (int t = 0; t < tokens.Length; t++)
        {
            int stored = tokens[t] - Shape.FirstToken;
            if (stored is < 0 or > byte.MaxValue)
                throw new ArgumentException($"row {Count} has token {tokens[t]}; expected {Shape.FirstToken} to {Shape.FirstToken + byte.MaxValue}", nameof(tokens));
            _narrow[t] = (byte)stored;
        }
        return _narrow.AsSpan(0, tokens.Length);
    }

    private int Steps(int elements) => elements % Shape.Channels == 0
        ? elements / Shape.Channels
        : throw new ArgumentException($"{elements} values do not divide into {Shape.Channels} channels");

    private void CheckSingle(int label)
    {
        if (Shape.Parts != 1 || Shape.Targets != 0)
            throw new InvalidOperationException("rows of pairs or with targets are added with AddPart and EndRow");
        CheckLabel(label);
    }

    private void CheckLabel(int label)
    {
        if (label < SequenceSplit.Unlabelled || label >= Shape.Classes)
            throw new ArgumentException($"row {Count} has label {label}; expected 0 to {Shape.Classes - 1}, or {SequenceSplit.Unlabelled} for none", nameof(label));
    }
}

/// <summary>What follows the elements of a split.</summary>
/// <param name="Offsets">Where each sequence begins, in steps, and where the last ends.</param>
/// <param name="Labels">Class per row.</param>
/// <param name="Targets">Row-major [n, K].</param>
/// <param name="Scaling">One per channel where bytes stand for values, else empty.</param>
/// <param name="Hash">SHA-256 of the content.</param>
internal sealed record SplitTables(long[] Offsets, int[] Labels, float[] Targets, ByteScaling[] Scaling, byte[] Hash);

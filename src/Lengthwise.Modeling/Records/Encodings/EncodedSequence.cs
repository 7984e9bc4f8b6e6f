namespace Lengthwise.Modeling.Records.Encodings;

/// <summary>One sequence as a model reads it: tokens or values, the other is empty.</summary>
public readonly ref struct EncodedSequence(ReadOnlySpan<ushort> tokens, ReadOnlySpan<float> values, int steps, int stepsCut, int unknownSymbols)
{
    /// <summary>Token ids [L].</summary>
    public ReadOnlySpan<ushort> Tokens { get; } = tokens;

    /// <summary>Normalised values, step-major [L, C].</summary>
    public ReadOnlySpan<float> Values { get; } = values;

    /// <summary>L.</summary>
    public int Steps { get; } = steps;

    /// <summary>Steps beyond the limit that were left out.</summary>
    public int StepsCut { get; } = stepsCut;

    /// <summary>Steps whose symbol the vocabulary lacks.</summary>
    public int UnknownSymbols { get; } = unknownSymbols;
}

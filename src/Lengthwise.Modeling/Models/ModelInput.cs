namespace Lengthwise.Modeling.Models;

/// <summary>What a model's encoder reads.</summary>
public abstract record ModelInput
{
    /// <summary>Token ids [B, L] int64, through an embedding table.</summary>
    /// <param name="Vocabulary">Number of ids.</param>
    public sealed record Tokens(int Vocabulary) : ModelInput;

    /// <summary>Values [B, L, C], through one linear map.</summary>
    /// <param name="Channels">Channels of the data.</param>
    /// <param name="HasMaskBit">Whether one more channel, the last, says which steps were masked (spt-protocol section 2).</param>
    public sealed record Reals(int Channels, bool HasMaskBit = false) : ModelInput
    {
        /// <summary>Channels that the encoder reads.</summary>
        public int Width => HasMaskBit ? Channels + 1 : Channels;
    }
}

/// <summary>What a model's decoder gives.</summary>
public abstract record ModelOutput
{
    /// <summary>[B, n] from the pooled sequence, through the head that the settings name.</summary>
    /// <param name="Size">n.</param>
    public sealed record Pooled(int Size) : ModelOutput;

    /// <summary>
    /// [B, n] from 2 B pooled sequences, of which the first B and the second B make pairs (a, b): features [a, b, a - b, a * b], one hidden
    /// layer of the model's width with GELU (spt-protocol section 6).
    /// </summary>
    /// <param name="Size">n.</param>
    public sealed record Paired(int Size) : ModelOutput;

    /// <summary>[B, L, n] by one linear map at every position: the pretraining decoder.</summary>
    /// <param name="Size">n.</param>
    public sealed record PerPosition(int Size) : ModelOutput;
}

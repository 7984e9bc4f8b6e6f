using static TorchSharp.torch;

namespace Lengthwise.Modeling.Data;

/// <summary>Sequences of one step, padded to the longest of them.</summary>
public sealed class Batch : IDisposable
{
    /// <summary>Rows of the split, in the batch's order.</summary>
    public required IReadOnlyList<int> Rows { get; init; }

    /// <summary>Token ids [B, L] int64, or values [B, L, C] float32; padding is the pad id or 0.</summary>
    public required Tensor Input { get; init; }

    /// <summary>Valid steps per row, [B] int64.</summary>
    public required Tensor Lengths { get; init; }

    /// <summary>Class per row, [B] int64.</summary>
    public required Tensor Labels { get; init; }

    /// <summary>Valid steps in all.</summary>
    public required long ValidTokens { get; init; }

    /// <summary>Steps with padding, B x L.</summary>
    public required long PaddedTokens { get; init; }

    /// <summary>Whether any row is padded.</summary>
    public bool IsPadded => ValidTokens != PaddedTokens;

    /// <inheritdoc/>
    public void Dispose()
    {
        Input.Dispose();
        Lengths.Dispose();
        Labels.Dispose();
    }
}

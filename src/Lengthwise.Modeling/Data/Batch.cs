using static TorchSharp.torch;

namespace Lengthwise.Modeling.Data;

/// <summary>
/// Sequences of one step, padded to the longest of them. Pairs stand on the batch axis: the first sequences of all B rows, then the
/// second ones, so that S = 2 B; else S = B.
/// </summary>
public sealed class Batch : IDisposable
{
    /// <summary>Rows of the split, in the batch's order, B of them.</summary>
    public required IReadOnlyList<int> Rows { get; init; }

    /// <summary>Token ids [S, L] int64, or values [S, L, C] float32; padding is the pad id or 0.</summary>
    public required Tensor Input { get; init; }

    /// <summary>Valid steps per sequence, [S] int64.</summary>
    public required Tensor Lengths { get; init; }

    /// <summary>Class per row, [B] int64; <see cref="SequenceSplit.Unlabelled"/> where there is none.</summary>
    public required Tensor Labels { get; init; }

    /// <summary>Scaled targets per row, [B, K] float32, NaN where missing; null for tasks without.</summary>
    public Tensor? Targets { get; init; }

    /// <summary>Valid steps in all.</summary>
    public required long ValidTokens { get; init; }

    /// <summary>Steps with padding, S x L.</summary>
    public required long PaddedTokens { get; init; }

    /// <summary>Whether any sequence is padded.</summary>
    public bool IsPadded => ValidTokens != PaddedTokens;

    /// <inheritdoc/>
    public void Dispose()
    {
        Input.Dispose();
        Lengths.Dispose();
        Labels.Dispose();
        Targets?.Dispose();
    }
}

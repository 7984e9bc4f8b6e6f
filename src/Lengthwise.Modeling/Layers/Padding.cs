using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>
/// Which positions of a padded batch are valid. Made once per batch and passed through the model; null stands for a batch
/// without padding. Its masks are made on first use and live as long as it does.
/// </summary>
public sealed class Padding : IDisposable
{
    private Tensor? _valid;
    private Tensor? _validFloat;
    private Tensor? _keys;

    /// <summary>Describes a batch.</summary>
    /// <param name="lengths">Valid steps per row, [B] int64, each between 0 and <paramref name="maxLength"/>. Not owned.</param>
    /// <param name="maxLength">Padded length L.</param>
    public Padding(Tensor lengths, long maxLength)
    {
        Lengths = lengths;
        MaxLength = maxLength;
    }

    /// <summary>Valid steps per row, [B] int64.</summary>
    public Tensor Lengths { get; }

    /// <summary>Padded length L.</summary>
    public long MaxLength { get; }

    /// <summary>True at valid positions, [B, L] bool.</summary>
    public Tensor Valid => _valid ??= Keep(arange(MaxLength, ScalarType.Int64).unsqueeze(0).lt(Lengths.unsqueeze(1)));

    /// <summary>
    /// Keys that attention may see, [B, 1, 1, L] bool: valid positions, and the first in any case, so that no softmax is over nothing.
    /// </summary>
    public Tensor Keys => _keys ??= Keep(arange(MaxLength, ScalarType.Int64, device: Lengths.device).lt(Lengths.clamp_min(1).reshape(-1, 1, 1, 1)));

    /// <summary>1 at valid positions, 0 elsewhere, [B, L, 1] of that type.</summary>
    public Tensor ValidAs(ScalarType type)
    {
        if (_validFloat is null || _validFloat.dtype != type)
        {
            _validFloat?.Dispose();
            _validFloat = Keep(Valid.unsqueeze(-1).to_type(type));
        }
        return _validFloat;
    }

    /// <summary>The same rows with one more valid step in front; null where every position is valid. The caller disposes it.</summary>
    internal static Padding? WithStepInFront(Padding? padding) => padding is null ? null : new Padding(padding.Lengths + 1, padding.MaxLength + 1);

    /// <inheritdoc/>
    public void Dispose()
    {
        _valid?.Dispose();
        _validFloat?.Dispose();
        _keys?.Dispose();
    }

    // Masks outlive the dispose scope of the layer that asked for them first.
    private static Tensor Keep(Tensor mask) => mask.DetachFromDisposeScope();
}

using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>
/// Rotates pairs (2i, 2i+1) of every head by the angle p 10000^(-2i / d_k), so that scores depend on differences of positions
/// only (models.md section 1).
/// </summary>
internal sealed class RotaryPositions(int headWidth, int maxLength) : IDisposable
{
    private readonly PositionTable _table = new(() => Rotations(headWidth, maxLength));

    /// <summary>Rotates queries or keys, [B, L, D] with heads side by side.</summary>
    public Tensor Rotate(Tensor x)
    {
        (long batch, long length, long width) = (x.shape[0], x.shape[1], x.shape[2]);
        Positions.RequireLength(length, maxLength);

        using var scope = NewDisposeScope();
        ScalarType complex = x.dtype == ScalarType.Float64 ? ScalarType.ComplexFloat64 : ScalarType.ComplexFloat32;
        Tensor rotations = _table.For(complex, x.device).narrow(0, 0, length).unsqueeze(1);
        Tensor pairs = view_as_complex(x.reshape(batch, length, width / headWidth, headWidth / 2, 2));
        return view_as_real(pairs * rotations).reshape(batch, length, width).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();

    private static Tensor Rotations(int headWidth, int length)
    {
        Tensor angles = PositionTable.Angles(length, headWidth);
        return complex(angles.cos(), angles.sin());
    }
}

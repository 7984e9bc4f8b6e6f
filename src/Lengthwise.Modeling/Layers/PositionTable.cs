using TorchSharp;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>
/// A fixed table of positions. It is computed in double once per element type and device and then rounded, so its digits do not
/// depend on the type; it is no parameter and stays out of checkpoints.
/// </summary>
/// <param name="make">Makes the table on the CPU in double or complex double; called outside autograd.</param>
internal sealed class PositionTable(Func<Tensor> make) : IDisposable
{
    private readonly Dictionary<(ScalarType, DeviceType, int), Tensor> _tables = [];

    /// <summary>The table, of that type; owned by this.</summary>
    public Tensor For(ScalarType type, Device device)
    {
        var key = (type, device.type, device.index);
        if (_tables.TryGetValue(key, out Tensor? table)) return table;

        // A tensor born in inference mode could not take part in training later.
        using var notInference = inference_mode(false);
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        return _tables[key] = make().to(type, device).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor table in _tables.Values) table.Dispose();
        _tables.Clear();
    }

    /// <summary>Angles p w_i with w_i = 10000^(-2i/width), [length, ceil(width / 2)] in double.</summary>
    public static Tensor Angles(int length, int width)
    {
        using var scope = NewDisposeScope();
        Tensor exponents = arange(0, width, 2, ScalarType.Float64) * (-Math.Log(10000) / width);
        return outer(arange(length, ScalarType.Float64), exponents.exp()).MoveToOuterDisposeScope();
    }
}

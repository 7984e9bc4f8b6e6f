using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>A trained number for every difference of positions, added to attention scores of one head.</summary>
internal abstract class RelativeBias(string name, int maxLength) : nn.Module(name)
{
    /// <summary>The bias of that kind.</summary>
    public static RelativeBias Create(RelativeBiasKind kind, int width, int maxLength) =>
        kind == RelativeBiasKind.Simple ? new SimpleRelativeBias(maxLength) : new RotaryRelativeBias(width, maxLength);

    /// <summary>Bias of query t for key s, [L, L]; the caller owns it.</summary>
    public Tensor Matrix(long length)
    {
        Positions.RequireLength(length, maxLength);
        return All(length);
    }

    /// <summary>Bias of the last of that many positions for all of them, [1, L]; the caller owns it.</summary>
    public Tensor LastRow(long length)
    {
        Positions.RequireLength(length, maxLength);
        return Last(length);
    }

    protected abstract Tensor All(long length);

    protected abstract Tensor Last(long length);
}

/// <summary>Relative biases of MEGA and GAU.</summary>
public enum RelativeBiasKind
{
    /// <summary>One number per difference, learned up to the longest sequence.</summary>
    Simple,

    /// <summary>Two vectors, each rotated by its position: the product depends on the difference alone.</summary>
    Rotary,
}

/// <summary><c>rel_pos_bias</c> [2M - 1]; entry M - 1 + s - t is query t's bias for key s. Begins as N(0, 0.02²).</summary>
internal sealed class SimpleRelativeBias : RelativeBias
{
    [ComponentName(Name = "rel_pos_bias")] private readonly Parameter _table;
    private readonly int _maxLength;

    public SimpleRelativeBias(int maxLength) : base(nameof(SimpleRelativeBias), maxLength)
    {
        _maxLength = maxLength;
        using Tensor initial = randn(2 * maxLength - 1).mul_(0.02);
        _table = new Parameter(initial.clone());
        RegisterComponents();
    }

    // Row t is the window of L entries that begins L - 1 - t entries into the 2L - 1 in use.
    protected override Tensor All(long length)
    {
        using var scope = NewDisposeScope();
        return _table.narrow(0, _maxLength - length, 2 * length - 1).unfold(0, length, 1).flip(0).MoveToOuterDisposeScope();
    }

    protected override Tensor Last(long length) => _table.narrow(0, _maxLength - length, length).unsqueeze(0);
}

/// <summary><c>alpha</c>, <c>beta</c> [1, d], N(0, 0.02²), rotated by halves: (x1, x2) turn with angles t 10000^(-2i/d).</summary>
internal sealed class RotaryRelativeBias : RelativeBias
{
    [ComponentName(Name = "alpha")] private readonly Parameter _alpha;
    [ComponentName(Name = "beta")] private readonly Parameter _beta;
    private readonly PositionTable _angles;

    public RotaryRelativeBias(int width, int maxLength) : base(nameof(RotaryRelativeBias), maxLength)
    {
        _angles = new PositionTable(() => Turns(maxLength, width));
        using Tensor alpha = randn(1, width).mul_(0.02), beta = randn(1, width).mul_(0.02);
        (_alpha, _beta) = (new Parameter(alpha.clone()), new Parameter(beta.clone()));
        register_parameter("alpha", _alpha);
        register_parameter("beta", _beta);
    }

    protected override Tensor All(long length)
    {
        using var scope = NewDisposeScope();
        return matmul(Rotated(_alpha, 0, length), Rotated(_beta, 0, length).t()).MoveToOuterDisposeScope();
    }

    protected override Tensor Last(long length)
    {
        using var scope = NewDisposeScope();
        return matmul(Rotated(_alpha, length - 1, 1), Rotated(_beta, 0, length).t()).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _angles.Dispose();
        base.Dispose(disposing);
    }

    private Tensor Rotated(Tensor vector, long from, long count)
    {
        Tensor turns = _angles.For(vector.dtype, vector.device).narrow(1, from, count);
        long half = vector.shape[1] / 2;
        (Tensor x1, Tensor x2) = (vector.narrow(1, 0, half), vector.narrow(1, half, half));
        return cat([x1 * turns[0] - x2 * turns[1], x2 * turns[0] + x1 * turns[1]], 1);
    }

    /// <summary>Cosines and sines, [2, M, d / 2].</summary>
    private static Tensor Turns(int length, int width)
    {
        Tensor angles = PositionTable.Angles(length, width);
        return stack([angles.cos(), angles.sin()]);
    }
}

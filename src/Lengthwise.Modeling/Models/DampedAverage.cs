using Lengthwise.Modeling.Kernels;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>MEGA's multi-dimensional damped moving average: n averages of every channel, added up.</summary>
/// <remarks>
/// s_t = p beta u_t + q s_{t-1}, y_t = n^-1/2 sum over n of gamma s_t + omega u_t, with p = sigmoid(delta) and
/// q = 1 - p sigmoid(alpha). H = width, c = 1 causal or 2 bidirectional, the second direction with parameters of its own;
/// both directions see the present step.
///   delta, alpha [c H, n, 1]   beta, gamma [c H, n]   omega [H]
/// As a kernel, K_l = n^-1/2 sum p beta gamma q^l, in O(H n L) time, convolved in O(H L log L). The published code can cut the kernel
/// after some steps, K_l = 0 from there on; then there is no recurrence.
/// </remarks>
internal sealed class DampedAverage : nn.Module<Tensor, Tensor>
{
    // 1 - q ends here: where the sigmoids saturate, q would reach 0 and have no logarithm.
    private const double LargestLoss = 1 - 1e-7;
    [ComponentName(Name = "delta")] private readonly Parameter _delta;
    [ComponentName(Name = "alpha")] private readonly Parameter _alpha;
    [ComponentName(Name = "beta")] private readonly Parameter _beta;
    [ComponentName(Name = "gamma")] private readonly Parameter _gamma;
    [ComponentName(Name = "omega")] private readonly Parameter _omega;
    private readonly bool _bidirectional;
    private readonly int? _truncation;

    public DampedAverage(int width, int dimensions, bool bidirectional, int? truncation = null) : base(nameof(DampedAverage))
    {
        using var scope = NewDisposeScope();
        (_bidirectional, _truncation) = (bidirectional, truncation);
        int rows = bidirectional ? 2 * width : width;
        Tensor signs = 1 - 2 * (arange(dimensions, ScalarType.Float32) % 2);
        _delta = Keep(randn(rows, dimensions, 1) * 0.2);
        _alpha = Keep(randn(rows, dimensions, 1) * 0.2);
        _beta = Keep(randn(rows, dimensions) * 0.02 + signs);
        _gamma = Keep(randn(rows, dimensions));
        _omega = Keep(randn(width));
        RegisterComponents();
    }

    /// <summary>Floating-point operations of all steps: real exponentials, n a kernel, and the convolution.</summary>
    public double Flops(long batch, long length)
    {
        double taps = Math.Min(length, _truncation ?? length);
        return 2 * taps * _beta.numel() + FlopCount.Convolution(batch, length, _omega.numel());
    }

    /// <summary>All steps of [B, L, H], zero behind the end of every sequence.</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        (long width, long length) = (_omega.shape[0], input.shape[1]);
        Tensor taps = Taps(length);
        if (!_bidirectional) return LongConvolution.Apply(input, taps, _omega).MoveToOuterDisposeScope();

        // The second kernel of the convolution begins at the next step: its present goes to the skip.
        Tensor both = taps.view(2, width, length), ahead = both[1];
        Tensor later = cat([ahead.narrow(1, 1, length - 1), zeros_like(ahead.narrow(1, 0, 1))], 1);
        return LongConvolution.Apply(input, stack([both[0], later]), _omega + ahead.select(1, 0)).MoveToOuterDisposeScope();
    }

    /// <summary>How each channel weighs the past and, with two directions, the future, each from the present on: [c, H, L], without omega.</summary>
    public Tensor Kernels(long length) => Taps(length).view(_bidirectional ? 2 : 1, _omega.shape[0], length);

    /// <summary>Zeros, [B, H, n].</summary>
    public Tensor InitialState(long batch) => zeros([batch, .. _beta.shape], _beta.dtype, _beta.device);

    /// <summary>One step of [B, H] in a causal model.</summary>
    public (Tensor Output, Tensor State) Step(Tensor u, Tensor state)
    {
        (Tensor p, Tensor loss) = Coefficients();
        Tensor next = (p * _beta).to_type(u.dtype) * u.unsqueeze(-1) + (1 - loss).to_type(u.dtype) * state;
        Tensor y = (next * _gamma).sum(-1) / Math.Sqrt(_beta.shape[1]);
        return (y + _omega * u, next);
    }

    /// <summary>Kernel of every row, [1, c H, L]: a sum of exponentials with real exponents log q and real weights.</summary>
    private Tensor Taps(long length)
    {
        if (_truncation < length) return nn.functional.pad(Taps(_truncation.Value), [0, length - _truncation.Value]);
        (Tensor p, Tensor loss) = Coefficients();
        Tensor weight = (p * _beta * _gamma / Math.Sqrt(_beta.shape[1])).unsqueeze(0), none = zeros_like(p);
        return DiagonalKernel.Sum(new((-loss).log1p(), none, weight, none.unsqueeze(0)), length, _beta.dtype);
    }

    /// <summary>p and 1 - q, [c H, n] in double.</summary>
    private (Tensor P, Tensor Loss) Coefficients()
    {
        Tensor p = _delta.squeeze(-1).to_type(ScalarType.Float64).sigmoid();
        Tensor loss = p * _alpha.squeeze(-1).to_type(ScalarType.Float64).sigmoid();
        return (p, loss.clamp_max(LargestLoss));
    }

    private static Parameter Keep(Tensor initial)
    {
        var parameter = new Parameter(initial.contiguous());
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}

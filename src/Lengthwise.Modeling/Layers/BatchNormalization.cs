using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>
/// BatchNorm per channel over the valid positions of a batch; running statistics (momentum 0.1) are used outside training.
/// </summary>
/// <remarks>
/// Deviation: the published S4 and SPT code counts padded positions, so that a sequence's output depends on how much padding its
/// batch happened to need (pitfalls section 4). Without padding both are the same.
/// </remarks>
internal sealed class BatchNormalization : SequenceNorm
{
    private const double Momentum = 0.1;
    [ComponentName(Name = "weight")] private readonly Parameter _weight;
    [ComponentName(Name = "bias")] private readonly Parameter _bias;
    [ComponentName(Name = "running_mean")] private readonly Tensor _runningMean;
    [ComponentName(Name = "running_var")] private readonly Tensor _runningVar;

    public BatchNormalization(int width) : base(nameof(BatchNormalization))
    {
        _weight = new Parameter(ones(width));
        _bias = new Parameter(zeros(width));
        _runningMean = zeros(width).DetachFromDisposeScope();
        _runningVar = ones(width).DetachFromDisposeScope();
        register_parameter("weight", _weight);
        register_parameter("bias", _bias);
        register_buffer("running_mean", _runningMean);
        register_buffer("running_var", _runningVar);
    }

    public override Tensor forward(Tensor input, Padding? padding)
    {
        using var scope = NewDisposeScope();
        (Tensor centred, Tensor variance) = training ? BatchStatistics(input, padding) : (input - _runningMean, _runningVar);
        Tensor scale = _weight * (variance + Epsilon).rsqrt();
        return addcmul(_bias, centred, scale, 1).MoveToOuterDisposeScope();
    }

    private (Tensor Centred, Tensor Variance) BatchStatistics(Tensor input, Padding? padding)
    {
        Tensor Kept(Tensor x) => padding is null ? x : x * padding.ValidAs(x.dtype);
        Tensor count = padding is null
            ? full(1, input.shape[0] * input.shape[1], input.dtype, input.device)
            : padding.ValidAs(input.dtype).sum().clamp_min(1);
        Tensor mean = Kept(input).sum([0, 1]) / count;
        Tensor centred = input - mean;
        Tensor variance = Kept(centred).square().sum([0, 1]) / count;
        if (!RecomputedBranch.IsSecondTime) Remember(mean, variance, count);
        return (centred, variance);
    }

    // The running variance is the unbiased one, as in PyTorch; a single position counts as biased instead of dividing by zero.
    private void Remember(Tensor mean, Tensor variance, Tensor count)
    {
        using var _ = no_grad();
        _runningMean.mul_(1 - Momentum).add_(mean, Momentum);
        _runningVar.mul_(1 - Momentum).add_(variance * (count / (count - 1).clamp_min(1)), Momentum);
    }
}

using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Native;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>
/// A residual branch that keeps nothing but its input for the way back, where it is computed a second time (Chen et al. 2016, arXiv:1604.06174): one more forward
/// pass for the memory of one branch instead of all. Arguments x, lengths (or an empty tensor), call.
/// </summary>
/// <remarks>
/// The heap is asked to give back what a branch leaves free, since inputs that stay between freed blocks would keep it from being used again. The second time
/// draws the same dropout, since the generator's state is kept, and moves no running statistic.
/// </remarks>
internal sealed class RecomputedBranch : autograd.SingleTensorFunction<RecomputedBranch>
{
    private const string CallKey = "call";
    [ThreadStatic] private static bool _isSecondTime;

    /// <inheritdoc/>
    public override string Name => nameof(RecomputedBranch);

    /// <summary>Whether the caller is being computed a second time.</summary>
    public static bool IsSecondTime => _isSecondTime;

    /// <summary>Whether a branch can be computed again from its input alone.</summary>
    public static bool Suits(ResidualBranch branch) => branch.Layer is not CarryingLayer;

    /// <summary>The branch's output, [B, L, D]; the caller owns it.</summary>
    /// <param name="branch">One that <see cref="Suits"/>.</param>
    /// <param name="x">Input, [B, L, D]. Not modified.</param>
    /// <param name="padding">Valid positions; null when every position is valid.</param>
    /// <param name="isRounded">Whether the input is kept in 16 bits (bfloat16).</param>
    public static Tensor Apply(ResidualBranch branch, Tensor x, Padding? padding, bool isRounded)
    {
        if (!TensorMemory.WantsGradient(x)) return branch.forward(x, padding);
        using var scope = NewDisposeScope();
        Tensor lengths = padding?.Lengths ?? empty(0, ScalarType.Int64);
        return apply(x, lengths, new Call(branch, padding?.MaxLength ?? 0, isRounded)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, lengths, call) = ((Tensor)vars[0], (Tensor)vars[1], (Call)vars[2]);
        using var withoutGraph = no_grad();
        Tensor generator = get_rng_state();
        Tensor y = call.Compute(x, lengths);
        NativeRuntime.ReleaseMemory();
        ctx.save_for_backward([call.IsRounded ? x.to_type(ScalarType.BFloat16) : x, lengths, generator]);
        ctx.save_data(CallKey, call);
        return y;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        var call = (Call)ctx.get_data(CallKey);
        List<Tensor> gradients = BackwardFault.Guard([grad_output], () => [Gradient(saved, grad_output, call)]);
        List<Tensor> passed = BackwardMemory.PassOn([gradients[0], null!, null!], saved, grad_output);
        NativeRuntime.ReleaseMemory();
        return passed;
    }

    // The parameters' gradients are added where autograd keeps them, as by any backward pass.
    private static Tensor Gradient(List<Tensor> saved, Tensor dy, Call call)
    {
        using var scope = NewDisposeScope();
        Tensor after = get_rng_state();
        bool outer = _isSecondTime;
        try
        {
            _isSecondTime = true;
            set_rng_state(saved[2]);
            using var withGraph = enable_grad();
            Tensor x = saved[0].detach().to_type(dy.dtype);
            x.requires_grad = true;
            call.Compute(x, saved[1]).backward([dy]);
            return (x.grad ?? zeros_like(x)).MoveToOuterDisposeScope();
        }
        finally
        {
            _isSecondTime = outer;
            set_rng_state(after);
        }
    }

    private sealed record Call(ResidualBranch Branch, long MaxLength, bool IsRounded)
    {
        public Tensor Compute(Tensor x, Tensor lengths)
        {
            using Padding? padding = lengths.numel() == 0 ? null : new Padding(lengths, MaxLength);
            return Branch.forward(x, padding);
        }
    }
}

using Lengthwise.Modeling.Kernels.Gemm;
using Lengthwise.Modeling.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>W2 dropout(GELU(W1 x)) at every position; w1 [F, D], [F], w2 [D, F], [D].</summary>
internal sealed class FeedForward : SequenceLayer
{
    private readonly Linear _w1, _w2;
    private readonly int _width, _inner;
    private readonly double _dropout;

    public FeedForward(AttentionSettings settings) : base(nameof(FeedForward))
    {
        (_width, _inner, _dropout) = (settings.DModel, settings.FeedForwardWidth, settings.Dropout);
        register_module("w1", _w1 = nn.Linear(_width, _inner));
        register_module("w2", _w2 = nn.Linear(_inner, _width));
    }

    public override bool HasStep => true;

    public override double ForwardFlops(long batch, long length) => FlopCount.Linear(batch * length, _width, 2.0 * _inner);

    public override Tensor forward(Tensor u, Padding? padding) => Apply(u, null);

    public override Tensor AddTo(Tensor residual, Tensor u, Padding? padding) => Apply(u, residual);

    public override IReadOnlyList<Tensor> InitialState(long batch) => [];

    public override (Tensor Output, IReadOnlyList<Tensor> State) Step(Tensor u, IReadOnlyList<Tensor> state)
    {
        RequireParts(state, 0);
        TensorShape.Require(u, "input of a step of the feed-forward", "B, D", TensorShape.Any, _width);

        using var scope = NewDisposeScope();
        return (_w2.forward(nn.functional.gelu(_w1.forward(u))).MoveToOuterDisposeScope(), []);
    }

    private Tensor Apply(Tensor u, Tensor? residual)
    {
        TensorShape.Require(u, "input of the feed-forward", "B, L, D", TensorShape.Any, TensorShape.Any, _width);

        using var scope = NewDisposeScope();
        if (!training || _dropout <= 0)
            return FusedLinear.Apply(FusedLinear.Apply(u, _w1), _w2, before: LinearActivation.Gelu, residual: residual).MoveToOuterDisposeScope();
        Tensor inner = nn.functional.dropout(FusedLinear.Apply(u, _w1, after: LinearActivation.Gelu), _dropout);
        return FusedLinear.Apply(inner, _w2, residual: residual).MoveToOuterDisposeScope();
    }
}

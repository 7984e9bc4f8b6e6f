using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>The norm of a layer that owns its residual, stored as <c>norm.*</c> below its own name; the input itself for none.</summary>
internal sealed class BranchNorm : nn.Module<Tensor, Padding?, Tensor>
{
    private readonly SequenceNorm? _norm;

    public BranchNorm(NormKind kind, int width) : base(nameof(BranchNorm))
    {
        _norm = SequenceNorm.Create(kind, width);
        if (_norm is not null) register_module("norm", _norm);
    }

    public override Tensor forward(Tensor input, Padding? padding) => _norm is null ? input.alias() : _norm.forward(input, padding);
}

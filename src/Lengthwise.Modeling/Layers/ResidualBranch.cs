using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>A layer with its norm and residual: x + dropout(layer(norm(x))), or norm(x + dropout(layer(x))); a layer that owns its residual stays as it is.</summary>
internal sealed class ResidualBranch : nn.Module<Tensor, Padding?, Tensor>
{
    private readonly SequenceNorm? _norm;
    private readonly bool _prenorm;
    private readonly double _dropout;

    public ResidualBranch(SequenceLayer layer, ModelSettings settings) : base(nameof(ResidualBranch))
    {
        Layer = layer;
        _norm = layer.OwnsResidual ? null : SequenceNorm.Create(settings.Norm, settings.DModel);
        _prenorm = settings.Prenorm;
        _dropout = settings.Dropout;
        if (_norm is not null) register_module("norm", _norm);
        register_module("layer", layer);
    }

    /// <summary>The layer.</summary>
    public SequenceLayer Layer { get; }

    public override Tensor forward(Tensor input, Padding? padding)
    {
        Tensor? carried = null;
        Tensor output = Run(input, ref carried, padding);
        carried?.Dispose();
        return output;
    }

    /// <summary>What the layer reads of the branch's input; the caller disposes it unless it is that input.</summary>
    public Tensor LayerInput(Tensor input, Padding? padding) => _prenorm && _norm is not null ? _norm.forward(input, padding) : input;

    /// <summary>The branch, with what a <see cref="CarryingLayer"/> before it handed on; that is replaced by what this one hands on.</summary>
    public Tensor Run(Tensor input, ref Tensor? carried, Padding? padding)
    {
        if (Layer.OwnsResidual) return Layer.forward(input, padding);

        using var scope = NewDisposeScope();
        (Tensor branch, Tensor skip) = _prenorm && _norm is not null ? _norm.Split(input, padding) : (input, input);
        double dropout = training ? _dropout : 0;
        Tensor sum = Layer is CarryingLayer carrying
            ? skip + SequenceDropout.Apply(Carry(carrying, branch, ref carried, padding), dropout, Layer.TiesDropout)
            : dropout > 0 ? skip + SequenceDropout.Apply(Layer.forward(branch, padding), dropout, Layer.TiesDropout) : Layer.AddTo(skip, branch, padding);
        if (!_prenorm && _norm is not null) sum = _norm.forward(sum, padding);
        return sum.MoveToOuterDisposeScope();
    }

    private static Tensor Carry(CarryingLayer layer, Tensor input, ref Tensor? carried, Padding? padding)
    {
        (Tensor output, Tensor? next) = layer.forward(input, carried, padding);
        carried?.Dispose();
        carried = next?.MoveToOuterDisposeScope();
        return output;
    }
}

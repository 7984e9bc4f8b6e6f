using Lengthwise.Modeling.Kernels;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>LayerNorm over the width, each position by itself.</summary>
internal sealed class LayerNormalization : SequenceNorm
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight;
    [ComponentName(Name = "bias")] private readonly Parameter _bias;

    public LayerNormalization(int width) : base(nameof(LayerNormalization))
    {
        _weight = new Parameter(ones(width));
        _bias = new Parameter(zeros(width));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input, Padding? padding) => FusedLayerNorm.Apply(input, _weight, _bias, Epsilon);

    public override (Tensor Normalised, Tensor Skip) Split(Tensor input, Padding? padding) => FusedLayerNorm.Split(input, _weight, _bias, Epsilon);
}

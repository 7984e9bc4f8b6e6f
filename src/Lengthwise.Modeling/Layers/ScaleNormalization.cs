using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>g x / rms(x) over the width, each position by itself, with one trained g (the ScaleNorm of MEGA's code).</summary>
internal sealed class ScaleNormalization : SequenceNorm
{
    [ComponentName(Name = "scalar")] private readonly Parameter _scalar;

    public ScaleNormalization() : base(nameof(ScaleNormalization))
    {
        _scalar = new Parameter(ones(1));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input, Padding? padding)
    {
        using var scope = NewDisposeScope();
        Tensor meanSquare = input.square().mean([-1], keepdim: true);
        return (_scalar * input * (meanSquare + Epsilon).rsqrt()).MoveToOuterDisposeScope();
    }
}

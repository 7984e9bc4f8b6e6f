using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>A plain residual network of convolutions of one length: x + conv(GELU(conv(norm(x)))), dilated or not.</summary>
/// <remarks>
/// Residual blocks before whose convolutions stands the norm: He et al. (2016), arXiv:1603.05027; dilations that double with depth and
/// causal convolutions: Bai, Kolter, Koltun (2018), arXiv:1803.01271, and van den Oord et al. (2016), arXiv:1609.03499, from where the cycle is.
/// D = width, k = kernel_size, d = dilation_growth^(depth mod dilation_cycle).
///   conv1, conv2: weight [D, D, k], bias [D]
/// y_t = sum_j W_j x_(t + (j - (k - 1) / 2) d), or x_(t - (k - 1 - j) d) when causal. A layer sees 2 (k - 1) d steps besides its own.
/// O(L k D²) time, memory linear in L. Initial values are the framework's. Deviation: GELU and the model's norm in place of ReLU and
/// weight norm, as in the other models here, so that a comparison compares mixers.
/// </remarks>
[SequenceModel("cnn", typeof(Settings))]
public sealed class Cnn : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "cnn";

    /// <inheritdoc/>
    public override string Summary => "plain residual network of dilated convolutions, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Bai, Kolter, Koltun 2018, arXiv:1803.01271";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength) =>
        [new ConvolutionBlock((Settings)settings, depth)];

    /// <summary>Settings of the residual network.</summary>
    public sealed record Settings : ModelSettings
    {
        private const int MostDilation = 1 << 20;

        /// <summary>Taps of every convolution, k; odd unless the model is causal.</summary>
        [Range(1, 1023)] public int KernelSize { get; init; } = 3;

        /// <summary>What the dilation is multiplied by from layer to layer; 1 for convolutions without gaps.</summary>
        [Range(1, 16)] public int DilationGrowth { get; init; } = 2;

        /// <summary>Layers after which dilations begin at 1 again.</summary>
        [Range(1, 1000)] public int DilationCycle { get; init; } = 10;

        /// <summary>Distance between the taps of a layer, d.</summary>
        /// <param name="depth">0 for the first.</param>
        internal int Dilation(int depth) => (int)Math.Pow(DilationGrowth, depth % DilationCycle);

        /// <inheritdoc/>
        public override IEnumerable<string> Validate()
        {
            foreach (string problem in base.Validate()) yield return problem;
            if (Positions == PositionKind.Rotary) yield return "'positions' is 'rotary', which only attention can use";
            if (Bidirectional && KernelSize % 2 == 0) yield return $"'kernel_size' is {KernelSize}; expected an odd number unless 'bidirectional' is false";
            if (Math.Pow(DilationGrowth, Math.Min(NLayers, DilationCycle) - 1) > MostDilation)
                yield return $"'dilation_growth' is {DilationGrowth}, so that dilations grow beyond {MostDilation}; lower it or 'dilation_cycle'";
        }
    }

    private sealed class ConvolutionBlock : SequenceLayer
    {
        private readonly Conv1d _conv1, _conv2;
        private readonly int _width, _taps, _dilation;
        private readonly bool _causal;
        private readonly double _dropout;

        public ConvolutionBlock(Settings settings, int depth) : base("convolution block")
        {
            (_width, _taps, _dilation) = (settings.DModel, settings.KernelSize, settings.Dilation(depth));
            (_causal, _dropout) = (!settings.Bidirectional, settings.Dropout);
            register_module("conv1", _conv1 = nn.Conv1d(_width, _width, _taps, dilation: _dilation));
            register_module("conv2", _conv2 = nn.Conv1d(_width, _width, _taps, dilation: _dilation));
        }

        public override bool HasStep => _causal;

        public override double ForwardFlops(long batch, long length) => 2 * FlopCount.Linear(batch * length, (double)_taps * _width, _width);

        /// <summary>Steps that a convolution looks back over, (k - 1) d.</summary>
        private int Reach => (_taps - 1) * _dilation;

        public override Tensor forward(Tensor u, Padding? padding)
        {
            TensorShape.Require(u, "input of a convolution block", "B, L, D", TensorShape.Any, TensorShape.Any, _width);

            using var scope = NewDisposeScope();
            Tensor? padded = padding?.Valid.logical_not().unsqueeze(1);
            Tensor inner = nn.functional.gelu(Convolved(_conv1, u.transpose(1, 2), padded));
            if (training && _dropout > 0) inner = nn.functional.dropout(inner, _dropout);
            return Convolved(_conv2, inner, padded).transpose(1, 2).MoveToOuterDisposeScope();
        }

        /// <summary>The last (k - 1) d inputs of each convolution, oldest first, [B, (k - 1) d, D] each.</summary>
        public override IReadOnlyList<Tensor> InitialState(long batch)
        {
            if (!HasStep) return base.InitialState(batch);
            Tensor weight = _conv1.weight;
            return [zeros([batch, Reach, _width], weight.dtype, weight.device), zeros([batch, Reach, _width], weight.dtype, weight.device)];
        }

        public override (Tensor Output, IReadOnlyList<Tensor> State) Step(Tensor u, IReadOnlyList<Tensor> state)
        {
            RequireParts(state, 2);
            TensorShape.Require(u, "input of a convolution step", "B, D", TensorShape.Any, _width);
            foreach (Tensor part in state) TensorShape.Require(part, "state of a convolution step", "B, (k - 1) d, D", u.shape[0], Reach, _width);

            using var scope = NewDisposeScope();
            (Tensor inner, Tensor first) = Advanced(_conv1, u, state[0]);
            (Tensor output, Tensor second) = Advanced(_conv2, nn.functional.gelu(inner), state[1]);
            return (output.MoveToOuterDisposeScope(), [first.MoveToOuterDisposeScope(), second.MoveToOuterDisposeScope()]);
        }

        // [B, D, L]; steps outside of the sequence are zeros.
        private Tensor Convolved(Conv1d convolution, Tensor x, Tensor? padded)
        {
            if (padded is not null) x = x.masked_fill(padded, 0);
            return convolution.forward(nn.functional.pad(x, _causal ? [Reach, 0] : [Reach / 2, Reach / 2]));
        }

        private (Tensor Output, Tensor Window) Advanced(Conv1d convolution, Tensor u, Tensor window)
        {
            Tensor seen = cat([window, u.unsqueeze(1)], 1);
            Tensor taps = seen.slice(1, 0, Reach + 1, _dilation).flatten(1), weight = convolution.weight.transpose(1, 2).flatten(1);
            return (nn.functional.linear(taps, weight, convolution.bias), seen.narrow(1, 1, Reach).clone());
        }
    }
}

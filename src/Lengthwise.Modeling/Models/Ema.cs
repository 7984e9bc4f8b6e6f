using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Diagnoses;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>Gated moving averages, the plainest recurrence with a long memory: one average a channel, and a gate.</summary>
/// <remarks>
/// The moving average of MEGA (Ma et al. 2022, arXiv:2209.10655) without damping, expansion and attention. D = width, c = 1 causal or 2
/// bidirectional; a = sigmoid(alpha) says how much of an average stays from step to step.
///   v = V u   g = sigmoid(G u)   m_t = a m_(t-1) + (1 - a) v_t   y = O (g m)
///   alpha [c, D]   v, g, o: weight [D, D], bias [D]
/// The second average runs from the end; both see the present step, and the two are added. As a convolution, K_l = (1 - a) a^l, in
/// O(L log L D + L D²) time; step by step in O(D²).
/// </remarks>
[SequenceModel("ema", typeof(Settings))]
public sealed class Ema : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "ema";

    /// <inheritdoc/>
    public override string Summary => "gated moving averages, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "after Ma et al. 2022, arXiv:2209.10655";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength) => [new GatedAverage((Settings)settings)];

    /// <summary>Settings of the gated moving averages.</summary>
    public sealed record Settings : ModelSettings
    {
        /// <summary>Longest initial memory in steps, 1 / (1 - a); those of a layer are drawn log-uniformly between 2 and this.</summary>
        [Range(2.0, 1e9)] public double MaxMemory { get; init; } = 1000;

        /// <inheritdoc/>
        public override IEnumerable<string> Validate()
        {
            foreach (string problem in base.Validate()) yield return problem;
            if (Positions == PositionKind.Rotary) yield return "'positions' is 'rotary', which only attention can use";
        }
    }

    private sealed class GatedAverage : SequenceLayer, IKernelReach
    {
        // The name lets the field follow when the model changes its type of numbers.
        [ComponentName(Name = "alpha")] private readonly Parameter _alpha;
        private readonly nn.Module<Tensor, Tensor> _v, _g, _o;
        private readonly int _width;
        private readonly bool _bidirectional;

        public GatedAverage(Settings settings) : base("gated average")
        {
            (_width, _bidirectional) = (settings.DModel, settings.Bidirectional);
            register_parameter("alpha", _alpha = InitialAlpha(settings));
            register_module("v", _v = nn.Linear(_width, _width));
            register_module("g", _g = nn.Linear(_width, _width));
            register_module("o", _o = nn.Linear(_width, _width));
        }

        // A rate that moves fast forgets what it remembered: alpha takes optimizer.ssm_lr and no weight decay.
        public override IReadOnlyCollection<string> SsmParameterNames => ["alpha"];

        public override bool HasStep => !_bidirectional;

        public override double ForwardFlops(long batch, long length) =>
            FlopCount.Linear(batch * length, _width, 3.0 * _width) + FlopCount.Convolution(batch, length, _width);

        public override Tensor forward(Tensor u, Padding? padding)
        {
            TensorShape.Require(u, "input of a gated average", "B, L, D", TensorShape.Any, TensorShape.Any, _width);

            using var scope = NewDisposeScope();
            Tensor v = _v.forward(u);
            // What stands behind the end must not run back into the sequence.
            if (padding is not null) v = v * padding.ValidAs(v.dtype);
            return _o.forward(_g.forward(u).sigmoid() * Averages(v)).MoveToOuterDisposeScope();
        }

        /// <summary>That of the averages.</summary>
        public KernelMass KernelOver(long length)
        {
            (Tensor fresh, Tensor decay) = Rates;
            return KernelMass.OfTaps(fresh * (decay * arange(length, _alpha.dtype)).exp(), firstAhead: 0);
        }

        /// <summary>Zeros, [B, D].</summary>
        public override IReadOnlyList<Tensor> InitialState(long batch) =>
            HasStep ? [zeros([batch, _width], _alpha.dtype, _alpha.device)] : base.InitialState(batch);

        public override (Tensor Output, IReadOnlyList<Tensor> State) Step(Tensor u, IReadOnlyList<Tensor> state)
        {
            RequireParts(state, 1);
            TensorShape.Require(u, "input of a step of a gated average", "B, D", TensorShape.Any, _width);
            TensorShape.Require(state[0], "state of a gated average", "B, D", u.shape[0], _width);

            using var scope = NewDisposeScope();
            Tensor average = _alpha[0].sigmoid() * state[0] + (-_alpha[0]).sigmoid() * _v.forward(u);
            Tensor output = _o.forward(_g.forward(u).sigmoid() * average);
            return (output.MoveToOuterDisposeScope(), [average.MoveToOuterDisposeScope()]);
        }

        private Tensor Averages(Tensor v)
        {
            (Tensor fresh, Tensor decay) = Rates;
            Tensor steps = arange(v.shape[1], v.dtype, v.device);
            Tensor kernel = fresh * (decay * steps).exp();
            if (!_bidirectional) return LongConvolution.Apply(v, kernel, zeros(_width, v.dtype, v.device));

            // The second kernel of the convolution begins at the next step: the present is its skip.
            Tensor ahead = fresh[1] * (decay[1] * (steps + 1)).exp();
            return LongConvolution.Apply(v, stack([kernel[0], ahead]), fresh[1].squeeze(-1));
        }

        // 1 - a and log a of alpha itself, [c, D, 1]: a would round to 1 where the memory is long.
        private (Tensor Fresh, Tensor Decay) Rates => ((-_alpha).sigmoid().unsqueeze(-1), nn.functional.logsigmoid(_alpha).unsqueeze(-1));

        // A memory of t steps is a = 1 - 1 / t, which is sigmoid(log(t - 1)).
        private static Parameter InitialAlpha(Settings settings)
        {
            using Tensor memory = (rand(settings.Bidirectional ? 2 : 1, settings.DModel) * Math.Log(settings.MaxMemory / 2)).exp() * 2;
            return new Parameter((memory - 1).log());
        }
    }
}

using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>The random Synthesizer: weights between positions are trained, the same for every sequence, and no query meets a key.</summary>
/// <remarks>
/// Tay et al. (2020), arXiv:2005.00743, section 3, in the forms of the Long Range Arena code. D = width, A = d_qkv, h = heads, M = longest
/// sequence, k = rank.
///   v [A, D], o [D, A]   as in <see cref="Transformer"/>; there is neither q nor k
///   factorised           random1 [h, M, k], random2 [h, k, M], R = random1 random2
///   random               random [h, M, M], R itself
///   y = softmax(R) v, over valid positions s, or those up to t
/// O(h L² (A / h + k) B) time. R and its exponentials are [h, L, L] for all sequences together: masks enter with the values. Memory grows with L².
/// Weights below 1e-35 of the largest in a row count as 1e-35.
/// Deviation: the released code does not mask padding when there is no dot product; here padded positions have no weight.
/// </remarks>
[SequenceModel("synthesizer", typeof(Settings))]
public sealed class Synthesizer : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "synthesizer";

    /// <inheritdoc/>
    public override string Summary => "random Synthesizer: trained weights between positions instead of attention, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Tay et al. 2020, arXiv:2005.00743";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength)
    {
        var own = (Settings)settings;
        return [new PositionMixing(own, maxLength), new FeedForward(own)];
    }

    /// <summary>Settings of the Synthesizer.</summary>
    public sealed record Settings : AttentionSettings
    {
        private const int DefaultRank = 32;

        /// <summary>How weights are parametrised: factorised in the released configuration for Text, whole in those for images.</summary>
        public SynthesizerMode Mode { get; init; } = SynthesizerMode.FactorizedRandom;

        /// <summary>Rank of factorised weights, k; absent: 32.</summary>
        [Range(1, 65536)] public int? Rank { get; init; }

        /// <summary>Rank of factorised weights.</summary>
        internal int Factors => Rank ?? DefaultRank;

        /// <inheritdoc/>
        public override IEnumerable<string> Validate()
        {
            foreach (string problem in base.Validate()) yield return problem;
            if (Mode == SynthesizerMode.Random && Rank is not null) yield return "'rank' has no effect unless 'mode' is 'factorized_random'";
            if (Positions == PositionKind.Rotary) yield return "'positions' is 'rotary', but there are no queries and keys to turn";
        }
    }

    /// <summary>The branch that takes the place of attention.</summary>
    internal sealed class PositionMixing : SequenceLayer
    {
        // exp(-80) is 1.8e-35: a row of such weights still sums to a normal number.
        private const double Lowest = -80;
        [ComponentName(Name = "random")] private readonly Parameter? _random;
        [ComponentName(Name = "random1")] private readonly Parameter? _random1;
        [ComponentName(Name = "random2")] private readonly Parameter? _random2;
        private readonly Linear _v, _o;
        private readonly int _width, _heads, _maxLength;
        private readonly bool _causal;

        public PositionMixing(Settings settings, int maxLength) : base("position mixing")
        {
            (_width, _heads, _maxLength, _causal) = (settings.DModel, settings.NHeads, maxLength, !settings.Bidirectional);
            if (settings.Mode == SynthesizerMode.Random)
            {
                register_parameter("random", _random = Drawn(maxLength, maxLength));
            }
            else
            {
                register_parameter("random1", _random1 = Drawn(maxLength, settings.Factors));
                register_parameter("random2", _random2 = Drawn(settings.Factors, maxLength));
            }
            register_module("v", _v = nn.Linear(_width, settings.AttentionWidth));
            register_module("o", _o = nn.Linear(settings.AttentionWidth, _width));
        }

        /// <summary>Weights between positions are formed once for all sequences.</summary>
        public override double ForwardFlops(long batch, long length)
        {
            double pairs = PairsInSight.All(length, _causal), inner = _v.weight.shape[0];
            double weights = _random1 is null ? 0 : _heads * FlopCount.Linear(pairs, _random1.shape[2], 1);
            return weights + FlopCount.Linear(batch * length, _width, 2 * inner) + batch * FlopCount.Linear(pairs, 1, inner + _heads);
        }

        public override Tensor forward(Tensor u, Padding? padding)
        {
            TensorShape.Require(u, "input of the Synthesizer", "B, L, D", TensorShape.Any, TensorShape.Any, _width);
            (long batch, long length) = (u.shape[0], u.shape[1]);
            Layers.Positions.RequireLength(length, _maxLength);

            using var scope = NewDisposeScope();
            Tensor v = _v.forward(u), values = v.reshape(batch, length, _heads, v.shape[2] / _heads).transpose(1, 2);
            values = FeatureAttention.WithOnes(values);
            if (padding is not null) values = values * padding.ValidAs(values.dtype).unsqueeze(1);
            Tensor sums = matmul(Weights(length), values), weights = sums.narrow(-1, sums.shape[3] - 1, 1);
            // Only a row without a valid step has no weight at all.
            Tensor mixed = sums.narrow(-1, 0, sums.shape[3] - 1) / (weights + weights.eq(0).to_type(weights.dtype));
            return _o.forward(mixed.transpose(1, 2).flatten(2)).MoveToOuterDisposeScope();
        }

        /// <summary>exp(R - largest of the row) for all positions in sight, [h, L, L].</summary>
        private Tensor Weights(long length)
        {
            Tensor scores = _random is not null
                ? _random.narrow(1, 0, length).narrow(2, 0, length)
                : matmul(_random1!.narrow(1, 0, length), _random2!.narrow(2, 0, length));
            if (!_causal) return (scores - scores.amax([-1], keepdim: true)).clamp_min(Lowest).exp();
            Tensor seen = scores.masked_fill(ones([length, length], ScalarType.Bool).triu(1), double.NegativeInfinity);
            return (scores - seen.amax([-1], keepdim: true)).clamp(Lowest, 0).exp().tril();
        }

        // As flax draws a kernel [h, a, b] by xavier_uniform: fans h a and h b.
        private Parameter Drawn(int rows, int columns)
        {
            double bound = Math.Sqrt(6.0 / (_heads * ((double)rows + columns)));
            using Tensor initial = rand(_heads, rows, columns).mul_(2 * bound).sub_(bound);
            return new Parameter(initial.clone());
        }
    }
}

/// <summary>How the Synthesizer's weights are parametrised.</summary>
public enum SynthesizerMode
{
    /// <summary>A product of two thin matrices for each head.</summary>
    FactorizedRandom,

    /// <summary>One matrix for each head.</summary>
    Random,
}

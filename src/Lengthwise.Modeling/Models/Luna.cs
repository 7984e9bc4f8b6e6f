using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>Luna: a short sequence P attends to the long one (pack), the long one attends to the result (unpack), and P goes on to the next layer.</summary>
/// <remarks>
/// Ma et al. (2021), arXiv:2106.01540, section 3, in the released form, whose keys and values are one projection. D = width, h = heads, p = length of P.
///   p [p, D]         P of the first layer, N(0, 1), plus sines and cosines where the sequence has them
///   pq_proj, pc_proj  Y_P = Attn(pq_proj P, pc_proj X, pc_proj X)      [D, D], [D] each
///   q_proj, c_proj    Y_X = out_proj Attn(q_proj X, c_proj Y_P, c_proj Y_P)
///   p_norm            pre-norm: P is normalised before it packs, P ← P + Y_P; post-norm: P ← norm(P + Y_P)
/// O(L p D + L D²) time, memory linear in L. Y_X stands in the residual branch as attention does; the last layer's P is read by nothing and
/// not formed, nor is its norm in a post-norm model.
/// Deviation: the released code shortens P to the longest sequence of a batch, so that a prediction depends on its companions. P keeps its length.
/// </remarks>
[SequenceModel("luna", typeof(Settings))]
public sealed class Luna : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "luna";

    /// <inheritdoc/>
    public override string Summary => "Transformer that packs the sequence into a short one and unpacks it again, bidirectional";

    /// <inheritdoc/>
    public override string Citation => "Ma et al. 2021, arXiv:2106.01540";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength)
    {
        var own = (Settings)settings;
        return [new NestedAttention(own, depth), new FeedForward(own)];
    }

    /// <summary>Settings of Luna.</summary>
    public sealed record Settings : BidirectionalAttentionSettings
    {
        /// <summary>Length of P; "Luna-256".</summary>
        [Range(1, 65536)] public int PLength { get; init; } = 256;

        /// <inheritdoc/>
        public override IEnumerable<string> Validate()
        {
            foreach (string problem in base.Validate()) yield return problem;
            if (AttentionWidth != DModel) yield return $"'d_qkv' is {DQkv}; Luna's attention is as wide as P, which is 'd_model' = {DModel}: leave it out";
            if (Positions == PositionKind.Rotary) yield return "'positions' is 'rotary', but P and the sequence have no common positions";
        }
    }

    /// <summary>Pack and unpack.</summary>
    internal sealed class NestedAttention : CarryingLayer
    {
        [ComponentName(Name = "p")] private readonly Parameter? _p;
        private readonly Positions? _positions;
        private readonly Linear _pq, _pc, _q, _c, _out;
        private readonly SequenceNorm? _norm;
        private readonly Settings _settings;
        private readonly bool _isLast;

        public NestedAttention(Settings settings, int depth) : base("nested attention")
        {
            int width = settings.DModel;
            (_settings, _isLast) = (settings, depth == settings.NLayers - 1);
            if (depth == 0)
            {
                using Tensor initial = randn(settings.PLength, width);
                register_parameter("p", _p = new Parameter(initial.clone()));
                // A table without parameters: it is no part of the checkpoint.
                if (settings.Positions == PositionKind.Sinusoidal) _positions = Layers.Positions.Create(settings.Positions, width, settings.PLength);
            }
            double gain = Math.Sqrt(0.5);
            register_module("pq_proj", _pq = Projection(width, gain));
            register_module("q_proj", _q = Projection(width, gain));
            register_module("pc_proj", _pc = Projection(width, gain));
            register_module("c_proj", _c = Projection(width, gain));
            register_module("out_proj", _out = Projection(width, 1));
            nn.init.zeros_(_out.bias!);
            _norm = _isLast && !settings.Prenorm ? null : SequenceNorm.Create(settings.Norm, width);
            if (_norm is not null) register_module("p_norm", _norm);
        }

        public override double ForwardFlops(long batch, long length)
        {
            double width = _settings.DModel, p = _settings.PLength;
            double projected = FlopCount.Linear(3.0 * length + 2 * p, width, width);
            return batch * (projected + 2 * FlopCount.Attention(p * length, width, width));
        }

        public override (Tensor Output, Tensor? Carried) forward(Tensor u, Tensor? carried, Padding? padding)
        {
            TensorShape.Require(u, "input of Luna", "B, L, D", TensorShape.Any, TensorShape.Any, _settings.DModel);
            if (carried is not null) TensorShape.Require(carried, "P of Luna", "B, p, D", u.shape[0], _settings.PLength, _settings.DModel);

            using var scope = NewDisposeScope();
            Tensor p = carried ?? First(u.shape[0]), context = _pc.forward(u);
            // A sequence without a valid step sees its first one, and P has statistics over the batch with some norms.
            if (padding is not null) context = context * padding.ValidAs(context.dtype);
            Tensor query = _settings.Prenorm && _norm is not null ? _norm.forward(p, null) : p;
            Tensor packed = Join(Attend(Split(_pq.forward(query)), Split(context), padding));
            Tensor y = _out.forward(Join(Attend(Split(_q.forward(u)), Split(_c.forward(packed)), null)));
            return (y.MoveToOuterDisposeScope(), _isLast ? null : Next(p, packed).MoveToOuterDisposeScope());
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _positions?.Dispose();
            base.Dispose(disposing);
        }

        private Tensor First(long batch)
        {
            if (_p is null) throw new LengthwiseException(ExitCode.Failed, "Luna: found no P, expected the one that the layer before handed on");
            Tensor p = _p.unsqueeze(0);
            return (_positions is null ? p : _positions.forward(p)).expand(batch, -1, -1);
        }

        private Tensor Next(Tensor p, Tensor packed)
        {
            if (training && _settings.Dropout > 0) packed = nn.functional.dropout(packed, _settings.Dropout);
            Tensor sum = p + packed;
            return _settings.Prenorm || _norm is null ? sum : _norm.forward(sum, null);
        }

        // Keys are the values.
        private static Tensor Attend(Tensor q, Tensor context, Padding? padding) =>
            nn.functional.scaled_dot_product_attention(q, context, context, padding?.Keys, 0, is_casual: false);

        private Tensor Split(Tensor x) => x.reshape(x.shape[0], x.shape[1], _settings.NHeads, x.shape[2] / _settings.NHeads).transpose(1, 2);

        private static Tensor Join(Tensor x) => x.transpose(1, 2).flatten(2);

        private static Linear Projection(int width, double gain)
        {
            Linear projection = nn.Linear(width, width);
            nn.init.xavier_uniform_(projection.weight!, gain);
            return projection;
        }
    }
}

using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Diagnoses;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>A Transformer whose attention is a sliding window, with a few global steps that see and are seen by all.</summary>
/// <remarks>
/// Beltagy, Peters, Cohan (2020), arXiv:2004.05150, section 3. D = width, A = d_qkv, w = window, g = global steps, the first of the sequence.
///   q, k, v [A, D] and bias        of every step; the window, and the global steps as keys
///   q_global, k_global, v_global   the same, of the global steps' own attention to everything; only with g > 0
///   o [D, A], feed-forward as in <see cref="Transformer"/>
/// Step t sees t - (w - 1 - floor(w / 2)) … t + floor(w / 2) and the g first steps; a global step sees all. When causal both see nothing behind t, which
/// halves the window. O(L (w + g) A + L D²) time, memory linear in L.
/// Deviation: the released Long Range Arena code forms the L x L matrix twice and masks it; here the band alone is computed. It declares no step
/// global; the article makes the classification token global, which g = 1 does with pooling 'cls'.
/// </remarks>
[SequenceModel("longformer", typeof(Settings))]
public sealed class Longformer : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "longformer";

    /// <inheritdoc/>
    public override string Summary => "Transformer with a sliding window and global steps, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Beltagy et al. 2020, arXiv:2004.05150; as in Tay et al. 2021, arXiv:2011.04006";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength)
    {
        var own = (Settings)settings;
        return [new WindowAttention(own, maxLength), new FeedForward(own)];
    }

    /// <summary>Settings of the Longformer.</summary>
    public sealed record Settings : AttentionSettings
    {
        /// <summary>Steps of the window, w, the step itself included.</summary>
        [Range(1, 1 << 20)] public int Window { get; init; } = 512;

        /// <summary>Steps at the beginning that are global, g; 0 is what the released Long Range Arena code does.</summary>
        [Range(0, 1 << 16)] public int NGlobal { get; init; } = 1;
    }

    private sealed class WindowAttention : MultiHeadLayer, IAttentionReach
    {
        private readonly nn.Module<Tensor, Tensor>? _q, _k, _v;
        private readonly int _before, _after, _global;

        public WindowAttention(Settings settings, int maxLength) : base("sliding-window attention", settings, maxLength)
        {
            (_after, _global) = (settings.Window / 2, settings.NGlobal);
            _before = settings.Window - 1 - _after;
            if (_global == 0) return;
            register_module("q_global", _q = nn.Linear(settings.DModel, settings.AttentionWidth));
            register_module("k_global", _k = nn.Linear(settings.DModel, settings.AttentionWidth));
            register_module("v_global", _v = nn.Linear(settings.DModel, settings.AttentionWidth));
        }

        protected override double AttendFlops(long batch, long length)
        {
            long first = Math.Min(_global, length), seen = IsCausal ? first : length;
            double projected = FlopCount.Linear(batch * (first + 2 * seen), Width, _global == 0 ? 0 : Inner);
            return projected + batch * FlopCount.Attention(PairsInSight.Window(length, _before, _after, _global, IsCausal), Inner, Inner);
        }

        protected override Tensor Attend(Tensor q, Tensor k, Tensor v, Padding? padding) =>
            SlidingWindowAttention.Apply(q, k, v, Heads, _before, _after, _global, IsCausal, padding);

        public AttentionRows AttentionOn(Tensor u, Padding? padding)
        {
            (Tensor q, Tensor k, _) = Project(u);
            var sight = new AttentionSight(u.shape[1], IsCausal, padding, Sees);
            var window = new SoftmaxRows(Split(q), Split(k), sight);
            if (_global == 0) return window;
            return new RowsWithGlobal(window, new SoftmaxRows(Split(Rotated(_q!.forward(u))), Split(Rotated(_k!.forward(u))), sight), _global);
        }

        private Tensor Sees(Tensor query, Tensor key)
        {
            Tensor ahead = key - query;
            return ahead.ge(-_before).logical_and(ahead.le(_after)).logical_or(key.lt(_global)).logical_or(query.lt(_global));
        }

        // The global steps' own attention, with projections of its own, takes the place of their windows.
        protected override Tensor Complete(Tensor u, Tensor attended, Padding? padding)
        {
            if (_global == 0) return attended;
            (long batch, long length, long width) = (attended.shape[0], attended.shape[1], attended.shape[2]);
            long first = Math.Min(_global, length), seen = IsCausal ? first : length;
            Tensor Split(Tensor x) => x.reshape(batch, -1, Heads, width / Heads).transpose(1, 2);
            Tensor keys = u.narrow(1, 0, seen);
            Tensor q = Rotated(_q!.forward(u.narrow(1, 0, first))), k = Rotated(_k!.forward(keys)), v = _v!.forward(keys);
            Tensor y = nn.functional.scaled_dot_product_attention(Split(q), Split(k), Split(v), Seen(padding), 0, IsCausal);
            return cat([y.transpose(1, 2).reshape(batch, first, width), attended.narrow(1, first, length - first)], 1);
        }

        // The global steps come first, with weights of their own.
        private sealed class RowsWithGlobal(AttentionRows window, AttentionRows global, long count) : AttentionRows(window.Batch, window.Heads, window.Sight)
        {
            public override Tensor Weights(long first, long queries)
            {
                long own = Math.Clamp(count - first, 0, queries);
                return own == 0 ? window.Weights(first, queries)
                    : own == queries ? global.Weights(first, queries)
                    : cat([global.Weights(first, own), window.Weights(first + own, queries - own)], 2);
            }
        }

        // Padding stands behind the end, so a valid causal query never meets a padded key. A row of padding alone sees its first step.
        private Tensor? Seen(Padding? padding) => IsCausal ? null : padding?.Keys;
    }
}

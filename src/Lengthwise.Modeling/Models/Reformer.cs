using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>A Transformer that attends to what hashes alike: steps are sorted by hash, cut into chunks, and see their chunk and the one before.</summary>
/// <remarks>
/// Kitaev, Kaiser, Levskaya (2020), arXiv:2001.04451, section 2. D = width, A = d_qkv, h = heads, d_k = A / h, r = hashes, b = buckets, m = chunk size.
///   qk, v [A, D] and bias          queries, which are the keys, too, and values
///   rotations [h, d_k, r b / 2]    a buffer, N(0, 1), drawn with the model and stored with its weights
///   o [D, A], feed-forward as in <see cref="Transformer"/>
/// bucket = argmax [x R, -x R]; steps in the order of (bucket, position); k = q / rms(q), scores q k^T / sqrt(d_k). A step sees itself only if nothing else is in
/// sight. Results of r hashes are weighed by their sums of exponentials. O(r L (m A + log L) + L D²) time, memory linear in L.
/// The model's reversible layers save memory without changing the function; they are not here.
/// </remarks>
[SequenceModel("reformer", typeof(Settings))]
public sealed class Reformer : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "reformer";

    /// <inheritdoc/>
    public override string Summary => "Transformer with attention by locality-sensitive hashing, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Kitaev et al. 2020, arXiv:2001.04451; as in Tay et al. 2021, arXiv:2011.04006";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength)
    {
        var own = (Settings)settings;
        return [new SharedAttention(own, maxLength), new FeedForward(own)];
    }

    /// <summary>Settings of the Reformer.</summary>
    public sealed record Settings : AttentionSettings
    {
        /// <summary>Steps of a chunk, m; the article's. The released Long Range Arena code has n_hashes x n_buckets chunks instead, whatever the length.</summary>
        [Range(1, 1 << 20)] public int ChunkSize { get; init; } = 64;

        /// <summary>Rounds of hashing, r.</summary>
        [Range(1, 64)] public int NHashes { get; init; } = 1;

        /// <summary>Buckets of a round, b; even, since a direction and its opposite make two.</summary>
        [Range(2, 65536)] public int NBuckets { get; init; } = 10;

        /// <inheritdoc/>
        public override IEnumerable<string> Validate()
        {
            foreach (string problem in base.Validate()) yield return problem;
            if (NBuckets % 2 != 0) yield return $"'n_buckets' is {NBuckets}, expected an even number: a direction and its opposite make two";
        }
    }

    /// <summary>The branch of attention.</summary>
    internal sealed class SharedAttention : SequenceLayer
    {
        [ComponentName(Name = "rotations")] private readonly Tensor _rotations;
        private readonly nn.Module<Tensor, Tensor> _qk, _v, _o;
        private readonly RotaryPositions? _rotary;
        private readonly Settings _settings;

        public SharedAttention(Settings settings, int maxLength) : base("hashed attention")
        {
            (int width, int inner, int head) = (settings.DModel, settings.AttentionWidth, settings.AttentionWidth / settings.NHeads);
            _settings = settings;
            _rotary = settings.Positions == PositionKind.Rotary ? new RotaryPositions(head, maxLength) : null;
            register_module("qk", _qk = nn.Linear(width, inner));
            register_module("v", _v = nn.Linear(width, inner));
            register_module("o", _o = nn.Linear(inner, width));
            _rotations = randn(settings.NHeads, head, settings.NHashes * (settings.NBuckets / 2)).DetachFromDisposeScope();
            register_buffer("rotations", _rotations);
        }

        /// <summary>Chunks count as if they were cut across buckets; a causal model, in which data decide, sees less of them.</summary>
        public override double ForwardFlops(long batch, long length)
        {
            (double inner, double rounds) = (_settings.AttentionWidth, _settings.NHashes);
            double pairs = PairsInSight.WithPrevious(length, Math.Min(_settings.ChunkSize, length));
            double hashed = FlopCount.Linear(length, inner, rounds * _settings.NBuckets / 2);
            return FlopCount.Linear(batch * length, _settings.DModel, 3 * inner) + batch * (hashed + rounds * FlopCount.Attention(pairs, inner, inner));
        }

        public override Tensor forward(Tensor u, Padding? padding)
        {
            TensorShape.Require(u, "input of hashed attention", "B, L, D", TensorShape.Any, TensorShape.Any, _settings.DModel);

            using var scope = NewDisposeScope();
            (long batch, long length, long heads) = (u.shape[0], u.shape[1], _settings.NHeads);
            Tensor Split(Tensor x) => x.reshape(batch, length, heads, -1).transpose(1, 2);
            Tensor qk = _qk.forward(u), v = Split(_v.forward(u));
            qk = Split(_rotary is null ? qk : _rotary.Rotate(qk));
            Tensor y = HashedAttention.Apply(qk, v, Buckets(qk), _settings.NBuckets, _settings.ChunkSize, !_settings.Bidirectional, padding);
            return _o.forward(y.transpose(1, 2).reshape(batch, length, _settings.AttentionWidth)).MoveToOuterDisposeScope();
        }

        // [B, h, L, d_k] to [B, h, r, L]; no gradient passes.
        private Tensor Buckets(Tensor x)
        {
            using var _ = no_grad();
            Tensor turned = matmul(x, _rotations).reshape(x.shape[0], x.shape[1], x.shape[2], _settings.NHashes, -1).transpose(2, 3);
            return cat([turned, -turned], -1).argmax(-1);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _rotary?.Dispose();
            base.Dispose(disposing);
        }
    }
}

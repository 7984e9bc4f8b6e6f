using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>A Transformer over blocks that attend to themselves and to a block sorted to their place by a learned, soft permutation.</summary>
/// <remarks>
/// Tay, Bahri, Yang, Metzler, Juan (2020), arXiv:2002.11296, section 3. D = width, A = d_qkv, h = heads, d_k = A / h, w = block size, n = blocks of a
/// sequence, N = blocks of the longest one. Parameters as in <see cref="Transformer"/>, and
///   sort [N, d_k] and bias   the sort network, shared by all heads
///   R = sort(mean of the keys of each block) [n, n]   S = Sinkhorn(R)   K' = S K, V' = S V, block by block
///   y = softmax(q k^T / sqrt(d_k)) v + softmax(q k'^T / sqrt(d_k)) v' inside each block
/// Sinkhorn: rows and columns of exp(R) are normalised in turns until S is nearly doubly stochastic. O(L (w + L / w) A + L D²) time and
/// O(L D + (L / w)²) memory.
/// Deviation: the released code sums permutation and blocks separately, so that every "sorted" block is the sum of all; its normalisation is a softmax
/// of rows, since its Sinkhorn is never asked for; its blocks are steps L / w apart. Here as in the article.
/// Deviation: means are over valid steps, padded steps are zero in sorted blocks, and blocks of padding are sorted to themselves.
/// </remarks>
[SequenceModel("sinkhorn", typeof(Settings))]
public sealed class Sinkhorn : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "sinkhorn";

    /// <inheritdoc/>
    public override string Summary => "Transformer over blocks and blocks sorted by a learned permutation, bidirectional";

    /// <inheritdoc/>
    public override string Citation => "Tay et al. 2020, arXiv:2002.11296; as in Tay et al. 2021, arXiv:2011.04006";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength)
    {
        var own = (Settings)settings;
        return [new SortedBlocks(own, maxLength), new FeedForward(own)];
    }

    /// <summary>Settings of the Sinkhorn Transformer.</summary>
    public sealed record Settings : AttentionSettings
    {
        private const string Obstacle = "its blocks are sorted by what the whole sequence holds, so that later blocks decide what earlier ones see";

        /// <summary>Steps of a block, w; the released default (64 on images).</summary>
        [Range(1, 1 << 20)] public int BlockSize { get; init; } = 50;

        /// <summary>Times that rows and columns are normalised; the article finds 5 to 10 best, the released function has 1.</summary>
        [Range(1, 1000)] public int SortIterations { get; init; } = 5;

        /// <inheritdoc/>
        public override string? ObstacleTo(ObjectiveKind objective) => objective == ObjectiveKind.Causal ? Obstacle : base.ObstacleTo(objective);

        /// <inheritdoc/>
        public override IEnumerable<string> Validate()
        {
            foreach (string problem in base.Validate()) yield return problem;
            if (!Bidirectional) yield return $"'bidirectional' is false, but the model has no such form: {Obstacle}";
        }
    }

    /// <summary>The branch of attention.</summary>
    internal sealed class SortedBlocks : MultiHeadLayer
    {
        private readonly nn.Module<Tensor, Tensor> _sort;
        private readonly int _block, _iterations, _maxLength;

        public SortedBlocks(Settings settings, int maxLength) : base("sorted block attention", settings, maxLength)
        {
            (_block, _iterations, _maxLength) = (settings.BlockSize, settings.SortIterations, maxLength);
            register_module("sort", _sort = nn.Linear(settings.AttentionWidth / settings.NHeads, (maxLength + _block - 1) / _block));
        }

        protected override double AttendFlops(long batch, long length)
        {
            long block = Math.Min(_block, length);
            double blocks = (length + block - 1) / block, most = (_maxLength + _block - 1) / _block;
            double pairs = PairsInSight.Blocks(length, block, causal: false) + (double)length * block;
            double sorted = FlopCount.Linear(blocks, Inner, most) + 2 * FlopCount.Linear(blocks, blocks, (double)block * Inner);
            return batch * (FlopCount.Attention(pairs, Inner, Inner) + sorted);
        }

        protected override Tensor Attend(Tensor q, Tensor k, Tensor v, Padding? padding)
        {
            (long batch, long length, long width) = (q.shape[0], q.shape[1], q.shape[2]);
            Layers.Positions.RequireLength(length, _maxLength);
            long block = Math.Min(_block, length), blocks = (length + block - 1) / block, filled = blocks * block;
            Tensor Cut(Tensor x) => nn.functional.pad(x, [0, 0, 0, filled - length]).reshape(batch, blocks, block, width);
            if (padding is not null) (k, v) = (k * padding.ValidAs(k.dtype), v * padding.ValidAs(v.dtype));
            Tensor lengths = padding?.Lengths ?? full([batch], length, ScalarType.Int64);
            Tensor local = SeparateBlockAttention.Apply(q, k, v, Heads, (int)block, causal: false, padding);

            Tensor permutation = Permutation(Cut(k), lengths);
            Tensor Sorted(Tensor x)
            {
                Tensor heads = Cut(x).reshape(batch, blocks, block, Heads, -1).permute(0, 3, 1, 2, 4).reshape(batch, Heads, blocks, -1);
                return matmul(permutation, heads).reshape(batch, Heads, blocks, block, -1).permute(0, 2, 3, 1, 4).reshape(batch * blocks, block, width);
            }

            // A place in a sorted block holds something if the first block does: only the last one can be shorter.
            using var places = new Padding(lengths.clamp(0, block).repeat_interleave(blocks), block);
            Tensor sorted = Attention.Apply(Cut(q).reshape(batch * blocks, block, width), Sorted(k), Sorted(v), Heads, causal: false, places);
            return local + sorted.reshape(batch, filled, width).narrow(1, 0, length);
        }

        /// <summary>From keys [B, n, w, A], zero where padded, to the share of block j at the place of block i, [B, h, n, n].</summary>
        internal Tensor Permutation(Tensor keys, Tensor lengths)
        {
            (long batch, long blocks, long block) = (keys.shape[0], keys.shape[1], keys.shape[2]);
            Tensor start = arange(0, blocks * block, block, ScalarType.Int64), counts = (lengths.unsqueeze(1) - start).clamp(0, block);
            Tensor means = keys.sum(2) / counts.clamp_min(1).unsqueeze(-1).to_type(keys.dtype);
            Tensor scores = _sort.forward(means.reshape(batch, blocks, Heads, -1)).narrow(-1, 0, blocks).transpose(1, 2);

            // A block of padding is at its own place and at no other.
            Tensor valid = counts.gt(0).unsqueeze(1), none = (valid.unsqueeze(-1) & valid.unsqueeze(-2)).logical_not();
            scores = scores.masked_fill(none, double.NegativeInfinity).masked_fill(none & eye(blocks, dtype: ScalarType.Bool), 0);
            for (int i = 0; i < _iterations; i++)
            {
                scores = scores - scores.logsumexp(-1, keepdim: true);
                scores = scores - scores.logsumexp(-2, keepdim: true);
            }
            return scores.exp();
        }
    }
}

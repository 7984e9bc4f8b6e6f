using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>A Transformer that attends to a window of blocks, to the first and the last block, and to a few random ones.</summary>
/// <remarks>
/// Zaheer et al. (2020), arXiv:2007.14062, section 2 and appendix D. D = width, A = d_qkv, w = block size, n = blocks of a sequence, r = random blocks.
/// Parameters as in <see cref="Transformer"/>, and the buffer random_blocks [1]: a seed, drawn with the model, from which every head's random
/// blocks follow.
/// Block b sees 0, b - 1, b, b + 1, n - 1 and r others, drawn without repetition; blocks 0 and n - 1 see everything. When causal block b sees 0, b - 1, b and r
/// others before them, nothing behind a step, and the last block is like any other. O(L w (5 + r) A + L D²) time, memory linear in L.
/// Deviation: the published causal form is full attention.
/// Deviation: the released code draws random blocks from the first 1,024 steps only and seeds them by a hash that changes with every process; here they
/// come from the whole sequence and from the checkpoint.
/// Deviation: n counts the blocks of a sequence's own valid steps, where the released code counts those of the padded batch.
/// </remarks>
[SequenceModel("bigbird", typeof(Settings))]
public sealed class BigBird : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "bigbird";

    /// <inheritdoc/>
    public override string Summary => "Transformer with window, global and random blocks, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Zaheer et al. 2020, arXiv:2007.14062; as in Tay et al. 2021, arXiv:2011.04006";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength)
    {
        var own = (Settings)settings;
        return [new SparseBlocks(own, maxLength), new FeedForward(own)];
    }

    /// <summary>Settings of BigBird.</summary>
    public sealed record Settings : AttentionSettings
    {
        /// <summary>Steps of a block, w.</summary>
        [Range(1, 1 << 20)] public int BlockSize { get; init; } = 64;

        /// <summary>Random blocks that a block sees, r; fewer where there are not so many.</summary>
        [Range(0, 1024)] public int NRandomBlocks { get; init; } = 3;
    }

    /// <summary>The attention; its lists of blocks are a function of the stored seed, the head and the number of blocks.</summary>
    internal sealed class SparseBlocks : MultiHeadLayer
    {
        // Below 2^53, so that the seed survives a change of the model's precision.
        private const long Seeds = 1L << 53;
        [ComponentName(Name = "random_blocks")] private readonly Tensor _seed;
        private readonly int _block, _random;
        private readonly Dictionary<(long Seed, int Blocks), long[][]> _lists = [], _wholeLists = [];

        public SparseBlocks(Settings settings, int maxLength) : base("block-sparse attention", settings, maxLength)
        {
            (_block, _random) = (settings.BlockSize, settings.NRandomBlocks);
            _seed = randint(Seeds, [1], ScalarType.Int64).DetachFromDisposeScope();
            register_buffer("random_blocks", _seed);
        }

        /// <summary>Key blocks of every head and query block of a sequence of that many blocks, head after head.</summary>
        public long[][] Lists(int blocks)
        {
            var key = (_seed.to(ScalarType.Int64).item<long>(), blocks);
            if (_lists.TryGetValue(key, out long[][]? lists)) return lists;

            lists = new long[Heads * blocks][];
            for (int head = 0; head < Heads; head++)
            {
                // The blocks before one must not depend on how many follow.
                string purpose = IsCausal ? "earlier blocks" : FormattableString.Invariant($"one of {blocks} blocks");
                var stream = new RandomStream(key.Item1, purpose, head);
                for (int b = 0; b < blocks; b++) lists[head * blocks + b] = [.. Fixed(b, blocks), .. Drawn(stream, b, blocks)];
            }
            return _lists[key] = lists;
        }

        protected override double AttendFlops(long batch, long length) => batch * FlopCount.Attention(Pairs(length), Inner, Inner);

        protected override Tensor Attend(Tensor q, Tensor k, Tensor v, Padding? padding)
        {
            (long batch, long length) = (q.shape[0], q.shape[1]);
            if (length <= _block) return Attention.Apply(q, k, v, Heads, IsCausal, padding);

            if (AttentionFunction.TryApply(q, k, v, Heads, Pattern(padding, length), padding) is { } own) return own;

            Tensor y = BlockGatherAttention.Apply(q, k, v, Heads, _block, AllLists(padding, (int)((length + _block - 1) / _block)), IsCausal, padding);
            return IsCausal ? y : WithGlobalQueries(y, q, k, v, padding);
        }

        private double Pairs(long length)
        {
            int blocks = (int)((length + _block - 1) / _block);
            if (blocks <= 1) return PairsInSight.All(length, IsCausal);
            long last = length - (blocks - 1L) * _block;
            double pairs = 0;
            for (int b = 0; b < blocks; b++)
            {
                long rows = b == blocks - 1 ? last : _block, listed = Fixed(b, blocks).Count + Math.Min(_random, Below(b) + Above(b, blocks));
                pairs += IsCausal ? rows * (listed - 1.0) * _block + PairsInSight.All(rows, causal: true)
                    : b == 0 || b == blocks - 1 ? (double)rows * length
                    : rows * ((listed - 1.0) * _block + last);
            }
            return pairs;
        }

        private static int Below(int b) => Math.Max(0, b - 2);

        private int Above(int b, int blocks) => IsCausal ? 0 : Math.Max(0, blocks - 3 - b);

        // To the kernels the first and the last block are like any others, with a list of all.
        private ListedBlocksPattern Pattern(Padding? padding, long length)
        {
            IEnumerable<long> lengths = padding is null || IsCausal ? [length] : padding.Lengths.data<long>().ToArray();
            return new ListedBlocksPattern(_block, [.. lengths.Select(n => WholeLists((int)((n + _block - 1) / _block)))], Heads, IsCausal);
        }

        private long[][] WholeLists(int blocks)
        {
            var key = (_seed.to(ScalarType.Int64).item<long>(), blocks);
            if (_wholeLists.TryGetValue(key, out long[][]? lists)) return lists;

            lists = [.. Lists(blocks).Select(list => list.Order().ToArray())];
            for (int i = 0; i < lists.Length && !IsCausal; i++)
                if (i % blocks == 0 || i % blocks == blocks - 1) lists[i] = [.. Enumerable.Range(0, blocks).Select(b => (long)b)];
            return _wholeLists[key] = lists;
        }

        private HashSet<long> Fixed(int b, int blocks)
        {
            long[] near = IsCausal ? [0, b - 1, b] : [0, b - 1, b, b + 1, blocks - 1];
            return [.. near.Where(i => i >= 0 && i < blocks)];
        }

        // Candidates are 1 … b - 2 and, unless causal, b + 2 … blocks - 2: all that are not in the list already.
        private SortedSet<long> Drawn(RandomStream stream, int b, int blocks)
        {
            int below = Below(b), above = Above(b, blocks), wanted = Math.Min(_random, below + above);
            SortedSet<long> drawn = [];
            while (drawn.Count < wanted)
            {
                int i = stream.Next(below + above);
                drawn.Add(i < below ? 1 + i : b + 2 + i - below);
            }
            return drawn;
        }

        /// <summary>The lists of a batch, [B or 1, heads, blocks, m]; blocks of padding alone have none. Causal ones do not depend on the length.</summary>
        private Tensor AllLists(Padding? padding, int blocks)
        {
            long[] lengths = padding is null || IsCausal ? [(long)blocks * _block] : padding.Lengths.data<long>().ToArray();
            long[][][] lists = [.. lengths.Select(n => Lists((int)((n + _block - 1) / _block)))];
            int longest = lists.SelectMany(l => l).Max(l => (int?)l.Length) ?? 1;
            long[] all = new long[lengths.Length * Heads * blocks * longest];
            Array.Fill(all, BlockGatherAttention.NoBlock);
            for (int row = 0; row < lengths.Length; row++)
                for (int i = 0; i < lists[row].Length; i++)
                {
                    (int head, int b) = Math.DivRem(i, lists[row].Length / Heads);
                    lists[row][i].CopyTo(all, ((row * Heads + head) * blocks + b) * longest);
                }
            return tensor(all, [lengths.Length, Heads, blocks, longest]);
        }

        // The first and the last block of every sequence attend to all of it.
        private Tensor WithGlobalQueries(Tensor y, Tensor q, Tensor k, Tensor v, Padding? padding)
        {
            (long batch, long length, long width) = (q.shape[0], q.shape[1], q.shape[2]);
            long blocks = (length + _block - 1) / _block, filled = blocks * _block;
            Tensor lengths = (padding?.Lengths ?? full([batch], length, ScalarType.Int64)).clamp_min(1).reshape(batch, 1, 1, 1);
            Tensor last = (lengths - 1).div(_block, RoundingMode.floor), number = arange(blocks, ScalarType.Int64).reshape(1, blocks, 1, 1);
            Tensor Cut(Tensor x) => nn.functional.pad(x, [0, 0, 0, filled - length]).reshape(batch, blocks, _block, width);
            Tensor Split(Tensor x) => x.reshape(batch, -1, Heads, width / Heads).transpose(1, 2);

            Tensor cut = Cut(q), lastIndex = last.flatten() + arange(batch, ScalarType.Int64) * blocks;
            Tensor queries = cat([cut.select(1, 0), cut.reshape(batch * blocks, _block, width).index_select(0, lastIndex)], 1);
            Tensor seen = arange(length, ScalarType.Int64).reshape(1, 1, 1, length).lt(lengths);
            Tensor global = nn.functional.scaled_dot_product_attention(Split(queries), Split(k), Split(v), seen, 0, is_casual: false);
            global = global.transpose(1, 2).reshape(batch, 2, _block, width);
            Tensor whole = where(number.eq(0), global.narrow(1, 0, 1), where(number.eq(last), global.narrow(1, 1, 1), Cut(y)));
            return whole.reshape(batch, filled, width).narrow(1, 0, length);
        }
    }
}

using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class BigBirdTests : ModelTestSuite<BigBird>
{
    protected override ModelSettings Small(bool bidirectional) =>
        new BigBird.Settings { DModel = 8, NLayers = 2, NHeads = 2, BlockSize = 4, NRandomBlocks = 2, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
    [
        (BigBird.Settings)Small(true) with { BlockSize = 1, NRandomBlocks = 0 }, (BigBird.Settings)Small(true) with { BlockSize = 60 },
        (BigBird.Settings)Small(true) with { NHeads = 8, NRandomBlocks = 1024 }, (BigBird.Settings)Small(false) with { BlockSize = 1 },
    ];

    [Theory]
    [InlineData(true, 4, 2, 40)]
    [InlineData(true, 4, 2, 41, 41)]
    [InlineData(false, 4, 2, 41, 41)]
    [InlineData(true, 4, 2, 41, 1, 4, 5, 17, 29)]
    [InlineData(false, 4, 2, 41, 1, 4, 5, 17, 29)]
    [InlineData(true, 3, 0, 31, 8)]
    [InlineData(true, 64, 3, 37, 5)]
    [InlineData(false, 1, 1, 19, 13)]
    [InlineData(true, 2, 100, 23, 9)]
    public void Layer_equals_dense_attention_with_the_mask_of_its_blocks(bool bidirectional, int block, int drawn, params int[] lengths)
    {
        random.manual_seed(1);
        using BigBird.SparseBlocks layer = Layer((BigBird.Settings)Small(bidirectional) with { BlockSize = block, NRandomBlocks = drawn });

        DenseAttention.AssertEqual(layer, 8, [.. lengths], u =>
        {
            int n = ((int)u.shape[0] + block - 1) / block;
            HashSet<long>[,] lists = Lists(layer, n);
            return DenseAttention.Layer(layer, u, 2, (h, t, s) => bidirectional
                ? t / block == 0 || t / block == n - 1 || lists[h, t / block].Contains(s / block)
                : s <= t && lists[h, t / block].Contains(s / block));
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_list_has_window_global_and_as_many_random_blocks_as_there_can_be(bool bidirectional)
    {
        random.manual_seed(4);
        using BigBird.SparseBlocks layer = Layer((BigBird.Settings)Small(bidirectional));

        foreach (int n in (int[])[1, 2, 3, 5, 6, 7, 40])
        {
            HashSet<long>[,] lists = Lists(layer, n);
            for (int h = 0; h < 2; h++)
                for (int b = 0; b < n; b++)
                {
                    long[] near = [.. (bidirectional ? (long[])[0, b - 1, b, b + 1, n - 1] : [0, b - 1, b]).Where(i => i >= 0 && i < n).Distinct()];
                    int others = (bidirectional ? n : b + 1) - near.Length;
                    Assert.Superset(near.ToHashSet(), lists[h, b]);
                    Assert.Equal(near.Length + Math.Min(2, others), lists[h, b].Count);
                    Assert.All(lists[h, b], i => Assert.InRange(i, 0, bidirectional ? n - 1 : b));
                }
        }
    }

    [Fact]
    public void Random_blocks_differ_between_heads_and_seeds_and_are_spread_evenly()
    {
        random.manual_seed(5);
        using BigBird.SparseBlocks first = Layer((BigBird.Settings)Small(true)), second = Layer((BigBird.Settings)Small(true));
        int[] counts = new int[40];
        HashSet<long>[,] lists = Lists(first, 40), others = Lists(second, 40);

        int equal = 0;
        for (int b = 1; b < 39; b++)
        {
            foreach (long i in lists[0, b].Concat(lists[1, b]).Where(i => Math.Abs(i - b) > 1)) counts[i]++;
            if (lists[0, b].SetEquals(lists[1, b]) || lists[0, b].SetEquals(others[0, b])) equal++;
        }

        Assert.InRange(equal, 0, 3);
        Assert.InRange(counts[2..38].Max(), 4, 14);
        Assert.InRange(counts[1..20].Sum() / (double)counts[1..39].Sum(), 0.35, 0.65);
    }

    [Fact]
    public void Earlier_blocks_do_not_depend_on_how_many_follow()
    {
        random.manual_seed(6);
        using BigBird.SparseBlocks layer = Layer((BigBird.Settings)Small(false));
        HashSet<long>[,] few = Lists(layer, 9), many = Lists(layer, 31);

        for (int h = 0; h < 2; h++)
            for (int b = 0; b < 9; b++) Assert.Equal(few[h, b], many[h, b]);
    }

    [Fact]
    public void The_seed_of_the_random_blocks_is_stored_and_survives_double_precision()
    {
        using SequenceModel model = Create(new ModelInput.Tokens(5), new ModelOutput.Pooled(2), Small(true));
        (string name, Tensor seed) = Assert.Single(model.State, s => s.Name == "layers.1.0.layer.random_blocks");
        long before = seed.item<long>();

        model.Double();

        Assert.Equal(before, model.State.Single(s => s.Name == name).Tensor.to(ScalarType.Int64).item<long>());
    }

    private static BigBird.SparseBlocks Layer(BigBird.Settings settings) => (BigBird.SparseBlocks)new BigBird().CreateLayers(settings, 0, 64)[0];

    private static HashSet<long>[,] Lists(BigBird.SparseBlocks layer, int blocks)
    {
        long[][] all = layer.Lists(blocks);
        var lists = new HashSet<long>[2, blocks];
        for (int h = 0; h < 2; h++)
            for (int b = 0; b < blocks; b++)
            {
                Assert.Distinct(all[h * blocks + b]);
                lists[h, b] = [.. all[h * blocks + b]];
            }
        return lists;
    }
}

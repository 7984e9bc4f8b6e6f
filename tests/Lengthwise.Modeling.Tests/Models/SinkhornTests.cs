using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class SinkhornTests : ModelTestSuite<Sinkhorn>
{
    protected override ModelSettings Small(bool bidirectional) =>
        new Sinkhorn.Settings { DModel = 8, NLayers = 2, NHeads = 2, BlockSize = 4, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
    [
        (Sinkhorn.Settings)Small(true) with { BlockSize = 1, SortIterations = 1 }, (Sinkhorn.Settings)Small(true) with { BlockSize = 1 << 20 },
        (Sinkhorn.Settings)Small(true) with { NHeads = 8, SortIterations = 100 },
    ];

    [Theory]
    [InlineData(4, 5, 40)]
    [InlineData(4, 5, 41, 41)]
    [InlineData(4, 5, 41, 1, 4, 5, 17, 29)]
    [InlineData(1, 2, 11, 7)]
    [InlineData(64, 5, 37, 5)]
    [InlineData(7, 1, 23, 9, 21)]
    public void Layer_equals_dense_attention_written_out(int block, int iterations, params int[] lengths)
    {
        random.manual_seed(1);
        var settings = (Sinkhorn.Settings)Small(true) with { BlockSize = block, SortIterations = iterations };
        using SequenceLayer layer = new Sinkhorn().CreateLayers(settings, 0, 64)[0];
        // The framework's small initial values would leave all shares nearly equal.
        using (no_grad()) layer.named_parameters().Single(p => p.name == "sort.weight").parameter.mul_(8);

        DenseAttention.AssertEqual(layer, 8, [.. lengths], u => Dense(layer, u, block, iterations));
    }

    [Fact]
    public void Shares_of_blocks_sum_to_one_over_places_and_nearly_over_blocks()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(2);
        using var layer = (Sinkhorn.SortedBlocks)new Sinkhorn().CreateLayers((Sinkhorn.Settings)Small(true) with { SortIterations = 30 }, 0, 64)[0];
        Tensor keys = randn(3, 5, 4, 8), lengths = tensor(new long[] { 20, 9, 0 });

        Tensor shares = layer.Permutation(keys, lengths);

        Assert.Equal([3, 2, 5, 5], shares.shape);
        Assert.InRange((shares.sum(-1) - 1).abs().max().item<float>(), 0, 1e-3f);
        Assert.InRange((shares.sum(-2) - 1).abs().max().item<float>(), 0, 1e-5f);
        Assert.Equal(0, shares[1].narrow(1, 0, 3).narrow(2, 3, 2).max().item<float>());
        Assert.True(shares[2, 0].equal(eye(5)).all().item<bool>());
    }

    [Fact]
    public void Sequences_longer_than_the_sort_network_are_refused()
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(new ModelInput.Reals(2), new ModelOutput.Pooled(2), Small(true) with { Positions = PositionKind.None }, maxLength: 16);

        var error = Assert.Throws<LengthwiseException>(() => model.forward(zeros(1, 17, 2), null));

        Assert.Contains("17 steps, expected at most 16", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Causal_pretraining_is_not_applicable()
    {
        ModelSettings settings = Small(true);

        Assert.Contains("later blocks", settings.ObstacleTo(ObjectiveKind.Causal), StringComparison.Ordinal);
        Assert.Null(settings.ObstacleTo(ObjectiveKind.Masked));
    }

    /// <summary>One sequence [L, D]: L x L matrices within blocks, blocks mixed one by one.</summary>
    private static Tensor Dense(SequenceLayer layer, Tensor u, int block, int iterations)
    {
        Tensor q = DenseAttention.Project(layer, "q", u), k = DenseAttention.Project(layer, "k", u), v = DenseAttention.Project(layer, "v", u);
        int length = (int)u.shape[0], n = (length + block - 1) / block;
        Tensor local = DenseAttention.Mix(q, k, v, 2, (_, t, s) => t / block == s / block);
        List<Tensor> heads = [];
        for (int h = 0; h < 2; h++)
        {
            Tensor Part(Tensor x) => x.narrow(1, 4 * h, 4);
            Tensor means = stack([.. Enumerable.Range(0, n).Select(b => Part(k).narrow(0, b * block, Math.Min(block, length - b * block)).mean([0]))]);
            Tensor shares = DenseAttention.Project(layer, "sort", means).narrow(1, 0, n).exp();
            for (int i = 0; i < iterations; i++)
            {
                shares = shares / shares.sum(1, keepdim: true);
                shares = shares / shares.sum([0L], keepdim: true);
            }
            // The sorted sequence: at place t of block i the shares of the steps that stand at the same place of every block.
            int places = n * Math.Min(block, length), size = Math.Min(block, length);
            Tensor Sorted(Tensor x) => stack([.. Enumerable.Range(0, places).Select(t => Enumerable.Range(0, n)
                .Where(b => b * size + t % size < length)
                .Select(b => shares[t / size, b] * x[b * size + t % size])
                .Aggregate(zeros_like(x[0]), (sum, part) => sum + part))]);
            heads.Add(DenseAttention.Mix(Part(q), Sorted(Part(k)), Sorted(Part(v)), 1, (_, t, s) => t / size == s / size && s % size < length));
        }
        return DenseAttention.Project(layer, "o", local + cat(heads, 1));
    }
}

using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class FlopCountTests
{
    private const int Longest = 4096;

    public static TheoryData<string> Names => [.. ModelCatalog.Settings.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_model_counts_its_operations(string name)
    {
        using SequenceModel model = Create(name, Defaults(name));

        double flops = model.ForwardFlops(4, 128);

        // No model does less than its head and more than one product of everything with everything.
        Assert.InRange(flops, 4 * 2 * 10, 1e12);
        Assert.True(model.ForwardFlops(8, 128) > flops);
        Assert.True(model.ForwardFlops(4, 256) > flops);
        Assert.Equal(3 * flops, model.TrainingFlops(4, 128));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_batch_counts_as_its_sequences_but_for_what_they_share(string name)
    {
        using SequenceModel model = Create(name, Defaults(name));

        (double one, double two, double three) = (model.ForwardFlops(1, 300), model.ForwardFlops(2, 300), model.ForwardFlops(3, 300));

        Assert.Equal(two - one, three - two, (two - one) * 1e-9);
        Assert.True(two <= 2 * one * (1 + 1e-12));
    }

    [Fact]
    public void A_feed_forward_counts_two_operations_a_weight_and_step()
    {
        using var layer = new FeedForward(new Transformer.Settings { DModel = 12, DFf = 40 });

        double flops = layer.ForwardFlops(3, 50);

        Assert.Equal(2.0 * Weights(layer) * 3 * 50, flops);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_transformer_counts_its_maps_and_its_pairs(bool bidirectional)
    {
        const int depth = 3, width = 16, length = 100, batch = 5;
        using SequenceModel model = Create("transformer", new Transformer.Settings { DModel = width, NLayers = depth, NHeads = 4, Bidirectional = bidirectional });

        double flops = model.ForwardFlops(batch, length);

        double maps = 2.0 * (4 * width * width + 2 * width * 4 * width) * length;
        double pairs = bidirectional ? length * length : length * (length + 1) / 2;
        Assert.Equal(batch * (depth * (maps + 4 * pairs * width) + 2 * width * 10), flops);
    }

    [Fact]
    public void A_block_of_a_transformer_sees_its_neighbours()
    {
        const int width = 8, length = 70, block = 20;
        Transformer.Settings whole = new() { DModel = width, NLayers = 1, NHeads = 2 };
        using SequenceModel full = Create("transformer", whole), blocks = Create("transformer", whole with { BlockSize = block });

        double fewer = full.ForwardFlops(1, length) - blocks.ForwardFlops(1, length);

        // Blocks of 20, 20, 20 and 10 steps.
        double seen = 20 * 40 + 20 * 60 + 20 * 50 + 10 * 30;
        Assert.Equal(4 * width * (length * length - seen), fewer);
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public void S4D_counts_kernel_transforms_and_gate(bool bidirectional, int directions)
    {
        const int width = 16, states = 32, length = 1024, batch = 7;
        using SequenceModel model = Create("s4d", new S4D.Settings { DModel = width, NLayers = 1, DState = states, Bidirectional = bidirectional });

        double flops = model.ForwardFlops(batch, length);

        double taps = directions * width * 4.0 * (states / 2) * length;
        double transform = 5.0 * 2048 * 11;
        double convolution = width * (batch * (transform + 6 * 1024) + transform / 2);
        Assert.Equal(taps + convolution + batch * (2.0 * width * 2 * width * length + 2 * width * 10), flops);
    }

    [Theory]
    [InlineData("s5")]
    [InlineData("lru")]
    [InlineData("mamba")]
    [InlineData("linear")]
    [InlineData("performer")]
    [InlineData("gru")]
    [InlineData("cnn")]
    public void Scans_and_sums_grow_with_the_length(string name)
    {
        using SequenceModel model = Create(name, Defaults(name));

        double growth = PerStep(model, 4096) / PerStep(model, 1024);

        Assert.Equal(1, growth, 1e-3);
    }

    [Theory]
    [InlineData("local")]
    [InlineData("longformer")]
    [InlineData("bigbird")]
    public void Windows_grow_with_the_length_once_they_are_full(string name)
    {
        using SequenceModel model = Create(name, Defaults(name));

        double growth = PerStep(model, 4096) / PerStep(model, 2048);

        Assert.InRange(growth, 1, 1.2);
    }

    [Fact]
    public void Full_attention_grows_with_the_square_of_the_length()
    {
        using SequenceModel model = Create("transformer", new Transformer.Settings { DModel = 8, NLayers = 2, NHeads = 2 });
        double Second(long length) => model.ForwardFlops(1, 2 * length) - 2 * model.ForwardFlops(1, length) + model.ForwardFlops(1, 0);

        double growth = Second(2048) / Second(1024);

        Assert.Equal(4, growth, 1e-6);
    }

    [Theory]
    [InlineData(1, 3, 2, 0, false)]
    [InlineData(37, 5, 6, 2, false)]
    [InlineData(37, 5, 6, 2, true)]
    [InlineData(37, 0, 0, 0, true)]
    [InlineData(12, 40, 41, 3, false)]
    [InlineData(12, 40, 41, 30, true)]
    public void A_window_sees_what_its_definition_says(int length, int before, int after, int first, bool causal)
    {
        double pairs = PairsInSight.Window(length, before, after, first, causal);

        int expected = 0;
        for (int t = 0; t < length; t++)
            for (int s = 0; s < length; s++)
                if ((!causal || s <= t) && (t < first || s < first || (s >= t - before && s <= t + after))) expected++;
        Assert.Equal(expected, pairs);
    }

    [Theory]
    [InlineData(64, 16, false)]
    [InlineData(70, 16, true)]
    [InlineData(9, 16, false)]
    public void Blocks_and_their_neighbours_are_counted_one_by_one(int length, int block, bool causal)
    {
        (double own, double beside, double previous) = (
            PairsInSight.Blocks(length, block, causal), PairsInSight.Neighbours(length, block, causal), PairsInSight.WithPrevious(length, block));

        int Count(Func<int, bool> distance, bool masked) => Enumerable.Range(0, length).Sum(t => Enumerable.Range(0, length).Count(s =>
            distance(t / block - s / block) && (!masked || s <= t)));
        Assert.Equal(Count(d => d == 0, causal), own);
        Assert.Equal(Count(d => Math.Abs(d) <= 1, causal), beside);
        Assert.Equal(Count(d => d is 0 or 1, masked: false), previous);
    }

    [Theory]
    [InlineData(300, false)]
    [InlineData(300, true)]
    [InlineData(256, false)]
    public void A_fixed_pattern_sees_what_its_definition_says(int length, bool causal)
    {
        var pattern = new Lengthwise.Modeling.Kernels.FixedPattern(64, 8, causal);

        double pairs = pattern.Pairs(length);

        int expected = 0;
        for (int t = 0; t < length; t++)
            for (int s = 0; s < length; s++)
                if ((!causal || s <= t) && (s / 64 == t / 64 || s % 64 >= 56)) expected++;
        Assert.Equal(expected, pairs);
    }

    [Fact]
    public void BigBird_counts_the_blocks_of_its_lists()
    {
        const int length = 300, block = 32, blocks = 10;
        var settings = new BigBird.Settings { DModel = 8, NHeads = 1, BlockSize = block, NLayers = 1 };
        using var layer = new BigBird.SparseBlocks(settings, length);

        double attended = layer.ForwardFlops(1, length) - 2.0 * 4 * 8 * 8 * length;

        int Steps(long b) => Math.Min(block, length - (int)b * block);
        long[][] lists = layer.Lists(blocks);
        double pairs = Enumerable.Range(0, blocks).Sum(b => (double)Steps(b) * (b is 0 or blocks - 1 ? length : lists[b].Sum(Steps)));
        Assert.Equal(4 * 8 * pairs, attended);
    }

    [Fact]
    public void A_pair_has_one_head_for_two_sequences()
    {
        S4D.Settings settings = new() { DModel = 8, NLayers = 1 };
        using SequenceModel single = Create("s4d", settings), paired = Create("s4d", settings, new ModelOutput.Paired(2));

        double difference = paired.ForwardFlops(6, 32) - single.ForwardFlops(6, 32);

        Assert.Equal(3 * 2.0 * (4 * 8 * 8 + 8 * 2) - 6 * 2.0 * 8 * 10, difference);
    }

    [Fact]
    public void Real_channels_and_outputs_at_every_step_are_maps_of_every_step()
    {
        S4D.Settings settings = new() { DModel = 8, NLayers = 1 };
        using SequenceModel tokens = Create("s4d", settings);
        using SequenceModel reals = SequenceModel.Create(
            ModelCatalog.Create("s4d"), settings, new ModelInput.Reals(3, HasMaskBit: true), new ModelOutput.PerPosition(3), Longest);

        double difference = reals.ForwardFlops(2, 64) - tokens.ForwardFlops(2, 64);

        Assert.Equal(2 * 64 * 2.0 * (4 * 8 + 8 * 3) - 2 * 2.0 * 8 * 10, difference);
    }

    [Fact]
    public void Conv1D_halves_its_sequence()
    {
        Conv1D.Settings settings = new() { DModel = 8, NLayers = 2, BlocksPerWidth = 2, Dilations = [1, 2], Head = HeadKind.Linear };
        using SequenceModel model = Create("conv1d", settings);

        double flops = model.ForwardFlops(1, 101);

        // Two convolutions a block, from 8 to 16 channels with 3 taps; no shortcut, since widths are equal.
        Assert.Equal((101 + 50) * 2 * 2.0 * 8 * 16 * 3 + 2 * 8 * 10, flops);
    }

    private static double PerStep(SequenceModel model, long length) => (model.ForwardFlops(1, length) - model.ForwardFlops(1, 0)) / length;

    private static long Weights(SequenceLayer layer) => layer.parameters().Where(p => p.dim() == 2).Sum(p => p.numel());

    private static ModelSettings Defaults(string name) => (ModelSettings)Activator.CreateInstance(ModelCatalog.Settings[name])!;

    private static SequenceModel Create(string name, ModelSettings settings, ModelOutput? output = null)
    {
        random.manual_seed(1);
        return SequenceModel.Create(ModelCatalog.Create(name), settings, new ModelInput.Tokens(5), output ?? new ModelOutput.Pooled(10), Longest);
    }
}

using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Native;
using Lengthwise.Modeling.Training.Objectives;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Training;

public sealed class ObjectiveTests
{
    private static readonly TokenInput Tokens = new(["<mask>", "<pad>", "a", "b", "c", "d"]);
    private static readonly RealInput Reals = new(2);

    static ObjectiveTests() => NativeRuntime.Start(1);

    [Fact]
    public void Masked_tokens_become_the_mask_id_and_the_rest_stays()
    {
        using MemorySplit split = TokenSplit(rows: 64, length: row => 5 + row % 40);
        using Batch batch = Whole(split, Tokens);
        using ObjectiveBatch prepared = new MaskedDenoising(Tokens, split, 0.15).Prepare(batch, new RandomStream(1, "m"));
        long[] before = batch.Input.flatten().data<long>().ToArray(), after = prepared.Input.flatten().data<long>().ToArray();
        long[] positions = prepared.Positions!.data<long>().ToArray();

        long[] changed = [.. Enumerable.Range(0, before.Length).Where(i => before[i] != after[i]).Select(i => (long)i)];

        Assert.Equal(positions, changed);
        Assert.All(changed, i => Assert.Equal(TokenInput.MaskId, after[i]));
        Assert.Equal(positions.Select(i => before[i]), prepared.Target.data<long>().ToArray());
    }

    [Fact]
    public void Padding_is_never_masked_and_the_ratio_is_met()
    {
        using MemorySplit split = TokenSplit(rows: 400, length: row => 1 + row % 60);
        using Batch batch = Whole(split, Tokens);
        using ObjectiveBatch prepared = new MaskedDenoising(Tokens, split, 0.15).Prepare(batch, new RandomStream(2, "m"));
        long[] lengths = batch.Lengths.data<long>().ToArray();
        long width = batch.Input.shape[1];

        long[] positions = prepared.Positions!.data<long>().ToArray();

        Assert.All(positions, p => Assert.True(p % width < lengths[p / width]));
        double expected = 0.15 * batch.ValidTokens, deviation = Math.Sqrt(expected * 0.85);
        Assert.InRange(positions.Length, expected - 4 * deviation, expected + 4 * deviation);
    }

    [Fact]
    public void Masks_are_independent_draws_and_not_a_fixed_count()
    {
        using MemorySplit split = TokenSplit(rows: 50, length: _ => 128);
        using Batch batch = Whole(split, Tokens);
        var objective = new MaskedDenoising(Tokens, split, 0.5);
        var seen = new HashSet<int>();

        for (int draw = 0; draw < 20; draw++)
        {
            using ObjectiveBatch prepared = objective.Prepare(batch, new RandomStream(1, "m", draw));
            seen.Add((int)prepared.Positions!.shape[0]);
        }

        Assert.True(seen.Count > 10, $"{seen.Count} different counts in 20 draws");
    }

    [Fact]
    public void Masked_values_become_zero_and_one_bit_per_step_is_appended()
    {
        using MemorySplit split = RealSplit(rows: 6, length: 30);
        using Batch batch = Whole(split, Reals);
        using ObjectiveBatch prepared = new MaskedDenoising(Reals, split, 0.5).Prepare(batch, new RandomStream(4, "m"));
        using var scope = NewDisposeScope();

        Tensor bit = prepared.Input[.., .., TensorIndex.Single(2)];
        Tensor values = prepared.Input[.., .., TensorIndex.Slice(0, 2)];

        Assert.Equal([6, 30, 3], prepared.Input.shape);
        Assert.Equal(prepared.Positions!.shape[0], (long)bit.sum().item<float>());
        Assert.True(values.allclose(batch.Input * (1 - bit).unsqueeze(-1), 0, 0));
        Assert.True(prepared.Target.allclose(batch.Input.flatten(0, 1).index_select(0, prepared.Positions), 0, 0));
    }

    [Fact]
    public void Causal_targets_are_the_next_steps_and_the_last_has_none()
    {
        using MemorySplit split = TokenSplit(rows: 3, length: row => new[] { 1, 2, 4 }[row]);
        using Batch batch = Whole(split, Tokens);
        using ObjectiveBatch prepared = new CausalPrediction(Tokens, split).Prepare(batch, new RandomStream(1, "m"));
        long[] input = batch.Input.flatten().data<long>().ToArray();

        long[] positions = prepared.Positions!.data<long>().ToArray();

        Assert.Equal(1 + 3, positions.Length);
        Assert.Equal(positions.Select(p => input[p + 1]), prepared.Target.data<long>().ToArray());
        Assert.True(prepared.Input.allclose(batch.Input, 0, 0));
    }

    [Fact]
    public void The_loss_is_taken_on_masked_positions_alone()
    {
        using MemorySplit split = TokenSplit(rows: 4, length: _ => 20);
        using Batch batch = Whole(split, Tokens);
        using var scope = NewDisposeScope();
        var objective = new MaskedDenoising(Tokens, split, 0.3);
        using ObjectiveBatch prepared = objective.Prepare(batch, new RandomStream(9, "m"));
        Tensor output = randn(4, 20, 6, requires_grad: true);

        ObjectiveLoss score = objective.Score(output, prepared)!;
        score.Loss.backward();

        Tensor touched = output.grad!.abs().sum(-1).flatten().ne(0).nonzero().flatten();
        Assert.Equal(prepared.Positions!.data<long>().ToArray(), touched.data<long>().ToArray());
        Assert.Equal(prepared.Positions.shape[0], score.Count);
    }

    [Fact]
    public void Guessing_costs_the_entropy_of_single_symbols()
    {
        using MemorySplit split = MemorySplit.OfTokens([[2, 2, 2, 3]], [0], 1);

        double entropy = new MaskedDenoising(Tokens, split, 0.5).LossOfGuessing;

        Assert.Equal(-(0.75 * Math.Log(0.75) + 0.25 * Math.Log(0.25)), entropy, 1e-12);
    }

    [Fact]
    public void Nothing_counts_when_no_position_was_drawn()
    {
        using MemorySplit split = TokenSplit(rows: 1, length: _ => 1);
        using Batch batch = Whole(split, Tokens);
        var objective = new CausalPrediction(Tokens, split);
        using ObjectiveBatch prepared = objective.Prepare(batch, new RandomStream(1, "m"));
        using Tensor output = zeros(1, 1, 6);

        Assert.Null(objective.Score(output, prepared));
    }

    private static MemorySplit TokenSplit(int rows, Func<int, int> length)
    {
        var random = new RandomStream(7, "rows");
        return MemorySplit.OfTokens(
            [.. Enumerable.Range(0, rows).Select(r => Enumerable.Range(0, length(r)).Select(_ => (ushort)(2 + random.Next(4))).ToArray())],
            new int[rows], 1);
    }

    private static MemorySplit RealSplit(int rows, int length)
    {
        var random = new RandomStream(7, "rows");
        float[] values = [.. Enumerable.Range(0, rows * length * 2).Select(_ => (float)random.NextNormal())];
        return MemorySplit.OfValues(values, length, 2, new int[rows], 1);
    }

    private static Batch Whole(MemorySplit split, InputSpec input) => new BatchSource(split, input, split.Count, 1).At(0, 0);
}

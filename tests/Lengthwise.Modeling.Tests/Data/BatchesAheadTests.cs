using System.Diagnostics;
using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Tests.Data;

public sealed class BatchesAheadTests
{
    private static readonly TokenInput Input = new(["<mask>", "<pad>", "<unk>", "<eos>", "a"]);

    [Fact]
    public void Every_step_gets_the_batch_of_the_source_also_from_the_middle_and_across_epochs()
    {
        using var split = new SlowSplit(rows: 10, TimeSpan.Zero);
        var source = new BatchSource(split, Input, batchSize: 4, seed: 7);
        using var ahead = new BatchesAhead(source);

        long[] steps = [0, 1, 2, 3, 4, 11, 5];
        int[][] found = [.. steps.Select(step => Rows(ahead.At(step)))];

        Assert.Equal(steps.Select(step => Rows(source.At(step / 3, (int)(step % 3)))), found);
    }

    [Fact]
    public void A_step_that_takes_longer_than_loading_does_not_wait_for_its_batch()
    {
        const int steps = 6;
        var loading = TimeSpan.FromMilliseconds(20);
        using var split = new SlowSplit(rows: 8, loading);
        using var ahead = new BatchesAhead(new BatchSource(split, Input, batchSize: 1, seed: 1));
        ahead.At(0).Dispose();
        TimeSpan first = ahead.Waited;

        for (int step = 1; step <= steps; step++)
        {
            // The training step.
            Thread.Sleep(4 * loading);
            ahead.At(step).Dispose();
        }

        Assert.True(first >= loading, $"the first batch took {first.TotalMilliseconds} ms");
        Assert.True(ahead.Waited - first < steps * loading / 2, $"{steps} steps waited {(ahead.Waited - first).TotalMilliseconds} ms for batches that take {steps * loading.TotalMilliseconds} ms");
    }

    [Fact]
    public void What_goes_wrong_in_loading_reaches_the_step_that_needs_it()
    {
        using var split = new SlowSplit(rows: 2, TimeSpan.Zero) { FailsFrom = 1 };
        using var ahead = new BatchesAhead(new BatchSource(split, Input, batchSize: 1, seed: 1));
        ahead.At(0).Dispose();

        Assert.Throws<InvalidDataException>(() => ahead.At(1));
    }

    [Fact]
    public void A_batch_that_nobody_took_leaves_no_tensors()
    {
        using var split = new SlowSplit(rows: 8, TimeSpan.Zero);
        var ahead = new BatchesAhead(new BatchSource(split, Input, batchSize: 2, seed: 1));
        long before = TorchSharp.torch.Tensor.TotalCount;
        ahead.At(0).Dispose();

        ahead.Dispose();

        Assert.Equal(before, TorchSharp.torch.Tensor.TotalCount);
    }

    private static int[] Rows(Batch batch)
    {
        using Batch owned = batch;
        return [.. batch.Rows];
    }

    private sealed class SlowSplit(int rows, TimeSpan time) : SequenceSplit
    {
        private int _reads;

        public int FailsFrom { get; init; } = int.MaxValue;

        public override int Count => rows;

        public override int Length(int row, int part = 0) => 3 + row;

        public override ReadOnlySpan<ushort> Tokens(int row, int part = 0) => throw new UnreachableException();

        public override ReadOnlySpan<float> Values(int row, int part = 0) => throw new UnreachableException();

        public override void CopyTokens(int row, int part, Span<long> ids)
        {
            if (Interlocked.Increment(ref _reads) > FailsFrom) throw new InvalidDataException("the file was cut");
            if (time > TimeSpan.Zero) Thread.Sleep(time);
            ids[..Length(row)].Fill(4);
        }

        public override void CopyValues(int row, int part, Span<float> values) => throw new UnreachableException();

        public override int Label(int row) => 0;
    }
}

using CsCheck;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Native;

namespace Lengthwise.Modeling.Tests.Data;

public sealed class BatchSourceTests
{
    private static readonly TokenInput Tokens = new(["<mask>", "<pad>", "a", "b"]);

    static BatchSourceTests() => NativeRuntime.Start(1);

    [Fact]
    public void Every_row_comes_once_an_epoch()
    {
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 40], Gen.Long[0, 1000], Gen.Bool).Sample((count, batchSize, seed, even) =>
        {
            using MemorySplit split = OfLengths(count, seed, row => even ? 3 : 1 + (row * 7919) % 31);
            var source = new BatchSource(split, Tokens, batchSize, seed);

            var rows = new List<int>();
            for (int i = 0; i < source.BatchesPerEpoch; i++)
            {
                using Batch batch = source.At(2, i);
                rows.AddRange(batch.Rows);
            }

            Assert.Equal(Enumerable.Range(0, count), rows.Order());
        }, iter: 50);
    }

    [Fact]
    public void A_batch_depends_on_seed_and_epoch_and_index_alone()
    {
        using MemorySplit split = OfLengths(200, 1, row => 1 + row % 50);
        var walked = new BatchSource(split, Tokens, 16, 5);
        for (int i = 0; i < walked.BatchesPerEpoch; i++) walked.At(0, i).Dispose();

        using Batch afterWalk = walked.At(1, 7);
        using Batch direct = new BatchSource(split, Tokens, 16, 5).At(1, 7);
        using Batch otherSeed = new BatchSource(split, Tokens, 16, 6).At(1, 7);
        using Batch otherEpoch = walked.At(2, 7);

        Assert.Equal(direct.Rows, afterWalk.Rows);
        Assert.NotEqual(direct.Rows, otherSeed.Rows);
        Assert.NotEqual(direct.Rows, otherEpoch.Rows);
    }

    [Fact]
    public void The_order_is_the_same_on_every_machine()
    {
        using MemorySplit split = OfLengths(12, 1, row => 3);
        var source = new BatchSource(split, Tokens, 4, 1);

        int[][] order = [.. Enumerable.Range(0, 3).Select(i => Rows(source, 0, i))];

        Assert.Equal("4 11 5 10 | 2 1 3 8 | 6 9 7 0", string.Join(" | ", order.Select(rows => string.Join(' ', rows))));
    }

    [Fact]
    public void Only_one_batch_is_smaller_and_it_holds_random_rows()
    {
        using MemorySplit split = OfLengths(103, 1, row => 1 + row);
        var source = new BatchSource(split, Tokens, 10, 1);

        int[][] remainders = [.. Enumerable.Range(0, 40).Select(epoch => Assert.Single(
            Enumerable.Range(0, 11).Select(i => Rows(source, epoch, i)), rows => rows.Length == 3))];

        Assert.InRange(remainders.SelectMany(rows => rows).Distinct().Count(), 50, 103);
    }

    [Fact]
    public void Companions_change_between_epochs_even_in_a_small_split()
    {
        using MemorySplit split = OfLengths(320, 1, row => 1 + row);
        var source = new BatchSource(split, Tokens, 8, 1);

        int[] companions = [.. Enumerable.Range(0, 20).SelectMany(epoch => Enumerable.Range(0, source.BatchesPerEpoch)
            .Select(i => Rows(source, epoch, i)).Single(rows => rows.Contains(100))).Distinct()];

        // Sorting the whole split would give the same 8 rows in every epoch.
        Assert.InRange(companions.Length, 30, 320);
    }

    [Fact]
    public void Tokens_are_padded_with_the_pad_id_to_the_longest_of_the_batch()
    {
        using MemorySplit split = MemorySplit.OfTokens([[2, 3, 2], [3], [2, 2]], [1, 0, 1], 2);

        using Batch batch = Assert.Single(BatchSource.InOrder(split, Tokens, 10));

        Assert.Equal([1, 2, 0], batch.Rows);
        Assert.Equal([3, 3], batch.Input.shape);
        Assert.Equal([3, 1, 1, 2, 2, 1, 2, 3, 2], batch.Input.data<long>().ToArray());
        Assert.Equal([1, 2, 3], batch.Lengths.data<long>().ToArray());
        Assert.Equal([0, 1, 1], batch.Labels.data<long>().ToArray());
        Assert.Equal((6, 9, true), (batch.ValidTokens, batch.PaddedTokens, batch.IsPadded));
    }

    [Fact]
    public void Values_keep_their_channels()
    {
        using MemorySplit split = MemorySplit.OfValues([1, 2, 3, 4, 5, 6, 7, 8], length: 2, channels: 2, labels: [0, 1], classes: 2);

        using Batch batch = Assert.Single(BatchSource.InOrder(split, new RealInput(2), 10));

        Assert.Equal([2, 2, 2], batch.Input.shape);
        Assert.Equal([1f, 2, 3, 4, 5, 6, 7, 8], batch.Input.data<float>().ToArray());
        Assert.False(batch.IsPadded);
    }

    [Fact]
    public void Pairs_stand_first_sequences_before_second_ones()
    {
        using MemorySplit split = Pairs(([2, 3], [2]), ([3], [3, 2, 2]));

        using Batch batch = Assert.Single(BatchSource.InOrder(split, Tokens, 10));

        Assert.Equal([0, 1], batch.Rows);
        Assert.Equal([4, 3], batch.Input.shape);
        Assert.Equal([2, 3, 1, 3, 1, 1, 2, 1, 1, 3, 2, 2], batch.Input.data<long>().ToArray());
        Assert.Equal([2, 1, 1, 3], batch.Lengths.data<long>().ToArray());
        Assert.Equal([0, 1], batch.Labels.data<long>().ToArray());
        Assert.Equal((7, 12), (batch.ValidTokens, batch.PaddedTokens));
    }

    [Fact]
    public void Pairs_are_sorted_by_the_longer_sequence_and_padding_counts_both()
    {
        using MemorySplit split = Pairs(([2], [2, 2, 2, 2]), ([3, 3, 3], [3]), ([2, 2], [3, 3]), ([2], [3]));

        int[] rows = [.. BatchSource.InOrder(split, Tokens, 1).SelectMany(b => { using (b) return b.Rows; })];
        PaddingReport padding = new BatchSource(split, Tokens, 4, 1).Padding(0);

        Assert.Equal([3, 2, 1, 0], rows);
        Assert.Equal(new PaddingReport(8, 15, 32, 32), padding);
    }

    [Fact]
    public void Targets_come_with_their_rows()
    {
        using var writer = new MemorySplitWriter(new SplitShape(ElementKind.Token) { Targets = 2 });
        writer.AddPart([(ushort)2, 3]);
        writer.EndRow(SequenceSplit.Unlabelled, [1, float.NaN]);
        writer.AddPart([(ushort)2]);
        writer.EndRow(SequenceSplit.Unlabelled, [-1, 0.5f]);
        using MemorySplit split = writer.Finish();

        using Batch batch = Assert.Single(BatchSource.InOrder(split, Tokens, 10));

        Assert.Equal([-1, 0.5f, 1, float.NaN], batch.Targets!.data<float>().ToArray());
    }

    [Fact]
    public void Joined_splits_are_read_as_one()
    {
        using MemorySplit first = MemorySplit.OfTokens([[2, 3], [3]], [0, 1], 2), second = MemorySplit.OfTokens([[2, 2, 2]], [SequenceSplit.Unlabelled], 2);
        using var joined = new JoinedSplit(first, second);

        Assert.Equal(3, joined.Count);
        Assert.Equal([2, 1, 3], [joined.Length(0), joined.Length(1), joined.Length(2)]);
        Assert.Equal([2, 2, 2], joined.Tokens(2).ToArray());
        Assert.Equal([0, 1, -1], Enumerable.Range(0, 3).Select(joined.Label));
    }

    [Fact]
    public void Evaluation_shows_all_rows_sorted_by_length()
    {
        using MemorySplit split = OfLengths(25, 1, row => 1 + (row * 11) % 17);

        var rows = new List<int>();
        foreach (Batch batch in BatchSource.InOrder(split, Tokens, 4))
            using (batch) rows.AddRange(batch.Rows);

        Assert.Equal(Enumerable.Range(0, 25).OrderBy(row => split.Length(row)), rows);
    }

    [Fact]
    public void The_padding_report_counts_what_the_batches_hold()
    {
        using MemorySplit split = OfLengths(90, 3, row => 1 + (row * 37) % 40);
        var source = new BatchSource(split, Tokens, 8, 3);
        long valid = 0, padded = 0;
        for (int i = 0; i < source.BatchesPerEpoch; i++)
        {
            using Batch batch = source.At(4, i);
            valid += batch.ValidTokens;
            padded += batch.PaddedTokens;
        }

        PaddingReport report = source.Padding(4);

        Assert.Equal(new PaddingReport(90, valid, padded, 90 * 40), report);
        Assert.Equal(90 * 64.0 / padded, report.SavedAgainstMaximum(64), 12);
    }

    [Fact]
    public void Reviews_at_their_natural_lengths_read_far_fewer_positions_than_at_the_cap()
    {
        // Every twentieth part of the lengths of the 25,000 IMDB reviews for training, in bytes.
        int[] twentieths =
            [52, 356, 512, 626, 664, 702, 742, 790, 843, 908, 979, 1058, 1160, 1285, 1429, 1614, 1853, 2160, 2617, 3440, 13704];
        const int rows = 2000, cap = 4096, perPart = rows / 20;
        using MemorySplit split = OfLengths(rows, 1, row =>
        {
            (int low, int high) = (twentieths[row / perPart], twentieths[row / perPart + 1]);
            return Math.Min(cap, low + (high - low) * (row % perPart) / perPart);
        });

        PaddingReport report = new BatchSource(split, Tokens, batchSize: 32, seed: 1).Padding(0);

        Assert.InRange(report.SavedAgainstMaximum(cap), 2.5, 3.3);
        Assert.InRange(report.Bucketed / (double)report.Valid, 1, 1.2);
    }

    [Fact]
    public void A_batch_leaves_no_tensor_behind()
    {
        using MemorySplit split = OfLengths(20, 1, row => 1 + row);
        var source = new BatchSource(split, Tokens, 8, 1);
        source.At(0, 0).Dispose();
        long before = TorchSharp.torch.Tensor.TotalCount;

        source.At(0, 1).Dispose();

        Assert.Equal(before, TorchSharp.torch.Tensor.TotalCount);
    }

    private static int[] Rows(BatchSource source, long epoch, int index)
    {
        using Batch batch = source.At(epoch, index);
        return [.. batch.Rows];
    }

    private static MemorySplit OfLengths(int count, long seed, Func<int, int> length)
    {
        var random = new RandomStream(seed, "test");
        var rows = new ushort[count][];
        for (int row = 0; row < count; row++)
        {
            rows[row] = new ushort[length(row)];
            for (int t = 0; t < rows[row].Length; t++) rows[row][t] = (ushort)(2 + random.Next(2));
        }
        return MemorySplit.OfTokens(rows, new int[count], 2);
    }

    private static MemorySplit Pairs(params (ushort[] First, ushort[] Second)[] rows)
    {
        using var writer = new MemorySplitWriter(new SplitShape(ElementKind.Token) { Classes = 2, Parts = 2 });
        for (int row = 0; row < rows.Length; row++)
        {
            writer.AddPart(rows[row].First);
            writer.AddPart(rows[row].Second);
            writer.EndRow(row % 2);
        }
        return writer.Finish();
    }
}

using CsCheck;
using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Tests.Data;

public sealed class RowSamplingTests
{
    [Fact]
    public void Balanced_sampling_shows_every_class_equally_often_and_no_unlabelled_row()
    {
        Gen.Int[-1, 4].Array[5, 80].Where(labels => labels.Any(l => l >= 0)).Sample(labels =>
        {
            using MemorySplit split = Labelled(labels);
            RowSampling sampling = RowSampling.Balanced(split);

            int[] rows = sampling.Draw(seed: 3, epoch: 7);

            int labelled = labels.Count(l => l >= 0), classes = labels.Where(l => l >= 0).Distinct().Count();
            Assert.Equal(sampling.RowsPerEpoch, rows.Length);
            Assert.InRange(rows.Length, labelled, labelled + classes - 1);
            Assert.Equal(classes, rows.CountBy(split.Label).Count());
            Assert.Single(rows.CountBy(split.Label).Select(c => c.Value).Distinct());
        }, iter: 50, threads: 1);
    }

    [Fact]
    public void Rows_of_a_rare_class_repeat_evenly_and_those_of_a_common_one_take_turns()
    {
        int[] labels = [.. Enumerable.Range(0, 40).Select(i => i < 3 ? 1 : 0)];
        using MemorySplit split = Labelled(labels);
        RowSampling sampling = RowSampling.Balanced(split);

        int[] first = sampling.Draw(1, 0), second = sampling.Draw(1, 1);

        Assert.All(first.Where(row => row < 3).CountBy(row => row), c => Assert.InRange(c.Value, 6, 7));
        Assert.Equal(20, first.Where(row => row >= 3).Distinct().Count());
        Assert.True(first.Concat(second).Where(row => row >= 3).Distinct().Count() > 20);
    }

    [Fact]
    public void An_epoch_depends_on_seed_and_epoch_alone()
    {
        using MemorySplit split = Labelled([.. Enumerable.Range(0, 60).Select(i => i % 7 == 0 ? 1 : 0)]);

        int[] drawn = RowSampling.Balanced(split).Draw(2, 5);

        Assert.Equal(drawn, RowSampling.Balanced(split).Draw(2, 5));
        Assert.NotEqual(drawn, RowSampling.Balanced(split).Draw(2, 6));
        Assert.NotEqual(drawn, RowSampling.Balanced(split).Draw(3, 5));
    }

    [Fact]
    public void A_row_with_any_target_is_labelled()
    {
        using var writer = new MemorySplitWriter(new SplitShape(ElementKind.Token) { Targets = 2 });
        foreach (float[] targets in new float[][] { [1, float.NaN], [float.NaN, float.NaN], [0, 0] })
        {
            writer.AddPart([(ushort)5]);
            writer.EndRow(SequenceSplit.Unlabelled, targets);
        }
        using MemorySplit split = writer.Finish();

        Assert.Equal([0, 2], RowSampling.LabelledRows(split));
    }

    private static MemorySplit Labelled(int[] labels) => MemorySplit.OfTokens([.. labels.Select((_, i) => new ushort[1 + i % 3])], labels, 5);
}

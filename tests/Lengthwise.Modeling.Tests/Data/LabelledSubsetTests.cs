using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Tests.Data;

public sealed class LabelledSubsetTests
{
    // Three classes of 200, 60 and 3 rows and 30 rows without a label, mixed.
    private static readonly MemorySplit Split = MemorySplit.OfTokens([.. Enumerable.Range(0, 293).Select(r => new[] { (ushort)(r % 7) })], Labels(), 3);

    [Theory]
    [InlineData(1)]
    [InlineData(42)]
    public void Subsets_of_one_seed_are_nested(long seed)
    {
        double[] fractions = [0.005, 0.01, 0.05, 0.1, 0.3, 0.5, 0.99, 1];

        int[][] rows = [.. fractions.Select(f => LabelledSubset.Rows(Split, f, seed))];

        for (int i = 1; i < rows.Length; i++) Assert.Empty(rows[i - 1].Except(rows[i]));
    }

    [Theory]
    [InlineData(0.1, 20, 6, 1)]
    [InlineData(0.5, 100, 30, 2)]
    [InlineData(0.001, 1, 1, 1)]
    [InlineData(1, 200, 60, 3)]
    public void Every_class_keeps_its_share_and_at_least_one_row(double fraction, int first, int second, int third)
    {
        int[] rows = LabelledSubset.Rows(Split, fraction, seed: 1);

        Assert.Equal([first, second, third], Enumerable.Range(0, 3).Select(k => rows.Count(r => Split.Label(r) == k)));
        Assert.Equal(rows.Order(), rows);
    }

    [Fact]
    public void Rows_without_a_label_are_never_kept() =>
        Assert.DoesNotContain(LabelledSubset.Rows(Split, 0.9, seed: 3), r => Split.Label(r) == SequenceSplit.Unlabelled);

    [Fact]
    public void The_same_seed_keeps_the_same_rows_and_another_seed_others()
    {
        int[] first = LabelledSubset.Rows(Split, 0.1, seed: 1);

        Assert.Equal(first, LabelledSubset.Rows(Split, 0.1, seed: 1));
        Assert.NotEqual(first, LabelledSubset.Rows(Split, 0.1, seed: 2));
    }

    private static int[] Labels()
    {
        int[] labels = [.. Enumerable.Repeat(0, 200), .. Enumerable.Repeat(1, 60), .. Enumerable.Repeat(2, 3), .. Enumerable.Repeat(SequenceSplit.Unlabelled, 30)];
        new RandomStream(7, "labels").Shuffle<int>(labels);
        return labels;
    }
}

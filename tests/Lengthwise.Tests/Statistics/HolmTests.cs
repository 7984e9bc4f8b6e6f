using Lengthwise.Statistics;

namespace Lengthwise.Tests.Statistics;

public sealed class HolmTests
{
    [Fact]
    public void A_textbook_family_is_adjusted_step_by_step()
    {
        IReadOnlyList<double> adjusted = Holm.Adjust([0.01, 0.04, 0.03, 0.005]);

        double[] expected = [0.03, 0.06, 0.06, 0.02];
        Assert.Equal(expected.Length, adjusted.Count);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], adjusted[i], 1e-12);
    }

    [Fact]
    public void No_p_value_exceeds_one() => Assert.Equal([1.0, 1.0], Holm.Adjust([0.7, 0.9]));

    [Fact]
    public void One_test_needs_no_correction() => Assert.Equal([0.04], Holm.Adjust([0.04]));

    [Fact]
    public void What_is_no_p_value_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Holm.Adjust([0.1, 1.5]));
        Assert.Throws<ArgumentException>(() => Holm.Adjust([double.NaN]));
    }

    [Fact]
    public void Under_twenty_true_hypotheses_a_false_rejection_is_no_likelier_than_five_percent()
    {
        const int trials = 2000;
        var random = new RandomStream(5, "holm");
        int anyRejected = 0;

        for (int trial = 0; trial < trials; trial++)
        {
            double[] uniform = [.. Enumerable.Range(0, 20).Select(_ => random.NextDouble())];
            if (Holm.Adjust(uniform).Any(p => p < 0.05)) anyRejected++;
        }

        Assert.InRange((double)anyRejected / trials, 0.03, 0.065);
    }
}

using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Tests.Tasks;

public sealed class TwoSymbolsTests
{
    [Fact]
    public void An_oracle_that_only_looks_for_repeats_gives_the_same_label_on_10000_sequences()
    {
        using PreparedTask data = Probe.TenThousand("two-symbols", new TwoSymbolsSettings());

        for (int row = 0; row < data.Train.Count; row++)
        {
            string[] compared = [.. Probe.Symbols(data, data.Train, row).Where(s => s[0] == 's')];

            Assert.Equal(2, compared.Length);
            Assert.Equal(compared.Distinct().Count() == 1 ? "same" : "different", Probe.Answer(data, row));
        }
    }

    [Fact]
    public void Distances_are_uniform_between_their_limits_for_either_label()
    {
        var settings = new TwoSymbolsSettings { Length = 60, MinDistance = 10, MaxDistance = 29 };
        using PreparedTask data = Probe.TenThousand("two-symbols", settings);
        int[][] distances = [new int[20], new int[20]];
        for (int row = 0; row < data.Train.Count; row++)
        {
            string[] symbols = Probe.Symbols(data, data.Train, row);
            int first = Array.FindIndex(symbols, s => s[0] == 's'), last = Array.FindLastIndex(symbols, s => s[0] == 's');
            distances[data.Train.Label(row)][last - first - 10]++;
        }

        // 19 degrees of freedom: the 0.999 quantile is 43.8.
        Assert.All(distances, counts => Assert.InRange(Probe.ChiSquare(counts), 3, 43.8));
    }

    [Fact]
    public void Each_of_the_two_alone_says_nothing_about_the_label()
    {
        using PreparedTask data = Probe.TenThousand("two-symbols", new TwoSymbolsSettings { Symbols = 5 });
        int[] first = new int[10], last = new int[10];
        for (int row = 0; row < data.Train.Count; row++)
        {
            string[] symbols = [.. Probe.Symbols(data, data.Train, row).Where(s => s[0] == 's')];
            first[5 * data.Train.Label(row) + (symbols[0][1] - '0')]++;
            last[5 * data.Train.Label(row) + (symbols[1][1] - '0')]++;
        }

        // 9 degrees of freedom (labels are balanced exactly): the 0.999 quantile is 27.9.
        Assert.InRange(Probe.ChiSquare(first), 0.3, 27.9);
        Assert.InRange(Probe.ChiSquare(last), 0.3, 27.9);
    }

    [Fact]
    public void No_sum_of_two_looks_is_right_in_more_than_three_quarters_of_the_cases()
    {
        const int K = 4;
        var random = new RandomStream(1, "additive");
        double best = 0;
        for (int trial = 0; trial < 5000; trial++)
        {
            double[] f = [.. Enumerable.Range(0, K).Select(_ => random.NextNormal())], g = [.. Enumerable.Range(0, K).Select(_ => random.NextNormal())];
            // The best sum found by hand; drawn ones must not beat it.
            if (trial == 0) (f, g) = ([0, 1, 2, 3], [0, -1, -2, -3]);
            double same = Enumerable.Range(0, K).Count(a => f[a] + g[a] >= 0) / (double)K;
            double different = (from a in Enumerable.Range(0, K) from b in Enumerable.Range(0, K) where a != b && f[a] + g[b] < 0 select 1).Count() / (double)(K * (K - 1));
            best = Math.Max(best, (same + different) / 2);
        }

        Assert.Equal(0.75, best, 12);
    }
}

using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Tests.Tasks;

public sealed class UrnsTests
{
    [Fact]
    public void Counts_of_10000_sequences_follow_the_urns()
    {
        var settings = new UrnsSettings { Urns = 3, Symbols = 6, Length = 20 };
        var task = new Urns(settings);
        using PreparedTask data = Probe.TenThousand("urns", settings);
        double[][] counts = [.. Enumerable.Range(0, 3).Select(_ => new double[6])];
        for (int row = 0; row < data.Train.Count; row++)
            foreach (ushort token in data.Train.Tokens(row)) counts[data.Train.Label(row)][token - 2]++;

        for (int urn = 0; urn < 3; urn++)
        {
            double total = counts[urn].Sum();
            double chiSquare = Enumerable.Range(0, 6).Sum(v => Math.Pow(counts[urn][v] - total * task.Shares(urn)[v], 2) / (total * task.Shares(urn)[v]));

            Assert.Equal(1, task.Shares(urn).Sum(), 12);
            // 5 degrees of freedom: the 0.999 quantile is 20.5.
            Assert.InRange(chiSquare, 0.1, 20.5);
        }
    }

    [Fact]
    public void Neighbours_tell_no_more_of_each_other_than_distant_symbols_do()
    {
        var settings = new UrnsSettings { Urns = 2, Symbols = 4, Length = 32 };
        using PreparedTask data = Probe.TenThousand("urns", settings);
        double near = 0, far = 0;
        for (int row = 0; row < data.Train.Count; row++)
        {
            ReadOnlySpan<ushort> tokens = data.Train.Tokens(row);
            for (int t = 0; t < 16; t++)
            {
                if (tokens[t] == tokens[t + 1]) near++;
                if (tokens[t] == tokens[t + 16]) far++;
            }
        }

        // Both are sums of 160,000 looks with p near 1/4: five standard deviations of their difference.
        Assert.InRange(Math.Abs(near - far), 0, 5 * Math.Sqrt(2 * 160_000 * 0.25 * 0.75));
    }

    [Fact]
    public void The_best_possible_classifier_is_neither_certain_nor_guessing()
    {
        var task = new Urns(new UrnsSettings());
        using PreparedTask data = Probe.TenThousand("urns", new UrnsSettings());

        double accuracy = task.BayesAccuracy(data.Train);

        Assert.InRange(accuracy, 0.80, 0.99);
    }

    [Fact]
    public void Equal_urns_cannot_be_told_apart()
    {
        var settings = new UrnsSettings { Contrast = 0 };
        var task = new Urns(settings);
        using PreparedTask data = Probe.TenThousand("urns", settings);

        double accuracy = task.BayesAccuracy(data.Train);

        Assert.InRange(accuracy, 0.22, 0.28);
    }
}

using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Tests.Tasks;

public sealed class AssociativeRecallTests
{
    [Fact]
    public void An_oracle_that_searches_backwards_gives_the_same_label_on_10000_sequences()
    {
        using PreparedTask data = Probe.TenThousand("associative-recall", new AssociativeRecallSettings());

        for (int row = 0; row < data.Train.Count; row++)
        {
            string[] symbols = Probe.Symbols(data, data.Train, row);
            int found = Array.LastIndexOf(symbols, symbols[^1], symbols.Length - 2);

            Assert.Equal(symbols[found + 1], Probe.Answer(data, row));
        }
    }

    [Fact]
    public void A_sequence_is_made_of_whole_pairs_with_different_keys_and_each_value_equally_often()
    {
        var settings = new AssociativeRecallSettings { Length = 40, Pairs = 6, Keys = 9, Values = 3 };
        using PreparedTask data = Probe.TenThousand("associative-recall", settings);

        for (int row = 0; row < 1000; row++)
        {
            string[] symbols = Probe.Symbols(data, data.Train, row);
            string[] keys = [.. symbols[..^1].Where(s => s[0] == 'k')], values = [.. symbols.Where(s => s[0] == 'v')];

            Assert.Equal(40, symbols.Length);
            Assert.Equal(6, keys.Distinct().Count());
            Assert.Equal(6, keys.Length);
            Assert.All(values.GroupBy(v => v), group => Assert.Equal(2, group.Count()));
            Assert.All(Enumerable.Range(0, 39).Where(t => symbols[t][0] == 'k'), t => Assert.Equal('v', symbols[t + 1][0]));
        }
    }

    [Fact]
    public void The_pair_that_is_asked_for_is_uniform_and_so_are_the_places_of_pairs()
    {
        var settings = new AssociativeRecallSettings { Length = 8, Pairs = 2, Keys = 30, Values = 2 };
        using PreparedTask data = Probe.TenThousand("associative-recall", settings);
        var asked = new int[2];
        var layouts = new Dictionary<(int, int), int>();
        for (int row = 0; row < data.Train.Count; row++)
        {
            string[] symbols = Probe.Symbols(data, data.Train, row);
            int[] places = [.. Enumerable.Range(0, 7).Where(t => symbols[t][0] == 'k')];
            asked[Array.IndexOf(places, Array.IndexOf(symbols, symbols[^1]))]++;
            layouts[(places[0], places[1])] = layouts.GetValueOrDefault((places[0], places[1])) + 1;
        }

        // Two dominoes and three blanks: 10 layouts, 9 degrees of freedom (0.999 quantile 27.9); the pair: 1 degree (10.8).
        Assert.Equal(10, layouts.Count);
        Assert.InRange(Probe.ChiSquare(layouts.Values), 0.5, 27.9);
        Assert.InRange(Probe.ChiSquare(asked), 0, 10.8);
    }
}

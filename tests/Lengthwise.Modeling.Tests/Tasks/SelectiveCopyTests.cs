using System.Globalization;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Tests.Tasks;

public sealed class SelectiveCopyTests
{
    [Fact]
    public void An_oracle_that_copies_the_whole_sequence_gives_the_same_label_on_10000_sequences()
    {
        using PreparedTask data = Probe.TenThousand("selective-copy", new SelectiveCopySettings());

        for (int row = 0; row < data.Train.Count; row++)
        {
            string text = Probe.Text(data, data.Train, row);
            int question = text.IndexOf('#', StringComparison.Ordinal);
            string[] copied = text[..question].Split([' ', '.'], StringSplitOptions.RemoveEmptyEntries);
            int k = int.Parse(text[(question + 1)..], CultureInfo.InvariantCulture);

            Assert.Equal(8, copied.Length);
            Assert.Equal(copied[k - 1], Probe.Answer(data, row));
        }
    }

    [Fact]
    public void Every_symbol_occurs_equally_often_in_every_sequence()
    {
        using PreparedTask data = Probe.TenThousand("selective-copy", new SelectiveCopySettings { Copied = 9, Symbols = 3 });

        for (int row = 0; row < 1000; row++)
            Assert.All(Probe.Symbols(data, data.Train, row).Where(s => s[0] == 's').GroupBy(s => s), group => Assert.Equal(3, group.Count()));
    }

    [Fact]
    public void Questions_and_places_are_uniform()
    {
        var settings = new SelectiveCopySettings { Length = 41, Copied = 8, Symbols = 4 };
        using PreparedTask data = Probe.TenThousand("selective-copy", settings);
        int[] questions = new int[8], places = new int[40];
        for (int row = 0; row < data.Train.Count; row++)
        {
            string[] symbols = Probe.Symbols(data, data.Train, row);
            questions[int.Parse(symbols[^1][1..], CultureInfo.InvariantCulture) - 1]++;
            for (int t = 0; t < 40; t++) if (symbols[t] != ".") places[t]++;
        }

        // 7 degrees of freedom: the 0.999 quantile is 24.3. Places of one sequence exclude each other, which makes the
        // statistic of 39 degrees (0.999 quantile 72.1) smaller, not larger.
        Assert.InRange(Probe.ChiSquare(questions), 0.3, 24.3);
        Assert.InRange(Probe.ChiSquare(places), 5, 72.1);
    }
}

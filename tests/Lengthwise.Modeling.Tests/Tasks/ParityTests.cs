using System.Globalization;
using System.Numerics;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Tests.Tasks;

public sealed class ParityTests
{
    [Fact]
    public void An_oracle_that_cancels_pairs_of_ones_gives_the_same_label_on_10000_sequences()
    {
        using PreparedTask data = Probe.TenThousand("parity", new ParitySettings());

        for (int row = 0; row < data.Train.Count; row++)
        {
            string ones = string.Concat(Probe.Symbols(data, data.Train, row)).Replace("0", "", StringComparison.Ordinal);
            string left = ones.Replace("11", "", StringComparison.Ordinal);

            Assert.Equal(left.Length == 0 ? "even" : "odd", Probe.Answer(data, row));
        }
    }

    [Fact]
    public void Lengths_are_uniform_and_bits_are_fair()
    {
        using PreparedTask data = Probe.TenThousand("parity", new ParitySettings { MinLength = 20, MaxLength = 29 });
        var lengths = new int[10];
        long ones = 0, all = 0;
        for (int row = 0; row < data.Train.Count; row++)
        {
            var bits = BigInteger.Parse($"0{string.Concat(Probe.Symbols(data, data.Train, row))}", NumberStyles.AllowBinarySpecifier);
            lengths[data.Train.Length(row) - 20]++;
            ones += (long)BigInteger.PopCount(bits);
            all += data.Train.Length(row);
        }

        // 9 degrees of freedom: the 0.999 quantile is 27.9. Ones: five standard deviations.
        Assert.InRange(Probe.ChiSquare(lengths), 0.5, 27.9);
        Assert.InRange((double)ones / all, 0.5 - 2.5 / Math.Sqrt(all), 0.5 + 2.5 / Math.Sqrt(all));
    }
}

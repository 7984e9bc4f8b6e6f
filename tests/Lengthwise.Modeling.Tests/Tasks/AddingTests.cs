using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Tests.Tasks;

public sealed class AddingTests
{
    [Fact]
    public void An_oracle_that_takes_the_inner_product_gives_the_same_target_on_10000_sequences()
    {
        using PreparedTask data = Probe.TenThousand("adding", new AddingSettings());
        var output = (RegressionOutput)data.Shape.Output;

        for (int row = 0; row < data.Train.Count; row++)
        {
            float[] values = data.Train.Values(row).ToArray();
            double sum = values.Chunk(2).Sum(step => (double)step[0] * step[1]);
            double target = output.Offsets[0] + output.Scales[0] * (double)data.Train.Targets(row)[0];

            Assert.Equal(200, values.Length);
            Assert.Equal(sum, target, 1e-6);
        }
    }

    [Fact]
    public void One_mark_stands_anywhere_in_each_half()
    {
        using PreparedTask data = Probe.TenThousand("adding", new AddingSettings { Length = 21 });
        int[] first = new int[10], second = new int[11];
        for (int row = 0; row < data.Train.Count; row++)
        {
            float[][] steps = [.. data.Train.Values(row).ToArray().Chunk(2)];
            int[] marks = [.. Enumerable.Range(0, 21).Where(t => steps[t][1] == 1)];

            Assert.Equal(2, marks.Length);
            first[marks[0]]++;
            second[marks[1] - 10]++;
        }

        // 9 and 10 degrees of freedom: the 0.999 quantiles are 27.9 and 29.6.
        Assert.InRange(Probe.ChiSquare(first), 0.5, 27.9);
        Assert.InRange(Probe.ChiSquare(second), 0.5, 29.6);
    }

    [Fact]
    public void Targets_have_mean_0_and_variance_1_so_that_the_mean_scores_the_stated_chance()
    {
        using PreparedTask data = Probe.TenThousand("adding", new AddingSettings { Length = 10 });
        double[] targets = [.. Enumerable.Range(0, data.Train.Count).Select(row => (double)data.Train.Targets(row)[0])];

        Assert.Equal(0, targets.Average(), 0.05);
        Assert.Equal(1, targets.Average(t => t * t), 0.05);
        Assert.Equal(0.408, data.Shape.Chance, 0.001);
    }
}

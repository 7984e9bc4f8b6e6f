using Lengthwise.Statistics;

namespace Lengthwise.Tests.Statistics;

public sealed class McNemarTests
{
    [Theory]
    // 2 (C(10, 0) + C(10, 1)) / 2^10 and 2 / 2^6.
    [InlineData(1, 9, 22 / 1024.0)]
    [InlineData(9, 1, 22 / 1024.0)]
    [InlineData(0, 6, 1 / 32.0)]
    [InlineData(5, 5, 1)]
    [InlineData(0, 0, 1)]
    public void The_p_value_is_that_of_the_binomial(int onlyFirst, int onlySecond, double expected) =>
        Assert.Equal(expected, new McNemar(onlyFirst, onlySecond, 100).PValue, 1e-12);

    [Fact]
    public void It_agrees_with_the_large_sample_test_of_a_textbook()
    {
        // Agresti (2002, section 10.1.1): approval of a prime minister at two surveys, 150 against 86: z² = 17.36, p = 3.1e-5; the exact
        // value is statsmodels'.
        McNemar found = new(150, 86, 1600);

        Assert.Equal(3.71594e-5, found.PValue, 1e-9);
        Assert.Equal(0.04, found.Difference, 1e-12);
    }

    [Fact]
    public void Only_items_on_which_one_is_right_count()
    {
        McNemar found = McNemar.Of([true, true, false, false, true], [true, false, true, false, false]);

        Assert.Equal(new McNemar(2, 1, 5), found);
    }

    [Fact]
    public void Models_that_differ_by_chance_alone_are_told_apart_no_oftener_than_claimed()
    {
        var random = new RandomStream(3, "mcnemar");
        int found = 0;
        for (int c = 0; c < 2000; c++)
        {
            bool[] first = [.. Enumerable.Range(0, 40).Select(_ => random.NextDouble() < 0.7)], second = [.. first.Select(_ => random.NextDouble() < 0.7)];
            if (McNemar.Of(first, second).PValue < 0.05) found++;
        }

        // Exact tests of counts stay below 5 %, here about 3 %.
        Assert.InRange(found / 2000.0, 0.01, 0.05);
    }
}

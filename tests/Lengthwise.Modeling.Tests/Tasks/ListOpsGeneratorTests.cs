using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Native;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Tests.Tasks;

/// <summary>
/// Our generator against 1,000 rows of Long Range Arena's (Samples/README.md). Each test has a false alarm rate of 0.001, and the
/// seed is fixed.
/// </summary>
public sealed class ListOpsGeneratorTests
{
    // From the same 1,000 rows as Samples/listops_lra_lengths_1000.txt.
    private static readonly int[] LraLabels = [184, 88, 67, 74, 86, 92, 73, 83, 93, 160];
    private static readonly int[] LraRoots = [258, 262, 227, 253];
    private static readonly Lazy<List<(ListOpsExpression Expression, int Value)>> Ours = new(() => Generate(new ListOpsSettings(), 2000, threads: 2));

    static ListOpsGeneratorTests() => NativeRuntime.Start(1);

    [Fact]
    public void Lengths_are_distributed_as_those_of_LRA()
    {
        double[] theirs = [.. Sample.Lengths()];
        double[] ours = [.. Ours.Value.Select(row => (double)row.Expression.Length)];

        double distance = KolmogorovSmirnov(ours, theirs);

        Assert.InRange(distance, 0.001, 1.949 * Math.Sqrt((ours.Length + theirs.Length) / ((double)ours.Length * theirs.Length)));
    }

    [Fact]
    public void Labels_are_distributed_as_those_of_LRA()
    {
        var ours = new int[10];
        foreach ((_, int value) in Ours.Value) ours[value]++;

        double chiSquare = TwoSampleChiSquare(ours, LraLabels);

        Assert.InRange(chiSquare, 0.1, 27.88); // 9 degrees of freedom
    }

    [Fact]
    public void Root_operators_are_distributed_as_those_of_LRA()
    {
        var ours = new int[4];
        foreach ((ListOpsExpression expression, _) in Ours.Value) ours[expression.Symbols[0] - ListOpsSymbol.Min]++;

        double chiSquare = TwoSampleChiSquare(ours, LraRoots);

        Assert.InRange(chiSquare, 0.001, 16.27); // 3 degrees of freedom
    }

    [Fact]
    public void The_reference_histogram_would_expose_another_operator_probability()
    {
        double[] theirs = [.. Sample.Lengths()];
        var settings = new ListOpsSettings { OperatorProbability = 0.20 };

        double[] other = [.. Generate(settings, 1000, threads: 2).Select(row => (double)row.Expression.Length)];

        Assert.InRange(KolmogorovSmirnov(other, theirs), 0.0872, 1); // critical value for 1,000 and 1,000 rows
    }

    [Fact]
    public void A_node_is_a_digit_with_probability_three_quarters_and_always_at_the_greatest_depth()
    {
        var generator = new ListOpsGenerator(new ListOpsSettings { MinLength = 0, MaxLength = 1_000_000 });
        var random = new RandomStream(5, "test");
        var buffer = new List<ListOpsSymbol>();
        ListOpsExpression[] draws = [.. Enumerable.Range(0, 20_000).Select(_ => generator.TryDraw(random, buffer)!)];

        Assert.Equal(0.75, draws.Count(e => e.Length == 1) / 20_000.0, 0.0101); // 3.3 standard deviations
        Assert.Equal(10, draws.Max(e => e.Depth));
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(1, new ListOpsGenerator(new ListOpsSettings { MinLength = 0, MaxDepth = 1 }).TryDraw(random, buffer)!.Length));
    }

    [Fact]
    public void Operators_have_two_to_ten_arguments_equally_often()
    {
        // max_depth 2: a root operator over digits, whose length is its number of arguments + 2. 8 degrees of freedom.
        var generator = new ListOpsGenerator(new ListOpsSettings { MinLength = 1, MaxDepth = 2 });
        var random = new RandomStream(6, "test");
        var counts = new int[9];
        for (int draw = 0; draw < 40_000; draw++)
            if (generator.TryDraw(random, []) is { } expression) counts[expression.Length - 4]++;

        double expected = counts.Sum() / 9.0;
        Assert.InRange(counts.Sum(c => (c - expected) * (c - expected) / expected), 0.5, 26.12);
    }

    [Fact]
    public void Limits_are_strict_on_both_sides_and_rows_are_distinct()
    {
        var settings = new ListOpsSettings { MinLength = 16, MaxLength = 20 };

        List<(ListOpsExpression Expression, int Value)> rows = Generate(settings, 500, threads: 2);

        Assert.Equal([17, 18, 19], rows.Select(row => row.Expression.Length).Distinct().Order());
        Assert.Distinct(rows.Select(row => row.Expression.ToString()));
        Assert.All(rows, row => Assert.Equal(row.Value, row.Expression.Evaluate()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void The_rows_do_not_depend_on_the_number_of_threads(int threads)
    {
        var settings = new ListOpsSettings { MinLength = 16, MaxLength = 128 };

        string rows = string.Join('\n', Generate(settings, 300, threads).Select(row => row.Expression.Identity));

        Assert.Equal(string.Join('\n', Generate(settings, 300, threads: 3).Select(row => row.Expression.Identity)), rows);
    }

    [Fact]
    public void Asking_for_more_rows_than_there_are_is_an_error_that_says_how_many_there_are()
    {
        var settings = new ListOpsSettings { MinLength = 3, MaxLength = 5 };

        var error = Assert.Throws<LengthwiseException>(() => Generate(settings, 401, threads: 2));

        Assert.Contains("found 400 distinct expressions of 3 < length < 5, expected 401", error.Message);
        Assert.Equal(400, Generate(settings, 400, threads: 2).Count);
    }

    [Fact]
    public void Bucketing_halves_the_padding_of_default_expressions()
    {
        ushort[][] rows = [.. Ours.Value.Select(row => new ushort[row.Expression.Length + 1])];
        using MemorySplit split = MemorySplit.OfTokens(rows, new int[rows.Length], 10);
        var batches = new BatchSource(split, new ListOps(new ListOpsSettings()).Shape.Input, batchSize: 32, seed: 1);

        PaddingReport report = batches.Padding(0);

        Assert.InRange(report.SavedAgainstMaximum(2000), 1.8, 2);
        Assert.InRange(report.Saved, 1.75, 2);
        Assert.InRange(report.Bucketed / (double)report.Valid, 1, 1.08);
    }

    [Theory]
    [InlineData(500, 501, 10, "no length lies strictly between")]
    [InlineData(500, 2000, 3, "the longest expression")]
    public void Impossible_limits_are_refused(int minLength, int maxLength, int maxDepth, string message)
    {
        var settings = new ListOpsSettings { MinLength = minLength, MaxLength = maxLength, MaxDepth = maxDepth };

        Assert.Contains(message, Assert.Single(settings.Validate()));
    }

    private static List<(ListOpsExpression Expression, int Value)> Generate(ListOpsSettings settings, int count, int threads)
    {
        var rows = new List<(ListOpsExpression, int)>();
        new ListOpsGenerator(settings).Generate(count, threads, (expression, value) => rows.Add((expression, value)), null, CancellationToken.None);
        return rows;
    }

    private static double KolmogorovSmirnov(double[] a, double[] b) => a.Concat(b).Distinct().Max(x =>
        Math.Abs(a.Count(y => y <= x) / (double)a.Length - b.Count(y => y <= x) / (double)b.Length));

    /// <summary>Chi-square of homogeneity between two rows of counts.</summary>
    private static double TwoSampleChiSquare(int[] a, int[] b)
    {
        double all = a.Sum() + b.Sum(), sum = 0;
        foreach (int[] sample in new[] { a, b })
            for (int i = 0; i < a.Length; i++)
            {
                double expected = sample.Sum() * ((a[i] + b[i]) / all);
                sum += (sample[i] - expected) * (sample[i] - expected) / expected;
            }
        return sum;
    }
}

using Lengthwise.Benchmarks;

namespace Lengthwise.Modeling.Tests.Benchmarks;

public sealed class BenchmarkCommandTests
{
    [Fact]
    public void Smoke_mode_times_every_case_by_both_routes_and_names_the_switches()
    {
        using var output = new StringWriter();

        int exit = BenchmarkCommand.Run(["--smoke", "--threads", "1"], output);

        string table = output.ToString();
        Assert.Equal(0, exit);
        Assert.Contains("OMP_WAIT_POLICY", table, StringComparison.Ordinal);
        Assert.Equal(Cases.All(smoke: true).Count, table.Split('\n').Count(line => line.EndsWith("| 2 |", StringComparison.Ordinal)));
    }

    [Fact]
    public void Unknown_case_is_answered_with_the_known_ones()
    {
        using var output = new StringWriter();

        int exit = BenchmarkCommand.Run(["--threads", "1", "--filter", "no such case"], output);

        Assert.Equal(1, exit);
        Assert.Contains("long convolution", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Loading_is_timed_for_tokens_and_for_bytes()
    {
        using var output = new StringWriter();

        int exit = BenchmarkCommand.Run(["loading", "--smoke"], output);

        Assert.Equal(0, exit);
        Assert.Matches(@"\| tokens \|.*x \(\d+, \d+\) \|\s+\| grey bytes \|.*x \(\d+, \d+\) \|", output.ToString());
    }
}

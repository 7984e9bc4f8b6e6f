namespace Lengthwise.Cli.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("ls", "tasks", "--help")]
    [InlineData("ls", "nonsense", "--help")]
    [InlineData("--version")]
    public void Help_and_version_are_results(params string[] arguments)
    {
        Outcome outcome = Outcome.Of(arguments);

        Assert.Equal(ExitCode.Done, outcome.Code);
        Assert.NotEmpty(outcome.Out);
        Assert.Empty(outcome.Error);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ls", "--nonsense")]
    [InlineData("ls")]
    [InlineData("doctor", "--cache")]
    public void Wrong_usage_is_an_error_with_code_2(params string[] arguments)
    {
        Outcome outcome = Outcome.Of(arguments);

        Assert.Equal(ExitCode.Usage, outcome.Code);
        Assert.Empty(outcome.Out);
        Assert.StartsWith("error: in the command line: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("--help' lists what it takes", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_word_is_named_once_with_its_nearest_neighbour()
    {
        Outcome outcome = Outcome.Of("ls", "modles");

        Assert.Equal("error: in the command line: unknown word 'modles' after 'lengthwise ls'\n  did you mean 'models'?\n  'lengthwise ls --help' lists what it takes\n", outcome.Error);
    }
}

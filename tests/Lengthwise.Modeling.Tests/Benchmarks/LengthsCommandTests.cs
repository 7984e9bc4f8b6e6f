using System.Text.Json;
using Lengthwise.Benchmarks;

namespace Lengthwise.Modeling.Tests.Benchmarks;

public sealed class LengthsCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lengthwise-lengths-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Each_length_is_measured_in_a_process_of_its_own_and_written_as_json_csv_table_and_picture()
    {
        using var output = new StringWriter();

        int exit = BenchmarkCommand.Run(["lengths", "--models", "cnn", "--lengths", "16", "64", "--width", "8", "--results", _folder.FullName], output);

        Assert.True(exit == 0, output.ToString());
        Assert.Equal([".csv", ".json", ".md", ".svg"], _folder.GetFiles().Select(f => f.Extension).Order(StringComparer.Ordinal));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(_folder.GetFiles("*.json")[0].FullName));
        JsonElement[] costs = [.. json.RootElement.GetProperty("costs").EnumerateArray()];
        Assert.Equal([16, 64], costs.Select(c => c.GetProperty("length").GetInt32()));
        Assert.All(costs, c => Assert.True(c.GetProperty("step_seconds").GetDouble() > 0 && c.GetProperty("peak_bytes").GetInt64() >= c.GetProperty("started_bytes").GetInt64()));
        string drawn = Path.Combine(_folder.FullName, "again.svg");
        Assert.Equal(0, BenchmarkCommand.Run(["lengths", "--redraw", Path.Combine(_folder.FullName, "lengths.json"), "--figure", drawn], output));
        Assert.Equal(File.ReadAllText(Path.Combine(_folder.FullName, "lengths.svg")), File.ReadAllText(drawn));
        Assert.Matches(@"\| cnn \| [\d,]+ \| [\d.]+ \| [\d.]+ \| -?[\d.]+ \|", output.ToString());
    }

    [Fact]
    public void What_is_beyond_a_limit_is_shown_as_such_and_longer_sequences_are_not_tried()
    {
        using var output = new StringWriter();

        int exit = BenchmarkCommand.Run(["lengths", "--models", "cnn", "--lengths", "16", "32", "--memory", "0.001"], output);

        Assert.Equal(0, exit);
        Assert.Contains("cnn at 16: beyond the memory limit", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("| cnn | - | ✕ | ✕ | - | ✕ | ✕ | - |", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_model_is_answered_with_the_known_ones()
    {
        using var output = new StringWriter();

        int exit = BenchmarkCommand.Run(["lengths", "--models", "cnm"], output);

        Assert.Equal(1, exit);
        Assert.Contains("there is no model 'cnm'; models: ", output.ToString(), StringComparison.Ordinal);
    }
}

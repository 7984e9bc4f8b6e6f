using System.Text.Json;

namespace Lengthwise.Cli.Tests.Commands;

public sealed class DataCommandTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void ListOps_that_was_made_here_passes_its_own_check()
    {
        Outcome made = Make();

        Outcome check = Outcome.Of("data", "check", _workspace.At("data/basic_test.tsv"), "--verify-labels");

        Assert.Equal(3, made.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(ExitCode.Done, check.Code);
        Assert.Contains("every label is right", check.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_label_is_named_with_its_line_and_code_3()
    {
        Make();
        string path = _workspace.At("data/basic_test.tsv");
        string[] lines = File.ReadAllLines(path);
        char last = lines[3][^1];
        lines[3] = lines[3][..^1] + (last == '9' ? '0' : (char)(last + 1));
        File.WriteAllLines(path, lines);

        Outcome text = Outcome.Of("data", "check", path, "--verify-labels");
        Outcome json = Outcome.Of("data", "check", path, "--verify-labels", "--json");

        Assert.Equal(ExitCode.Data, text.Code);
        Assert.Contains("basic_test.tsv(4)", text.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Data, json.Code);
        using JsonDocument document = JsonDocument.Parse(json.Out);
        Assert.Equal(1, document.RootElement.GetProperty("check").GetProperty("mismatch_count").GetInt32());
    }

    [Fact]
    public void A_missing_file_is_missing_data()
    {
        Outcome outcome = Outcome.Of("data", "check", _workspace.At("nothing.tsv"));

        Assert.Equal(ExitCode.Data, outcome.Code);
        Assert.Contains("nothing.tsv", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Regression_targets_are_written_in_their_own_units()
    {
        Outcome.Of("data", "make", "adding", "--out", _workspace.At("adding"), "--cache", _workspace.Cache,
            "--set", "task.length=2", "--set", "task.train_size=3", "--set", "task.validation_size=1", "--set", "task.test_size=1");

        double[] row = [.. File.ReadAllLines(_workspace.At("adding/train.tsv"))[1].Split([' ', '\t']).Select(v => double.Parse(v, System.Globalization.CultureInfo.InvariantCulture))];

        Assert.Equal(5, row.Length);
        Assert.Equal(row[0] + row[2], row[4], 1e-6);
    }

    [Fact]
    public void Other_tasks_are_written_as_symbols_and_labels()
    {
        Outcome outcome = Outcome.Of("data", "make", "markov-sources", "--out", _workspace.At("markov"), "--cache", _workspace.Cache,
            "--set", "task.length=16", "--set", "task.train_size=8", "--set", "task.validation_size=4", "--set", "task.test_size=4");

        string[] lines = File.ReadAllLines(_workspace.At("markov/train.tsv"));
        Assert.Equal(ExitCode.Done, outcome.Code);
        Assert.Equal("Source\tTarget", lines[0]);
        Assert.Equal(9, lines.Length);
        Assert.Equal(16, lines[1].Split('\t')[0].Split(' ').Length);
    }

    [Theory]
    [InlineData("listop", "did you mean 'listops'?")]
    [InlineData("listops", "settings of the task begin with 'task.'", "--set", "model.d_model=3")]
    public void Wrong_usage_is_answered_with_what_is_right(string task, string expected, params string[] more)
    {
        Outcome outcome = Outcome.Of(["data", "make", task, "--out", _workspace.At("data"), "--cache", _workspace.Cache, .. more]);

        Assert.Equal(ExitCode.Usage, outcome.Code);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }

    private Outcome Make() => Outcome.Of("data", "make", "listops", "--out", _workspace.At("data"), "--cache", _workspace.Cache,
        "--set", "task.min_length=10", "--set", "task.max_length=60", "--set", "task.train_size=20", "--set", "task.validation_size=10", "--set", "task.test_size=10");
}

using System.Globalization;

namespace Lengthwise.Cli.Tests.Commands;

public sealed class PredictCommandTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public PredictCommandTests() => Directory.CreateDirectory(_workspace.At(""));

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task A_run_on_own_files_predicts_others_that_have_no_labels()
    {
        string run = _workspace.At("run"), recipe = _workspace.At("own.toml"), output = _workspace.At("p.csv"), fresh = _workspace.At("new.csv");
        File.WriteAllText(_workspace.At("rows.csv"), "kind,text\n" + string.Concat(Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? $"few,abaab{i}\n" : $"many,bbabb{i}\n")));
        File.WriteAllText(recipe, $"""
            [task]
            name = "own-data"
            path = '{_workspace.At("rows.csv")}'
            label_column = "kind"
            content = "characters"
            [model]
            name = "s4d"
            d_model = 8
            n_layers = 1
            [budget]
            unit = "steps"
            finetune = 4
            evaluations = 2
            """);
        File.WriteAllText(fresh, "text\nabba\nb?b\n");

        Outcome trained = await RealProcess.RunAsync("train", recipe, "--out", run, "--cache", _workspace.Cache);
        Outcome predicted = await RealProcess.RunAsync("predict", run, fresh, "--out", output, "--threads", "1", "--batch-size", "1");
        Outcome named = await RealProcess.RunAsync("predict", run, fresh, "--out", output, "--set", "task.text_column=body");

        Assert.True(trained.Code == ExitCode.Done, trained.Error);
        Assert.True(predicted.Code == ExitCode.Done, predicted.Error);
        Assert.Contains("2 rows predicted", predicted.Out, StringComparison.Ordinal);
        Assert.Contains("1 steps in 1 rows have a symbol", predicted.Error, StringComparison.Ordinal);
        string[] lines = File.ReadAllLines(output);
        Assert.Equal("row,where,id,prediction,few,many", lines[0]);
        Assert.All(lines[1..], l => Assert.Equal(1, l.Split(',')[^2..].Sum(p => double.Parse(p, CultureInfo.InvariantCulture)), 1e-5));
        Assert.NotEqual(ExitCode.Done, named.Code);
        Assert.Contains("body", named.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("new.csv", "new.csv", "32", ExitCode.Usage, "is the file to predict")]
    [InlineData("nothing.csv", "p.csv", "32", ExitCode.Data, "no file or folder")]
    [InlineData("new.csv", "p.csv", "0", ExitCode.Usage, "expected 1 or more")]
    public void Mistakes_are_found_before_anything_is_read(string file, string output, string batchSize, ExitCode code, string message)
    {
        File.WriteAllText(_workspace.At("new.csv"), "text\nab\n");

        Outcome outcome = Outcome.Of("predict", _workspace.At("run"), _workspace.At(file), "--out", _workspace.At(output), "--batch-size", batchSize);

        Assert.Equal(code, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }
}

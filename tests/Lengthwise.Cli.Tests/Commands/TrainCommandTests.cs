using System.Text.Json;

namespace Lengthwise.Cli.Tests.Commands;

public sealed class TrainCommandTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task A_run_trains_reports_and_is_finished_when_resumed()
    {
        string folder = _workspace.At("run");

        Outcome trained = await RealProcess.RunAsync("train", "markov-sources/smoke/transformer", "--out", folder, "--cache", _workspace.Cache, "--json");
        Outcome resumed = await RealProcess.RunAsync("resume", folder, "--cache", _workspace.Cache, "--json");
        Outcome report = await RealProcess.RunAsync("report", folder, "--json");

        Assert.True(trained.Code == ExitCode.Done, trained.Error);
        Assert.Equal(trained.Out, resumed.Out);
        Assert.Contains("already finished", resumed.Error, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(report.Out);
        Assert.Single(document.RootElement.GetProperty("cells").EnumerateArray());
    }

    [Fact]
    public async Task Ctrl_C_names_the_command_that_continues()
    {
        string folder = _workspace.At("run");
        using RealProcess process = RealProcess.Start(
            "train", "markov-sources/smoke/transformer", "--set", "budget.finetune=1000000", "--out", folder, "--cache", _workspace.Cache);
        while (!File.Exists(Path.Combine(folder, "metrics.jsonl")) && !process.HasExited) await Task.Delay(20, TestContext.Current.CancellationToken);

        process.Interrupt();
        Outcome outcome = await process.EndAsync();

        Assert.Equal(ExitCode.Interrupted, outcome.Code);
        Assert.Contains($"lengthwise resume {folder}", outcome.Error, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFileSystemEntries(Path.Combine(folder, "checkpoints")));
    }

    [Fact]
    public void An_objective_that_the_model_lacks_is_wrong_usage()
    {
        Outcome outcome = Outcome.Of("train", "markov-sources/default/conv1d", "--set", "objective.name=masked", "--set", "budget.pretrain=1", "--out", _workspace.At("run"));

        Assert.Equal(ExitCode.Usage, outcome.Code);
        Assert.Contains("'masked', which is not applicable to model 'conv1d'", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_workspace.At("run")));
    }

    [Fact]
    public void A_recipe_that_is_not_there_is_wrong_usage()
    {
        Outcome outcome = Outcome.Of("train", _workspace.At("nothing.toml"));

        Assert.Equal(ExitCode.Usage, outcome.Code);
        Assert.Contains("nothing.toml", outcome.Error, StringComparison.Ordinal);
    }
}

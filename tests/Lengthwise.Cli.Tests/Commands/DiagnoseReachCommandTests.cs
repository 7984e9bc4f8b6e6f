using System.Text.Json.Nodes;
using Lengthwise.Diagnoses;

namespace Lengthwise.Cli.Tests.Commands;

public sealed class DiagnoseReachCommandTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public DiagnoseReachCommandTests() => Directory.CreateDirectory(_workspace.At(""));

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task A_comparison_and_one_of_its_runs_are_measured()
    {
        Outcome compared = await RealProcess.RunAsync(_workspace.Smoke("comparison"));
        string comparison = _workspace.At("comparison"), run = Path.Combine(comparison, "cells", "markov-sources-transformer-masked-seed1");

        Outcome whole = await RealProcess.RunAsync("diagnose", "reach", comparison, "--rows", "4", "--within", "2", "--threads", "1", "--cache", _workspace.Cache, "--json");
        Outcome single = await RealProcess.RunAsync("diagnose", "reach", run, "--rows", "4", "--threads", "1", "--cache", _workspace.Cache, "--out", _workspace.At("single"));

        Assert.True(compared.Code == ExitCode.Done, compared.Error);
        Assert.True(whole.Code == ExitCode.Done, whole.Error);
        Assert.True(single.Code == ExitCode.Done, single.Error);
        JsonNode document = JsonNode.Parse(whole.Out)!;
        Assert.Equal(2, document["runs"]!.AsArray().Count);
        Assert.Equal(whole.Out, File.ReadAllText(Path.Combine(comparison, "diagnosis", "reach.json")));
        Assert.Equal(["reach.html", "reach.json", "reach.svg"], new DirectoryInfo(_workspace.At("single")).EnumerateFiles().Select(f => f.Name).Order());
        RunReach alone = Assert.Single(ReachDocument.Read(Path.Combine(_workspace.At("single"), "reach.json"))!.Runs);
        Assert.Equal(
            [TrainingMoment.Initialisation, TrainingMoment.Pretraining, TrainingMoment.Finetuning], alone.Moments.Select(m => m.Moment));
        Assert.Contains("after pretraining", single.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--rows", "0", "expected 1 or more")]
    [InlineData("--within", "6", "expected a power of two")]
    public void Mistakes_are_found_before_anything_is_read(string option, string value, string message)
    {
        Outcome outcome = Outcome.Of("diagnose", "reach", _workspace.At("run"), option, value);

        Assert.Equal(ExitCode.Usage, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_a_run_is_named()
    {
        Outcome outcome = await RealProcess.RunAsync("diagnose", "reach", _workspace.At("nothing"));

        Assert.Equal(ExitCode.Usage, outcome.Code);
        Assert.Contains("there is no recipe.toml in it", outcome.Error, StringComparison.Ordinal);
    }
}

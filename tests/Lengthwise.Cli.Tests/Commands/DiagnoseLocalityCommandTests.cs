using System.Text.Json.Nodes;

namespace Lengthwise.Cli.Tests.Commands;

public sealed class DiagnoseLocalityCommandTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public DiagnoseLocalityCommandTests() => Directory.CreateDirectory(_workspace.At(""));

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task A_profile_that_lost_a_run_ends_with_the_same_numbers()
    {
        Outcome whole = await Run();
        string folder = _workspace.At("profile");
        Directory.Delete(Path.Combine(folder, "cells", "markov-sources-bag-scratch-seed1"), recursive: true);
        Directory.Delete(Path.Combine(folder, "diagnosis"), recursive: true);

        Outcome again = await Run();

        Assert.True(whole.Code == ExitCode.Done, whole.Error);
        Assert.Equal(whole.Out, again.Out);
        Assert.Equal(["bag", "cnn", "whole"], JsonNode.Parse(again.Out)!["points"]!.AsArray().Select(p => (string)p!["arm"]!["name"]!));
        Assert.Equal(again.Out, File.ReadAllText(Path.Combine(folder, "diagnosis", "locality.json")));
        Assert.True(File.Exists(Path.Combine(folder, "diagnosis", "locality.svg")));
    }

    [Theory]
    [InlineData("--windows", "0", "expected numbers of steps from 1")]
    [InlineData("--windows", "wide", "expected numbers of steps from 1")]
    [InlineData("--windows", ",", "--windows is empty")]
    [InlineData("--seeds", "0", "expected 1 or more")]
    public void Mistakes_are_found_before_anything_is_trained(string option, string value, string message)
    {
        Outcome outcome = Outcome.Of("diagnose", "locality", "markov-sources/smoke", option, value, "--out", _workspace.At("none"), "--cache", _workspace.Cache);

        Assert.Equal(ExitCode.Usage, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_workspace.At("none")));
    }

    [Fact]
    public void A_task_without_presets_is_named()
    {
        Outcome outcome = Outcome.Of("diagnose", "locality", "nonsense");

        Assert.Equal(ExitCode.Usage, outcome.Code);
        Assert.Contains("nonsense", outcome.Error, StringComparison.Ordinal);
    }

    private Task<Outcome> Run() => RealProcess.RunAsync(
        "diagnose", "locality", "markov-sources/smoke", "--windows", "all", "--seeds", "1", "--budget", "2", "--set", "task.length=8", "--out", _workspace.At("profile"),
        "--cache", _workspace.Cache, "--json");
}

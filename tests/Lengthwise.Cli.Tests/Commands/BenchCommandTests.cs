using System.Text.Json;

namespace Lengthwise.Cli.Tests.Commands;

public sealed class BenchCommandTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Smoke_mode_times_ours_against_both_baselines_and_writes_what_it_found()
    {
        Outcome outcome = await RealProcess.RunAsync("bench", "--smoke", "--model", "s4d", "--threads", "1", "--json", "--out", _workspace.At("results"));

        Assert.Equal(ExitCode.Done, outcome.Code);
        using JsonDocument document = JsonDocument.Parse(outcome.Out);
        JsonElement root = document.RootElement, step = root.GetProperty("steps")[0];
        Assert.Equal(["ours", "tuned", "default"], step.GetProperty("variants").EnumerateArray().Select(v => v.GetProperty("name").GetString()));
        Assert.True(step.GetProperty("flops").GetDouble() > 0 && root.GetProperty("ceiling").GetProperty("product").GetDouble() > 0);
        Assert.Contains("OMP_WAIT_POLICY", outcome.Out, StringComparison.Ordinal);
        string written = Assert.Single(Directory.GetFiles(_workspace.At("results"), "*-1-threads.md"));
        Assert.Contains("| s4d | B3 L24 |", File.ReadAllText(written), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.ChangeExtension(written, ".json")));
    }

    [Fact]
    public async Task Scaling_writes_a_picture_for_each_axis()
    {
        Outcome outcome = await RealProcess.RunAsync(
            "bench", "--smoke", "--model", "lru,transformer", "--threads", "1", "--scaling", "length,d_state", "--out", _workspace.At("results"));

        Assert.Equal(ExitCode.Done, outcome.Code);
        Assert.Equal(
            ["scaling-d_state.svg", "scaling-length.svg"],
            Directory.GetFiles(_workspace.At("results"), "*.svg").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("Scaling over length", outcome.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("transformer", File.ReadAllText(_workspace.At("results/scaling-d_state.md")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no model 's4e'", "--model", "s4e")]
    [InlineData("'--batch' is 0, expected at least 1", "--batch", "0")]
    [InlineData("kernel route 'simd999'", "--route", "simd999")]
    [InlineData("'--activations' is 'half', expected kept, recomputed, recomputed-bfloat16", "--activations", "half")]
    [InlineData("'--scaling' names 'depth', expected length, batch, d_model, d_state, threads", "--scaling", "depth")]
    [InlineData("'--scaling' has batches and lengths of its own", "--scaling", "length", "--length", "64")]
    [InlineData("'d_state' was given, but 'transformer' has none", "--model", "transformer", "--d-state", "64")]
    public void What_cannot_be_timed_is_said_before_anything_is(string message, params string[] arguments)
    {
        Outcome outcome = Outcome.Of(["bench", .. arguments]);

        Assert.Equal(ExitCode.Usage, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }
}

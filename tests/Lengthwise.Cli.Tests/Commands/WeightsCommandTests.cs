namespace Lengthwise.Cli.Tests.Commands;

public sealed class WeightsCommandTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public WeightsCommandTests() => Directory.CreateDirectory(_workspace.At(""));

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Weights_leave_a_run_and_begin_another()
    {
        string run = _workspace.At("run"), layer = _workspace.At("layer.safetensors"), model = _workspace.At("model.safetensors");
        string[] recipe = ["markov-sources/smoke/s4d"];

        Outcome trained = await RealProcess.RunAsync(["train", .. recipe, "--out", run, "--cache", _workspace.Cache]);
        Outcome exported = await RealProcess.RunAsync("weights", "export", run, "--below", "layers.0.0.layer", "--out", layer);
        Outcome imported = await RealProcess.RunAsync(["weights", "import", .. recipe, layer, "--below", "layers.0.0.layer", "--out", model]);
        Outcome begun = await RealProcess.RunAsync(["train", .. recipe, "--weights", model, "--out", _workspace.At("second"), "--cache", _workspace.Cache]);
        Outcome refused = await RealProcess.RunAsync(["weights", "import", "markov-sources/smoke/transformer", model, "--out", _workspace.At("no.safetensors")]);

        Assert.True(trained.Code == ExitCode.Done, trained.Error);
        Assert.True(exported.Code == ExitCode.Done, exported.Error);
        Assert.Contains("tensors: ", exported.Out, StringComparison.Ordinal);
        Assert.True(imported.Code == ExitCode.Done, imported.Error);
        Assert.True(begun.Code == ExitCode.Done, begun.Error);
        Assert.Contains($"begins with the weights of '{model}'", begun.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Data, refused.Code);
        Assert.Contains("tensors do not fit, nothing was taken", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_workspace.At("no.safetensors")));
    }

    [Fact]
    public void A_folder_without_a_run_is_refused()
    {
        Outcome outcome = Outcome.Of("weights", "export", _workspace.At("run"), "--out", _workspace.At("w.safetensors"));

        Assert.Equal(ExitCode.Usage, outcome.Code);
        Assert.Contains("there is no run in", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing.safetensors", "there is no file")]
    [InlineData("text.safetensors", "reading weights from")]
    public void A_file_that_holds_no_weights_is_refused(string name, string message)
    {
        File.WriteAllText(_workspace.At("text.safetensors"), "these are no weights at all");

        Outcome outcome = Outcome.Of("weights", "import", "markov-sources/smoke/s4d", _workspace.At(name), "--out", _workspace.At("m.safetensors"));

        Assert.Equal(ExitCode.Data, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }
}

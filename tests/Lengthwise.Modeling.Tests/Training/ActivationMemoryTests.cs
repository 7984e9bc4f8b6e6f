using Lengthwise.Experiments;
using Lengthwise.Modeling.Training;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tests.Training;

/// <summary>Runs that keep less in memory between the way forward and the way back.</summary>
public sealed class ActivationMemoryTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("lengthwise-activations-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void A_run_that_computes_activations_again_ends_with_the_same_weights()
    {
        RunRecord kept = Run("kept"), again = Run("recomputed");

        Assert.Equal(File.ReadAllBytes(Folder("kept").ModelPath), File.ReadAllBytes(Folder("recomputed").ModelPath));
        Assert.Equal(("fp32", "fp32", kept.Test), (kept.Precision, again.Precision, again.Test));
    }

    [Fact]
    public void Sixteen_bits_are_recorded_as_another_precision()
    {
        RunRecord kept = Run("kept"), rounded = Run("recomputed-bfloat16");

        Assert.Equal("fp32, branch inputs kept in bf16", rounded.Precision);
        Assert.NotEqual(File.ReadAllBytes(Folder("kept").ModelPath), File.ReadAllBytes(Folder("recomputed-bfloat16").ModelPath));
        Assert.InRange(Math.Abs(kept.PretrainLoss!.Value - rounded.PretrainLoss!.Value), 0, 0.05);
    }

    [Fact]
    public void A_model_without_branches_is_refused()
    {
        var refusal = Assert.Throws<LengthwiseException>(() => Run("recomputed", "bag"));

        Assert.Contains("'run.activations = \"recomputed\"'", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, refusal.Code);
    }

    private RunRecord Run(string activations, string model = "s4d") => TrainingRun.Start(
        RecipeReader.Parse(
            $"""
            [task]
            name = "markov-sources"
            length = 24
            train_size = 40
            validation_size = 20
            test_size = 20
            [model]
            name = "{model}"
            d_model = 8
            n_layers = 2
            dropout = 0.1
            [objective]
            name = "{(model == "bag" ? "scratch-matched" : "masked")}"
            [optimizer]
            batch_size = 16
            [budget]
            unit = "steps"
            pretrain = 6
            finetune = 4
            evaluations = 1
            [run]
            activations = "{activations}"
            """,
            "test.toml", [], new SettingsCatalog()),
        Folder(activations), new RunOptions { Cache = _root.CreateSubdirectory("cache") }, CancellationToken.None);

    private RunFolder Folder(string name) => new(new DirectoryInfo(Path.Combine(_root.FullName, name)));
}

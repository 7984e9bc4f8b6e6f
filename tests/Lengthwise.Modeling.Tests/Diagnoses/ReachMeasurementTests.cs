using Lengthwise.Diagnoses;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Checkpoints;
using Lengthwise.Modeling.Diagnoses;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Training;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tests.Diagnoses;

public sealed class ReachMeasurementTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("lengthwise-reach-");

    private DirectoryInfo Cache => _root.CreateSubdirectory("cache");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("transformer", "masked", "attention")]
    [InlineData("transformer", "scratch", "attention")]
    [InlineData("s4d", "causal", "kernel")]
    [InlineData("lru", "masked", "kernel")]
    [InlineData("s5", "masked", "kernel")]
    [InlineData("ema", "masked", "kernel")]
    [InlineData("gau", "masked", "attention")]
    [InlineData("mega", "masked", "attention kernel")]
    public void A_run_is_measured_at_every_moment_of_its_training(string model, string objective, string kinds)
    {
        RunFolder run = Trained(Recipe(model, objective));
        using var measurement = new ReachMeasurement(Cache, 6, null);

        RunReach found = measurement.Measure(run, CancellationToken.None);

        TrainingMoment[] moments = objective == "scratch"
            ? [TrainingMoment.Initialisation, TrainingMoment.Finetuning]
            : [TrainingMoment.Initialisation, TrainingMoment.Pretraining, TrainingMoment.Finetuning];
        Assert.Equal(moments, found.Moments.Select(m => m.Moment));
        Assert.Equal((6, 12, 0), (found.Rows, found.Length, found.Notes.Count));
        foreach (MomentReach moment in found.Moments)
        {
            Assert.Equal(kinds, string.Join(" ", moment.Layers.Select(l => Naming.ToKey(l.Kind))));
            Assert.All(moment.Layers.SelectMany(l => l.Profiles), p => Assert.Equal(1, p.Mass.Sum(), 1e-9));
        }
        Assert.Equal(moments.Length, found.Moments.Select(m => m.Layers[0].Profiles[0].MeanDistance).Distinct().Count());
    }

    [Theory]
    [InlineData("masked")]
    [InlineData("scratch")]
    public void Weights_drawn_again_are_those_that_the_run_began_with(string objective)
    {
        Recipe recipe = Recipe("transformer", objective);
        var run = new RunFolder(_root.CreateSubdirectory("run"));
        using var stop = new CancellationTokenSource();
        var options = new RunOptions { Cache = Cache, Observer = new StopBeforeTheFirstStep(stop) };
        Assert.ThrowsAny<OperationCanceledException>(() => TrainingRun.Start(recipe, run, options, stop.Token));
        Checkpoint begun = new CheckpointStore(run.CheckpointsPath).Load(m => Assert.Fail(m), _ => null)!;
        SequenceTask task = TaskCatalog.Create(recipe.TaskName, recipe.Task);
        using PreparedTask data = task.Prepare(Cache, null, CancellationToken.None);

        using SequenceModel drawn = new RunWeights(run, recipe, new PhaseFactory(recipe, task, data), data.Shape).At(TrainingMoment.Initialisation);

        Assert.Equal(0, begun.State.GetProperty(objective == "masked" ? "pretrain" : "finetune").GetProperty("step").GetInt64());
        foreach ((string name, TorchSharp.torch.Tensor tensor) in drawn.State.Where(s => !s.Name.StartsWith("decoder", StringComparison.Ordinal)))
            Assert.Equal(TensorExchange.ToFloats(begun.Tensors.Tensors["model." + name]), TensorExchange.ToFloats(TensorExchange.ToEntry(tensor)));
    }

    [Fact]
    public void Pretrained_weights_are_kept_and_are_what_the_labels_began_with()
    {
        RunFolder run = Trained(Recipe("transformer", "masked", "optimizer.lr=1e-8", "pretraining.lr=1e-2"));

        Dictionary<string, float[]> Body(string path) => SafetensorsFile.Read(path).Tensors
            .Where(t => !t.Key.StartsWith("decoder", StringComparison.Ordinal)).ToDictionary(t => t.Key, t => TensorExchange.ToFloats(t.Value));
        Dictionary<string, float[]> pretrained = Body(run.PretrainedPath), tuned = Body(run.ModelPath);

        Assert.Equal(pretrained.Keys.Order(), tuned.Keys.Order());
        Assert.All(pretrained, p => Assert.All(p.Value.Zip(tuned[p.Key]), pair => Assert.Equal(pair.First, pair.Second, 1e-5f)));
    }

    [Fact]
    public void A_run_without_kept_weights_says_so()
    {
        RunFolder run = Trained(Recipe("transformer", "masked"));
        File.Delete(run.PretrainedPath);
        using var measurement = new ReachMeasurement(Cache, 6, null);

        RunReach found = measurement.Measure(run, CancellationToken.None);

        Assert.Equal([TrainingMoment.Initialisation, TrainingMoment.Finetuning], found.Moments.Select(m => m.Moment));
        Assert.Contains("pretrained weights were not kept", Assert.Single(found.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gru", "no layer of it has attention weights or a kernel")]
    [InlineData("conv1d", "its sequence is halved")]
    public void A_model_without_a_profile_is_refused_with_the_reason(string model, string reason)
    {
        RunFolder run = Trained(Recipe(model, "scratch"));
        using var measurement = new ReachMeasurement(Cache, 6, null);

        var refused = Assert.Throws<LengthwiseException>(() => measurement.Measure(run, CancellationToken.None));

        Assert.Equal(ExitCode.Usage, refused.Code);
        Assert.Contains($"model '{model}' has no such profile: {reason}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_run_and_a_run_under_way_are_refused()
    {
        using var measurement = new ReachMeasurement(Cache, 6, null);
        var none = new RunFolder(_root.CreateSubdirectory("none"));
        RunFolder run = Trained(Recipe("transformer", "scratch"));
        File.Delete(run.ResultPath);

        Assert.Contains("no recipe.toml", Assert.Throws<LengthwiseException>(() => measurement.Measure(none, CancellationToken.None)).Message, StringComparison.Ordinal);
        Assert.Contains("not finished", Assert.Throws<LengthwiseException>(() => measurement.Measure(run, CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    private RunFolder Trained(Recipe recipe)
    {
        var run = new RunFolder(_root.CreateSubdirectory("trained"));
        TrainingRun.Start(recipe, run, new RunOptions { Cache = Cache }, CancellationToken.None);
        return run;
    }

    private static Recipe Recipe(string model, string objective, params string[] overrides) => RecipeReader.Parse(
        $"""
        [task]
        name = "markov-sources"
        length = 12
        train_size = 40
        validation_size = 20
        test_size = 20
        [model]
        name = "{model}"
        d_model = 8
        n_layers = 1
        {(objective == "causal" ? "bidirectional = false" : "")}
        {(model == "conv1d" ? "blocks_per_width = 1" : "")}
        [objective]
        name = "{objective}"
        [optimizer]
        batch_size = 16
        [budget]
        unit = "steps"
        pretrain = {(objective == "scratch" ? 0 : 2)}
        finetune = 2
        evaluations = 1
        """,
        "test.toml", overrides, new SettingsCatalog());

    private sealed class StopBeforeTheFirstStep(CancellationTokenSource stop) : IRunObserver
    {
        public void OnNote(string message)
        {
        }

        public void OnPhase(string phase, long totalSteps) => stop.Cancel();

        public void OnStep(RunProgress progress)
        {
        }

        public void OnMetric(MetricLine line)
        {
        }

        public void OnDiagnosis(Diagnosis diagnosis)
        {
        }
    }
}

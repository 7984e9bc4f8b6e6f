using Lengthwise.Experiments;
using Lengthwise.Modeling.Checkpoints;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Kernels.Dispatch;
using Lengthwise.Modeling.Training;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tests.Training;

public sealed class TrainingRunTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("lengthwise-run-");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("transformer", "masked")]
    [InlineData("transformer", "scratch")]
    [InlineData("s4d", "masked")]
    [InlineData("s4d", "causal")]
    public void A_run_stopped_after_any_steps_continues_to_equal_bits(string model, string objective)
    {
        Recipe recipe = Recipe(model, objective);
        RunFolder whole = Folder("whole"), broken = Folder("broken");
        RunRecord expected = TrainingRun.Start(recipe, whole, Options(), CancellationToken.None);

        int stops = 0;
        RunRecord? found = null;
        for (int steps = 1; found is null; steps += 2)
        {
            using var stop = new CancellationTokenSource();
            try
            {
                found = stops == 0
                    ? TrainingRun.Start(recipe, broken, Options(new StopAfter(steps, stop)), stop.Token)
                    : TrainingRun.Resume(broken, Options(new StopAfter(steps, stop)), stop.Token);
            }
            catch (OperationCanceledException)
            {
                stops++;
            }
        }

        Assert.True(stops >= 2, $"stopped {stops} times");
        Assert.Equal(expected.Test, found.Test);
        Assert.Equal(expected.Validation, found.Validation);
        Assert.Equal(Repeatable(whole), Repeatable(broken));
        Assert.Equal(File.ReadAllBytes(whole.ModelPath), File.ReadAllBytes(broken.ModelPath));
    }

    [Fact]
    public void Another_seed_gives_other_weights_and_the_same_seed_the_same()
    {
        TrainingRun.Start(Recipe("transformer", "scratch"), Folder("a"), Options(), CancellationToken.None);
        TrainingRun.Start(Recipe("transformer", "scratch"), Folder("b"), Options(), CancellationToken.None);
        TrainingRun.Start(Recipe("transformer", "scratch", "run.seed=2"), Folder("c"), Options(), CancellationToken.None);

        byte[][] weights = [.. new[] { "a", "b", "c" }.Select(n => File.ReadAllBytes(Folder(n).ModelPath))];

        Assert.Equal(weights[0], weights[1]);
        Assert.NotEqual(weights[0], weights[2]);
    }

    [Theory]
    [InlineData("scratch")]
    [InlineData("masked")]
    public void A_run_begins_with_the_weights_that_its_recipe_names(string objective)
    {
        RunFolder first = Folder("first"), second = Folder("second");
        TrainingRun.Start(Recipe("s4d", "scratch"), first, Options(), CancellationToken.None);

        TrainingRun.Start(
            Recipe("s4d", objective, $"run.weights='{first.ModelPath}'", "run.seed=7", "optimizer.lr=1e-8", "optimizer.ssm_lr=1e-8"), second, Options(), CancellationToken.None);

        float[] Encoder(RunFolder run) => TensorExchange.ToFloats(SafetensorsFile.Read(run.ModelPath).Tensors["encoder.weight"]);
        Assert.All(Encoder(first).Zip(Encoder(second)), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Weights_of_another_model_stop_a_run_before_it_begins()
    {
        TrainingRun.Start(Recipe("s4d", "scratch"), Folder("first"), Options(), CancellationToken.None);

        var error = Assert.Throws<LengthwiseException>(() => TrainingRun.Start(
            Recipe("transformer", "scratch", $"run.weights='{Folder("first").ModelPath}'"), Folder("second"), Options(), CancellationToken.None));

        Assert.Contains("tensors do not fit, nothing was taken", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pretraining_moves_every_tensor_but_the_head()
    {
        RunRecord record = TrainingRun.Start(Recipe("transformer", "masked"), Folder("a"), Options(), CancellationToken.None);

        SortedDictionary<string, SafetensorsEntry> model = SafetensorsFile.Read(Folder("a").ModelPath).Tensors;
        Assert.Equal(["decoder.bias", "decoder.weight"], record.Transfer!.Fresh.Order());
        Assert.Equal(["decoder.bias", "decoder.weight"], record.Transfer.Dropped.Order());
        Assert.Equal(model.Keys.Where(n => !n.StartsWith("decoder", StringComparison.Ordinal)), record.Transfer.Transferred.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_test_split_is_not_read_when_tuning()
    {
        RunRecord record = TrainingRun.Start(
            Recipe("transformer", "scratch"), Folder("a"), Options() with { ReadTest = false }, CancellationToken.None);

        Assert.Null(record.Test);
        Assert.NotNull(record.Validation);
        Assert.DoesNotContain(MetricsFile.Read(Folder("a").MetricsPath), m => m.Split == "test");
    }

    [Fact]
    public void A_loss_that_explodes_is_a_diagnosis_and_no_result()
    {
        RunRecord record = TrainingRun.Start(
            Recipe("transformer", "scratch", "optimizer.lr=10.0", "optimizer.weight_decay=10.0", "budget.finetune=400", "optimizer.warmup_steps=0"),
            Folder("a"), Options(), CancellationToken.None);

        Assert.Null(record.Test);
        Assert.Equal("not-finite", Assert.Single(record.Diagnoses, d => d.Severity == DiagnosisSeverity.Error).Code);
    }

    [Fact]
    public void Another_recipe_in_the_same_folder_is_refused()
    {
        TrainingRun.Start(Recipe("transformer", "scratch"), Folder("a"), Options(), CancellationToken.None);

        var refused = Assert.Throws<LengthwiseException>(
            () => TrainingRun.Start(Recipe("transformer", "scratch", "run.seed=2"), Folder("a"), Options(), CancellationToken.None));

        Assert.Contains("another recipe", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_the_last_checkpoint_damaged_the_one_before_leads_to_the_same_bits()
    {
        Recipe recipe = Recipe("transformer", "masked");
        TrainingRun.Start(recipe, Folder("whole"), Options(), CancellationToken.None);
        RunFolder broken = Folder("broken");
        foreach (int steps in new[] { 3, 4 })
        {
            using var stop = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(() => TrainingRun.Start(recipe, broken, Options(new StopAfter(steps, stop)), stop.Token));
        }
        string last = Directory.GetFiles(broken.CheckpointsPath, "*.safetensors").Order(StringComparer.Ordinal).Last();
        using (FileStream file = File.OpenWrite(last)) file.SetLength(100);
        var heard = new StopAfter(int.MaxValue, new CancellationTokenSource());

        TrainingRun.Resume(broken, Options(heard), CancellationToken.None);

        Assert.Contains(heard.Notes, n => n.Contains("damaged", StringComparison.Ordinal));
        Assert.Equal(File.ReadAllBytes(Folder("whole").ModelPath), File.ReadAllBytes(broken.ModelPath));
        Assert.Equal(Repeatable(Folder("whole")), Repeatable(broken));
    }

    [Fact]
    public void A_run_continues_with_the_kernels_that_it_began_with()
    {
        Recipe recipe = Recipe("transformer", "scratch");
        RunOptions Choosing(IRunObserver? observer, params KernelOperation[] plain) => Options(observer) with { Kernels = _ => new KernelChoice(plain) };
        RunRecord expected = TrainingRun.Start(recipe, Folder("whole"), Choosing(null, KernelOperation.Linear), CancellationToken.None);
        RunFolder broken = Folder("broken");
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(
            () => TrainingRun.Start(recipe, broken, Choosing(new StopAfter(2, stop), KernelOperation.Linear), stop.Token));

        RunRecord found = TrainingRun.Resume(broken, Choosing(null, KernelOperation.Attention), CancellationToken.None);

        Assert.Equal("libtorch", found.KernelChoice["linear"]);
        Assert.Equal("csharp", found.KernelChoice["attention"]);
        Assert.Equal(expected.KernelChoice, found.KernelChoice);
        Assert.Equal(File.ReadAllBytes(Folder("whole").ModelPath), File.ReadAllBytes(broken.ModelPath));
    }

    [Fact]
    public void A_forced_route_leaves_nothing_to_choose()
    {
        using IDisposable forced = KernelRoute.Use(KernelRoute.Libtorch);

        RunRecord record = TrainingRun.Start(
            Recipe("transformer", "scratch"), Folder("forced"), Options() with { Kernels = _ => throw new InvalidOperationException("asked") }, CancellationToken.None);

        Assert.Equal("libtorch", record.KernelRoute);
        Assert.Empty(record.KernelChoice);
    }

    [Fact]
    public void A_run_records_the_operations_of_each_phase()
    {
        RunRecord masked = TrainingRun.Start(Recipe("transformer", "masked"), Folder("masked"), Options(), CancellationToken.None);
        // 40 rows in batches of 16: an epoch is three steps.
        RunRecord one = TrainingRun.Start(Recipe("transformer", "scratch", "budget.finetune=3"), Folder("one"), Options(), CancellationToken.None);
        RunRecord two = TrainingRun.Start(Recipe("transformer", "scratch", "budget.finetune=6"), Folder("two"), Options(), CancellationToken.None);

        double[] lines = [.. MetricsFile.Read(Folder("two").MetricsPath).Where(m => m.Split == "validation").Select(m => m.Flops)];

        Assert.True(masked.PretrainFlops > 0 && masked.FinetuneFlops > 0);
        Assert.Equal(0, one.PretrainFlops);
        Assert.Equal(2 * one.FinetuneFlops, two.FinetuneFlops);
        Assert.Equal(two.FinetuneFlops, lines[^1]);
        Assert.Equal(lines.Order(), lines);
    }

    [Theory]
    [InlineData("transformer")]
    [InlineData("s4d")]
    public void Steps_leave_no_tensors_behind(string model)
    {
        var counts = new List<long>();
        var counter = new OnEveryMetric(_ => counts.Add(TorchSharp.torch.Tensor.TotalCount));
        Recipe recipe = Recipe(model, "scratch", "run.log_steps=1", "budget.evaluations=1", "budget.finetune=24", "run.checkpoint_seconds=1000.0");

        TrainingRun.Start(recipe, Folder("a"), Options(counter), CancellationToken.None);

        // The first steps make what lives as long as the run: gradients and moments. The next step's batch may be there or not yet.
        const int tensorsOfABatch = 3;
        Assert.InRange(counts[3..23].Max() - counts[3..23].Min(), 0, tensorsOfABatch);
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
        dropout = 0.1
        bidirectional = {(objective == "causal" ? "false" : "true")}
        [objective]
        name = "{objective}"
        [optimizer]
        batch_size = 16
        warmup_steps = 2
        [budget]
        unit = "steps"
        pretrain = {(objective == "scratch" ? 0 : 7)}
        finetune = 8
        evaluations = 4
        [run]
        checkpoint_seconds = 0
        log_steps = 3
        """,
        "test.toml", overrides, new SettingsCatalog());

    private RunFolder Folder(string name) => new(new DirectoryInfo(Path.Combine(_root.FullName, name)));

    private RunOptions Options(IRunObserver? observer = null) => new() { Cache = _root.CreateSubdirectory("cache"), Observer = observer };

    private static string[] Repeatable(RunFolder folder) =>
        [.. MetricsFile.Read(folder.MetricsPath).Select(m => MetricsFile.Format(m with { Seconds = 0, TokensPerSecond = null }))];

    private sealed class OnEveryMetric(Action<MetricLine> action) : IRunObserver
    {
        public void OnNote(string message)
        {
        }

        public void OnPhase(string phase, long totalSteps)
        {
        }

        public void OnStep(RunProgress progress)
        {
        }

        public void OnMetric(MetricLine line) => action(line);

        public void OnDiagnosis(Diagnosis diagnosis)
        {
        }
    }
}

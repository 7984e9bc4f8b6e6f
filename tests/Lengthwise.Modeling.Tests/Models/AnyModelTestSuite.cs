using Lengthwise.Experiments;
using Lengthwise.Modeling.Checkpoints;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tests.Training;
using Lengthwise.Modeling.Training;
using Lengthwise.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Padding = Lengthwise.Modeling.Layers.Padding;

namespace Lengthwise.Modeling.Tests.Models;

/// <summary>
/// Questions that every architecture answers, whatever it is built of. Stacks of residual branches answer those of
/// <see cref="ModelTestSuite{T}"/> as well; only one that brings its own body derives from here.
/// </summary>
public abstract class AnyModelTestSuite<T> where T : ModelArchitecture, new()
{
    private protected static readonly ModelInput Tokens = new ModelInput.Tokens(11);
    private protected static readonly ModelInput Reals = new ModelInput.Reals(2);

    /// <summary>A small model: d_model 8, two layers, no dropout.</summary>
    protected abstract ModelSettings Small(bool bidirectional);

    /// <summary>Name of the file with approved names and shapes; another one for each form of a model that names them differently.</summary>
    protected virtual string ApprovedName => new T().Name;

    /// <summary>Small models at the ends of what their settings allow, such as steps of 1e-9 and of 1000.</summary>
    protected abstract IEnumerable<ModelSettings> Extremes { get; }

    /// <summary>The small model with whatever else it can carry from step to step, such as running statistics.</summary>
    protected virtual ModelSettings Stateful => Small(true);

    /// <summary>Whether the model has a unidirectional form; one that has none is asked whether it says so.</summary>
    private protected bool HasCausalForm => Small(true).ObstacleTo(ObjectiveKind.Causal) is null;

    [Fact]
    public void Model_is_listed_with_its_settings()
    {
        var architecture = new T();

        Assert.IsType<T>(ModelCatalog.Create(architecture.Name));
        Assert.IsType(ModelCatalog.Settings[architecture.Name], Small(true));
    }

    [Fact]
    public void Names_and_shapes_equal_the_approved_ones()
    {
        using SequenceModel model = Create(Tokens, new ModelOutput.Pooled(5), Small(true));

        string found = string.Concat(model.TrainableParameters.Select(
            p => $"{p.Name} [{string.Join(", ", p.Tensor.shape)}]{(p.IsSsm ? " ssm" : "")}\n"));

        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Models", "Approved", ApprovedName + ".txt")), found);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(31)]
    [InlineData(60)]
    public void Forward_gives_one_row_per_sequence(int length)
    {
        using var scope = NewDisposeScope();
        using SequenceModel pooled = Create(Tokens, new ModelOutput.Pooled(5), Small(true));

        Tensor row = pooled.forward(randint(0, 11, [3, length], ScalarType.Int64), null);

        Assert.Equal([3, 5], row.shape);
        Assert.True(row.isfinite().all().item<bool>());
    }

    [Fact]
    public void Pairs_give_one_row_for_two_sequences_and_only_the_order_of_a_pair_matters()
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(Tokens, new ModelOutput.Paired(5), Small(true) with { Head = HeadKind.Linear });
        Tensor input = randint(0, 11, [6, 9], ScalarType.Int64);

        Tensor pairs = model.forward(input, null), turned = model.forward(cat([input.narrow(0, 3, 3), input.narrow(0, 0, 3)]), null);

        Assert.Equal([3, 5], pairs.shape);
        Assert.False(pairs.allclose(turned));
        Assert.InRange((pairs[1] - model.forward(stack([input[1], input[4]]), null)[0]).abs().max().item<float>(), 0, 2e-6f);
    }

    [Fact]
    public void Gradients_equal_finite_differences() => CheckGradients(Small(true));

    [Fact]
    public void A_model_without_a_causal_form_refuses_to_be_one()
    {
        Assert.SkipWhen(HasCausalForm, "the model has a causal form");

        var error = Assert.Throws<LengthwiseException>(() => Create(Tokens, new ModelOutput.Pooled(5), Small(true) with { Bidirectional = false }));

        Assert.Contains("'bidirectional' is false", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PoolingKind.Mean)]
    [InlineData(PoolingKind.Max)]
    public void Batch_companions_change_nothing(PoolingKind pooling) => CheckCompanions(Small(true) with { Pooling = pooling });

    [Fact]
    public void What_stands_behind_the_end_changes_no_bit() => CheckPadding(Small(true));

    [Theory]
    [InlineData(PoolingKind.Mean)]
    [InlineData(PoolingKind.Max)]
    [InlineData(PoolingKind.Last)]
    public void Rows_without_a_valid_step_stay_finite_and_so_do_gradients(PoolingKind pooling) => CheckEmptyRows(Stateful with { Pooling = pooling });

    [Fact]
    public void At_the_ends_of_the_settings_values_and_gradients_stay_finite()
    {
        foreach (ModelSettings settings in Extremes)
        {
            using var scope = NewDisposeScope();
            using SequenceModel model = Create(Reals, new ModelOutput.Pooled(2), settings);

            Tensor output = model.forward(randn(2, 61, 2), null);
            output.sum().backward();

            Assert.True(output.isfinite().all().item<bool>(), $"{settings}");
            foreach ((string name, Parameter parameter, _) in model.TrainableParameters)
                Assert.True(parameter.grad!.isfinite().all().item<bool>(), $"{name} with {settings}");
        }
    }

    [Theory]
    [InlineData(PoolingKind.Mean)]
    [InlineData(PoolingKind.Max)]
    public void Not_a_number_is_not_swallowed(PoolingKind pooling)
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(Reals, new ModelOutput.Pooled(5), Small(true) with { Pooling = pooling });
        Tensor input = randn(2, 9, 2);
        input[1, 3, 0] = float.NaN;

        Tensor output = model.forward(input, null);

        Assert.True(output[1].isnan().all().item<bool>());
    }

    [Fact]
    public void Inputs_of_another_shape_or_type_are_refused()
    {
        using var scope = NewDisposeScope();
        using SequenceModel tokens = Create(Tokens, new ModelOutput.Pooled(5), Small(true));
        using SequenceModel reals = Create(Reals, new ModelOutput.Pooled(5), Small(true));
        using Padding shorter = PaddingOf([4], 4);

        Assert.Throws<LengthwiseException>(() => tokens.forward(zeros(1, 4), null));
        Assert.Throws<LengthwiseException>(() => tokens.forward(zeros([1, 0], ScalarType.Int64), null));
        Assert.Throws<LengthwiseException>(() => tokens.forward(zeros([1, 5], ScalarType.Int64), shorter));
        var error = Assert.Throws<LengthwiseException>(() => reals.forward(zeros(4, 2, 9), null));
        Assert.Contains("[B, L, channels] = [any, any, 2]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dropout_acts_in_training_only()
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(Tokens, new ModelOutput.Pooled(5), Small(true) with { Dropout = 0.5 });
        Tensor input = randint(0, 11, [2, 9], ScalarType.Int64);

        bool differsInTraining = !model.forward(input, null).allclose(model.forward(input, null));
        model.eval();
        bool isStableInEvaluation = model.forward(input, null).equal(model.forward(input, null)).all().item<bool>();

        Assert.True(differsInTraining);
        Assert.True(isStableInEvaluation);
    }

    [Fact]
    public void Model_first_used_in_inference_mode_can_train_afterwards()
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(Tokens, new ModelOutput.Pooled(5), Small(true));
        Tensor input = randint(0, 11, [2, 9], ScalarType.Int64);
        using (inference_mode()) model.forward(input, null);

        model.forward(input, null).sum().backward();

        Assert.All(model.TrainableParameters, p => Assert.NotNull(p.Tensor.grad));
    }

    [Fact]
    public void Stored_state_gives_the_same_bits_in_another_model()
    {
        using var scope = NewDisposeScope();
        ModelSettings settings = Stateful;
        using SequenceModel first = Create(Tokens, new ModelOutput.Pooled(5), settings);
        Tensor input = randint(0, 11, [4, 9], ScalarType.Int64);
        first.forward(input, null);
        using SequenceModel second = SequenceModel.Create(new T(), settings, Tokens, new ModelOutput.Pooled(5), 64);

        foreach (((string name, Tensor source), (string other, Tensor target)) in first.State.Zip(second.State))
        {
            Assert.Equal(name, other);
            TensorExchange.CopyInto(TensorExchange.ToEntry(source), target, name);
        }
        first.eval();
        second.eval();

        Assert.True(first.forward(input, null).equal(second.forward(input, null)).all().item<bool>());
    }

    [Fact]
    public void Run_that_was_stopped_continues_to_equal_bits()
    {
        DirectoryInfo root = Directory.CreateTempSubdirectory("lengthwise-model-");
        try
        {
            RunFolder whole = new(root.CreateSubdirectory("whole")), broken = new(root.CreateSubdirectory("broken"));
            var options = new RunOptions { Cache = root.CreateSubdirectory("cache") };
            Recipe recipe = TinyRun(Stateful with { Dropout = 0.1 });

            TrainingRun.Start(recipe, whole, options, CancellationToken.None);
            using var stop = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(
                () => TrainingRun.Start(recipe, broken, options with { Observer = new StopAfter(3, stop) }, stop.Token));
            TrainingRun.Resume(broken, options, CancellationToken.None);

            Assert.Equal(File.ReadAllBytes(whole.ModelPath), File.ReadAllBytes(broken.ModelPath));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public void Model_outlives_the_scope_it_was_made_in_and_frees_everything_when_disposed()
    {
        using Tensor input = randint(0, 11, [4, 9], ScalarType.Int64);
        SequenceModel model;
        using (NewDisposeScope()) model = Create(Tokens, new ModelOutput.Pooled(5), Stateful);
        Tensor[] tensors = [.. model.State.Select(s => s.Tensor)];

        model.forward(input, null).Dispose();
        bool isAlive = tensors.All(t => !t.IsInvalid);
        model.Dispose();

        Assert.True(isAlive);
        Assert.All(tensors, t => Assert.True(t.IsInvalid));
    }

    [Fact]
    public void Steps_leave_no_tensors_behind()
    {
        using SequenceModel model = Create(Tokens, new ModelOutput.Pooled(5), Stateful with { Dropout = 0.1 });
        using var optimizer = optim.AdamW(model.parameters(), lr: 1e-3);
        Train(model, optimizer, 2);
        long before = Tensor.TotalCount;

        Train(model, optimizer, 3);

        // Fewer when the collector meanwhile frees what another test left.
        Assert.InRange(Tensor.TotalCount, 0, before);
    }

    [Fact]
    public void Eight_sequences_are_learned_by_heart()
    {
        using SequenceModel model = Create(Tokens, new ModelOutput.Pooled(5), Small(true));
        using var optimizer = optim.AdamW(model.parameters(), lr: 2e-2);

        double loss = Train(model, optimizer, 80);

        Assert.InRange(loss, 0, 0.05);
    }

    /// <summary>A model with parameters drawn from a fixed seed.</summary>
    protected static SequenceModel Create(ModelInput input, ModelOutput output, ModelSettings settings, int maxLength = 64)
    {
        random.manual_seed(11);
        return SequenceModel.Create(new T(), settings, input, output, maxLength);
    }

    /// <summary>Padding of rows of those lengths.</summary>
    protected static Padding PaddingOf(long[] lengths, long maxLength) => new(tensor(lengths), maxLength);

    /// <summary>Gradients of all parameters, in random directions, with padding.</summary>
    protected static void CheckGradients(ModelSettings settings)
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(Reals, new ModelOutput.Pooled(3), settings).Double();
        using Padding padding = PaddingOf([7, 4, 1], 7);
        Tensor input = randn([3, 7, 2], ScalarType.Float64), weights = randn([3, 3], ScalarType.Float64);
        double Loss() => (model.forward(input, padding) * weights).sum().item<double>();

        (model.forward(input, padding) * weights).sum().backward();

        foreach ((string name, Parameter parameter, _) in model.TrainableParameters)
        {
            Tensor direction = randn_like(parameter);
            double slope = (parameter.grad! * direction).sum().item<double>();
            double difference = CentralDifference(parameter, direction, Loss);
            bool isClose = Math.Abs(slope - difference) <= 1e-5 * Math.Max(1, Math.Abs(slope));
            Assert.True(isClose, $"{name}: gradient {slope}, difference {difference}");
        }
    }

    /// <summary>Every row of a batch, padded, gives what it gives alone, by every route.</summary>
    protected static void CheckCompanions(ModelSettings settings)
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(Tokens, new ModelOutput.Pooled(5), settings);
        long[] lengths = [5, 31, 1, 12];
        Tensor input = randint(0, 11, [4, 31], ScalarType.Int64);
        using Padding padding = PaddingOf(lengths, 31);

        foreach (KernelRoute route in (KernelRoute[])[KernelRoute.Libtorch, KernelRoute.Best])
        {
            using IDisposable forced = KernelRoute.Use(route);
            Tensor together = model.forward(input, padding);

            for (int row = 0; row < 4; row++)
            {
                Tensor alone = model.forward(input.narrow(0, row, 1).narrow(1, 0, lengths[row]), null);
                Assert.InRange((together[row] - alone[0]).abs().max().item<float>(), 0, 2e-6f);
            }
        }
    }

    /// <summary>Whatever stands in padded steps gives the same bits.</summary>
    protected static void CheckPadding(ModelSettings settings)
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(Reals, new ModelOutput.Pooled(5), settings);
        using Padding padding = PaddingOf([5, 17, 0, 12], 17);
        Tensor input = randn(4, 17, 2);
        Tensor other = where(padding.Valid.unsqueeze(-1), input, randn(4, 17, 2) * 100);

        Tensor first = model.forward(input, padding), second = model.forward(other, padding);

        Assert.True(first.narrow(0, 0, 2).equal(second.narrow(0, 0, 2)).all().item<bool>());
        Assert.True(first[3].equal(second[3]).all().item<bool>());
    }

    /// <summary>A batch of rows without any valid step gives finite outputs and gradients.</summary>
    protected static void CheckEmptyRows(ModelSettings settings)
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(Tokens, new ModelOutput.Pooled(5), settings);
        using Padding padding = PaddingOf([0, 0], 6);

        Tensor output = model.forward(randint(0, 11, [2, 6], ScalarType.Int64), padding);
        output.sum().backward();

        Assert.True(output.isfinite().all().item<bool>());
        foreach ((string name, Parameter parameter, _) in model.TrainableParameters)
            Assert.True(parameter.grad is null || parameter.grad.isfinite().all().item<bool>(), name);
    }

    /// <summary>Masked pretraining, where the model admits it, and training on labels for a few steps each.</summary>
    private static Recipe TinyRun(ModelSettings settings)
    {
        bool pretrains = settings.ObstacleTo(ObjectiveKind.Masked) is null;
        Recipe recipe = RecipeReader.Parse(
            $"""
            [task]
            name = "markov-sources"
            length = 12
            train_size = 32
            validation_size = 8
            test_size = 8
            [model]
            name = "{new T().Name}"
            [objective]
            name = "{(pretrains ? "masked" : "scratch")}"
            [optimizer]
            batch_size = 16
            [budget]
            unit = "steps"
            pretrain = {(pretrains ? 4 : 0)}
            finetune = 4
            evaluations = 2
            [run]
            log_steps = 1
            """,
            "test.toml", [], new SettingsCatalog());
        return recipe with { Model = settings };
    }

    private static double CentralDifference(Parameter parameter, Tensor direction, Func<double> loss)
    {
        const double step = 1e-6;
        using var _ = no_grad();
        parameter.add_(direction, step);
        double above = loss();
        parameter.add_(direction, -2 * step);
        double below = loss();
        parameter.add_(direction, step);
        return (above - below) / (2 * step);
    }

    /// <summary>Steps on eight fixed sequences of uneven length with fixed labels; the last loss.</summary>
    private static double Train(SequenceModel model, optim.Optimizer optimizer, int steps)
    {
        double last = double.NaN;
        for (int step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var numbers = new RandomStream(5, "eight sequences");
            Tensor input = tensor(Enumerable.Range(0, 8 * 12).Select(_ => (long)numbers.Next(11)).ToArray()).view(8, 12);
            using Padding padding = PaddingOf([12, 3, 7, 12, 9, 5, 11, 8], 12);
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.forward(input, padding), tensor(new long[] { 0, 1, 2, 3, 4, 0, 1, 2 }));
            loss.backward();
            optimizer.step();
            last = loss.item<float>();
        }
        return last;
    }
}

internal static class ModelTesting
{
    /// <summary>The same model in double precision.</summary>
    public static SequenceModel Double(this SequenceModel model) => (SequenceModel)model.to(ScalarType.Float64);
}

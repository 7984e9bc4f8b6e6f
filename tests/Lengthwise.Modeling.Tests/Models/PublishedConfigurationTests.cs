using System.Globalization;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tests.Recipes;
using Lengthwise.Modeling.Training;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

/// <summary>
/// Shipped recipes at their width, depth and learning rates, on sequences of few tokens: the smallest of each model for 500 steps, all
/// others for two. They show that training starts well, not that it ends well.
/// </summary>
[Trait("Category", "Slow")]
public sealed class PublishedConfigurationTests
{
    private const int Batch = 4, Length = 128, Warmup = 50;

    public static TheoryData<string> Smallest => [.. ModelCatalog.Settings.Keys.Select(SmallestOf)];

    public static TheoryData<string> Others => [.. PublishedRecipe.Names.Except(ModelCatalog.Settings.Keys.Select(SmallestOf))];

    [Theory]
    [MemberData(nameof(Smallest))]
    public void Five_hundred_steps_give_no_number_that_is_none(string name) => Train(name, 500);

    [Theory]
    [MemberData(nameof(Others))]
    public void Two_steps_give_no_number_that_is_none(string name) => Train(name, 2);

    [Fact]
    public void S4_at_the_published_state_size_runs_step_by_step_as_whole_over_16384_steps()
    {
        const int length = 16_384;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        random.manual_seed(1);
        using KernelConvolutionBlock layer = S4.CreateBlock(new S4.Settings { DModel = 16, DtMin = 1e-4, Bidirectional = false }, length);
        layer.eval();
        Tensor u = randn(1, length, 16);

        Tensor whole = layer.forward(u, null), steps = empty_like(whole);
        IReadOnlyList<Tensor> state = layer.InitialState(1);
        for (int t = 0; t < length; t++)
        {
            using var inner = NewDisposeScope();
            (Tensor step, IReadOnlyList<Tensor> next) = layer.Step(u.select(1, t), state);
            steps[0, t] = step[0];
            foreach (Tensor part in state) part.Dispose();
            state = [.. next.Select(part => part.MoveToOuterDisposeScope())];
        }

        Assert.InRange(((whole - steps).abs().max() / whole.abs().max()).item<float>(), 0, 1e-4);
    }

    /// <summary>The published recipe with the fewest parameters, as its header states them; else the model's recipe of the default comparison.</summary>
    private static string SmallestOf(string model) =>
        PublishedRecipe.Names.Where(name => PublishedRecipe.Read(name).Recipe.ModelName == model).OrderBy(StatedSize).ThenBy(n => n, StringComparer.Ordinal)
            .FirstOrDefault($"markov-sources/default/{model}");

    private static long StatedSize(string name)
    {
        string line = File.ReadLines(PublishedRecipe.PathOf(name)).First(l => l.StartsWith("# Size:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }

    private static void Train(string name, int steps)
    {
        PublishedRecipe published = PublishedRecipe.Read(name);
        OptimizerSettings o = published.Recipe.Optimizer;
        double peak = o.Schedule == ScheduleKind.InverseSqrt ? o.Lr / Math.Sqrt(o.WarmupSteps ?? 1) : o.Lr;
        using SequenceModel model = published.Create(Length);
        using var optimizer = new AdamW(model.TrainableParameters, o.Beta1, o.Beta2, o.Epsilon, o.WeightDecay);

        for (int step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            (Tensor input, Tensor symbols) = Sequences(published.Input);
            optimizer.ZeroGradients();
            Tensor loss = Loss(published.Output, model.forward(input, null), symbols);
            loss.backward();
            BackwardFault.Rethrow();
            double warmUp = Math.Min(1, (step + 1.0) / Warmup), norm = optimizer.GradientNorm();
            optimizer.Step(warmUp * peak, warmUp * o.SsmLr, o.ClipNorm is { } limit && norm > limit ? limit / norm : 1);

            Assert.True(double.IsFinite(norm), $"gradient at step {step}");
            Assert.InRange(loss.item<float>(), 0, 100);
        }
    }

    /// <summary>Random symbols, the first of which is what is to be told, as the model reads them.</summary>
    private static (Tensor Input, Tensor Symbols) Sequences(ModelInput input)
    {
        Tensor symbols = randint(10, [Batch, Length], ScalarType.Int64);
        if (input is not ModelInput.Reals reals) return (symbols, symbols);
        return ((symbols.to_type(ScalarType.Float32).unsqueeze(-1) / 4.5 - 1).repeat(1, 1, reals.Width), symbols);
    }

    private static Tensor Loss(ModelOutput output, Tensor answers, Tensor symbols)
    {
        Tensor first = symbols.select(1, 0);
        return output switch
        {
            ModelOutput.Paired pairs => nn.functional.cross_entropy(answers, first.narrow(0, 0, Batch / 2) % pairs.Size),
            ModelOutput.Pooled { Size: 1 } => nn.functional.mse_loss(answers.squeeze(-1), first.to_type(ScalarType.Float32) / 10),
            ModelOutput.Pooled pooled => nn.functional.cross_entropy(answers, first % pooled.Size),
            _ => throw new NotSupportedException($"{output}"),
        };
    }
}

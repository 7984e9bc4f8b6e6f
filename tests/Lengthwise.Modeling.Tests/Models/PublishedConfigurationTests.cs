using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Training;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

/// <summary>
/// Published configurations at their width, depth and learning rates, on sequences of few tokens: one of each model for 500 steps, the
/// others for two. They show that training starts well, not that it ends well.
/// </summary>
[Trait("Category", "Slow")]
public sealed class PublishedConfigurationTests
{
    private const int Classes = 10;
    private static readonly ModelInput Tokens = new ModelInput.Tokens(18);
    private static readonly ModelInput Pixels = new ModelInput.Reals(1);

    private static readonly Dictionary<string, Configuration> Configurations = new()
    {
        ["s4 ListOps"] = new(new S4(), S4Of(8, 128, 128, NormKind.Batch, prenorm: false), Tokens, 1e-2, 1e-3, 0.05),
        ["s4 Text"] = new(new S4(), S4Of(6, 256, 256, NormKind.Batch, prenorm: true), Tokens, 1e-2, 1e-3, 0.05),
        ["s4 Image"] = new(new S4(), S4Of(6, 512, 2, NormKind.Layer, prenorm: false) with { Dropout = 0.1, TieDropout = true }, Pixels, 1e-2, 1e-3, 0.05),
        ["s4 Pathfinder"] = new(new S4(), S4Of(6, 256, 256, NormKind.Batch, prenorm: true) with { Pooling = PoolingKind.Last }, Pixels, 4e-3, 1e-3, 0.03),
        ["s4 Path-X"] = new(new S4(), S4Of(6, 256, null, NormKind.Batch, prenorm: true) with { DtMin = 1e-4 }, Pixels, 5e-4, 5e-4, 0.05),
        ["s4d ListOps"] = new(new S4D(), new S4D.Settings { NLayers = 8, DModel = 128, Norm = NormKind.Batch, Prenorm = false }, Tokens, 1e-2, 1e-3, 0.05),
        ["dss ListOps"] = new(
            new DSS(), new DSS.Settings { NLayers = 6, DModel = 128, SeparateSteps = true, Glu = false, Norm = NormKind.Batch, Prenorm = false, Bidirectional = false },
            Tokens, 1e-2, 1e-3, 0.01),
        ["dlr ListOps"] = new(new DLR(), new DLR.Settings { NLayers = 8, DModel = 128, Prenorm = false }, Tokens, 5e-4, 1e-4, 0.05),
        ["dlr Image"] = new(new DLR(), new DLR.Settings { NLayers = 6, DModel = 512 }, Pixels, 5e-4, 1e-4, 0.05),
    };

    private static readonly Dictionary<string, Configuration> All = Configurations.Concat(PublishedConfiguration.All.Select(
        p => KeyValuePair.Create(
            p.ToString(), new Configuration(p.Architecture, p.Settings, p.IsTokens ? Tokens : Pixels, p.Lr, p.SsmLr, p.WeightDecay)))).ToDictionary();

    public static TheoryData<string, int> Runs => [.. All.Keys.Select(name => (name, name.EndsWith("ListOps", StringComparison.Ordinal) ? 500 : 2))];

    [Theory]
    [MemberData(nameof(Runs))]
    public void Training_starts_without_a_number_that_is_none(string name, int steps)
    {
        const int batch = 8, length = 128;
        Configuration c = All[name];
        random.manual_seed(1);
        using SequenceModel model = SequenceModel.Create(c.Architecture, c.Settings, c.Input, new ModelOutput.Pooled(Classes), length);
        using var optimizer = new AdamW(model.TrainableParameters, 0.9, 0.999, 1e-8, c.WeightDecay);

        for (int step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            Tensor symbols = randint(18, [batch, length], ScalarType.Int64), labels = symbols.select(1, 0) % Classes;
            Tensor input = c.Input is ModelInput.Tokens ? symbols : symbols.to_type(ScalarType.Float32).unsqueeze(-1) / 9 - 1;
            optimizer.ZeroGradients();
            Tensor loss = nn.functional.cross_entropy(model.forward(input, null), labels);
            loss.backward();
            BackwardFault.Rethrow();
            double warmUp = Math.Min(1, (step + 1) / 50.0);
            optimizer.Step(warmUp * c.Lr, warmUp * c.SsmLr);

            Assert.True(double.IsFinite(optimizer.GradientNorm()), $"gradient at step {step}");
            Assert.InRange(loss.item<float>(), 0, 50);
        }
    }

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

    private static S4.Settings S4Of(int layers, int width, int? copies, NormKind norm, bool prenorm) =>
        new() { NLayers = layers, DModel = width, NSsm = copies, Norm = norm, Prenorm = prenorm };

    private sealed record Configuration(
        ModelArchitecture Architecture, ModelSettings Settings, ModelInput Input, double Lr, double SsmLr, double WeightDecay);
}

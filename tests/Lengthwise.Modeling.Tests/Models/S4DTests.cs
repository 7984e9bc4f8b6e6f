using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Padding = Lengthwise.Modeling.Layers.Padding;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class S4DTests : RecurrentModelTestSuite<S4D>
{
    protected override ModelSettings Small(bool bidirectional) =>
        new S4D.Settings { DModel = 8, NLayers = 2, DState = 8, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
        from discretization in Enum.GetValues<Discretization>()
        from init in Enum.GetValues<S4DInit>()
        from step in (double[])[1e-9, 1e-4, 1000]
        select (S4D.Settings)Small(true) with { DState = 64, DtMin = step, DtMax = step, Init = init, Discretization = discretization };

    [Theory]
    [InlineData(S4DInit.Lin, Discretization.Zoh, 1, null)]
    [InlineData(S4DInit.Inv, Discretization.Zoh, 64, 1)]
    [InlineData(S4DInit.Legs, Discretization.Zoh, 97, 3)]
    [InlineData(S4DInit.Real, Discretization.Zoh, 31, 2)]
    [InlineData(S4DInit.Random, Discretization.Zoh, 31, 2)]
    [InlineData(S4DInit.Lin, Discretization.Bilinear, 97, 2)]
    [InlineData(S4DInit.Real, Discretization.Bilinear, 64, null)]
    public void Kernel_equals_the_powers_of_the_discretised_system(S4DInit init, Discretization rule, int length, int? copies)
    {
        using var scope = NewDisposeScope();
        using KernelConvolutionBlock block = Block(
            new S4D.Settings { DModel = 6, DState = 16, Init = init, Discretization = rule, NSsm = copies, Bidirectional = false });

        Tensor kernel = block.Kernel(length)[0];

        Tensor Per(string name) => block.get_parameter("layer.kernel." + name)!;
        Tensor dt = Per("inv_dt").exp();
        Tensor A = complex(-Per("A_real").exp(), -Per("A_imag")).repeat(6 / Per("A_real").shape[0], 1);
        Tensor B = view_as_complex(Per("B"))[0].repeat(6 / Per("A_real").shape[0], 1);
        Tensor advance = rule == Discretization.Zoh ? (dt * A).exp() : (1 + dt * A / 2) / (1 - dt * A / 2);
        Tensor x = rule == Discretization.Zoh ? (advance - 1) / A * B : dt * B / (1 - dt * A / 2);
        for (int l = 0; l < length; l++, x = advance * x)
        {
            Tensor tap = 2 * (view_as_complex(Per("C"))[0] * x).real.sum(-1);
            Assert.True(allclose(tap, kernel.select(-1, l), rtol: 1e-8, atol: 1e-10), $"tap {l}");
        }
    }

    [Fact]
    public void Reversed_input_gives_the_reversed_output_when_the_second_kernel_continues_the_first()
    {
        using var scope = NewDisposeScope();
        using KernelConvolutionBlock block = Block(new S4D.Settings { DModel = 4, DState = 8 });
        using (no_grad())
        {
            // K1_j = K0_{j+1} when C1 = C0 exp(dt A): every lag then weighs the same in both directions.
            Tensor aReal = block.get_parameter("layer.kernel.A_real")!, aImag = block.get_parameter("layer.kernel.A_imag")!;
            Tensor advance = (block.get_parameter("layer.kernel.inv_dt")!.exp() * complex(-aReal.exp(), -aImag)).exp();
            Tensor C = block.get_parameter("layer.kernel.C")!;
            C[1] = view_as_real(view_as_complex(C[0]) * advance);
        }
        Tensor u = randn([2, 11, 4], ScalarType.Float64);

        Tensor forwards = block.forward(u, null), backwards = block.forward(u.flip(1), null);

        Assert.True(allclose(forwards, backwards.flip(1), rtol: 1e-10, atol: 1e-12));
    }

    [Fact]
    public void Initial_values_follow_their_distributions()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        using KernelConvolutionBlock block = S4D.CreateBlock(new S4D.Settings { DModel = 256, DState = 32, DtMin = 0.001, DtMax = 0.1 });

        Tensor dt = block.get_parameter("layer.kernel.inv_dt")!.exp();
        Tensor C = block.get_parameter("layer.kernel.C")!;

        Assert.InRange(dt.min().item<float>(), 0.001f, 0.0012f);
        Assert.InRange(dt.max().item<float>(), 0.08f, 0.1f);
        Assert.InRange(dt.log().mean().item<float>(), Math.Log(0.01) - 0.3, Math.Log(0.01) + 0.3);
        Assert.InRange(C.square().sum(-1).mean().item<float>(), 0.96f, 1.04f);
        Assert.InRange(C.mean().item<float>(), -0.03f, 0.03f);
    }

    [Fact]
    public void Discrete_Fourier_poles_stand_evenly_around_the_circle_whatever_the_steps()
    {
        using var scope = NewDisposeScope();
        using KernelConvolutionBlock block = Block(new S4D.Settings { DModel = 16, DState = 8, Init = S4DInit.Dfout });

        Tensor angles = block.get_parameter("layer.kernel.inv_dt")!.exp() * block.get_parameter("layer.kernel.A_imag")!;

        Assert.True(allclose(angles, (arange(4, ScalarType.Float64) * (Math.PI / 4)).expand(16, 4), rtol: 1e-5, atol: 1e-3));
    }

    [Fact]
    public void Discrete_Fourier_poles_cannot_be_shared_between_channels() =>
        Assert.Contains(new S4D.Settings { Init = S4DInit.Dfout, NSsm = 2 }.Validate(), p => p.Contains("'n_ssm'", StringComparison.Ordinal));

    [Fact]
    public void Copies_are_shared_by_every_nth_channel()
    {
        using var scope = NewDisposeScope();
        using KernelConvolutionBlock block = Block(new S4D.Settings { DModel = 4, DState = 4, NSsm = 2, Bidirectional = false });
        using var _ = no_grad();
        block.get_parameter("layer.kernel.B")!.select(1, 1).zero_();
        block.get_parameter("layer.D")!.zero_();
        Tensor u = randn([1, 9, 4], ScalarType.Float64);

        // With B = 0 in copy 1 the channels 1 and 3 forget their input.
        Tensor changed = u.clone();
        changed.index_fill_(2, tensor(new long[] { 1, 3 }), 7);

        Assert.True(block.forward(u, null).allclose(block.forward(changed, null), rtol: 1e-12, atol: 1e-13));
    }

    [Fact]
    public void Random_initialisation_draws_every_state_space_parameter_with_deviation_a_tenth()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        using KernelConvolutionBlock block = S4D.CreateBlock(new S4D.Settings { DModel = 512, DState = 32, Init = S4DInit.Random });

        foreach ((string name, Parameter parameter) in block.named_parameters().Where(p => p.name.StartsWith("layer.", StringComparison.Ordinal)))
        {
            Assert.InRange(parameter.mean().item<float>(), -0.02f, 0.02f);
            Assert.True(Math.Abs(parameter.std().item<float>() - 0.1f) < 0.012f, name);
        }
    }

    [Fact]
    public void Tied_dropout_drops_a_channel_for_the_whole_sequence()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(4);
        var settings = new S4D.Settings { DModel = 8, NLayers = 1, Dropout = 0.5, TieDropout = true, Norm = NormKind.None };
        using SequenceModel model = Create(new ModelInput.Reals(2), new ModelOutput.PerPosition(8), settings);
        using (no_grad())
            foreach ((string name, Parameter parameter) in model.named_parameters())
                if (name == "decoder.weight") parameter.copy_(eye(8)); else if (name.StartsWith("encoder", StringComparison.Ordinal)) parameter.zero_();

        // Without an input the branch gives GLU of its bias, the same at each step: only dropout makes differences.
        Tensor output = model.forward(zeros(4, 9, 2), null);

        Assert.True(output.narrow(1, 0, 1).expand_as(output).equal(output).all().item<bool>());
        Assert.True((output[0] - output[1]).abs().max().item<float>() > 1e-3);
    }

    [Fact]
    public void Padding_does_not_come_back_through_the_kernel_that_looks_ahead()
    {
        using var scope = NewDisposeScope();
        using KernelConvolutionBlock block = Block(new S4D.Settings { DModel = 4 });
        using Padding padding = PaddingOf([5], 9);
        Tensor u = randn([1, 9, 4], ScalarType.Float64);

        Tensor padded = block.forward(u, padding).narrow(1, 0, 5), alone = block.forward(u.narrow(1, 0, 5), null);

        Assert.True(padded.allclose(alone, rtol: 1e-10, atol: 1e-12));
        Assert.False(block.forward(u, null).narrow(1, 0, 5).allclose(alone, rtol: 1e-3));
    }

    [Fact]
    public void Contradictory_settings_are_all_reported()
    {
        var settings = new S4D.Settings { DModel = 10, DState = 7, DtMin = 0.5, DtMax = 0.1, NSsm = 3, Positions = PositionKind.Rotary };

        string[] problems = [.. settings.Validate()];

        Assert.Equal(["d_state", "dt_min", "positions", "n_ssm"], problems.Select(p => p.Split('\'')[1]));
    }

    [Fact]
    public void LegS_frequencies_are_the_eigenvalues_of_its_normal_part()
    {
        using var scope = NewDisposeScope();
        const int N = 64;
        Tensor root = (2 * arange(N, ScalarType.Float64) + 1).sqrt();
        Tensor A = -outer(root, root).tril(-1) - diag(arange(1, N + 1, ScalarType.Float64));
        Tensor P = (arange(N, ScalarType.Float64) + 0.5).sqrt();

        (Tensor frequencies, _, _) = Hippo.LegS(N);

        Tensor eigenvalues = linalg.eigvals(A + outer(P, P));
        Tensor positive = eigenvalues.imag.sort(0, descending: true).Values.narrow(0, 0, N / 2);
        Assert.InRange((eigenvalues.real + 0.5).abs().max().item<double>(), 0, 1e-10);
        Assert.True(allclose(positive, frequencies, rtol: 1e-9));
    }

    private static KernelConvolutionBlock Block(S4D.Settings settings)
    {
        random.manual_seed(3);
        return (KernelConvolutionBlock)S4D.CreateBlock(settings).to(ScalarType.Float64);
    }
}

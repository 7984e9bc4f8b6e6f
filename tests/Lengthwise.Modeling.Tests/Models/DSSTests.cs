using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class DSSExpTests : RecurrentModelTestSuite<DSS>
{
    protected override string ApprovedName => "dss_exp";

    protected override ModelSettings Small(bool bidirectional) =>
        new DSS.Settings { DModel = 8, NLayers = 2, DState = 4, Version = DSSVersion.Exp, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
        from init in Enum.GetValues<DSSInit>()
        from step in (double[])[1e-9, 1e-4, 1000]
        from separate in (bool[])[false, true]
        select (DSS.Settings)Small(true) with { DState = 64, DtMin = step, DtMax = step, Init = init, SeparateSteps = separate };

    [Theory]
    [InlineData(DSSInit.Hippo, false, 64)]
    [InlineData(DSSInit.Lin, true, 97)]
    [InlineData(DSSInit.Random, false, 31)]
    [InlineData(DSSInit.Hippo, true, 1)]
    public void Kernel_equals_the_powers_of_the_discretised_system(DSSInit init, bool separate, int length)
    {
        using var scope = NewDisposeScope();
        using KernelConvolutionBlock block = DSSTesting.Block(
            new DSS.Settings { DModel = 6, DState = 16, Version = DSSVersion.Exp, Init = init, SeparateSteps = separate }, 64);

        Tensor kernel = block.Kernel(length);

        Tensor lambda = complex(-block.get_parameter("kernel.Lambda_log_neg_re")!.exp(), block.get_parameter("kernel.Lambda_im")!);
        Tensor advance = DSSTesting.Exponent(block, lambda).exp();
        Tensor x = (advance - 1) / lambda;
        for (int l = 0; l < length; l++, x = advance * x)
        {
            Tensor tap = (view_as_complex(block.get_parameter("kernel.W")!) * x).real.sum(-1);
            Assert.True(allclose(tap, kernel.select(-1, l), rtol: 1e-8, atol: 1e-10), $"tap {l}");
        }
    }
}

public sealed class DSSSoftmaxTests : ModelTestSuite<DSS>
{
    protected override string ApprovedName => "dss_softmax";

    protected override ModelSettings Small(bool bidirectional) =>
        new DSS.Settings { DModel = 8, NLayers = 2, DState = 4, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
        from init in Enum.GetValues<DSSInit>()
        from step in (double[])[1e-9, 1e-4, 1000]
        from separate in (bool[])[false, true]
        select (DSS.Settings)Small(true) with { DState = 64, DtMin = step, DtMax = step, Init = init, SeparateSteps = separate };

    [Theory]
    [InlineData(-0.5, false, 64, 64)]
    [InlineData(0.5, false, 64, 64)]
    [InlineData(0.5, true, 64, 31)]
    [InlineData(0.5, true, 31, 64)]
    [InlineData(0.0, true, 97, 96)]
    [InlineData(0.5, false, 1, 1)]
    public void Kernel_equals_the_softmax_written_out(double re, bool separate, int maxLength, int length)
    {
        using var scope = NewDisposeScope();
        using KernelConvolutionBlock block = DSSTesting.Block(new DSS.Settings { DModel = 6, DState = 16, SeparateSteps = separate }, maxLength);
        using (no_grad())
            // Half of the modes grow and half decay.
            block.get_parameter("kernel.Lambda")!.select(-1, 0).copy_(re * (1 - 2 * (arange(16) % 2)));

        Tensor kernel = block.Kernel(length);

        int whole = Math.Max(length, maxLength);
        Tensor lambda = view_as_complex(block.get_parameter("kernel.Lambda")!), z = DSSTesting.Exponent(block, lambda);
        Tensor powers = (z.unsqueeze(-1) * arange(whole, ScalarType.Float64)).exp();
        Tensor share = powers / powers.sum(-1, keepdim: true) / lambda.unsqueeze(-1);
        // The published reciprocal of (exp(z L) - 1) Lambda, with z turned to decay, is bounded by 1e-7.
        Tensor size = (((where(lambda.real.gt(0), -z, z) * whole).exp() - 1) * lambda).abs().square();
        Tensor bounded = share * (size / (size + 1e-7)).unsqueeze(-1);
        Tensor expected = (view_as_complex(block.get_parameter("kernel.W")!).unsqueeze(-1) * bounded).real.sum(-2).narrow(-1, 0, length);
        Assert.True(allclose(kernel, expected, rtol: 1e-9, atol: 1e-11));
    }

    [Fact]
    public void Gradients_of_growing_modes_equal_finite_differences()
    {
        using var scope = NewDisposeScope();
        using KernelConvolutionBlock block = DSSTesting.Block(new DSS.Settings { DModel = 4, DState = 6 }, 50);
        Parameter lambda = block.get_parameter("kernel.Lambda")!;
        using (no_grad()) lambda.select(-1, 0).copy_(tensor(new[] { 0.5, -0.5, 1.0, -1.0, 0.2, 2.0 }));
        Tensor weights = randn([2, 4, 41], ScalarType.Float64), direction = randn_like(lambda);
        double Loss() => (block.Kernel(41) * weights).sum().item<double>();

        (block.Kernel(41) * weights).sum().backward();

        double slope = (lambda.grad! * direction).sum().item<double>(), above, below;
        using (no_grad())
        {
            lambda.add_(direction, 1e-6);
            above = Loss();
            lambda.add_(direction, -2e-6);
            below = Loss();
        }
        Assert.Equal((above - below) / 2e-6, slope, 1e-5 * Math.Abs(slope));
    }

    [Fact]
    public void Softmax_declares_that_it_has_no_steps()
    {
        using var scope = NewDisposeScope();
        using KernelConvolutionBlock block = DSS.CreateBlock(new DSS.Settings { DModel = 4, Bidirectional = false }, 64);
        using Tensor u = zeros(1, 4);

        Assert.False(block.HasStep);
        Assert.Throws<LengthwiseException>(() => block.InitialState(1));
        Assert.Throws<LengthwiseException>(() => block.Step(u, [u]));
    }

    [Theory]
    [InlineData(DSSVersion.Softmax)]
    [InlineData(DSSVersion.Exp)]
    public void Random_initialisation_draws_every_state_space_parameter_with_deviation_a_tenth(DSSVersion version)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        using KernelConvolutionBlock block = DSS.CreateBlock(new DSS.Settings { DModel = 512, DState = 512, Version = version, Init = DSSInit.Random }, 64);

        foreach ((string name, Parameter parameter) in block.named_parameters().Where(p => !p.name.StartsWith("output", StringComparison.Ordinal)))
        {
            Assert.InRange(parameter.mean().item<float>(), -0.02f, 0.02f);
            Assert.True(Math.Abs(parameter.std().item<float>() - 0.1f) < 0.012f, name);
        }
    }

    [Fact]
    public void Initial_frequencies_are_the_positive_ones_of_a_HiPPO_matrix_of_twice_the_size()
    {
        using var scope = NewDisposeScope();
        using KernelConvolutionBlock block = DSS.CreateBlock(new DSS.Settings { DModel = 4, DState = 16 }, 64);

        Tensor lambda = block.get_parameter("kernel.Lambda")!;

        Tensor root = (2 * arange(32, ScalarType.Float64) + 1).sqrt(), half = outer(root, root).tril(-1) / 2;
        Tensor positive = linalg.eigvals(half - half.t()).imag.sort(0, descending: true).Values.narrow(0, 0, 16);
        Assert.True(allclose(positive.to_type(ScalarType.Float32), lambda.select(-1, 1), rtol: 1e-5));
        Assert.True(lambda.select(-1, 0).eq(-0.5f).all().item<bool>());
    }

    [Fact]
    public void Without_a_gate_a_linear_map_ends_the_branch()
    {
        using var scope = NewDisposeScope();
        using KernelConvolutionBlock block = DSSTesting.Block(new DSS.Settings { DModel = 4, DState = 8, Glu = false }, 9);
        Tensor u = randn([2, 9, 4], ScalarType.Float64);

        Tensor output = block.forward(u, null);

        Tensor y = nn.functional.gelu(LongConvolution.Apply(u, block.Kernel(9), block.get_parameter("D")!.squeeze(0)));
        Tensor expected = matmul(y, block.get_parameter("output_linear.weight")!.t()) + block.get_parameter("output_linear.bias")!;
        Assert.True(allclose(output, expected, rtol: 1e-10, atol: 1e-12));
    }

    [Fact]
    public void Contradictory_settings_are_all_reported()
    {
        var settings = new DSS.Settings { DtMin = 0.5, DtMax = 0.1, Positions = PositionKind.Rotary, TieDropout = true };

        string[] problems = [.. settings.Validate()];

        Assert.Equal(["dt_min", "tie_dropout", "positions"], problems.Select(p => p.Split('\'')[1]));
    }
}

internal static class DSSTesting
{
    public static KernelConvolutionBlock Block(DSS.Settings settings, int maxLength)
    {
        random.manual_seed(3);
        return (KernelConvolutionBlock)DSS.CreateBlock(settings, maxLength).to(ScalarType.Float64);
    }

    /// <summary>dt Lambda, [H, N].</summary>
    public static Tensor Exponent(KernelConvolutionBlock block, Tensor lambda)
    {
        Tensor dt = block.get_parameter("kernel.log_dt")!.exp();
        return dt.dim() == 1
            ? dt.unsqueeze(-1) * lambda
            : complex(dt.narrow(1, 0, 1) * lambda.real, dt.narrow(1, 1, 1) * lambda.imag);
    }
}

using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class DLRTests : RecurrentModelTestSuite<DLR>
{
    protected override ModelSettings Small(bool bidirectional) =>
        new DLR.Settings { DModel = 8, NLayers = 2, DState = 8, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
        from init in Enum.GetValues<DLRInit>()
        from step in (double[])[1e-9, 1e-4, 1000]
        select (DLR.Settings)Small(true) with { DState = 64, DtMin = step, DtMax = step, Init = init };

    [Theory]
    [InlineData(DLRInit.Omega, 16, 64)]
    [InlineData(DLRInit.Omega, 7, 1)]
    [InlineData(DLRInit.Random, 16, 97)]
    public void Kernel_equals_the_powers_of_Lambda(DLRInit init, int states, int length)
    {
        using var scope = NewDisposeScope();
        using KernelConvolutionBlock block = Block(new DLR.Settings { DModel = 6, DState = states, Init = init });

        Tensor kernel = block.Kernel(length);

        Tensor lambda = complex(-block.get_parameter("kernel.Lambda_log_neg_re")!.square(), block.get_parameter("kernel.Lambda_im")!).exp();
        Tensor state = ones_like(lambda);
        for (int l = 0; l < length; l++, state = lambda * state)
        {
            Tensor tap = (view_as_complex(block.get_parameter("kernel.W")!) * state).real.sum(-1);
            Assert.True(allclose(tap, kernel.select(-1, l), rtol: 1e-8, atol: 1e-10), $"tap {l}");
        }
    }

    [Fact]
    public void Kernel_and_its_gradients_do_not_depend_on_the_stretches_they_are_made_in()
    {
        using var scope = NewDisposeScope();
        // 5,000 states leave 26 steps to a stretch; 1,000 of them fit into one of 100.
        Tensor re = -rand(5000, ScalarType.Float64) / 100, im = randn(5000, ScalarType.Float64), W = randn([1, 2, 5000, 2], ScalarType.Float64);
        Tensor weights = randn([1, 2, 100], ScalarType.Float64);
        Tensor[] together = [re.clone().requires_grad_(), im.clone().requires_grad_(), W.clone().requires_grad_()];

        Tensor taps = SharedExponentials.Taps(together[0], together[1], together[2], 100);
        (taps * weights).sum().backward();

        Tensor[] apart = [re.clone().requires_grad_(), im.clone().requires_grad_(), W.clone().requires_grad_()];
        Tensor sum = zeros(1, 2, 100, ScalarType.Float64);
        for (int from = 0; from < 5000; from += 1000)
            sum = sum + SharedExponentials.Taps(apart[0].narrow(0, from, 1000), apart[1].narrow(0, from, 1000), apart[2].narrow(2, from, 1000), 100);
        (sum * weights).sum().backward();
        Assert.True(allclose(sum, taps, rtol: 1e-9, atol: 1e-10));
        foreach ((Tensor one, Tensor other) in together.Zip(apart)) Assert.True(allclose(one.grad!, other.grad!, rtol: 1e-8, atol: 1e-9));
    }

    [Fact]
    public void Initial_values_follow_their_distributions()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        using KernelConvolutionBlock block = DLR.CreateBlock(new DLR.Settings { DModel = 16 });

        Tensor dt = 2 * block.get_parameter("kernel.Lambda_log_neg_re")!.square(), angle = block.get_parameter("kernel.Lambda_im")!;
        Tensor W = block.get_parameter("kernel.W")! * 1024;

        Assert.InRange(dt.min().item<float>(), 1e-4f, 1.1e-4f);
        Assert.InRange(dt.max().item<float>(), 0.09f, 0.1f);
        Assert.InRange(dt.log().mean().item<float>(), Math.Log(3.16e-3) - 0.3, Math.Log(3.16e-3) + 0.3);
        Assert.True(allclose(angle, arange(1024, ScalarType.Float32) * (2 * MathF.PI / 1024), rtol: 1e-5));
        Assert.InRange(W.std().item<float>(), 0.98f, 1.02f);
    }

    [Fact]
    public void Random_initialisation_draws_every_state_space_parameter_with_deviation_a_tenth()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        using KernelConvolutionBlock block = DLR.CreateBlock(new DLR.Settings { DModel = 512, DState = 512, Init = DLRInit.Random });

        foreach ((string name, Parameter parameter) in block.named_parameters().Where(p => !p.name.StartsWith("output", StringComparison.Ordinal)))
        {
            Assert.InRange(parameter.mean().item<float>(), -0.02f, 0.02f);
            Assert.True(Math.Abs(parameter.std().item<float>() - 0.1f) < 0.012f, name);
        }
    }

    private static KernelConvolutionBlock Block(DLR.Settings settings)
    {
        random.manual_seed(3);
        return (KernelConvolutionBlock)DLR.CreateBlock(settings).to(ScalarType.Float64);
    }
}

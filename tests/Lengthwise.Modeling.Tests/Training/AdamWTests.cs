using Lengthwise.Modeling.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Training;

public sealed class AdamWTests
{
    static AdamWTests() => NativeRuntime.Start(1);

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(103)]
    public void Fifty_updates_equal_libtorch(int size)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        Tensor start = randn(size);
        using var ours = new Parameter(start.clone());
        using var theirs = new Parameter(start.clone());
        using var optimizer = new Modeling.Training.AdamW([new("w", ours, false)], 0.9, 0.99, 1e-8, 0.1);
        using var oracle = optim.AdamW([theirs], 3e-3, 0.9, 0.99, 1e-8, 0.1);

        for (int step = 0; step < 50; step++)
        {
            Tensor pull = randn(size);
            optimizer.ZeroGradients();
            oracle.zero_grad();
            ((ours - pull) * (ours - pull)).sum().backward();
            ((theirs - pull) * (theirs - pull)).sum().backward();
            optimizer.Step(3e-3, 1);
            oracle.step();
        }

        Assert.True((ours - theirs).abs().max().item<float>() < 2e-6);
    }

    [Fact]
    public void Ssm_parameters_take_their_own_rate_and_no_decay()
    {
        using var scope = NewDisposeScope();
        using var ssm = new Parameter(ones(4));
        using var plain = new Parameter(ones(4));
        using var optimizer = new Modeling.Training.AdamW(
            [new("a", ssm, true), new("b", plain, false)], 0.9, 0.999, 1e-8, 0.5);
        (ssm.sum() + plain.sum()).backward();

        optimizer.Step(lr: 0.1, ssmLr: 0.01);

        Assert.Equal(1 - 0.01f, ssm.data<float>()[0], 1e-6);
        Assert.Equal(1 - 0.1f * 0.5f - 0.1f, plain.data<float>()[0], 1e-6);
    }

    [Fact]
    public void A_decayed_ssm_parameter_decays_at_the_ssm_rate()
    {
        using var scope = NewDisposeScope();
        using var weight = new Parameter(ones(4));
        using var optimizer = new Modeling.Training.AdamW([new("a", weight, IsSsm: true, HasDecay: true)], 0.9, 0.999, 1e-8, 0.5);
        weight.sum().backward();

        optimizer.Step(lr: 0.1, ssmLr: 0.01);

        Assert.Equal(1 - 0.01f * 0.5f - 0.01f, weight.data<float>()[0], 1e-6);
    }

    [Fact]
    public void A_gradient_that_is_not_contiguous_is_read_in_the_right_order()
    {
        using var scope = NewDisposeScope();
        using var weight = new Parameter(zeros(3, 5));
        using var optimizer = new Modeling.Training.AdamW([new("w", weight, false)], 0, 0, 1e-8, 0);
        Tensor gradient = arange(1, 16, ScalarType.Float32).reshape(5, 3).t();
        weight.grad = gradient;

        optimizer.Step(1, 1, gradientScale: -1);

        Assert.True(weight.allclose(ones(3, 5)));
        Assert.Equal(Math.Sqrt(Enumerable.Range(1, 15).Sum(i => i * i)), optimizer.GradientNorm(), 1e-4);
    }
}

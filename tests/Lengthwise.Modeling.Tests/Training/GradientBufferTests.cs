using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Training;

public sealed class GradientBufferTests
{
    [Fact]
    public void Gradients_of_every_step_lie_one_after_the_other_from_cache_line_to_cache_line()
    {
        using var scope = NewDisposeScope();
        using Parameter a = new(randn(3, 5)), b = new(randn(7));
        using var buffer = new GradientBuffer([a, b]);
        for (int step = 1; step <= 3; step++)
        {
            buffer.Zero();
            (step * a.sum() - (step * b * b).sum()).backward();
            buffer.Gather();

            Assert.Equal(Enumerable.Repeat((float)step, 15).Append(0), buffer.Values.data<float>().Take(16));
            Assert.True(buffer.Values.narrow(0, 16, 7).allclose(-2 * step * b));
            Assert.Equal(32, buffer.Values.numel());
        }
        Assert.Equal(0, Address(buffer.Values) % 64);
        Assert.Equal((Address(buffer.Values), Address(buffer.Values) + 64), (Address(a.grad!), Address(b.grad!)));
        Assert.Equal((Address(a.grad!), Address(b.grad!)), (Address(buffer[0]!), Address(buffer[1]!)));
    }

    [Fact]
    public void A_parameter_that_no_loss_has_reached_has_no_gradient_until_one_does()
    {
        using var scope = NewDisposeScope();
        using Parameter reached = new(ones(2)), later = new(ones(2));
        using var optimizer = new Modeling.Training.AdamW([new("a", reached, false), new("b", later, false)], 0.9, 0.999, 1e-8, 0.5);

        reached.sum().backward();
        optimizer.Step(0.1, 0.1);
        float[] untouched = [.. later.data<float>()];
        optimizer.ZeroGradients();
        (reached.sum() + later.sum()).backward();
        optimizer.Step(0.1, 0.1);

        Assert.Equal([1f, 1f], untouched);
        Assert.All(later.data<float>(), value => Assert.True(value < 1));
    }

    [Fact]
    public void A_second_optimizer_takes_over_what_a_first_one_left()
    {
        using var scope = NewDisposeScope();
        using Parameter weight = new(ones(4));
        using (var first = new GradientBuffer([weight]))
        {
            weight.sum().backward();
            first.Gather();
        }
        using var second = new GradientBuffer([weight]);

        second.Zero();
        (3 * weight.sum()).backward();
        second.Gather();

        Assert.Equal([3f, 3f, 3f, 3f], second.Values.data<float>().Take(4));
    }

    private static unsafe long Address(Tensor tensor) => (long)TensorMemory.Floats(tensor);
}

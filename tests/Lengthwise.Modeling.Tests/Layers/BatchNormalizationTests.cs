using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Layers;

public sealed class BatchNormalizationTests
{
    [Fact]
    public void Without_padding_it_equals_the_framework()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        using var own = new BatchNormalization(3);
        using var framework = nn.BatchNorm1d(3);
        Tensor x = randn(4, 7, 3) * 2 + 1;

        for (int step = 0; step < 3; step++)
        {
            Tensor expected = framework.forward((x + step).transpose(1, 2)).transpose(1, 2);
            Assert.True(own.forward(x + step, null).allclose(expected, rtol: 1e-5, atol: 1e-5));
        }
        own.eval();
        framework.eval();

        Assert.True(own.forward(x, null).allclose(framework.forward(x.transpose(1, 2)).transpose(1, 2), rtol: 1e-5, atol: 1e-5));
    }

    [Fact]
    public void Statistics_are_those_of_the_valid_positions()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(2);
        using var norm = new BatchNormalization(3);
        using var padding = new Padding(tensor(new long[] { 2, 5, 0 }), 5);
        Tensor x = randn(3, 5, 3) * 3 - 2;
        Tensor valid = cat([x[0].narrow(0, 0, 2), x[1]]);

        Tensor y = norm.forward(x, padding);

        Tensor values = cat([y[0].narrow(0, 0, 2), y[1]]);
        Assert.InRange(values.mean([0]).abs().max().item<float>(), 0, 1e-6f);
        Assert.True(values.var(0, unbiased: false).allclose(ones(3), rtol: 1e-4));
        Assert.True(norm.get_buffer("running_mean")!.allclose(0.1 * valid.mean([0]), rtol: 1e-4, atol: 1e-6));
        Assert.True(norm.get_buffer("running_var")!.allclose(0.9 + 0.1 * valid.var(0, unbiased: true), rtol: 1e-4));
    }

    [Fact]
    public void A_single_position_is_normalised_to_the_bias()
    {
        using var scope = NewDisposeScope();
        using var norm = new BatchNormalization(3);

        Tensor y = norm.forward(randn(1, 1, 3), null);

        Assert.True(y.allclose(zeros(1, 1, 3), atol: 1e-6));
        Assert.True(norm.get_buffer("running_var")!.isfinite().all().item<bool>());
    }
}

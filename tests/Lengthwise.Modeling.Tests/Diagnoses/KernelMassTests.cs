using Lengthwise.Diagnoses;
using Lengthwise.Modeling.Diagnoses;
using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Models;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Diagnoses;

public sealed class KernelMassTests
{
    [Theory]
    [InlineData(3.0)]
    [InlineData(40.0)]
    public void A_decaying_kernel_reaches_as_far_as_its_formula_says(double tau)
    {
        using var scope = NewDisposeScope();
        const int length = 4096;
        Tensor taps = (-arange(length, ScalarType.Float64) / tau).exp().reshape(1, 1, length);

        LayerReach found = KernelMass.OfTaps(taps, firstAhead: 1).Result("layers.0.0", DistanceBins.UpTo(length));

        // Within d lie 1 - exp(-(d + 1) / tau) of the values and 1 - exp(-2 (d + 1) / tau) of the squares.
        foreach (double share in new[] { 0.5, 0.9, 0.99 })
        {
            Assert.Equal(Math.Ceiling(-tau * Math.Log(1 - share)) - 1, found.Channels.Single(c => c.Share == share && c.Mass == KernelMassKind.Absolute).Median);
            Assert.Equal(Math.Ceiling(-tau / 2 * Math.Log(1 - share)) - 1, found.Channels.Single(c => c.Share == share && c.Mass == KernelMassKind.Squared).Median);
        }
        Assert.Equal(1, found.Profiles[0].Mass.Sum(), 1e-12);
        Assert.Equal(1 / (Math.Exp(1 / tau) - 1), found.Profiles[0].MeanDistance, 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_second_direction_begins_where_it_is_said_to(int firstAhead)
    {
        using var scope = NewDisposeScope();
        Tensor taps = tensor(new double[] { 4, 0, -2, 0, 1, 3, 0, 9 }, [2, 1, 4]);

        KernelMass found = KernelMass.OfTaps(taps, firstAhead);

        double[] expected = firstAhead == 1 ? [4, 1, 2 + 3, 0] : [4 + 1, 3, 2, 9];
        Assert.Equal(expected, found.Absolute[0].data<double>().ToArray());
        Assert.Equal(firstAhead == 1 ? 4 : 12, found.Ahead[0].item<double>());
    }

    [Fact]
    public void Quantiles_are_over_channels()
    {
        using var scope = NewDisposeScope();
        // Channel h has all of its mass at distance 10 h.
        Tensor taps = zeros([1, 5, 64], ScalarType.Float64);
        for (int h = 0; h < 5; h++) taps[0, h, 10 * h] = 1;

        LayerReach found = KernelMass.OfTaps(taps, 1).Result("layers.0.0", DistanceBins.UpTo(64));

        Assert.All(found.Channels, c => Assert.Equal([0, 10, 20, 30, 40], new[] { c.Least, c.Lower, c.Median, c.Upper, c.Most }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_recurrence_answers_impulses_with_the_mass_that_is_said(bool bidirectional)
    {
        random.manual_seed(1);
        using var scope = NewDisposeScope();
        const int width = 3, states = 4, length = 9;
        Tensor size = rand(states, ScalarType.Float64), angle = randn(states, ScalarType.Float64);
        Tensor output = randn(width, 2 * states), back = randn(width, 2 * states);
        var recurrence = new ComplexRecurrence(stack([size * angle.cos(), size * angle.sin()]), randn(2 * states, width), output, zeros(width));

        KernelMass found = KernelMass.OfRecurrence(recurrence, bidirectional ? back : null, length);

        // One impulse an input, first at the beginning, then at the end for the way back.
        Tensor first = zeros(width, length, width), last = zeros(width, length, width);
        for (int i = 0; i < width; i++) (first[i, 0, i], last[i, length - 1, i]) = (1, 1);
        Tensor past = recurrence.Run(first, null), expected = past.abs().sum([0L]), squared = past.square().sum([0L]);
        if (bidirectional)
        {
            Tensor none = zeros_like(output);
            Tensor ahead = (recurrence with { Output = none }).Run(last, back).flip(1);
            (expected, squared) = (expected + ahead.abs().sum([0L]), squared + ahead.square().sum([0L]));
        }
        Assert.True(allclose(expected.t().to(ScalarType.Float64), found.Absolute, rtol: 1e-4, atol: 1e-5));
        Assert.True(allclose(squared.t().to(ScalarType.Float64), found.Squared, rtol: 1e-4, atol: 1e-5));
        Assert.Equal(bidirectional, found.Ahead.sum().item<double>() > 0);
    }

    [Fact]
    public void Kernels_of_the_damped_average_are_its_answer_to_an_impulse()
    {
        random.manual_seed(1);
        using var scope = NewDisposeScope();
        using var average = new DampedAverage(3, 2, bidirectional: true);
        Tensor impulse = zeros(1, 17, 3);
        impulse[0, 8] = 1;

        Tensor kernels = average.Kernels(9), answer = average.forward(impulse)[0].t();

        Assert.True(allclose(kernels[0].narrow(1, 1, 8), answer.narrow(1, 9, 8), rtol: 1e-4, atol: 1e-5));
        Assert.True(allclose(kernels[1].narrow(1, 1, 8), answer.narrow(1, 0, 8).flip(1), rtol: 1e-4, atol: 1e-5));
    }
}

using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>A part of a step, timed alone: forward and backward, of all layers.</summary>
/// <param name="Name">What it is, such as <c>kernels</c>.</param>
/// <param name="Seconds">Its time, a median.</param>
public sealed record StepPart(string Name, double Seconds)
{
    private const int Rounds = 5;

    /// <summary>The parts of a model's step that can be said without taking it apart; empty for other models. They run by the route in force.</summary>
    public static IReadOnlyList<StepPart> Of(StepCase c)
    {
        using var scope = NewDisposeScope();
        return c.Model switch
        {
            "s4d" or "s4" or "dss" or "dlr" => [Timed("kernels", c, KernelGeneration(c)), Timed("convolution", c, Convolution(c))],
            "lru" => [Timed("scans", c, Scans(c, c.States ?? c.Width))],
            // Half of the states are kept.
            "s5" => [Timed("scans", c, Scans(c, (c.States ?? c.Width) / 2))],
            "transformer" => [Timed("attention", c, SelfAttention(c))],
            _ => [],
        };
    }

    private static StepPart Timed(string name, StepCase c, Action once)
    {
        once();
        once();
        return new StepPart(name, c.Layers * Quantiles.At([.. Enumerable.Range(0, Rounds).Select(_ => StepSample.Of(once).Seconds)], 0.5));
    }

    private static Action KernelGeneration(StepCase c)
    {
        var block = (KernelConvolutionBlock)ModelCatalog.Create(c.Model).CreateLayers(c.Settings(), 0, c.Length)[0];
        using Tensor first = block.Kernel(c.Length);
        Tensor gradient = randn(first.shape);
        return () =>
        {
            using var scope = NewDisposeScope();
            block.zero_grad();
            Back(block.Kernel(c.Length), gradient);
        };
    }

    private static Action Convolution(StepCase c)
    {
        Tensor u = randn(c.Batch, c.Length, c.Width), kernel = randn(2, c.Width, c.Length), skip = randn(c.Width), gradient = randn(c.Batch, c.Length, c.Width);
        return Differentiated([u, kernel, skip], () => LongConvolution.Apply(u, kernel, skip), gradient);
    }

    private static Action Scans(StepCase c, int states)
    {
        Tensor phase = rand(states) * 6, lambda = stack([0.99f * phase.cos(), 0.99f * phase.sin()]).to_type(ScalarType.Float64);
        Tensor b = randn(c.Batch, c.Length, 2 * states), gradient = randn(c.Batch, c.Length, 2 * states);
        return Differentiated([b, lambda], () => DiagonalScan.Apply(b, lambda, reverse: false) + DiagonalScan.Apply(b, lambda, reverse: true), gradient);
    }

    private static Action SelfAttention(StepCase c)
    {
        Tensor[] qkv = [.. Enumerable.Range(0, 3).Select(_ => randn(c.Batch, c.Length, c.Width))];
        return Differentiated(qkv, () => Attention.Apply(qkv[0], qkv[1], qkv[2], c.Heads, causal: false, null), randn(c.Batch, c.Length, c.Width));
    }

    private static Action Differentiated(Tensor[] inputs, Func<Tensor> function, Tensor gradient)
    {
        foreach (Tensor input in inputs) input.requires_grad = true;
        return () =>
        {
            using var scope = NewDisposeScope();
            foreach (Tensor input in inputs) input.grad = null!;
            Back(function(), gradient);
        };
    }

    private static void Back(Tensor output, Tensor gradient)
    {
        output.backward([gradient]);
        BackwardFault.Rethrow();
    }
}

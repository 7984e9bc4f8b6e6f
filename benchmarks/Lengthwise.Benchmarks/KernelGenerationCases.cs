using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using static TorchSharp.torch;

namespace Lengthwise.Benchmarks;

/// <summary>Kernel generation of S4, DSS and DLR against length, and the scan from both ends: what a training step has besides convolution and Linears.</summary>
internal static class KernelGenerationCases
{
    /// <summary>Every case; with <paramref name="smoke"/> in sizes that take milliseconds.</summary>
    public static IEnumerable<BenchmarkCase> All(bool smoke)
    {
        (int width, int[] lengths) = smoke ? (6, [24]) : (128, new[] { 1024, 4096, 16384 });
        foreach (int length in lengths)
        {
            yield return Generation("S4", length, width, () => S4.CreateBlock(new S4.Settings { DModel = width }, length));
            yield return Generation("DSS (softmax)", length, width, () => DSS.CreateBlock(new DSS.Settings { DModel = width }, length));
            yield return Generation("DLR (1,024 states)", length, width, () => DLR.CreateBlock(new DLR.Settings { DModel = width }));
        }
        yield return smoke ? BothEnds(3, 24, 18) : BothEnds(32, 1024, 128);
    }

    private static BenchmarkCase Generation(string model, int length, int width, Func<KernelConvolutionBlock> create) => new(
        $"kernel of {model}, both directions, forward + backward, L {length} d {width}",
        () =>
        {
            random.manual_seed(6);
            KernelConvolutionBlock block = create();
            Tensor weights = randn(2, width, length);
            return () =>
            {
                using var scope = NewDisposeScope();
                block.zero_grad();
                block.Kernel(length).backward([weights]);
                BackwardFault.Rethrow();
            };
        });

    private static BenchmarkCase BothEnds(int batch, int length, int states) => new(
        $"complex diagonal scan from both ends, forward + backward, B {batch} L {length} N {states}",
        () =>
        {
            random.manual_seed(7);
            Tensor size = rand(states) * 0.1f + 0.899f, phase = rand(states) * 6.28f;
            Tensor b = randn(batch, length, 2 * states).requires_grad_(), lambda = stack([size * phase.cos(), size * phase.sin()]).requires_grad_();
            Tensor weights = randn(batch, length, 2 * states);
            return () =>
            {
                using var scope = NewDisposeScope();
                (b.grad, lambda.grad) = (null!, null!);
                (Tensor ahead, Tensor back) = DiagonalScan.ApplyBoth(b, lambda);
                (ahead + back).backward([weights]);
                BackwardFault.Rethrow();
            };
        });
}

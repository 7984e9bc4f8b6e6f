using Lengthwise.Modeling.Kernels;
using static TorchSharp.torch;

namespace Lengthwise.Benchmarks;

/// <summary>
/// The questions: kernel generation, convolution and scan against length, bidirectional and with 64 states, as in the table of the speed targets. Whole
/// training steps are timed by <c>lengthwise bench</c>.
/// </summary>
internal static class Cases
{
    /// <summary>Every case; with <paramref name="smoke"/> in sizes that take milliseconds.</summary>
    public static IReadOnlyList<BenchmarkCase> All(bool smoke) => smoke
        ? [
            Kernel(24, 18), Convolution(3, 24, 18), Scan(3, 24, 18), Selective(3, 24, 18, 4),
            .. KernelGenerationCases.All(smoke), .. GemmCases.All(smoke), .. AttentionCases.All(smoke),
        ]
        :
        [
            Kernel(128, 64), Kernel(1024, 128), Kernel(4096, 128), Kernel(16384, 128),
            Convolution(50, 128, 64), Convolution(32, 1024, 128), Convolution(8, 4096, 128), Convolution(4, 16384, 128),
            Scan(50, 128, 64), Scan(32, 1024, 128), Scan(8, 4096, 128), Scan(4, 16384, 128),
            Selective(2, 1024, 256, 16), Selective(1, 4096, 256, 16),
            .. KernelGenerationCases.All(smoke), .. GemmCases.All(smoke), .. AttentionCases.All(smoke),
        ];

    private static BenchmarkCase Kernel(int length, int width) => new($"diagonal kernel, forward + backward, L {length} d {width}", () =>
    {
        random.manual_seed(1);
        Tensor[] p =
        [
            exp(rand(width) * 4.6f - 6.9f), full([width, 32], MathF.Log(0.5f)), (arange(32, ScalarType.Float32) * MathF.PI).repeat(width, 1),
            ones([1, width, 32, 2]), randn([2, width, 32, 2]),
        ];
        Tensor weights = randn(2, width, length);
        return () => Differentiate(p, weights, () => DiagonalKernel.Zoh(p[0], p[1], p[2], p[3], p[4], length));
    });

    private static BenchmarkCase Convolution(int batch, int length, int width) => new($"long convolution, forward + backward, B {batch} L {length} d {width}", () =>
    {
        random.manual_seed(2);
        Tensor[] p = [randn(batch, length, width), randn(2, width, length), randn(width)];
        Tensor weights = randn(batch, length, width);
        return () => Differentiate(p, weights, () => LongConvolution.Apply(p[0], p[1], p[2]));
    });

    private static BenchmarkCase Scan(int batch, int length, int states) => new(
        $"complex diagonal scan, forward + backward, B {batch} L {length} N {states}",
        () =>
        {
            random.manual_seed(4);
            Tensor size = rand(states) * 0.1f + 0.899f, phase = rand(states) * 6.28f;
            Tensor[] p = [randn(batch, length, 2 * states), stack([size * phase.cos(), size * phase.sin()])];
            Tensor weights = randn(batch, length, 2 * states);
            return () => Differentiate(p, weights, () => DiagonalScan.Apply(p[0], p[1], reverse: false));
        });

    // The plain route keeps some fourteen [B, L, E, N] for the way back: larger shapes would measure the machine's memory.
    private static BenchmarkCase Selective(int batch, int length, int width, int states) => new(
        $"selective scan, forward + backward, B {batch} L {length} E {width} N {states}",
        () =>
        {
            random.manual_seed(5);
            Tensor[] p =
            [
                randn(batch, length, width), exp(rand(batch, length, width) * 4.6f - 6.9f), -exp(rand(width, states) * 2.8f),
                randn(batch, length, states), randn(batch, length, states),
            ];
            Tensor weights = randn(batch, length, width);
            return () => Differentiate(p, weights, () => SelectiveScan.Apply(p[0], p[1], p[2], p[3], p[4]));
        });

    private static void Differentiate(Tensor[] parameters, Tensor weights, Func<Tensor> function)
    {
        using var scope = NewDisposeScope();
        foreach (Tensor parameter in parameters)
        {
            parameter.requires_grad = true;
            parameter.grad = null!;
        }
        function().backward([weights]);
        BackwardFault.Rethrow();
    }
}

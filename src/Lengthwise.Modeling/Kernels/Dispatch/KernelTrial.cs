using System.Diagnostics;
using Lengthwise.Modeling.Kernels.Gemm;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels.Dispatch;

/// <summary>Times an operation, forward and backward, by the C# kernels and by libtorch in turn, on a shape that takes about a millisecond.</summary>
internal static class KernelTrial
{
    // A kernel of our own stays unless libtorch is clearly faster: a choice by the noise of one moment would tell equal machines apart.
    private const double ClearlySlower = 0.9;
    private const int WarmUps = 5, Rounds = 9;

    /// <summary>libtorch's time by ours, of each operation.</summary>
    public static IReadOnlyDictionary<KernelOperation, double> All() => Enum.GetValues<KernelOperation>().ToDictionary(o => o, Confirmed);

    /// <summary>What these ratios decide.</summary>
    public static KernelChoice Decide(IReadOnlyDictionary<KernelOperation, double> ratios) => new(ratios.Where(r => r.Value < ClearlySlower).Select(r => r.Key));

    // What would change the route is asked twice: a busy machine can spoil a whole trial of one side.
    private static double Confirmed(KernelOperation operation)
    {
        double ratio = Ratio(operation);
        return ratio < ClearlySlower ? Math.Max(ratio, Ratio(operation)) : ratio;
    }

    private static double Ratio(KernelOperation operation)
    {
        if (KernelRoute.Best.Lanes == 0) return 1;
        using var scope = NewDisposeScope();
        (Tensor[] inputs, Func<Tensor> function) = Work(operation);
        using Tensor weights = ones_like(function());
        List<double> plain = [], own = [];
        for (int round = -WarmUps; round < Rounds; round++)
        {
            double libtorch = Time(KernelRoute.Libtorch, inputs, weights, function), csharp = Time(KernelRoute.Best, inputs, weights, function);
            if (round < 0) continue;
            plain.Add(libtorch);
            own.Add(csharp);
        }
        // The least of each: whatever else the machine does only adds.
        return plain.Min() / own.Min();
    }

    // Values without a generator: a measurement must not move the random numbers of a run.
    private static Tensor Values(params long[] shape) => (arange(shape.Aggregate(1L, (a, b) => a * b), ScalarType.Float32) * 0.7f).sin().reshape(shape);

    private static (Tensor[] Inputs, Func<Tensor> Function) Work(KernelOperation operation)
    {
        Tensor[] p = operation switch
        {
            KernelOperation.Linear => [Values(3072, 64), Values(128, 64)],
            KernelOperation.WideLinear => [Values(1024, 256), Values(256, 256)],
            KernelOperation.Attention => [Values(2, 192, 64), Values(2, 192, 64), Values(2, 192, 64)],
            KernelOperation.LongConvolution => [Values(4, 256, 64), Values(2, 64, 256), Values(64)],
            _ => [Values(4, 256, 128), Values(2, 64).to_type(ScalarType.Float64) * 0.7],
        };
        return (p, operation switch
        {
            KernelOperation.Linear => () => FusedLinear.Apply(p[0], p[1], null, LinearActivation.Gelu, LinearActivation.Glu),
            KernelOperation.WideLinear => () => FusedLinear.Apply(p[0], p[1], null, LinearActivation.Gelu),
            KernelOperation.Attention => () => Attention.Apply(p[0], p[1], p[2], 4, causal: false, null),
            KernelOperation.LongConvolution => () => LongConvolution.Apply(p[0], p[1], p[2]),
            _ => () => DiagonalScan.Apply(p[0], p[1], reverse: false),
        });
    }

    private static double Time(KernelRoute route, Tensor[] inputs, Tensor weights, Func<Tensor> function)
    {
        using var scope = NewDisposeScope();
        using IDisposable forced = KernelRoute.Use(route);
        foreach (Tensor input in inputs)
        {
            input.requires_grad = true;
            input.grad = null!;
        }
        long start = Stopwatch.GetTimestamp();
        function().backward([weights]);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        BackwardFault.Rethrow();
        return seconds;
    }
}

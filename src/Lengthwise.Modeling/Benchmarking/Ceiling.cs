using System.Diagnostics;
using System.Runtime.CompilerServices;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Kernels.Gemm;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>What the machine can do in single precision, measured: the fastest matrix product of any route, and multiply-adds that never leave the registers.</summary>
/// <param name="Product">Operations a second of the fastest product.</param>
/// <param name="ProductName">Which it was.</param>
/// <param name="MultiplyAdd">Operations a second of independent fused multiply-adds.</param>
public sealed record Ceiling(double Product, string ProductName, double MultiplyAdd)
{
    private const int LoopLength = 1 << 20, Sums = 12;

    /// <summary>Measures for some seconds in all.</summary>
    /// <param name="threads">Threads of libtorch and of the kernels.</param>
    /// <param name="limit">Time for all of it.</param>
    public static Ceiling Measure(int threads, TimeSpan limit)
    {
        (long Rows, long Inputs, long Outputs)[] shapes = [(1024, 1024, 1024), (2048, 2048, 2048), (8192, 128, 512), (32_768, 128, 128)];
        var candidates = new List<(string Name, double Operations, Action Run)>();
        using var scope = NewDisposeScope();
        foreach ((long rows, long inputs, long outputs) in shapes)
        {
            Tensor x = randn(rows, inputs), weight = randn(outputs, inputs);
            double operations = 2.0 * rows * inputs * outputs;
            string size = FormattableString.Invariant($"[{rows}, {inputs}] by [{inputs}, {outputs}]");
            candidates.Add(($"libtorch {size}", operations, () => nn.functional.linear(x, weight).Dispose()));
            candidates.Add(($"ours {size}", operations, () => FusedLinear.Apply(x, weight, null).Dispose()));
        }
        TimeSpan each = limit / (candidates.Count + 1);
        (string Name, double Rate)[] rates = [.. candidates.Select(c => (c.Name, Best(c.Run, c.Operations, each)))];
        (string name, double product) = rates.MaxBy(r => r.Rate);
        return new Ceiling(product, name, Best(() => MultiplyAdds(threads), 2.0 * Sums * Lanes * LoopLength * threads, each));
    }

    /// <summary>The better of two measurements: what else the machine did only ever lowers one.</summary>
    public Ceiling OrBetter(Ceiling other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Ceiling faster = other.Product > Product ? other : this;
        return faster with { MultiplyAdd = Math.Max(MultiplyAdd, other.MultiplyAdd) };
    }

    private static int Lanes => Math.Max(1, KernelRoute.Best.Lanes);

    /// <summary>The fastest of the calls that fit into the time: what else the machine does only ever slows one down.</summary>
    private static double Best(Action run, double operations, TimeSpan limit)
    {
        run();
        double best = double.PositiveInfinity;
        var clock = Stopwatch.StartNew();
        do
        {
            long start = Stopwatch.GetTimestamp();
            run();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        while (clock.Elapsed < limit);
        return operations / best;
    }

    private static void MultiplyAdds(int threads) => KernelThreads.For(threads, threads, (_, _, _) =>
    {
        float sum = Lanes switch
        {
            16 => Loop<Lanes512>(),
            8 => Loop<Lanes256>(),
            4 => Loop<Lanes128>(),
            _ => Loop<Lanes32>(),
        };
        // The sum must not be left out: its NaN would be a wonder.
        if (float.IsNaN(sum)) throw new InvalidOperationException("multiply-adds of finite numbers gave NaN");
    });

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Loop<T>() where T : unmanaged, ILanes<T>
    {
        T factor = T.Broadcast(0.999f), term = T.Broadcast(0.001f);
        T a = term, b = term, c = term, d = term, e = term, f = term, g = term, h = term, i = term, j = term, k = term, l = term;
        for (int n = 0; n < LoopLength; n++)
        {
            a = T.MultiplyAdd(a, factor, term);
            b = T.MultiplyAdd(b, factor, term);
            c = T.MultiplyAdd(c, factor, term);
            d = T.MultiplyAdd(d, factor, term);
            e = T.MultiplyAdd(e, factor, term);
            f = T.MultiplyAdd(f, factor, term);
            g = T.MultiplyAdd(g, factor, term);
            h = T.MultiplyAdd(h, factor, term);
            i = T.MultiplyAdd(i, factor, term);
            j = T.MultiplyAdd(j, factor, term);
            k = T.MultiplyAdd(k, factor, term);
            l = T.MultiplyAdd(l, factor, term);
        }
        return T.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}

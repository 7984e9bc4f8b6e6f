using System.Diagnostics;
using Lengthwise.Modeling.Kernels;
using static TorchSharp.torch;

namespace Lengthwise.Benchmarks;

/// <summary>One call: how long it took, and how much of that the processor worked for it, milliseconds.</summary>
/// <param name="Wall">Time that passed.</param>
/// <param name="Processor">Processor time of all threads of this process: what other programs do hardly changes it.</param>
internal readonly record struct CallTime(double Wall, double Processor);

/// <summary>Paired times of one case.</summary>
/// <param name="Name">The case.</param>
/// <param name="Plain">libtorch's operations, by round.</param>
/// <param name="Own">The C# kernels, by round.</param>
internal sealed record Measurement(string Name, IReadOnlyList<CallTime> Plain, IReadOnlyList<CallTime> Own)
{
    // The just-in-time compiler needs some thirty calls before it has optimised what it wants to.
    private const int WarmUps = 30;

    /// <summary>Plain over own within each round, so that what the machine did meanwhile cancels.</summary>
    public IReadOnlyList<double> Ratios => [.. Plain.Zip(Own, (plain, own) => plain.Wall / own.Wall)];

    /// <summary>Times both routes in turn, each round in the other order, until the time is up (at least two rounds).</summary>
    public static Measurement Take(BenchmarkCase benchmark, KernelRoute route, TimeSpan limit)
    {
        using var scope = NewDisposeScope();
        Action plain = benchmark.Prepare(), own = benchmark.Prepare();
        var warm = Stopwatch.StartNew();
        for (int i = 0; i < WarmUps && (i < 2 || warm.Elapsed < limit / 4); i++)
        {
            Time(plain, KernelRoute.Libtorch);
            Time(own, route);
        }

        List<CallTime> plainTimes = [], ownTimes = [];
        var clock = Stopwatch.StartNew();
        for (int round = 0; round < 2 || clock.Elapsed < limit; round++)
        {
            if (round % 2 == 0) plainTimes.Add(Time(plain, KernelRoute.Libtorch));
            ownTimes.Add(Time(own, route));
            if (round % 2 == 1) plainTimes.Add(Time(plain, KernelRoute.Libtorch));
        }
        return new Measurement(benchmark.Name, plainTimes, ownTimes);
    }

    private static CallTime Time(Action work, KernelRoute route)
    {
        using IDisposable forced = KernelRoute.Use(route);
        TimeSpan used = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        work();
        TimeSpan passed = Stopwatch.GetElapsedTime(start);
        return new CallTime(passed.TotalMilliseconds, (Environment.CpuUsage.TotalTime - used).TotalMilliseconds);
    }
}

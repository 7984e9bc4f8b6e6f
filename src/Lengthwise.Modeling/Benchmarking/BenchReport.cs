using System.Globalization;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Native;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>Everything that one run of the benchmark found, with what it takes to read it.</summary>
/// <param name="Machine">Machine and versions.</param>
/// <param name="Switches">Start-up switches of this process.</param>
/// <param name="Route">Route of our kernels.</param>
/// <param name="Threads">Threads of libtorch and of the kernels.</param>
/// <param name="Ceiling">What the machine can do.</param>
/// <param name="FirstStepSeconds">From the start of the program to the end of its first step; null where it was not measured.</param>
/// <param name="Steps">The cases.</param>
public sealed record BenchReport(
    MachineInfo Machine, IReadOnlyList<RuntimeSwitch> Switches, string Route, int Threads, Ceiling Ceiling, double? FirstStepSeconds, IReadOnlyList<StepResult> Steps)
{
    /// <summary>Version of this document.</summary>
    public int Schema { get; } = 1;

    /// <summary>What stands above the tables.</summary>
    public IEnumerable<string> Heading()
    {
        yield return Text($"{Machine.Cpu}, {Machine.Cores} cores, {Machine.System}; .NET {Machine.DotNet}, libtorch {Machine.LibTorch}, Lengthwise {Machine.Lengthwise}; {Threads} thread(s), route {Route}.");
        yield return $"Switches: {string.Join("; ", Switches.Select(s => $"{s.Name} = {s.Value}"))}. 'tuned' runs with them in this process, 'default' without them in a process of its own.";
        yield return Text($"Ceiling: {Ceiling.Product / 1e9:0} GFLOP/s, the fastest product ({Ceiling.ProductName}); {Ceiling.MultiplyAdd / 1e9:0} GFLOP/s, multiply-adds in registers.");
        if (FirstStepSeconds is { } seconds) yield return Text($"First step: {seconds:0.00} s after the start of the program (s4d, B1 L1024).");
        yield return "A step is forward, backward and optimizer. All variants run in turn in each round; times are medians with tenth and ninetieth percentile, ratios are medians over rounds.";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using Lengthwise.Modeling.Kernels;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>How long the program takes from its start to the end of its first training step.</summary>
public static class FirstStep
{
    private const string Model = "s4d";
    private const int Length = 1024;

    /// <summary>Seconds, the start of the process included.</summary>
    /// <exception cref="LengthwiseException">The process could not do it.</exception>
    public static double Seconds(PairedCommand command, KernelRoute route)
    {
        ArgumentNullException.ThrowIfNull(route);
        using var process = new PairedProcess(command, tuned: true);
        process.Ask(new PairedRequest(new StepCase(Model, 1, Length), StepFormulation.Own, route.Name));
        process.Ask(PairedRequest.Again);
        return process.Age.TotalSeconds;
    }
}

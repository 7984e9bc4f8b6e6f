using Lengthwise.Modeling.Kernels;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>A step in this process, by a route and with a number of threads.</summary>
internal sealed class RoutedVariant : ISteppedVariant
{
    private const int WarmUps = 2;
    private readonly TrainingStep _step;
    private readonly KernelRoute _route;
    private readonly int _threads;
    private readonly bool _owns;

    /// <summary>Makes its model.</summary>
    /// <param name="name">Name in tables.</param>
    /// <param name="c">Model and shape.</param>
    /// <param name="formulation">Whose formulation.</param>
    /// <param name="route">Route of the kernels.</param>
    /// <param name="threads">Threads of libtorch and of the kernels.</param>
    public RoutedVariant(string name, StepCase c, StepFormulation formulation, KernelRoute route, int threads)
    {
        (Name, _route, _threads, _owns) = (name, route, threads, true);
        using IDisposable forced = KernelRoute.Use(route);
        _step = TrainingStep.Of(c, formulation);
    }

    /// <summary>Another variant's step with another number of threads.</summary>
    public RoutedVariant(string name, RoutedVariant other, int threads) => (Name, _step, _route, _threads) = (name, other._step, other._route, threads);

    public string Name { get; }

    public long? PeakBytes { get; private set; }

    /// <summary>Floating-point operations of a step.</summary>
    public double Flops => _step.Flops;

    /// <summary>Trained values.</summary>
    public long Parameters => _step.Parameters;

    public void WarmUp()
    {
        // Memory is measured where a model meets an empty heap: on its first steps.
        ProcessMemory? memory = _owns ? ProcessMemory.Watch() : null;
        for (int i = 0; i < (_owns ? WarmUps : 1); i++) Step();
        PeakBytes = memory?.Peak();
    }

    public StepSample Step()
    {
        int before = get_num_threads();
        using IDisposable forced = KernelRoute.Use(_route);
        try
        {
            if (before != _threads) set_num_threads(_threads);
            return StepSample.Of(_step.Run);
        }
        finally
        {
            if (before != _threads) set_num_threads(before);
        }
    }

    public void Dispose()
    {
        if (_owns) _step.Dispose();
    }
}

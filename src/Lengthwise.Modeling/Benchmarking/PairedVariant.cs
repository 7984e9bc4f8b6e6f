using Lengthwise.Modeling.Kernels;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>A step by libtorch's operations in a process of its own without our start-up: what a user gets who changes nothing.</summary>
internal sealed class PairedVariant : ISteppedVariant
{
    private readonly StepCase _case;
    private readonly StepFormulation _formulation;
    private readonly PairedProcess _process;
    private long? _before;

    /// <summary>Starts the process and prepares the case.</summary>
    public PairedVariant(string name, StepCase c, StepFormulation formulation, PairedCommand command)
    {
        (Name, _case, _formulation) = (name, c, formulation);
        _process = new PairedProcess(command, tuned: false);
        // Libraries that load on first use belong to no case; one row is enough for them.
        _process.Ask(new PairedRequest(c with { Batch = 1 }, formulation, KernelRoute.Libtorch.Name));
    }

    public string Name { get; }

    public long? PeakBytes { get; private set; }

    public void WarmUp()
    {
        Step();
        _before = _process.Ask(new PairedRequest(_case, _formulation, KernelRoute.Libtorch.Name)).PeakBytes;
        PeakBytes = null;
    }

    public StepSample Step()
    {
        PairedAnswer answer = _process.Ask(PairedRequest.Again);
        PairedProcess.Settle();
        if (_before is { } before) PeakBytes = Math.Max(0, answer.PeakBytes - before);
        return answer.Sample ?? throw new LengthwiseException(ExitCode.Failed, "the paired process answered a step without a time");
    }

    public void Dispose() => _process.Dispose();
}

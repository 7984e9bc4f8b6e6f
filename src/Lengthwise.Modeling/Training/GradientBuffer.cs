using Lengthwise.Modeling.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Training;

/// <summary>
/// The gradient of a model in one buffer: what each parameter gets is a view of it, in the order of the parameters, each from a cache line on, so that it is
/// zeroed (and can be summed over processes) at once.
/// </summary>
/// <remarks>
/// Autograd adds to a gradient that is there in place, which keeps the view. A parameter that no loss has reached yet has no gradient, and an optimizer must leave
/// it alone: it gets its view when its first gradient arrives.
/// </remarks>
public sealed class GradientBuffer : IDisposable
{
    /// <summary>Every view begins at a multiple of that many values: 64 bytes.</summary>
    public const int Alignment = 16;

    private readonly Parameter[] _parameters;
    private readonly Tensor[] _views;
    private readonly bool[] _isTaken;

    /// <summary>Makes a buffer of zeros.</summary>
    /// <param name="parameters">Float32, on the CPU.</param>
    public GradientBuffer(IEnumerable<Parameter> parameters)
    {
        _parameters = [.. parameters];
        _isTaken = new bool[_parameters.Length];
        long[] sizes = [.. _parameters.Select(p => (p.numel() + Alignment - 1) / Alignment * Alignment)];
        Values = zeros(sizes.Sum()).DetachFromDisposeScope();
        _views = new Tensor[_parameters.Length];
        long begin = 0;
        for (int i = 0; i < _parameters.Length; begin += sizes[i++])
        {
            using Tensor part = Values.narrow(0, begin, _parameters[i].numel());
            _views[i] = part.view(_parameters[i].shape).DetachFromDisposeScope();
        }
    }

    /// <summary>All gradients, one after the other; zero between them. Owned by this.</summary>
    public Tensor Values { get; }

    /// <summary>The gradient of that parameter as <see cref="Gather"/> found it; null where none has arrived. Owned by this.</summary>
    public Tensor? this[int index] => _isTaken[index] ? _views[index] : null;

    /// <summary>Takes gradients in that autograd keeps elsewhere; to be called after each backward pass.</summary>
    public void Gather()
    {
        using var _ = no_grad();
        for (int i = 0; i < _parameters.Length; i++)
        {
            using Tensor? gradient = _parameters[i].grad;
            _isTaken[i] = gradient is not null;
            if (gradient is null || IsView(i, gradient)) continue;
            _views[i].copy_(gradient);
            _parameters[i].grad = _views[i];
        }
    }

    /// <summary>Makes every gradient zero; what has none keeps none.</summary>
    public void Zero()
    {
        Values.zero_();
        for (int i = 0; i < _parameters.Length; i++)
        {
            if (_isTaken[i]) continue;
            using Tensor? gradient = _parameters[i].grad;
            gradient?.zero_();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor view in _views) view.Dispose();
        Values.Dispose();
    }

    private unsafe bool IsView(int index, Tensor gradient) => TensorMemory.Floats(gradient) == TensorMemory.Floats(_views[index]);
}

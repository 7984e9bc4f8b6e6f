using Lengthwise.Modeling.Models;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Training;

/// <summary>A copy of a model's state (parameters and buffers) at one moment.</summary>
internal sealed class WeightSnapshot : IDisposable
{
    private readonly SortedDictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);

    /// <summary>The copied tensors by name; empty before the first copy.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _tensors;

    /// <summary>Copies the model's state.</summary>
    public void Take(SequenceModel model)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        foreach ((string name, Tensor tensor) in model.State) Put(name, tensor.detach().clone());
    }

    /// <summary>Holds a tensor that the snapshot owns from now on.</summary>
    public void Put(string name, Tensor tensor)
    {
        if (_tensors.Remove(name, out Tensor? old)) old.Dispose();
        _tensors[name] = tensor.DetachFromDisposeScope();
    }

    /// <summary>Overwrites the model's state with the copy.</summary>
    public void RestoreTo(SequenceModel model)
    {
        using var gradients = no_grad();
        foreach ((string name, Tensor tensor) in model.State) tensor.copy_(_tensors[name]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in _tensors.Values) tensor.Dispose();
        _tensors.Clear();
    }
}

using TorchSharp.Modules;

namespace Lengthwise.Modeling.Models;

/// <summary>A trained tensor and how the optimizer treats it.</summary>
/// <param name="Name">Name in checkpoints.</param>
/// <param name="Tensor">The tensor.</param>
/// <param name="IsSsm">Whether it takes the state-space learning rate.</param>
/// <param name="HasDecay">Whether weight decay applies to it.</param>
public readonly record struct TrainedParameter(string Name, Parameter Tensor, bool IsSsm, bool HasDecay)
{
    /// <summary>A parameter whose weight decays unless it belongs to the state space.</summary>
    public TrainedParameter(string name, Parameter tensor, bool isSsm) : this(name, tensor, isSsm, !isSsm)
    {
    }

    /// <summary>Name, tensor and group, where decay is of no interest.</summary>
    public void Deconstruct(out string name, out Parameter tensor, out bool isSsm) => (name, tensor, isSsm) = (Name, Tensor, IsSsm);
}

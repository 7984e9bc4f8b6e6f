namespace Lengthwise.Modeling.Diagnoses;

/// <summary>A layer whose linear part answers an impulse in the same way at all times, so that its reach can be told without data.</summary>
public interface IKernelReach
{
    /// <summary>The answer's mass by distance. Called without gradients, inside a dispose scope.</summary>
    /// <param name="length">Distances asked for: 0 to <paramref name="length"/> - 1, at least 1.</param>
    KernelMass KernelOver(long length);
}

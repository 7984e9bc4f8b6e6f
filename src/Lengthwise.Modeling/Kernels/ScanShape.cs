namespace Lengthwise.Modeling.Kernels;

/// <summary>Sizes of a diagonal scan and how it is cut into items: one row of the batch and up to <see cref="Group"/> states each.</summary>
internal readonly struct ScanShape(int batch, int length, int states, bool reverse)
{
    /// <summary>States of an item.</summary>
    public const int Group = 64;

    /// <summary>Steps that one vector of states runs before the next one does: their rows stay in the first cache.</summary>
    public const int Tile = 64;

    private readonly int _groups = (states + Group - 1) / Group;

    public int Batch { get; } = batch;

    public int Length { get; } = length;

    public int States { get; } = states;

    /// <summary>Items that do not depend on each other.</summary>
    public int Items => Batch * _groups;

    /// <summary>Multiplications of the forward pass, roughly.</summary>
    public long Work => 8L * Batch * Length * States;

    /// <summary>Floats from one step to the next in the order of the scan.</summary>
    public long Stride => reverse ? -2L * States : 2L * States;

    /// <summary>Row, first state and number of states of an item.</summary>
    public (int Row, int First, int Count) Part(int item)
    {
        int first = item % _groups * Group;
        return (item / _groups, first, Math.Min(Group, States - first));
    }

    /// <summary>Offset of state 0 at the scan's step <paramref name="step"/> of a row.</summary>
    public long At(int row, int step) => ((long)row * Length + (reverse ? Length - 1 - step : step)) * 2 * States;
}

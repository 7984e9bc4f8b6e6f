namespace Lengthwise.Modeling.Kernels;

/// <summary>Where a scan begins.</summary>
internal enum ScanDirection
{
    /// <summary>At the first step.</summary>
    Forward,

    /// <summary>At the last step.</summary>
    Reverse,

    /// <summary>Once at each end, with the same input.</summary>
    Both,
}

/// <summary>Sizes of a diagonal scan and how it is cut into items: one row of the batch and up to <see cref="Group"/> states each.</summary>
internal readonly struct ScanShape(int batch, int length, int states, ScanDirection direction)
{
    /// <summary>States of an item.</summary>
    public const int Group = 64;

    /// <summary>Steps that one vector of states runs before the next one does: their rows stay in the first cache.</summary>
    public const int Tile = 64;

    private readonly int _groups = (states + Group - 1) / Group;

    public int Batch { get; } = batch;

    public int Length { get; } = length;

    public int States { get; } = states;

    /// <summary>Passes over the sequence; the second of two begins at the last step.</summary>
    public int Passes => direction == ScanDirection.Both ? 2 : 1;

    /// <summary>Items that do not depend on each other.</summary>
    public int Items => Batch * _groups;

    /// <summary>Multiplications of the forward pass, roughly.</summary>
    public long Work => 8L * Passes * Batch * Length * States;

    /// <summary>Floats from one step to the next in the order of a pass.</summary>
    public long Stride(int pass) => IsReverse(pass) ? -2L * States : 2L * States;

    /// <summary>Row, first state and number of states of an item.</summary>
    public (int Row, int First, int Count) Part(int item)
    {
        int first = item % _groups * Group;
        return (item / _groups, first, Math.Min(Group, States - first));
    }

    /// <summary>Offset of state 0 at the step <paramref name="step"/> of a pass over a row.</summary>
    public long At(int row, int step, int pass) => ((long)row * Length + (IsReverse(pass) ? Length - 1 - step : step)) * 2 * States;

    private bool IsReverse(int pass) => direction == ScanDirection.Reverse || pass == 1;
}

/// <summary>States, or their gradients, of each pass, [B, L, 2N].</summary>
internal readonly unsafe struct ScanPasses(float* first, float* second)
{
    public float* Of(int pass) => pass == 0 ? first : second;
}

namespace Lengthwise.Modeling.Kernels.Gemm;

/// <summary>Sizes of a linear map with its activations, and how its rows are divided.</summary>
/// <param name="Rows">Rows of the input, all leading dimensions together.</param>
/// <param name="Inputs">Columns of the input.</param>
/// <param name="Outputs">Rows of the weights.</param>
/// <param name="Before">What is done to the input first.</param>
/// <param name="After">What is done to the product.</param>
internal readonly record struct LinearShape(int Rows, int Inputs, int Outputs, LinearActivation Before, LinearActivation After)
{
    /// <summary>Columns of the result.</summary>
    public int Width => After == LinearActivation.Glu ? Outputs / 2 : Outputs;

    /// <summary>Groups of rows that are worked on at once.</summary>
    public int Blocks => (Rows + RowBlock.Rows - 1) / RowBlock.Rows;

    /// <summary>Whether inputs and outputs fill whole tiles of every route, so that no column is read that was not written.</summary>
    public bool IsWhole => Inputs % 32 == 0 && Outputs % 32 == 0;

    /// <summary>Multiplications of one product.</summary>
    public long Work => (long)Rows * Inputs * Outputs;

    /// <summary>Whether the product is stored past the caches, which would not keep it until it is read.</summary>
    public bool StreamsProduct => Streams(Outputs);

    /// <summary>The same of the result.</summary>
    public bool StreamsResult => Streams(Width);

    /// <summary>The same of the input's gradient.</summary>
    public bool StreamsInput => Streams(Inputs);

    /// <summary>Rows of a block.</summary>
    public int RowsOf(int block) => Math.Min(RowBlock.Rows, Rows - block * RowBlock.Rows);

    // Eight megabytes: more than a core's own caches, and than its share of the common one.
    private bool Streams(int columns) => (long)Rows * columns > 2 << 20;
}

/// <summary>Arrays of the way forward; null where there is none.</summary>
/// <param name="X">[rows, inputs].</param>
/// <param name="Weight">[outputs, inputs].</param>
/// <param name="Bias">[outputs], or null.</param>
/// <param name="Residual">[rows, width], or null: added at the end.</param>
/// <param name="Z">[rows, outputs], or null: takes the product with its bias, for the way back through an activation.</param>
/// <param name="Y">[rows, width].</param>
internal readonly unsafe record struct LinearArrays(nint X, nint Weight, nint Bias, nint Residual, nint Z, nint Y);

/// <summary>Arrays of the way back; null where a gradient is not wanted.</summary>
/// <param name="X">[rows, inputs].</param>
/// <param name="Weight">[outputs, inputs].</param>
/// <param name="Z">[rows, outputs], or null without an activation behind.</param>
/// <param name="DY">[rows, width].</param>
/// <param name="DX">[rows, inputs], or null.</param>
/// <param name="DWeight">[outputs, inputs].</param>
/// <param name="DBias">[outputs], or null.</param>
internal readonly unsafe record struct LinearGradients(nint X, nint Weight, nint Z, nint DY, nint DX, nint DWeight, nint DBias);

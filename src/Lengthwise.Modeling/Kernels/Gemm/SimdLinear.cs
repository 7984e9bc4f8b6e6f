using System.Runtime.CompilerServices;

namespace Lengthwise.Modeling.Kernels.Gemm;

/// <summary>y = after(before(x) W^T + bias) + residual, block of rows by block of rows, so that nothing between input and output reaches memory.</summary>
internal static unsafe class SimdLinear<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Fills y, and z if there is one.</summary>
    public static void Forward(LinearShape shape, LinearArrays arrays)
    {
        using PackedWeights<T> weights = PackedWeights<T>.OfTransposed((float*)arrays.Weight, shape.Inputs, shape.Outputs);
        int stride = weights.PaddedColumns + 16;
        using var bias = new NativeBuffer(stride);
        new Span<float>(bias.Floats, stride).Clear();
        if (arrays.Bias != 0) new ReadOnlySpan<float>((float*)arrays.Bias, shape.Outputs).CopyTo(new Span<float>(bias.Floats, shape.Outputs));
        float* biases = bias.Floats;
        PackedWeights<T> packed = weights;
        KernelThreads.For(shape.Blocks, KernelThreads.SlotsFor(shape.Blocks, shape.Work), (from, to, _) =>
        {
            long inputFloats = RowBlock.Floats(shape.Inputs);
            using var scratch = new BlockBuffer(inputFloats + (long)RowBlock.Rows * stride + T.Count, shape.IsWhole);
            float* input = scratch.Floats, product = input + inputFloats;
            for (int block = from; block < to; block++)
            {
                int rows = shape.RowsOf(block);
                Take(shape, (float*)arrays.X, block, rows, input);
                packed.Multiply(input, Tiled(rows), product, stride);
                Leave(shape, arrays, block, rows, product, stride, biases);
            }
            Rows<T>.Fence();
        });
    }

    /// <summary>Rows in whole tiles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Tiled(int rows) => (rows + ProductTile<T>.Rows - 1) / ProductTile<T>.Rows * ProductTile<T>.Rows;

    /// <summary>A count in whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Whole(int count) => (count + T.Count - 1) / T.Count * T.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Take(LinearShape shape, float* x, int block, int rows, float* input)
    {
        for (int row = 0; row < rows; row++)
        {
            RowBlock.Put(x + ((long)block * RowBlock.Rows + row) * shape.Inputs, shape.Inputs, input, row);
            if (shape.Before == LinearActivation.None) continue;
            for (int chunk = 0; chunk < RowBlock.Chunks(shape.Inputs); chunk++)
                Activations<T>.Apply(shape.Before, RowBlock.At(input, chunk, row), Whole(RowBlock.Width(shape.Inputs, chunk)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Leave(LinearShape shape, LinearArrays arrays, int block, int rows, float* product, int stride, float* bias)
    {
        for (int row = 0; row < rows; row++, product += stride)
        {
            long index = (long)block * RowBlock.Rows + row;
            Rows<T>.AddWhole(product, bias, Whole(shape.Outputs));
            if (arrays.Z != 0) Rows<T>.Put(product, shape.Outputs, (float*)arrays.Z + index * shape.Outputs, shape.StreamsProduct);
            if (shape.After == LinearActivation.Glu) Activations<T>.Gate(product, shape.Width);
            else if (shape.After != LinearActivation.None) Activations<T>.Apply(shape.After, product, Whole(shape.Outputs));
            float* y = (float*)arrays.Y + index * shape.Width;
            if (arrays.Residual != 0) Rows<T>.Sum(product, (float*)arrays.Residual + index * shape.Width, shape.Width, y);
            else Rows<T>.Put(product, shape.Width, y, shape.StreamsResult);
        }
    }
}

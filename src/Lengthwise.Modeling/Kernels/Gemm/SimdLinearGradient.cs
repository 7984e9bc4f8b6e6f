using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lengthwise.Modeling.Kernels.Gemm;

/// <summary>The way back through <see cref="SimdLinear{T}"/>: dz from dy, then dx = dz W (slope of before), dW = dz^T before(x) and dbias, all of one block of rows.</summary>
/// <remarks>
/// Each thread adds the blocks of its own range in order, and the threads' sums are added in order: the bits depend on the number of threads alone.
/// A block's sum starts from zero, so that errors grow with the roots of block size and block count.
/// </remarks>
internal static unsafe class SimdLinearGradient<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Fills the gradients that are wanted.</summary>
    public static void Backward(LinearShape shape, LinearGradients arrays)
    {
        int slots = KernelThreads.SlotsFor(shape.Blocks, shape.Work);
        using PackedWeights<T>? weights = arrays.DX == 0 ? null : PackedWeights<T>.Of((float*)arrays.Weight, shape.Outputs, shape.Inputs);
        PackedWeights<T>? packed = weights;
        var sizes = new Sizes(shape);
        using var sums = new BlockBuffer(slots * sizes.Sums, isWhole: false);
        float* parts = sums.Floats;
        KernelThreads.For(shape.Blocks, slots, (from, to, slot) =>
        {
            using var scratch = new BlockBuffer(sizes.Scratch, shape.IsWhole);
            float* part = parts + slot * sizes.Sums;
            for (int block = from; block < to; block++) Block(shape, arrays, sizes, packed, block, scratch.Floats, part);
            Rows<T>.Fence();
        });
        for (int slot = 1; slot < slots; slot++) Rows<T>.AddWhole(parts, parts + slot * sizes.Sums, checked((int)sizes.Sums));
        Rows<T>.AddWhole(parts, parts + sizes.Bias, SimdLinear<T>.Whole(shape.Outputs));
        if (arrays.DBias != 0) new ReadOnlySpan<float>(parts, shape.Outputs).CopyTo(new Span<float>((float*)arrays.DBias, shape.Outputs));
        for (int output = 0; output < shape.Outputs; output++)
            new ReadOnlySpan<float>(parts + 2 * sizes.Bias + (long)output * sizes.Stride, shape.Inputs)
                .CopyTo(new Span<float>((float*)arrays.DWeight + (long)output * shape.Inputs, shape.Inputs));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block(LinearShape shape, LinearGradients arrays, Sizes sizes, PackedWeights<T>? weights, int block, float* scratch, float* sums)
    {
        float* dz = scratch, x = dz + sizes.Output, slopes = x + sizes.Input, product = slopes + sizes.Slope, row = product + sizes.Product;
        int rows = shape.RowsOf(block);
        long first = (long)block * RowBlock.Rows;
        for (int r = 0; r < rows; r++)
        {
            OfOutput(shape, arrays, first + r, row);
            Rows<T>.AddCompensated(sums, sums + sizes.Bias, row, SimdLinear<T>.Whole(shape.Outputs));
            RowBlock.Put(row, shape.Outputs, dz, r);
            TakeInput(shape, (float*)arrays.X + (first + r) * shape.Inputs, x, slopes, r);
        }
        AddWeights(shape, dz, x, rows, sums + 2 * sizes.Bias, sizes.Stride);
        if (weights is null) return;
        weights.Multiply(dz, SimdLinear<T>.Tiled(rows), product, sizes.Stride);
        for (int r = 0; r < rows; r++) LeaveInput(shape, product + (long)r * sizes.Stride, slopes, r, (float*)arrays.DX + (first + r) * shape.Inputs);
    }

    /// <summary>The gradient of the product, from that of the result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OfOutput(LinearShape shape, LinearGradients arrays, long index, float* row)
    {
        int width = shape.Width, outputs = shape.Outputs;
        var gradient = new ReadOnlySpan<float>((float*)arrays.DY + index * width, width);
        if (shape.After == LinearActivation.None)
        {
            gradient.CopyTo(new Span<float>(row, width));
            return;
        }
        float* dy = row + outputs + 16, z = dy + width + 16;
        gradient.CopyTo(new Span<float>(dy, width));
        new ReadOnlySpan<float>((float*)arrays.Z + index * outputs, outputs).CopyTo(new Span<float>(z, outputs));
        if (shape.After == LinearActivation.Glu)
        {
            Activations<T>.GateGradient(dy, z, width, row);
            return;
        }
        int whole = SimdLinear<T>.Whole(outputs);
        Activations<T>.Apply(shape.After, z, whole, row);
        Rows<T>.MultiplyWhole(row, dy, whole);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TakeInput(LinearShape shape, float* source, float* x, float* slopes, int row)
    {
        RowBlock.Put(source, shape.Inputs, x, row);
        if (shape.Before == LinearActivation.None) return;
        for (int chunk = 0; chunk < RowBlock.Chunks(shape.Inputs); chunk++)
            Activations<T>.Apply(
                shape.Before, RowBlock.At(x, chunk, row), SimdLinear<T>.Whole(RowBlock.Width(shape.Inputs, chunk)), RowBlock.At(slopes, chunk, row));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LeaveInput(LinearShape shape, float* product, float* slopes, int row, float* target)
    {
        if (shape.Before != LinearActivation.None)
            for (int chunk = 0; chunk < RowBlock.Chunks(shape.Inputs); chunk++)
                Rows<T>.MultiplyWhole(
                    product + chunk * RowBlock.Depth, RowBlock.At(slopes, chunk, row), SimdLinear<T>.Whole(RowBlock.Width(shape.Inputs, chunk)));
        Rows<T>.Put(product, shape.Inputs, target, shape.StreamsInput);
    }

    /// <summary>sums [outputs in whole tiles, stride] += dz^T x over the block's rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddWeights(LinearShape shape, float* dz, float* x, int rows, float* sums, int stride)
    {
        int tile = ProductTile<T>.Rows, panel = ProductTile<T>.Columns;
        for (int input = 0; input < shape.Inputs; input += panel)
        {
            float* columns = RowBlock.At(x, input / RowBlock.Depth, 0) + input % RowBlock.Depth;
            for (int output = 0; output < shape.Outputs; output += tile)
                ProductTile<T>.AddColumnsTimes(
                    RowBlock.At(dz, output / RowBlock.Depth, 0) + output % RowBlock.Depth, columns, rows, sums + (long)output * stride + input, stride);
        }
    }

    /// <summary>Floats of the parts of a thread's memory; every part is in whole cache lines.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct Sizes
    {
        public Sizes(LinearShape shape)
        {
            int tile = ProductTile<T>.Rows, panel = ProductTile<T>.Columns;
            Stride = checked((int)NativeBuffer.Aligned((shape.Inputs + panel - 1) / panel * panel)) + 16;
            Bias = NativeBuffer.Aligned(shape.Outputs) + 16;
            Sums = 2 * Bias + (long)((shape.Outputs + tile - 1) / tile * tile) * Stride;
            Output = RowBlock.Floats(shape.Outputs);
            Input = RowBlock.Floats(shape.Inputs);
            Slope = shape.Before == LinearActivation.None ? 0 : Input;
            Product = (long)RowBlock.Rows * Stride;
            Scratch = Output + Input + Slope + Product + 3 * (shape.Outputs + 32);
        }

        /// <summary>Floats from row to row of products and of the weights' gradient.</summary>
        public int Stride { get; }

        /// <summary>Room of the bias's gradient, and again of what its sums lost, in front of the weights'.</summary>
        public long Bias { get; }

        public long Sums { get; }

        public long Output { get; }

        public long Input { get; }

        public long Slope { get; }

        public long Product { get; }

        public long Scratch { get; }
    }
}

using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Scratch memory of a kernel call, aligned to cache lines, from the kept heap (fresh pages would cost more than the kernel).</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private const nuint CacheLine = 64;

    /// <summary>Allocates uninitialised room for that many floats.</summary>
    public NativeBuffer(long floats) =>
        Floats = (float*)NativeMemory.AlignedAlloc((nuint)Math.Max(floats, 1) * sizeof(float), CacheLine);

    /// <summary>The first float.</summary>
    public float* Floats { get; private set; }

    /// <summary>Rounds a count up to whole cache lines, so that parts of a buffer stay aligned.</summary>
    public static long Aligned(long floats) => (floats + 15) & ~15L;

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(Floats);
        Floats = null;
    }
}

/// <summary>Direct access to the elements of CPU tensors.</summary>
internal static unsafe partial class TensorMemory
{
    /// <summary>Address of the first element of a contiguous float tensor; valid while the tensor lives.</summary>
    public static float* Floats(Tensor tensor) => (float*)Data(tensor.Handle);

    /// <summary>The same of a contiguous tensor of doubles.</summary>
    public static double* Doubles(Tensor tensor) => (double*)Data(tensor.Handle);

    /// <summary>Whether the C# kernels can take all of these tensors.</summary>
    public static bool Suits(params ReadOnlySpan<Tensor> tensors)
    {
        foreach (Tensor tensor in tensors)
            if (tensor.dtype != ScalarType.Float32 || tensor.device_type != TorchSharp.DeviceType.CPU || tensor.numel() == 0) return false;
        return true;
    }

    /// <summary>Whether autograd wants the gradient of any of these tensors.</summary>
    public static bool WantsGradient(params ReadOnlySpan<Tensor> tensors)
    {
        if (!is_grad_enabled()) return false;
        foreach (Tensor tensor in tensors)
            if (tensor.requires_grad) return true;
        return false;
    }

    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_data")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial nint Data(nint tensor);
}

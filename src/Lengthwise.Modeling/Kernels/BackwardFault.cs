using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>
/// Keeps an exception inside a backward pass from ending the process: native frames cannot carry it. The gradients become NaN,
/// which stops training by its own diagnosis, and the cause waits here.
/// </summary>
public static class BackwardFault
{
    private static Exception? _first;

    /// <summary>Throws what the last backward pass could not, if anything; call it after <c>backward()</c>.</summary>
    /// <exception cref="LengthwiseException">A kernel failed during the backward pass.</exception>
    public static void Rethrow()
    {
        BackwardMemory.Release();
        if (Interlocked.Exchange(ref _first, null) is { } cause)
            throw new LengthwiseException(
                ExitCode.Failed, $"backward pass of a kernel: {cause.Message}", "lower batch_size or max_length if memory ran out, or use the kernel route 'libtorch'", cause);
    }

    /// <summary>The gradients, or NaN in the shape of each input when they cannot be had.</summary>
    internal static List<Tensor> Guard(List<Tensor> inputs, Func<List<Tensor>> gradients)
    {
#pragma warning disable CA1031 // Whatever it is, letting it pass would end the process.
        try
        {
            return gradients();
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _first, e, null);
            return [.. inputs.Select(input => full_like(input, float.NaN))];
        }
#pragma warning restore CA1031
    }
}

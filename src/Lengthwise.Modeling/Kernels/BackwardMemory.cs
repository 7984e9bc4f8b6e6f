using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>
/// Lets go of what a step of a backward pass had in hand as soon as autograd has it too. Left to the dispose scope around the pass, every gradient of every
/// layer would stay in memory until its end.
/// </summary>
internal static class BackwardMemory
{
    [ThreadStatic] private static List<Tensor>? _passedOn;

    /// <summary>The gradients of a step, as autograd takes them; its handles are released when the next step returns.</summary>
    /// <param name="gradients">For each argument of the way forward; null where there is none.</param>
    /// <param name="saved">What the way forward saved.</param>
    /// <param name="received">Gradients of the outputs.</param>
    public static List<Tensor> PassOn(List<Tensor> gradients, List<Tensor> saved, params ReadOnlySpan<Tensor> received)
    {
        Release();
        foreach (Tensor tensor in saved) tensor.Dispose();
        foreach (Tensor tensor in received) tensor.Dispose();
        _passedOn = gradients;
        return gradients;
    }

    /// <summary>Releases what the last step passed on; to be called after the pass.</summary>
    public static void Release()
    {
        if (_passedOn is null) return;
        foreach (Tensor? tensor in _passedOn) tensor?.Dispose();
        _passedOn = null;
    }
}

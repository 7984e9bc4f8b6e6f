using TorchSharp;

namespace Lengthwise.Modeling.Training;

/// <summary>
/// The only place that touches libtorch's global generator. It is set anew for every named draw, so that a resumed run needs no
/// generator state: initialisation is a function of the seed, dropout a function of (seed, phase, step).
/// </summary>
public static class Seeding
{
    /// <summary>Sets the generator before a model is built.</summary>
    public static void ForInitialisation(long seed, string phase) => Set(new RandomStream(seed, "initialisation-" + phase));

    /// <summary>Sets the generator before a training step.</summary>
    public static void ForDropout(long seed, string phase, long step) => Set(new RandomStream(seed, "dropout-" + phase, step));

    private static void Set(RandomStream stream) => torch.random.manual_seed((long)(stream.NextUInt64() >> 1));
}

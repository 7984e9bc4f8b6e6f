using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>
/// Splits kernels among as many threads as libtorch has. Each thread gets one range that depends on the indices and the
/// thread count alone, and no kernel adds across items of different ranges, so results do not depend on timing.
/// </summary>
internal static class KernelThreads
{
    /// <summary>Waking a thread costs some 10 us; work below this many multiplications is done by the caller.</summary>
    private const long SmallWork = 400_000;

    /// <summary>Work on the items from <paramref name="from"/> up to <paramref name="to"/>, in the thread's own scratch memory.</summary>
    public delegate void Range(int from, int to, int slot);

    /// <summary>How many ranges <see cref="For"/> will make.</summary>
    /// <param name="items">Independent items.</param>
    /// <param name="work">Multiplications of all items together, roughly.</param>
    public static int SlotsFor(int items, long work) => work < SmallWork ? 1 : Math.Clamp(get_num_threads(), 1, Math.Max(items, 1));

    /// <summary>Runs the body over 0 … <paramref name="items"/> - 1 in that many ranges; exceptions reach the caller.</summary>
    public static void For(int items, int slots, Range body)
    {
        if (slots <= 1)
        {
            body(0, items, 0);
            return;
        }
        Parallel.For(0, slots, slot => body((int)((long)items * slot / slots), (int)((long)items * (slot + 1) / slots), slot));
    }
}

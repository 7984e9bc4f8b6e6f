namespace Lengthwise.Modeling.Data;

/// <summary>
/// The random permutations of PyTorch on a processor (<c>torch.randperm</c> with a seeded generator), which the published pipelines divide
/// data by: a 32-bit Mersenne Twister (Matsumoto and Nishimura, 1998), then swaps from the front.
/// </summary>
public static class TorchPermutation
{
    private const int StateSize = 624;
    private const int Middle = 397;

    /// <summary>The permutation of 0 … <paramref name="count"/> - 1.</summary>
    /// <param name="count">At most 200 million, above which PyTorch draws 64 bits.</param>
    /// <param name="seed">The generator's seed.</param>
    public static int[] Of(int count, uint seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 200_000_000);
        uint[] state = Seeded(seed);
        int next = StateSize;
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = 0; i < count - 1; i++)
        {
            if (next == StateSize)
            {
                Twist(state);
                next = 0;
            }
            int swap = i + (int)(Tempered(state[next++]) % (uint)(count - i));
            (order[i], order[swap]) = (order[swap], order[i]);
        }
        return order;
    }

    private static uint[] Seeded(uint seed)
    {
        var state = new uint[StateSize];
        state[0] = seed;
        for (uint i = 1; i < StateSize; i++) state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >> 30)) + i;
        return state;
    }

    private static void Twist(uint[] state)
    {
        for (int i = 0; i < StateSize; i++)
        {
            uint joined = (state[i] & 0x80000000) | (state[(i + 1) % StateSize] & 0x7fffffff);
            state[i] = state[(i + Middle) % StateSize] ^ (joined >> 1) ^ ((joined & 1) * 0x9908b0df);
        }
    }

    private static uint Tempered(uint y)
    {
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >> 18);
    }
}

using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Lengthwise;

/// <summary>
/// A random stream named by (seed, purpose, index): equal names give equal numbers on every machine and .NET version.
/// xoshiro256** (Blackman and Vigna, 2021), seeded through SHA-256 of the name.
/// </summary>
public sealed class RandomStream
{
    private readonly ulong[] _state = new ulong[4];

    /// <summary>Opens the stream of that name.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="purpose">What the numbers are for, such as "data-order".</param>
    /// <param name="index">Epoch, step or row; streams of different indices are independent.</param>
    public RandomStream(long seed, string purpose, long index = 0)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{seed}/{purpose}/{index}")));
        for (int i = 0; i < 4; i++) _state[i] = BitConverter.ToUInt64(hash, 8 * i);
        _state[0] |= 1;
    }

    /// <summary>64 uniform bits.</summary>
    public ulong NextUInt64()
    {
        ulong[] s = _state;
        ulong result = BitOperations.RotateLeft(s[1] * 5, 7) * 9;
        ulong t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = BitOperations.RotateLeft(s[3], 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in 0 … <paramref name="bound"/> - 1, without bias.</summary>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        ulong limit = ulong.MaxValue - (ulong.MaxValue % (ulong)bound + 1) % (ulong)bound;
        ulong draw;
        do draw = NextUInt64(); while (draw > limit);
        return (int)(draw % (ulong)bound);
    }

    /// <summary>Standard normal (Box-Muller, one of the pair).</summary>
    public double NextNormal() =>
        Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Shuffles in place (Fisher-Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}

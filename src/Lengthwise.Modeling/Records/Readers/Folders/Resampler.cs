using System.Numerics;

namespace Lengthwise.Modeling.Records.Readers.Folders;

/// <summary>
/// Changes the sample rate by a windowed sinc: band-limited interpolation, with the band cut at the lower of the two rates.
/// </summary>
/// <remarks>
/// Kaiser window (beta 9, stop band about -90 dB) over 32 zero crossings on each side; the kernel is tabulated 512 times a
/// crossing and interpolated linearly, which is exact to about 5e-6. Outside the recording there is silence.
/// </remarks>
internal static class Resampler
{
    private const int Crossings = 32;
    private const int Density = 512;
    private const double Beta = 9;
    private const int MaxPhases = 4096;

    /// <summary>Share of the band that passes; the rest is the slope of the filter.</summary>
    private const double PassBand = 0.95;

    private static readonly double[] Kernel = MakeKernel();

    /// <summary>Resamples each channel.</summary>
    /// <param name="samples">[L, C].</param>
    /// <param name="channels">C.</param>
    /// <param name="from">Rate of the samples.</param>
    /// <param name="to">Rate of the result.</param>
    /// <returns>[ceil(L · to / from), C]; the first sample stays at time 0.</returns>
    public static float[] Resample(float[] samples, int channels, int from, int to)
    {
        if (from == to) return samples;
        long length = samples.Length / channels, wanted = (length * to + from - 1) / from;
        SequenceLimit.Check(wanted * channels, 1);
        var result = new float[wanted * channels];
        int common = (int)BigInteger.GreatestCommonDivisor(from, to), phases = to / common;
        // Output samples of one phase lie alike between input samples and share their weights.
        var kept = new Phase?[Math.Min(phases, MaxPhases)];
        for (long n = 0; n < wanted; n++)
        {
            long cycle = n / phases;
            var p = (int)(n % phases);
            Phase phase = p < kept.Length ? kept[p] ??= Phase.Of(p, from, to) : Phase.Of(p, from, to);
            long start = cycle * (from / common) + phase.First;
            int begin = (int)Math.Max(0, -start), end = (int)Math.Min(phase.Weights.Length, length - start);
            for (int c = 0; c < channels; c++)
            {
                double sum = 0;
                for (int k = begin; k < end; k++) sum += samples[(start + k) * channels + c] * phase.Weights[k];
                result[n * channels + c] = (float)sum;
            }
        }
        return result;
    }

    private static double At(double crossings)
    {
        double place = crossings * Density;
        int index = (int)place;
        if (index >= Kernel.Length - 1) return 0;
        double share = place - index;
        return Kernel[index] + share * (Kernel[index + 1] - Kernel[index]);
    }

    private static double[] MakeKernel()
    {
        var kernel = new double[Crossings * Density + 2];
        for (int i = 0; i < Crossings * Density; i++)
        {
            double x = (double)i / Density, u = x / Crossings;
            double sinc = i == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
            kernel[i] = sinc * Bessel0(Beta * Math.Sqrt(1 - u * u)) / Bessel0(Beta);
        }
        return kernel;
    }

    /// <summary>The modified Bessel function of order 0, by its power series.</summary>
    private static double Bessel0(double x)
    {
        double sum = 1, term = 1;
        for (int k = 1; term > 1e-16 * sum; k++) sum += term *= x * x / (4.0 * k * k);
        return sum;
    }

    /// <summary>The weights of one place between input samples.</summary>
    /// <param name="First">The first input sample, counted from the cycle's beginning.</param>
    /// <param name="Weights">One per input sample.</param>
    private sealed record Phase(int First, double[] Weights)
    {
        public static Phase Of(int phase, int from, int to)
        {
            // In units of input samples, the kernel is as wide as its zero crossings at the lower rate.
            double scale = PassBand * Math.Min(1, (double)to / from), reach = Crossings / scale, centre = (double)phase * from / to;
            int first = (int)Math.Ceiling(centre - reach), last = (int)Math.Floor(centre + reach);
            return new Phase(first, [.. Enumerable.Range(first, last - first + 1).Select(k => scale * At(Math.Abs(k - centre) * scale))]);
        }
    }
}

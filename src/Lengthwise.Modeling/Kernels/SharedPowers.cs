using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Powers of modes that all channels share, and sums over them; four at a time whatever the route.</summary>
internal static unsafe class SharedPowers
{
    /// <summary>Multiplications of a power and of an exponential, roughly.</summary>
    private const long WorkPerPower = 4;

    /// <summary>exp(l z_n) for l = from … from + count - 1, [2N, count] in single precision: real parts above imaginary ones.</summary>
    /// <param name="re">Re z, [N], contiguous doubles, not positive.</param>
    /// <param name="im">Im z, [N], contiguous doubles.</param>
    /// <param name="from">First l.</param>
    /// <param name="count">Number of l, advanced in double from an angle of their own.</param>
    public static Tensor Of(Tensor re, Tensor im, long from, long count)
    {
        int modes = checked((int)re.shape[0]);
        Tensor powers = empty([2L * modes, count], ScalarType.Float32);
        double* x = TensorMemory.Doubles(re), y = TensorMemory.Doubles(im);
        float* target = TensorMemory.Floats(powers);
        KernelThreads.For(modes, KernelThreads.SlotsFor(modes, WorkPerPower * modes * count), (first, end, _) =>
        {
            for (int n = first; n < end; n++) Fill(new(x[n], y[n]), from, (int)count, target + n * count, target + (modes + n) * count);
        });
        return powers;
    }

    /// <summary>Adds sum over l of l (received, own) to the gradients of z: l exp(l z) is the slope of exp(l z).</summary>
    /// <param name="powers">As <see cref="Of"/> gave them.</param>
    /// <param name="received">Their gradient, [2N, count], single precision.</param>
    /// <param name="from">First l.</param>
    /// <param name="dRe">Gradient of Re z, [N], doubles.</param>
    /// <param name="dIm">Gradient of Im z, [N], doubles.</param>
    public static void AddSlopes(Tensor powers, Tensor received, long from, Tensor dRe, Tensor dIm)
    {
        int modes = checked((int)dRe.shape[0]), count = checked((int)powers.shape[1]);
        using Tensor whole = received.contiguous();
        float* own = TensorMemory.Floats(powers), d = TensorMemory.Floats(whole);
        double* x = TensorMemory.Doubles(dRe), y = TensorMemory.Doubles(dIm);
        KernelThreads.For(modes, KernelThreads.SlotsFor(modes, WorkPerPower * modes * count), (first, end, _) =>
        {
            for (int n = first; n < end; n++)
            {
                long re = (long)n * count, im = (long)(modes + n) * count;
                (double ofRe, double ofIm) = Slope(own + re, own + im, d + re, d + im, from, count);
                x[n] += ofRe;
                y[n] += ofIm;
            }
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fill(ComplexPair z, long from, int count, float* re, float* im)
    {
        ComplexPair start = ComplexPair.Exp((double)from * z), w = ComplexPair.Exp(z), w2 = w * w, w4 = w2 * w2;
        ComplexPair first = start * w, second = start * w2, third = second * w;
        var (r, i) = (Vector256.Create(start.Re, first.Re, second.Re, third.Re), Vector256.Create(start.Im, first.Im, second.Im, third.Im));
        var (stepR, stepI) = (Vector256.Create(w4.Re), Vector256.Create(w4.Im));
        int q = 0;
        for (; q + PowerTables.Step <= count; q += PowerTables.Step)
        {
            PowerTables.Narrow(r).Store(re + q);
            PowerTables.Narrow(i).Store(im + q);
            PowerTables.Advance(ref r, ref i, stepR, stepI);
        }
        for (int rest = 0; q < count; q++, rest++) (re[q], im[q]) = ((float)r[rest], (float)i[rest]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double Re, double Im) Slope(float* ownRe, float* ownIm, float* dRe, float* dIm, long from, int count)
    {
        Vector256<double> x = default, y = default, l = Vector256.Create(from, from + 1, from + 2, from + 3.0), step = Vector256.Create(4.0);
        int q = 0;
        for (; q + PowerTables.Step <= count; q += PowerTables.Step, l += step)
        {
            var (r, i) = (PowerTables.Widen(ownRe + q), PowerTables.Widen(ownIm + q));
            var (dr, di) = (PowerTables.Widen(dRe + q), PowerTables.Widen(dIm + q));
            x += l * (dr * r + di * i);
            y += l * (di * r - dr * i);
        }
        double sumX = Vector256.Sum(x), sumY = Vector256.Sum(y);
        for (; q < count; q++)
        {
            sumX += (from + q) * ((double)dRe[q] * ownRe[q] + (double)dIm[q] * ownIm[q]);
            sumY += (from + q) * ((double)dIm[q] * ownRe[q] - (double)dRe[q] * ownIm[q]);
        }
        return (sumX, sumY);
    }
}

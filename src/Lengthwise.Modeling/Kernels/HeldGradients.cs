namespace Lengthwise.Modeling.Kernels;

/// <summary>Gradients of a kernel under the zero-order hold with respect to dt, A, B and C, each in the shape of its parameter.</summary>
/// <remarks>
/// W = 2 E with E = C B dt psi(dt A). What each channel owes to the gradients of A and B, which copies share, is kept and added in the order
/// of the channels at the end.
/// </remarks>
internal sealed unsafe class HeldGradients(DiagonalParameters parameters, float* dDt, float* dAReal, float* dAImag, float* dB, float* dC)
    : IModeGradients, IDisposable
{
    private readonly int _fields = 1 + parameters.BChannels;
    private readonly NativeBuffer _buffer = new(4L * parameters.Width * parameters.Modes * (1 + parameters.BChannels));

    public void Dispose() => _buffer.Dispose();

    /// <summary>Stores the gradients of C and of the step, and the shares of channel h.</summary>
    public void Finish(int h, int stride, double* sums)
    {
        double dt = parameters.StepOf(h), dStep = 0;
        for (int n = 0; n < parameters.Modes; n++)
        {
            ComplexPair pole = parameters.PoleOf(h, n);
            var mode = new HeldMode(dt, pole);
            ComplexPair held = dt * mode.Psi, dHeld = default, dZ = default;
            for (int field = 1; field < _fields; field++) Share(h, n, field) = default;
            for (int channel = 0; channel < parameters.Channels; channel++)
            {
                double* sum = sums + 4L * stride * channel + n;
                ComplexPair c = parameters.COf(channel, h, n), b = parameters.BOf(channel, h, n);
                ComplexPair dE = new(2 * sum[0], -2 * sum[stride]), g1 = new(sum[2 * stride], sum[3 * stride]);
                ComplexPair dCn = dE * (b * held).Conjugate;
                long at = 2 * (parameters.OffsetC(channel, h) + n);
                (dC[at], dC[at + 1]) = ((float)dCn.Re, (float)dCn.Im);
                Share(h, n, parameters.BChannels == 1 ? 1 : 1 + channel) += dE * (c * held).Conjugate;
                dHeld += dE * (c * b).Conjugate;
                dZ += 2 * (c * b * held * g1).Conjugate;
            }
            // The held input (w - 1) / A has slope w in dt and dt^2 psi' in A; both are free of cancellation.
            dStep += (dHeld * mode.Power.Conjugate).Re + (dZ * pole.Conjugate).Re;
            ComplexPair dPole = dt * (dZ + dHeld * (dt * mode.Slope).Conjugate);

            // A = -exp(aReal) - i aImag, and Re A is its own derivative with respect to aReal.
            Share(h, n, 0) = new(dPole.Re * pole.Re, -dPole.Im);
        }
        dDt[h] = (float)dStep;
    }

    /// <summary>Adds up the shares.</summary>
    public void Reduce()
    {
        for (int s = 0; s < parameters.Copies; s++)
        {
            for (int n = 0; n < parameters.Modes; n++)
            {
                long at = (long)s * parameters.Modes + n;
                ComplexPair dA = Sum(s, n, 0);
                (dAReal[at], dAImag[at]) = ((float)dA.Re, (float)dA.Im);
                for (int channel = 0; channel < parameters.BChannels; channel++)
                {
                    ComplexPair d = Sum(s, n, 1 + channel);
                    long pair = 2 * (parameters.OffsetB(channel, s) + n);
                    (dB[pair], dB[pair + 1]) = ((float)d.Re, (float)d.Im);
                }
            }
        }
    }

    private ComplexPair Sum(int s, int n, int field)
    {
        ComplexPair sum = default;
        for (int h = s; h < parameters.Width; h += parameters.Copies) sum += Share(h, n, field);
        return sum;
    }

    private ref ComplexPair Share(int h, int n, int field) =>
        ref ((ComplexPair*)_buffer.Floats)[((long)h * parameters.Modes + n) * _fields + field];
}

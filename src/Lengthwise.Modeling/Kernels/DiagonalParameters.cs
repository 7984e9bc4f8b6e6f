namespace Lengthwise.Modeling.Kernels;

/// <summary>Sizes and parameters of a diagonal kernel under the zero-order hold, as the C# routes take them.</summary>
/// <remarks>
/// H channels, N modes, S copies of A and B (channel h uses copy h mod S), L = length. dt [H]; aReal, aImag [S, N];
/// B [bChannels, S, N, 2]; C [channels, H, N, 2].
/// </remarks>
internal readonly unsafe struct DiagonalParameters(
    int channels, int bChannels, int width, int copies, int modes, int length, float* dt, float* aReal, float* aImag, float* B, float* C)
    : IModeSource
{
    public int Channels { get; } = channels;

    public int BChannels { get; } = bChannels;

    public int Width { get; } = width;

    public int Copies { get; } = copies;

    public int Modes { get; } = modes;

    public ModeShape Shape => new(Channels, Width, Modes, length);

    /// <summary>Offset of mode 0 of channel h in arrays [S, N].</summary>
    public long CopyOf(int h) => (long)(h % Copies) * Modes;

    /// <summary>Offset of mode 0 in B, as pairs, for a kernel channel.</summary>
    public long OffsetB(int channel, int h) => (BChannels == 1 ? 0 : channel) * (long)Copies * Modes + CopyOf(h);

    /// <summary>Offset of mode 0 in C, as pairs.</summary>
    public long OffsetC(int channel, int h) => ((long)channel * Width + h) * Modes;

    public ComplexPair PoleOf(int h, int n) => new(-Math.Exp(aReal[CopyOf(h) + n]), -(double)aImag[CopyOf(h) + n]);

    public double StepOf(int h) => dt[h];

    public ComplexPair PowerOf(int h, int n) => ComplexPair.Exp(StepOf(h) * PoleOf(h, n));

    public ComplexPair Mode(int h, int n, ComplexPair* weights)
    {
        double step = StepOf(h);
        var mode = new HeldMode(step, PoleOf(h, n));
        for (int channel = 0; channel < Channels; channel++)
            weights[channel] = COf(channel, h, n) * BOf(channel, h, n) * (2 * step * mode.Psi);
        return mode.Power;
    }

    public ComplexPair BOf(int channel, int h, int n) => Pair(B, OffsetB(channel, h) + n);

    public ComplexPair COf(int channel, int h, int n) => Pair(C, OffsetC(channel, h) + n);

    private static ComplexPair Pair(float* pairs, long at) => new(pairs[2 * at], pairs[2 * at + 1]);
}

namespace Lengthwise.Modeling.Kernels;

/// <summary>cos and sin of half the angle at the nodes of a transform and their products, padded to whole blocks with those of node 0.</summary>
internal sealed unsafe class CauchyNodes : IDisposable
{
    private readonly NativeBuffer _buffer;

    public CauchyNodes(DplrShape shape)
    {
        int padded = shape.Blocks * DplrShape.Block;
        _buffer = new NativeBuffer(10L * padded);
        Cos = (double*)_buffer.Floats;
        Sin = Cos + padded;
        TwoSin = Sin + padded;
        CosCos = TwoSin + padded;
        SinCos = CosCos + padded;
        for (int j = 0; j < padded; j++)
        {
            (double sin, double cos) = j < shape.Nodes ? Math.SinCos(j * (Math.PI / shape.Length)) : (0, 1);
            (Cos[j], Sin[j], TwoSin[j], CosCos[j], SinCos[j]) = (cos, sin, 2 * sin, cos * cos, sin * cos);
        }
    }

    public double* Cos { get; }

    public double* Sin { get; }

    public double* TwoSin { get; }

    public double* CosCos { get; }

    public double* SinCos { get; }

    public void Dispose() => _buffer.Dispose();
}

using System.Numerics;
using System.Runtime.InteropServices;

namespace Lengthwise.Modeling.Tasks.Pathfinder;

/// <summary>How much of each pixel is taken, 0 to 255, shared by all paths of an image. What lies outside the image counts as free.</summary>
internal sealed class Occupancy
{
    // A sum of 1.8 pixels is an overlap; 0.3 of a pixel is not free any more.
    private const int Overlap = 459;
    private const int Taken = 77;

    private readonly int _side;
    private readonly int _rim;
    private readonly int _stride;
    private readonly byte[] _taken;
    private readonly byte[] _blocked;
    private readonly byte[] _dilated;

    /// <summary>An image on which only the border is taken.</summary>
    /// <param name="side">Width and height.</param>
    /// <param name="padding">Border.</param>
    /// <param name="rim">Largest distance from a pixel that is asked about.</param>
    public Occupancy(int side, int padding, int rim)
    {
        (_side, _rim, _stride) = (side, rim, side + 2 * rim);
        _taken = new byte[_stride * _stride];
        _blocked = new byte[_taken.Length];
        _dilated = new byte[side * side];
        BlockBorder(_taken, padding, byte.MaxValue);
    }

    /// <summary>Pixels of the image.</summary>
    public int Pixels => _side * _side;

    /// <summary>Whether a pixel lies on the image.</summary>
    public bool Contains(Pixel p) => (uint)p.Y < (uint)_side && (uint)p.X < (uint)_side;

    /// <summary>What is taken, to be given back to <see cref="Restore"/>.</summary>
    public byte[] Save() => [.. _taken];

    /// <summary>Undoes everything since <see cref="Save"/>.</summary>
    public void Restore(byte[] saved) => saved.CopyTo(_taken, 0);

    /// <summary>Whether a dash overlaps nothing.</summary>
    public bool Fits(DashStamp stamp, Pixel at)
    {
        int start = Index(at);
        foreach ((Pixel d, byte taken) in stamp.Room)
            if (_taken[start + d.Y * _stride + d.X] + taken >= Overlap) return false;
        return true;
    }

    /// <summary>Takes the room of a dash.</summary>
    public void Merge(DashStamp stamp, Pixel at)
    {
        int start = Index(at);
        foreach ((Pixel d, byte taken) in stamp.Room)
        {
            if (!Contains(at + d)) continue;
            ref byte pixel = ref _taken[start + d.Y * _stride + d.X];
            pixel = Math.Max(pixel, taken);
        }
    }

    /// <summary>The most that is taken within a disc around a pixel.</summary>
    public byte Around(Pixel at, Pixel[] disc)
    {
        int start = Index(at);
        byte most = 0;
        foreach (Pixel d in disc) most = Math.Max(most, _taken[start + d.Y * _stride + d.X]);
        return most;
    }

    /// <summary>Pixels that are free.</summary>
    public int CountFree()
    {
        int free = 0;
        for (int y = 0; y < _side; y++)
            foreach (byte taken in _taken.AsSpan(Index(new Pixel(y, 0)), _side))
                if (taken < Taken) free++;
        return free;
    }

    /// <summary>Draws one of the pixels from which a whole footprint is free; null when there is none.</summary>
    /// <param name="footprint">Pixels that must be free, from the one asked for.</param>
    /// <param name="border">Pixels at each side of the image that count as taken.</param>
    /// <param name="random">Where the choice comes from.</param>
    public Pixel? DrawFree(Pixel[] footprint, int border, RandomStream random)
    {
        for (int i = 0; i < _taken.Length; i++) _blocked[i] = _taken[i] >= Taken ? (byte)1 : (byte)0;
        BlockBorder(_blocked, border, 1);
        for (int y = 0; y < _side; y++)
        {
            Span<byte> row = _dilated.AsSpan(y * _side, _side);
            row.Clear();
            foreach (Pixel d in footprint) Or(row, _blocked.AsSpan(Index(new Pixel(y + d.Y, d.X)), _side));
        }
        int free = _dilated.AsSpan().Count((byte)0);
        if (free == 0) return null;
        int skip = random.Next(free), at = -1;
        do at += 1 + _dilated.AsSpan(at + 1).IndexOf((byte)0); while (skip-- > 0);
        return new Pixel(at / _side, at % _side);
    }

    private static void Or(Span<byte> target, ReadOnlySpan<byte> other)
    {
        Span<Vector<byte>> wide = MemoryMarshal.Cast<byte, Vector<byte>>(target);
        ReadOnlySpan<Vector<byte>> otherWide = MemoryMarshal.Cast<byte, Vector<byte>>(other);
        for (int i = 0; i < wide.Length; i++) wide[i] |= otherWide[i];
        for (int i = wide.Length * Vector<byte>.Count; i < target.Length; i++) target[i] |= other[i];
    }

    private void BlockBorder(byte[] canvas, int width, byte value)
    {
        for (int y = 0; y < _side; y++)
        {
            Span<byte> row = canvas.AsSpan(Index(new Pixel(y, 0)), _side);
            if (y < width || y >= _side - width) row.Fill(value);
            else
            {
                row[..width].Fill(value);
                row[^width..].Fill(value);
            }
        }
    }

    private int Index(Pixel p) => (p.Y + _rim) * _stride + p.X + _rim;
}

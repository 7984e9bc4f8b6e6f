namespace Lengthwise.Modeling.Tasks.Pathfinder;

/// <summary>Lines on the finer canvas, pixel for pixel as the imaging library that the published generator calls draws them.</summary>
internal static class FineLine
{
    /// <summary>Draws a line with both its ends.</summary>
    /// <param name="canvas">Square, row by row; ink is 255.</param>
    /// <param name="side">Its width and height.</param>
    /// <param name="from">One end.</param>
    /// <param name="to">The other.</param>
    /// <param name="width">In fine pixels.</param>
    public static void Draw(Span<byte> canvas, int side, Pixel from, Pixel to, int width)
    {
        if (width <= 1 || from == to) Thin(canvas, side, from, to);
        else Wide(canvas, side, from, to, width);
    }

    /// <summary>Bresenham's algorithm; at a tie the slower coordinate moves first.</summary>
    private static void Thin(Span<byte> canvas, int side, Pixel from, Pixel to)
    {
        int dx = Math.Abs(to.X - from.X), dy = Math.Abs(to.Y - from.Y), stepX = Math.Sign(to.X - from.X), stepY = Math.Sign(to.Y - from.Y);
        bool isFlat = dx > dy;
        int steps = Math.Max(dx, dy), slow = Math.Min(dx, dy), error = 2 * slow - steps;
        (int y, int x) = (from.Y, from.X);
        for (int i = 0; i <= steps; i++)
        {
            Fill(canvas, side, y, x, x);
            bool slowMoves = slow > 0 && error >= 0;
            if (slowMoves) error -= 2 * steps;
            error += 2 * slow;
            if (isFlat || slowMoves) x += stepX;
            if (!isFlat || slowMoves) y += stepY;
        }
    }

    /// <summary>
    /// The rectangle around the line, its corners at whole pixels, filled row by row between its left and right edge. A corner row
    /// is continued to the row beside it where a gap would be left.
    /// </summary>
    private static void Wide(Span<byte> canvas, int side, Pixel from, Pixel to, int width)
    {
        int dx = to.X - from.X, dy = to.Y - from.Y;
        double length = Math.Sqrt(dx * dx + dy * dy), half = (width - 1) / 2.0;
        double more = HalfUp(half) / length, less = HalfDown(half) / length;
        int lessX = HalfDown(less * dy), moreX = HalfDown(more * dy), lessY = HalfDown(less * dx), moreY = HalfDown(more * dx);
        ReadOnlySpan<Pixel> corners =
        [
            new(from.Y + moreY, from.X - lessX),
            new(to.Y + moreY, to.X - lessX),
            new(to.Y - lessY, to.X + moreX),
            new(from.Y - lessY, from.X + moreX),
        ];

        int top = int.MaxValue, bottom = int.MinValue;
        foreach (Pixel corner in corners) (top, bottom) = (Math.Min(top, corner.Y), Math.Max(bottom, corner.Y));
        for (int y = top; y <= bottom; y++)
        {
            (float left, float right) = Row(corners, y);
            int beside = y == top ? y + 1 : y - 1;
            if ((y == top || y == bottom) && left == right && beside >= top && beside <= bottom)
            {
                (float l, float r) = Row(corners, beside);
                if (left > r + 1) left = HalfUp(r) + 1;
                else if (right < l - 1) right = HalfUp(l) - 1;
            }
            Fill(canvas, side, y, HalfUp(left), HalfDown(right));
        }
    }

    /// <summary>Where the edges of a quadrangle cross a row.</summary>
    private static (float Left, float Right) Row(ReadOnlySpan<Pixel> corners, int y)
    {
        float left = float.MaxValue, right = float.MinValue;
        for (int i = 0; i < 4; i++)
        {
            Pixel a = corners[i], b = corners[(i + 1) % 4];
            if (y < Math.Min(a.Y, b.Y) || y > Math.Max(a.Y, b.Y)) continue;
            float one = a.X, other = b.X;
            if (a.Y != b.Y) one = other = (y - a.Y) * ((float)(b.X - a.X) / (b.Y - a.Y)) + a.X;
            (left, right) = (Math.Min(left, Math.Min(one, other)), Math.Max(right, Math.Max(one, other)));
        }
        return (left, right);
    }

    private static void Fill(Span<byte> canvas, int side, int y, int left, int right)
    {
        if (y < 0 || y >= side) return;
        (left, right) = (Math.Max(left, 0), Math.Min(right, side - 1));
        if (left <= right) canvas.Slice(y * side + left, right - left + 1).Fill(byte.MaxValue);
    }

    /// <summary>To the nearest whole number, halves away from zero.</summary>
    private static int HalfUp(double x) => Math.Sign(x) * (int)Math.Floor(Math.Abs(x) + 0.5);

    /// <summary>To the nearest whole number, halves towards zero.</summary>
    private static int HalfDown(double x) => Math.Sign(x) * (int)Math.Ceiling(Math.Abs(x) - 0.5);
}

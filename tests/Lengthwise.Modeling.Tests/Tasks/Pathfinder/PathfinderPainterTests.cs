using Lengthwise.Modeling.Tasks.Pathfinder;

namespace Lengthwise.Modeling.Tests.Tasks.Pathfinder;

public sealed class PathfinderPainterTests
{
    private static readonly PathfinderParameters Small = PathfinderParameters.Hard(32);

    [Fact]
    public void The_brightest_pixel_is_255_and_the_darkest_0()
    {
        var generator = new PathfinderGenerator(Small);

        Assert.All(Enumerable.Range(0, 10), i =>
        {
            byte[] pixels = generator.Paint(generator.Draw(new RandomStream(3, "test", i)));

            Assert.Equal((0, 255), (pixels.Min(), pixels.Max()));
        });
    }

    [Fact]
    public void Both_markers_are_discs_of_their_radius_around_the_ends()
    {
        var generator = new PathfinderGenerator(PathfinderParameters.Hard(128));

        PathfinderScene scene = generator.Draw(new RandomStream(3, "test"));
        byte[] pixels = generator.Paint(scene);

        foreach (Pixel marker in (Pixel[])[scene.OriginMarker, scene.TerminalMarker])
            for (int dy = -2; dy <= 1; dy++)
                for (int dx = -2; dx <= 1; dx++)
                    if (dy * dy + dx * dx <= 4) Assert.InRange(pixels[(marker.Y + dy) * 128 + marker.X + dx], 240, 255);
    }

    [Fact]
    public void Lanczos_weights_agree_with_their_formula_in_double_precision()
    {
        const int from = 17, to = 9;
        var random = new RandomStream(1, "test");
        byte[] picture = [.. Enumerable.Range(0, from * from).Select(_ => (byte)random.Next(256))];

        byte[] reduced = new LanczosReduction(from, to).Reduce(picture);

        for (int y = 0; y < to; y++)
            for (int x = 0; x < to; x++)
            {
                double exact = Enumerable.Range(0, from).Sum(i => Weight(y, i) * Enumerable.Range(0, from).Sum(j => Weight(x, j) * picture[i * from + j]));
                // Columns are rounded and cut to bytes before rows.
                Assert.InRange(reduced[y * to + x], Math.Clamp(exact, 0, 255) - 12, Math.Clamp(exact, 0, 255) + 12);
            }

        static double Weight(int target, int source)
        {
            double scale = (double)from / to, centre = (target + 0.5) * scale;
            double Raw(int i) => (i + 0.5 - centre) / scale is var d && Math.Abs(d) < 3 ? d == 0 ? 1 : 3 * Math.Sin(Math.PI * d) * Math.Sin(Math.PI * d / 3) / (Math.PI * Math.PI * d * d) : 0;
            return Raw(source) / Enumerable.Range(0, from).Sum(Raw);
        }
    }

    [Fact]
    public void A_flat_picture_stays_flat()
    {
        byte[] flat = [.. Enumerable.Repeat((byte)200, 64)];

        Assert.All(new LanczosReduction(8, 4).Reduce(flat), v => Assert.Equal(200, v));
    }

    [Theory]
    [InlineData(0, 4, 1, 5)]
    [InlineData(3, 3, 1, 4)]
    [InlineData(-4, 2, 1, 5)]
    [InlineData(0, 10, 3, 33)]
    [InlineData(10, 0, 2, 22)]
    public void A_line_has_both_its_ends_and_the_ink_of_its_width(int dy, int dx, int width, int ink)
    {
        const int side = 41;
        var canvas = new byte[side * side];

        FineLine.Draw(canvas, side, new Pixel(20, 20), new Pixel(20 + dy, 20 + dx), width);

        Assert.Equal(255, canvas[20 * side + 20]);
        Assert.Equal(255, canvas[(20 + dy) * side + 20 + dx]);
        Assert.Equal(ink, canvas.Count(v => v > 0));
    }

    [Fact]
    public void Thick_lines_of_every_direction_are_in_one_piece_and_as_long_as_they_should_be()
    {
        const int side = 61;
        for (int degree = 0; degree < 360; degree += 7)
        {
            var canvas = new byte[side * side];
            var end = new Pixel(30 + (int)Math.Round(10 * Math.Sin(degree * Math.PI / 180)), 30 + (int)Math.Round(10 * Math.Cos(degree * Math.PI / 180)));

            FineLine.Draw(canvas, side, new Pixel(30, 30), end, 4);

            for (int t = 0; t <= 20; t++)
            {
                // Corners lie at whole pixels, so that an end may be a pixel off.
                (int y, int x) = ((int)Math.Round(30 + (end.Y - 30) * t / 20.0), (int)Math.Round(30 + (end.X - 30) * t / 20.0));
                Assert.True(Disc.Of(1).Any(d => canvas[(y + d.Y) * side + x + d.X] > 0), $"a gap at {degree} degrees");
            }
            Assert.InRange(canvas.Count(v => v > 0), 30, 70);
        }
    }
}

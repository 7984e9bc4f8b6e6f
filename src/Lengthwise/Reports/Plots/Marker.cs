using System.Globalization;

namespace Lengthwise.Reports.Plots;

/// <summary>Marker shapes, one a model, so that colour never has to carry the meaning alone.</summary>
internal static class Marker
{
    private const int Shapes = 7;

    /// <summary>SVG path data of a shape of about equal area, centred at a point.</summary>
    /// <param name="shape">Number of the model; shapes repeat after seven, colours after eight, so that the pair repeats after 56.</param>
    /// <param name="x">Centre.</param>
    /// <param name="y">Centre.</param>
    /// <param name="r">Radius of the circle with that area.</param>
    public static string Path(int shape, double x, double y, double r) => (shape % Shapes) switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"M{x - r:0.#} {y:0.#}a{r:0.#} {r:0.#} 0 1 0 {2 * r:0.#} 0a{r:0.#} {r:0.#} 0 1 0 {-2 * r:0.#} 0z"),
        1 => Polygon(x, y, 1.25 * r, 4, 45),
        2 => Polygon(x, y, 1.45 * r, 3, -90),
        3 => Polygon(x, y, 1.3 * r, 4, 0),
        4 => Polygon(x, y, 1.45 * r, 3, 90),
        5 => Polygon(x, y, 1.15 * r, 5, -90),
        _ => Star(x, y, 1.5 * r),
    };

    private static string Polygon(double x, double y, double r, int corners, double degrees) =>
        Closed(Enumerable.Range(0, corners).Select(i => Around(x, y, r, degrees + 360.0 * i / corners)));

    private static string Star(double x, double y, double r) =>
        Closed(Enumerable.Range(0, 10).Select(i => Around(x, y, i % 2 == 0 ? r : 0.45 * r, -90 + 36 * i)));

    private static (double X, double Y) Around(double x, double y, double r, double degrees) =>
        (x + r * Math.Cos(degrees * Math.PI / 180), y + r * Math.Sin(degrees * Math.PI / 180));

    private static string Closed(IEnumerable<(double X, double Y)> corners) =>
        "M" + string.Join("L", corners.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.X:0.#} {c.Y:0.#}"))) + "z";
}

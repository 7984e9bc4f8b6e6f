using System.Globalization;

namespace Lengthwise.Reports.Plots;

/// <summary>A linear axis: values from <paramref name="Low"/> to <paramref name="High"/> onto pixels from <paramref name="From"/> to <paramref name="To"/>.</summary>
internal sealed record Axis(double Low, double High, double From, double To)
{
    /// <summary>An axis that shows all values with some air, and no value outside of the limits.</summary>
    /// <param name="values">Values to show; those that are not finite are left out.</param>
    /// <param name="from">Pixel of the low end.</param>
    /// <param name="to">Pixel of the high end.</param>
    /// <param name="least">No value can be below this.</param>
    /// <param name="most">No value can be above this.</param>
    public static Axis Around(IEnumerable<double> values, double from, double to, double least = double.NegativeInfinity, double most = double.PositiveInfinity)
    {
        double[] shown = [.. values.Where(double.IsFinite)];
        double low = shown.DefaultIfEmpty(0).Min(), high = shown.DefaultIfEmpty(1).Max();
        double air = high > low ? 0.05 * (high - low) : Math.Max(Math.Abs(high) * 0.05, 0.01);
        low = Math.Max(low - air, Math.Min(low, least));
        high = Math.Min(high + air, Math.Max(high, most));
        return new Axis(low, high, from, to);
    }

    /// <summary>The pixel of a value, kept on the axis.</summary>
    public double At(double value) => From + (To - From) * ((Math.Clamp(value, Low, High) - Low) / (High - Low));

    /// <summary>Round values (1, 2 or 5 times a power of ten apart), about as many as asked for.</summary>
    public IReadOnlyList<double> Ticks(int about)
    {
        double step = Step(about);
        double first = Math.Ceiling(Low / step - 1e-9);
        double last = Math.Floor(High / step + 1e-9);
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)];
    }

    /// <summary>A tick in as few digits as its neighbours need to differ.</summary>
    /// <param name="tick">The value.</param>
    /// <param name="about">As given to <see cref="Ticks"/>.</param>
    /// <param name="scale">100 for percent.</param>
    public string Label(double tick, int about, double scale = 1)
    {
        int decimals = Math.Max(0, -(int)Math.Floor(Math.Log10(Step(about) * scale) + 1e-9));
        string text = (tick * scale).ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return text.TrimStart('-').Trim('0', '.').Length == 0 ? text.TrimStart('-') : text.Replace('-', '−');
    }

    private double Step(int about)
    {
        double raw = (High - Low) / about;
        double power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return power * (raw / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 };
    }
}

namespace Lengthwise.Reports.Plots;

/// <summary>A logarithmic axis: values from <paramref name="Low"/> to <paramref name="High"/>, both above zero, onto pixels.</summary>
internal sealed record LogAxis(double Low, double High, double From, double To)
{
    private const double Air = 1.15;

    /// <summary>An axis that shows all values, which are above zero, with some air.</summary>
    public static LogAxis Around(IEnumerable<double> values, double from, double to)
    {
        double[] shown = [.. values.Where(v => v > 0 && double.IsFinite(v))];
        return new LogAxis(shown.DefaultIfEmpty(1).Min() / Air, shown.DefaultIfEmpty(10).Max() * Air, from, to);
    }

    /// <summary>The pixel of a value, kept on the axis.</summary>
    public double At(double value) => From + (To - From) * Math.Log(Math.Clamp(value, Low, High) / Low) / Math.Log(High / Low);

    /// <summary>Powers of ten; twice and five times them as well where there are few, so that there are two ticks at least.</summary>
    public IReadOnlyList<double> Ticks()
    {
        foreach (double[] steps in (double[][])[[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 7], [.. Enumerable.Range(20, 180).Select(i => i / 20.0)]])
        {
            double[] ticks =
            [
                .. Enumerable.Range((int)Math.Floor(Math.Log10(Low)), (int)Math.Ceiling(Math.Log10(High)) - (int)Math.Floor(Math.Log10(Low)) + 1)
                    .SelectMany(power => steps.Select(s => s * Math.Pow(10, power))).Where(t => t >= Low && t <= High),
            ];
            if (ticks.Length >= 2) return ticks.Length <= 6 ? ticks : [.. ticks.Where((_, i) => i % ((ticks.Length + 5) / 6) == 0)];
        }
        return [Low, High];
    }
}

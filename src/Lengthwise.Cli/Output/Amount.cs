using System.Globalization;

namespace Lengthwise.Cli.Output;

/// <summary>Sizes and durations as a person reads them.</summary>
internal static class Amount
{
    private const double Kilo = 1024, Minute = 60, Hour = 3600;

    /// <summary>Bytes in binary units, such as <c>1.5 GiB</c>.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1 << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / Kilo:0} KiB"),
        < 1 << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / Kilo / Kilo:0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / Kilo / Kilo / Kilo:0.0} GiB"),
    };

    /// <summary>A duration, such as <c>42 s</c>, <c>3 min 05 s</c> or <c>2 h 10 min</c>.</summary>
    public static string Time(TimeSpan time)
    {
        double seconds = Math.Round(time.TotalSeconds);
        if (seconds < Minute) return string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s");
        if (seconds < Hour) return string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / Minute):0} min {seconds % Minute:00} s");
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / Hour):0} h {Math.Floor(seconds % Hour / Minute):00} min");
    }

    /// <summary>A count with thousands separators.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}

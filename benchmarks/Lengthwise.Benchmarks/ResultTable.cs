using System.Globalization;
using System.Text;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Native;

namespace Lengthwise.Benchmarks;

/// <summary>The measurements as Markdown, with what must be known to read them.</summary>
internal static class ResultTable
{
    /// <summary>Header, switches and one row per case.</summary>
    public static string Render(IReadOnlyList<Measurement> measurements, KernelRoute route, int threads)
    {
        MachineInfo machine = MachineProbe.Collect("");
        var text = new StringBuilder();
        Line(text, $"{machine.Cpu}, {machine.Cores} cores, {machine.System}, .NET {machine.DotNet}, Lengthwise {machine.Lengthwise}; {threads} thread(s); {route}.");
        Line(text, $"Switches: {string.Join("; ", NativeRuntime.Switches.Select(s => $"{s.Name} = {s.Value}"))}.");
        Line(text, $"Times in ms, both routes interleaved in one process. The ratio is the median over rounds, with its 10th and 90th percentile.");
        text.AppendLine();
        Line(text, $"| case | libtorch median (min) | C# median (min) | ratio | rounds |");
        Line(text, $"|---|---|---|---|---|");
        foreach (Measurement m in measurements)
        {
            IReadOnlyList<double> ratios = m.Ratios;
            Line(text, $"| {m.Name} | {Quantile(m.Plain, 0.5):F2} ({m.Plain.Min():F2}) | {Quantile(m.Own, 0.5):F2} ({m.Own.Min():F2}) | {Quantile(ratios, 0.5):F2} ({Quantile(ratios, 0.1):F2} to {Quantile(ratios, 0.9):F2}) | {ratios.Count} |");
        }
        return text.ToString();
    }

    /// <summary>Quantile by linear interpolation between order statistics.</summary>
    internal static double Quantile(IReadOnlyList<double> values, double q)
    {
        double[] sorted = [.. values.Order()];
        double at = q * (sorted.Length - 1);
        int below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}

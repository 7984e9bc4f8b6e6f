using System.Globalization;
using System.Text;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Benchmarking;
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
        Line(text, $"Times in ms as median (minimum), both routes interleaved in one process. Processor time is the sum over threads. The ratio is");
        Line(text, $"the median over rounds of libtorch's time by ours, with its 10th and 90th percentile.");
        text.AppendLine();
        Line(text, $"| case | libtorch | C# | ratio | processor: libtorch | C# | ratio | rounds |");
        Line(text, $"|---|---|---|---|---|---|---|---|");
        foreach (Measurement m in measurements)
        {
            IReadOnlyList<double> ratios = m.Ratios;
            double[] plain = [.. m.Plain.Select(t => t.Processor)], own = [.. m.Own.Select(t => t.Processor)];
            Line(text, $"| {m.Name} | {Times(m.Plain.Select(t => t.Wall))} | {Times(m.Own.Select(t => t.Wall))} | {Quantiles.At(ratios, 0.5):F2} ({Quantiles.At(ratios, 0.1):F2} to {Quantiles.At(ratios, 0.9):F2}) | {Times(plain)} | {Times(own)} | {Quantiles.At(plain, 0.5) / Quantiles.At(own, 0.5):F2} | {ratios.Count} |");
        }
        return text.ToString();
    }

    private static string Times(IEnumerable<double> times)
    {
        double[] all = [.. times];
        return string.Create(CultureInfo.InvariantCulture, $"{Quantiles.At(all, 0.5):F2} ({all.Min():F2})");
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}

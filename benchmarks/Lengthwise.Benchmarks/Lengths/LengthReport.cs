using System.Globalization;
using System.Text;
using System.Text.Json;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Reports.Costs;

namespace Lengthwise.Benchmarks.Lengths;

/// <summary>What is needed of <c>lengths.json</c> to draw it again.</summary>
/// <param name="Conditions">What was measured and how, in words.</param>
/// <param name="Costs">One entry a model and length.</param>
internal sealed record StoredLengths(string Conditions, IReadOnlyList<StoredLength> Costs)
{
    /// <summary>Reads the file and draws it.</summary>
    /// <exception cref="LengthwiseException">The file is no such document.</exception>
    public static string Draw(FileInfo json)
    {
        try
        {
            StoredLengths stored = JsonSerializer.Deserialize<StoredLengths>(File.ReadAllBytes(json.FullName), RecordJson.Document) ?? throw new JsonException("the file holds 'null'");
            return LengthReport.Figure(stored.Conditions, [.. stored.Costs.Select(c => new LengthCost(c.Model, c.Length, c.StepSeconds, c.PeakBytes - c.StartedBytes))]);
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LengthwiseException(ExitCode.Data, $"drawing costs from '{json.FullName}': {e.Message}", "give the lengths.json that the verb wrote", e);
        }
    }
}

/// <summary>An entry of <c>lengths.json</c>.</summary>
internal sealed record StoredLength(string Model, int Length, double? StepSeconds, long? StartedBytes, long? PeakBytes);

/// <summary>The results as a Markdown table, JSON, CSV and a picture.</summary>
/// <param name="results">Results of all cases.</param>
/// <param name="limits">The limits, in words.</param>
internal sealed class LengthReport(IReadOnlyList<LengthResult> results, string limits)
{
    private readonly LengthCost[] _costs = [.. results.Select(r => new LengthCost(r.Case.Model, r.Case.Length, r.Measured?.StepSeconds, r.Measured?.Bytes))];

    private readonly int[] _lengths = [.. results.Select(r => r.Case.Length).Distinct().Order()];

    private LengthCase First => results[0].Case;

    /// <summary>What was measured and how, in words.</summary>
    public string Conditions => string.Create(
        CultureInfo.InvariantCulture,
        $"batch {First.Batch}, d_model {First.Width}, {First.Layers} layers, otherwise each model's default settings; {First.Threads} thread(s); processor time and peak memory above that of the started process; ✕ is {limits}");

    /// <summary>A row a model: milliseconds and megabytes at each length, and the power of the length over the longest three.</summary>
    public string Table()
    {
        MachineInfo machine = MachineProbe.Collect("");
        var text = new StringBuilder();
        Line(text, $"{machine.Cpu}, {machine.Cores} cores, {machine.System}, .NET {machine.DotNet}, Lengthwise {machine.Lengthwise}; {KernelRoute.Best}.");
        Line(text, $"One training step (forward, backward, AdamW): {Conditions}.");
        Line(text, $"Slope: of log cost over log L, least squares over the longest {LengthCostFigure.SlopePoints} lengths that were measured.");
        text.Append('\n');
        Line(text, $"| model | parameters | {Headings("ms")} | slope | {Headings("MB")} | slope |");
        Line(text, $"|---|---|{string.Concat(_lengths.Select(_ => "---|"))}---|{string.Concat(_lengths.Select(_ => "---|"))}---|");
        foreach (IGrouping<string, LengthResult> model in results.GroupBy(r => r.Case.Model).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            long? parameters = model.Select(r => r.Measured?.Parameters).FirstOrDefault(p => p is not null);
            Line(text, $"| {model.Key} | {parameters?.ToString("N0", CultureInfo.InvariantCulture) ?? "-"} | {Cells(model, m => 1e3 * m.StepSeconds)} | {Slope(model.Key, c => c.Seconds)} | {Cells(model, m => m.Bytes / 1e6)} | {Slope(model.Key, c => c.Bytes)} |");
        }
        return text.ToString();
    }

    /// <summary>Writes <c>lengths.json</c>, <c>.csv</c> and <c>.md</c> into a folder, and the picture.</summary>
    public void Write(DirectoryInfo folder, FileInfo figure)
    {
        AtomicFile.WriteText(Path.Combine(folder.FullName, "lengths.json"), Json());
        AtomicFile.WriteText(Path.Combine(folder.FullName, "lengths.csv"), Csv());
        AtomicFile.WriteText(Path.Combine(folder.FullName, "lengths.md"), $"# Cost of every model by length\n\n{Table()}");
        AtomicFile.WriteText(figure.FullName, Figure(Conditions, _costs));
    }

    /// <summary>The picture.</summary>
    internal static string Figure(string conditions, IReadOnlyList<LengthCost> costs) =>
        LengthCostFigure.Render("Cost of one training step by length of the sequence, L", conditions, costs);

    private string Json() => JsonSerializer.Serialize(
        new
        {
            Schema = 1,
            Machine = MachineProbe.Collect(""),
            Conditions,
            Costs = results.Select(r => new
            {
                r.Case.Model,
                r.Case.Length,
                r.Outcome,
                r.Measured?.Parameters,
                r.Measured?.StepSeconds,
                r.Measured?.WallSeconds,
                r.Measured?.Steps,
                r.Measured?.StartedBytes,
                r.Measured?.PeakBytes,
            }),
            Slopes = results.Select(r => r.Case.Model).Distinct().Select(m => new
            {
                Model = m,
                Time = LengthCostFigure.Slope(_costs, m, c => c.Seconds),
                Memory = LengthCostFigure.Slope(_costs, m, c => c.Bytes),
            }),
        },
        RecordJson.Document) + "\n";

    private string Csv()
    {
        var csv = new StringBuilder("model,length,outcome,parameters,step_seconds,wall_seconds,steps,started_bytes,peak_bytes\n");
        foreach (LengthResult r in results)
        {
            StepMeasurement? m = r.Measured;
            Line(csv, $"{r.Case.Model},{r.Case.Length},\"{r.Outcome.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{m?.Parameters},{m?.StepSeconds},{m?.WallSeconds},{m?.Steps},{m?.StartedBytes},{m?.PeakBytes}");
        }
        return csv.ToString();
    }

    private string Headings(string unit) => string.Join(" | ", _lengths.Select(l => string.Create(CultureInfo.InvariantCulture, $"{unit} at {l:N0}")));

    private static string Cells(IEnumerable<LengthResult> model, Func<StepMeasurement, double> value) => string.Join(" | ", model.OrderBy(r => r.Case.Length).Select(r =>
        r.Measured is { } m ? value(m).ToString(value(m) < 9.95 ? "0.0" : "N0", CultureInfo.InvariantCulture) : "✕"));

    private string Slope(string model, Func<LengthCost, double?> value) =>
        LengthCostFigure.Slope(_costs, model, value)?.ToString("0.00", CultureInfo.InvariantCulture) ?? "-";

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}

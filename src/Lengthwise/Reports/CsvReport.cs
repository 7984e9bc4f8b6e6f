using System.Globalization;
using System.Text;
using Lengthwise.Experiments;
using Lengthwise.Statistics;

namespace Lengthwise.Reports;

/// <summary>
/// A row a cell, comma separated (RFC 4180) with decimal points; empty where there is no number. Columns are named as in the JSON. An arm
/// that is not applicable has one row, without seed and numbers, in which <c>applicable</c> is false.
/// </summary>
public static class CsvReport
{
    private static readonly (string Name, Func<RunRecord, object?> Value)[] Columns =
    [
        ("task", c => c.Task), ("model", c => c.Model), ("objective", c => c.Objective), ("seed", c => c.Seed),
        ("parameters", c => c.Parameters), ("metric", c => c.Metric), ("validation", c => c.Validation), ("test", c => c.Test),
        ("pretrain_steps", c => c.PretrainSteps), ("finetune_steps", c => c.FinetuneSteps), ("seconds", c => c.Seconds),
        ("tokens_per_second", c => c.TokensPerSecond), ("peak_memory_bytes", c => c.PeakMemoryBytes), ("run", c => c.Run),
        ("lr", c => c.Lr), ("chance", c => c.Chance), ("higher_is_better", c => c.HigherIsBetter), ("bidirectional", c => c.Bidirectional),
        ("pretrain_validation", c => c.PretrainValidation), ("selected_step", c => c.SelectedStep), ("test_items", c => c.TestItems),
        ("task_version", c => c.TaskVersion), ("data_hash", c => c.DataHash), ("threads", c => c.Threads), ("applicable", _ => true),
        ("pretrain_flops", c => c.FinetuneFlops > 0 ? c.PretrainFlops : null), ("finetune_flops", c => c.FinetuneFlops > 0 ? c.FinetuneFlops : null),
    ];

    /// <summary>The table with its header line.</summary>
    public static string Render(Summary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        // Only the metrics that occur, so that a comparison of classes has no empty columns of errors.
        (string Name, Func<RunRecord, object?> Value)[] metrics =
        [
            .. Enum.GetValues<MetricKind>().Select(m => m.Key()).Where(m => summary.Data.Cells.Any(c => c.TestMetrics.ContainsKey(m)))
                .Select(m => ($"test_{m}", (Func<RunRecord, object?>)(c => c.TestMetrics.TryGetValue(m, out double value) ? value : null)))
        ];
        (string Name, Func<RunRecord, object?> Value)[] columns = [.. Columns, .. metrics];
        var csv = new StringBuilder().AppendJoin(',', columns.Select(c => c.Name)).Append('\n');
        foreach (RunRecord cell in summary.Data.Cells) csv.AppendJoin(',', columns.Select(c => Field(c.Value(cell)))).Append('\n');
        foreach (InapplicableArm arm in summary.Data.NotApplicable) csv.AppendJoin(',', columns.Select(c => Field(ValueOf(arm, c.Name)))).Append('\n');
        return csv.ToString();
    }

    private static object? ValueOf(InapplicableArm arm, string column) => column switch
    {
        "task" => arm.Task,
        "model" => arm.Model,
        "objective" => arm.Objective,
        "applicable" => false,
        _ => null,
    };

    private static string Field(object? value) => value switch
    {
        null => "",
        double number => double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "",
        bool truth => truth ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Quoted(value.ToString()!),
    };

    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

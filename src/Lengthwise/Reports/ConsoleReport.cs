using System.Text;
using Lengthwise.Experiments;

namespace Lengthwise.Reports;

/// <summary>The comparison as plain text for a terminal of 80 columns or a pipe: answer, scores, gaps, costs, warnings.</summary>
public static class ConsoleReport
{
    private const int Width = 80;

    /// <summary>The text, with a newline at its end.</summary>
    public static string Render(Summary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var text = new StringBuilder();
        if (summary.Tasks.Count == 0) Paragraph(text, summary.Answer);
        foreach (TaskSummary task in summary.Tasks) Task(text, task);
        Warnings(text, summary);
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static void Task(StringBuilder text, TaskSummary task)
    {
        MetricText metric = task.Text;
        string direction = task.HigherIsBetter ? "higher is better" : "lower is better";
        Paragraph(text, $"{task.Name}: {task.Metric}, {direction}; chance {metric.Score(task.Chance)}; {Wording.Count(task.TestItems)} test items");
        foreach (string answer in task.Answers) Paragraph(text, answer);
        Lines(text, Scores(task, metric));
        if (task.OtherMetrics.Count > 0) Lines(text, Others(task));
        if (task.Gaps.Count > 0) Lines(text, Gaps(task, metric));
        Lines(text, Costs(task));
    }

    private static TextTable Scores(TaskSummary task, MetricText metric)
    {
        var table = new TextTable(Width, "model", "objective", "n", "test" + (metric.IsPercent ? ", %" : ""), "95 % interval", "gain", "95 % interval", "seen") { NameColumns = 2 };
        foreach (ScoreRow row in task.Rows)
        {
            if (row.Arm is not { } arm)
            {
                table.Add(row.Model, row.Objective, "", "", ScoreRow.NotApplicable, "", "", "");
                continue;
            }
            Gain? gain = task.Gains.FirstOrDefault(g => g.Model == arm.Model && g.Objective == arm.Objective);
            table.Add(
                arm.Model, arm.Objective, Wording.Count(arm.Test?.N ?? 0),
                arm.Test is null ? "-" : metric.Number(arm.Test.Mean), arm.Test is null ? "-" : metric.Range(arm.Test),
                gain is null ? "" : metric.Signed(gain.Difference.Mean), gain is null ? "" : metric.Range(gain.Difference), Seen(gain));
        }
        return table;
    }

    private static TextTable Others(TaskSummary task)
    {
        var table = new TextTable(Width, ["model", "objective", .. task.OtherMetrics.Select(m => m.Heading)]) { NameColumns = 2 };
        foreach (Aggregate arm in task.Aggregates)
            table.Add([arm.Model, arm.Objective, .. task.OtherMetrics.Select(m => m.Mean(arm))]);
        return table;
    }

    private static string Seen(Gain? gain) => gain is null ? "" : (gain.Seen ? "yes" : "no") + (gain.IncludesDirection ? "*" : "");

    private static TextTable Gaps(TaskSummary task, MetricText metric)
    {
        var table = new TextTable(Width, "gap", "objective", metric.IsPercent ? "points" : metric.Metric, "95 % interval", "closed", "95 % interval") { NameColumns = 2 };
        var percent = new MetricText("", true, 0);
        foreach (Gap gap in task.Gaps)
            table.Add(
                $"{gap.Model} - {gap.Reference}", gap.Objective, metric.Signed(gap.Difference.Mean), metric.Range(gap.Difference),
                gap.ShareClosed is null ? "" : percent.Score(gap.ShareClosed.Mean), gap.ShareClosed is null ? "" : percent.Range(gap.ShareClosed));
        return table;
    }

    private static TextTable Costs(TaskSummary task)
    {
        var table = new TextTable(Width, "model", "objective", "params", "pre+label", "time", "tokens/s", "memory", "lr") { NameColumns = 2 };
        foreach (Aggregate arm in task.Aggregates)
            table.Add(
                arm.Model, arm.Objective, Wording.Short(arm.Parameters), $"{Wording.Count(arm.PretrainSteps)}+{Wording.Count(arm.FinetuneSteps)}",
                Wording.Duration(arm.Seconds), Wording.Short(arm.TokensPerSecond), Wording.Memory(arm.PeakMemoryBytes),
                arm.LearningRates.Count == 1 ? Wording.Rate(arm.LearningRates[0]) : "several");
        return table;
    }

    private static void Warnings(StringBuilder text, Summary summary)
    {
        if (summary.Tasks.SelectMany(t => t.Gains).Any(g => g.IncludesDirection))
            Paragraph(text, "* includes the change between a bidirectional and a causal model");
        foreach (InapplicableArm arm in summary.Data.NotApplicable)
            Paragraph(text, $"{ScoreRow.NotApplicable}: {arm.Task} {arm.Model} {arm.Objective}: {arm.Reason}");
        foreach (FailedCell failed in summary.Data.Failures)
            Paragraph(text, $"failed: {failed.Task} {failed.Model} {failed.Objective} seed {failed.Seed}: {failed.Reason}");
        foreach (TaskSummary task in summary.Tasks)
            foreach (DiagnosisCount d in task.Diagnoses.Where(d => d.Severity != DiagnosisSeverity.Note))
                Paragraph(text, $"{d.Code}: {task.Name} {d.Model} {d.Objective}: {d.Runs} of {d.OutOf} runs ({d.Phase}): {d.Example}");
        foreach (FairnessWarning warning in summary.Warnings)
            Paragraph(text, $"warning [{warning.Code}]{(warning.Task.Length > 0 ? " " + warning.Task : "")}: {warning.Message}");
    }

    private static void Lines(StringBuilder text, TextTable table)
    {
        foreach (string line in table.Lines()) text.Append(line).Append('\n');
        text.Append('\n');
    }

    /// <summary>Words wrapped at the width, then an empty line.</summary>
    private static void Paragraph(StringBuilder text, string words)
    {
        int column = 0;
        foreach (string word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (column > 0 && column + 1 + word.Length > Width)
            {
                text.Append('\n');
                column = 0;
            }
            if (column > 0) text.Append(' ');
            text.Append(word);
            column += word.Length + (column > 0 ? 1 : 0);
        }
        text.Append("\n\n");
    }
}

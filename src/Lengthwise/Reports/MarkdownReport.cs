using System.Text;
using Lengthwise.Literature;

namespace Lengthwise.Reports;

/// <summary>The comparison as Markdown with pipe tables, to paste into a pull request or a paper's notes.</summary>
public static class MarkdownReport
{
    /// <summary>The document, with a newline at its end.</summary>
    public static string Render(Summary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var page = new StringBuilder();
        page.Append("# ").Append(Escape(summary.Data.Title)).Append("\n\n");
        if (summary.Tasks.Count == 0) page.Append(Escape(summary.Answer)).Append("\n\n");
        foreach (TaskSummary task in summary.Tasks) Task(page, task);
        Across(page, summary);
        List(page, "Fairness", summary.Warnings.Select(w => $"**{w.Code}**{(w.Task.Length > 0 ? $" ({Escape(w.Task)})" : "")}: {Escape(w.Message)}")
            .Concat(summary.Data.Notes.Select(Escape)));
        List(page, "Data", summary.Tasks.SelectMany(t => t.Cells.SelectMany(c => c.DataNotes).Distinct().Select(note => $"{Escape(t.Name)}: {Escape(note)}")));
        List(page, "Diagnoses", summary.Tasks.SelectMany(t => t.Diagnoses.Select(d =>
            $"**{Escape(d.Code)}** {Escape(t.Name)} {Escape(d.Model)} {Escape(d.Objective)}, {d.Phase}: {d.Runs} of {d.OutOf} runs. {Escape(Wording.FullSentence(d.Example))}")));
        List(page, "Not applicable", summary.Data.NotApplicable.Select(n =>
            $"{Escape(n.Task)} {Escape(n.Model)} {Escape(n.Objective)}: {Escape(Wording.FullSentence(n.Reason))}"));
        List(page, "Failed cells", summary.Data.Failures.Select(f =>
            $"{Escape(f.Task)} {Escape(f.Model)} {Escape(f.Objective)} seed {f.Seed}: {Escape(f.Reason)}"));
        if (summary.Data.Command.Length > 0)
            page.Append("## Reproduce\n\n```\n").Append(summary.Data.Command.Replace("```", "", StringComparison.Ordinal)).Append("\n```\n");
        return page.ToString().TrimEnd('\n') + "\n";
    }

    private static void Task(StringBuilder page, TaskSummary task)
    {
        MetricText metric = task.Text;
        page.Append("## ").Append(Escape(task.Name)).Append("\n\n");
        foreach (string answer in task.Answers) page.Append(Escape(answer)).Append("\n\n");
        if (task.Description.Length > 0) page.Append(Escape(Wording.FullSentence(task.Description))).Append(' ');
        page.Append(Escape($"Metric: {task.Metric}, {(task.HigherIsBetter ? "higher" : "lower")} is better; chance {metric.Score(task.Chance)}; "
            + $"{Wording.Count(task.TestItems)} test items. Intervals: 95 %, {task.Uncertainty}; gains and gaps paired by seed and item.")).Append("\n\n");

        Table(page, ["Model", "Objective", "Seeds", $"Test {metric.Heading}", "95 % interval", "Validation", "Gain", "95 % interval", "Seen"], 2, task.Rows.Select(row =>
        {
            if (row.Arm is not { } a) return [row.Model, row.Objective, "", "", ScoreRow.NotApplicable, "", "", "", ""];
            Gain? gain = task.Gains.FirstOrDefault(g => g.Model == a.Model && g.Objective == a.Objective);
            return new[]
            {
                a.Model, a.Objective, Wording.Count(a.Test?.N ?? 0), a.Test is null ? "-" : metric.Number(a.Test.Mean),
                a.Test is null ? "-" : metric.Range(a.Test), a.Validation is { } validation ? metric.Number(validation) : "-",
                gain is null ? "" : metric.Signed(gain.Difference.Mean), gain is null ? "" : metric.Range(gain.Difference),
                gain is null ? "" : (gain.Seen ? "yes" : "no") + (gain.IncludesDirection ? " (with change of direction)" : "") + Needed(gain.Seen, gain.Evidence),
            };
        }));
        if (task.OtherMetrics.Count > 0)
            Table(page, ["Model", "Objective", .. task.OtherMetrics.Select(m => "Test " + m.Heading)], 2,
                task.Aggregates.Select(a => (string[])[a.Model, a.Objective, .. task.OtherMetrics.Select(m => m.Mean(a))]));
        if (task.Gaps.Count > 0) GapTable(page, task, metric);
        Table(page, ["Model", "Objective", "Parameters", "Pretraining steps", "Label steps", "Time", "Tokens/s", "Peak memory", "lr"], 2, task.Aggregates.Select(a => new[]
        {
            a.Model, a.Objective, Wording.Count(a.Parameters), Wording.Count(a.PretrainSteps), Wording.Count(a.FinetuneSteps),
            Wording.Duration(a.Seconds), Wording.Count(a.TokensPerSecond), Wording.Memory(a.PeakMemoryBytes), Wording.Rates(a.LearningRates),
        }));
        if (task.Published is { Count: > 0 } published)
        {
            page.Append(Escape($"Published test scores ({LiteratureText.Metric(published)}), the best few of each model. {LiteratureText.Conditions(task)}")).Append("\n\n");
            Table(page, ["Model", "As published", "Trained", "Source", "Published", "Ours, same training"], 4, published.Select(r => new[]
            {
                ModelFamily.Of(r.Model), LiteratureText.Name(r), r.Variant, LiteratureText.Source(r), LiteratureText.Score(r), LiteratureText.Ours(task, r),
            }));
        }
    }

    private static void GapTable(StringBuilder page, TaskSummary task, MetricText metric)
    {
        var percent = new MetricText("", true, 0);
        Table(page, ["Gap", "Objective", metric.IsPercent ? "Points" : metric.Metric, "95 % interval", "Share closed", "95 % interval", "Seen"], 2, task.Gaps.Select(g => new[]
        {
            $"{g.Model} - {g.Reference}", g.Objective, metric.Signed(g.Difference.Mean), metric.Range(g.Difference),
            g.ShareClosed is null ? "" : percent.Score(g.ShareClosed.Mean), g.ShareClosed is null ? "" : percent.Range(g.ShareClosed),
            (g.Seen ? "yes" : "no") + Needed(g.Seen, g.Evidence),
        }));
    }

    private static string Needed(bool isSeen, EffectEvidence? evidence) =>
        isSeen || Wording.Needed(evidence?.Needed) is not { Length: > 0 } needed ? "" : $": {needed}";

    private static void Across(StringBuilder page, Summary summary)
    {
        foreach (RankComparison r in summary.Ranks)
        {
            page.Append(Escape($"Average ranks, {r.Objective}, over {Wording.Count(r.Blocks.Count)} {(r.AreTasks ? "tasks" : "seeds")} (critical difference ")).Append(Rank(r.Ranks.CriticalDifference)).Append(").\n\n");
            Table(page, ["Model", "Average rank"], 1, r.Models.Zip(r.Ranks.Ranks).OrderBy(p => p.Second).Select(p => new[] { p.First, Rank(p.Second) }));
        }
        foreach (IGrouping<string, LabelTrend> task in summary.LabelTrends.GroupBy(t => t.Task))
        {
            MetricText text = summary.Tasks.First(t => t.Name.StartsWith(task.Key, StringComparison.Ordinal)).Text;
            page.Append(Escape($"Gain by number of labels on {task.Key}: what ten times as many labels add to it.")).Append("\n\n");
            Table(page, ["Model", "Objective", "Sizes", "Per tenfold", "95 % interval"], 2, task.Select(t => new[]
            {
                t.Model, t.Objective, string.Join(", ", t.Points.Select(p => Wording.Count(p.Rows))), text.Signed(t.Slope.Mean), text.Range(t.Slope),
            }));
        }
        var percent = new MetricText("accuracy", true, 1);
        foreach (IGrouping<ArenaConvention, ArenaAverage> convention in summary.ArenaAverages.GroupBy(a => a.Convention).OrderBy(g => g.Key))
        {
            page.Append(Escape($"Average over Long Range Arena, {ArenaAverage.Name(convention.Key)}.")).Append("\n\n");
            Table(page, ["Model", "Objective", "Tasks", "Average, %", "95 % interval"], 2, convention.Select(a => new[]
            {
                a.Model, a.Objective, Wording.Count(a.Tasks.Count), percent.Number(a.Accuracy.Mean), percent.Range(a.Accuracy),
            }));
        }
    }

    private static string Rank(double rank) => rank.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture);

    private static void Table(StringBuilder page, string[] headings, int names, IEnumerable<string[]> rows)
    {
        page.Append("| ").AppendJoin(" | ", headings.Select(Escape)).Append(" |\n|");
        for (int i = 0; i < headings.Length; i++) page.Append(i < names ? " --- |" : " ---: |");
        page.Append('\n');
        foreach (string[] row in rows) page.Append("| ").AppendJoin(" | ", row.Select(Escape)).Append(" |\n");
        page.Append('\n');
    }

    private static void List(StringBuilder page, string heading, IEnumerable<string> items)
    {
        string[] lines = [.. items];
        if (lines.Length == 0) return;
        page.Append("## ").Append(heading).Append("\n\n");
        foreach (string line in lines) page.Append("- ").Append(line).Append('\n');
        page.Append('\n');
    }

    /// <summary>Names may come from a person's files: nothing in them becomes markup.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (char c in text.ReplaceLineEndings(" "))
        {
            if (c is '\\' or '|' or '*' or '_' or '`' or '<' or '>' or '#') escaped.Append('\\');
            escaped.Append(c);
        }
        return escaped.Replace("](", "]\\(").ToString();
    }
}

using System.Text;

namespace Lengthwise.Reports;

/// <summary>
/// Tables for a paper: scores with intervals and gains, gaps, and averages over Long Range Arena, with booktabs' rules. A fragment for <c>\input</c>; tables that do
/// not fit a page are long tables.
/// </summary>
public static class LatexReport
{
    private const int MostRowsOnPage = 40;

    /// <summary>The fragment, with a newline at its end.</summary>
    public static string Render(Summary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var page = new StringBuilder();
        page.Append("% ").Append(Comment(summary.Data.Title)).Append("\n% Needs \\usepackage{booktabs}, and \\usepackage{longtable} for tables of more than ")
            .Append(Wording.Count(MostRowsOnPage)).Append(" rows. Bold gains and gaps: the interval excludes zero.\n");
        for (int t = 0; t < summary.Tasks.Count; t++)
        {
            TaskSummary task = summary.Tasks[t];
            string label = Wording.Count(t + 1);
            if (task.Aggregates.Any(a => a.Test is not null)) Scores(page, task, label);
            if (task.Gaps.Count > 0) Gaps(page, task, label);
        }
        if (summary.ArenaAverages.Count > 0) Averages(page, summary.ArenaAverages);
        return page.ToString();
    }

    private static void Scores(StringBuilder page, TaskSummary task, string label)
    {
        MetricText text = task.Text;
        string caption = $"{Escape(task.Name)}: test {Escape(task.Metric)}{(text.IsPercent ? " in percent" : "")}, {(task.HigherIsBetter ? "higher" : "lower")} is better "
            + $"(chance {Number(text.Number(task.Chance))}; {Wording.Count(task.TestItems)} test items). Means over seeds; 95\\,\\% intervals {Escape(task.Uncertainty)}; "
            + "gains over the same model from scratch, paired by seed and item.";
        string[] headings = ["Model", "Objective", "Seeds", "Test", "95\\,\\% interval", text.IsPercent ? "Gain, points" : "Gain", "95\\,\\% interval"];
        var groups = task.Rows.GroupBy(r => r.Model).Select(model => model.Select((row, i) => Row(task, text, row, i == 0)).ToArray());
        Table(page, "llrrlrl", headings, [.. groups], caption, $"tab:scores-{label}");
    }

    private static string[] Row(TaskSummary task, MetricText text, ScoreRow row, bool isFirst)
    {
        string model = isFirst ? Escape(row.Model) : "", objective = Escape(row.Objective);
        if (row.Arm is not { Test: { } test } arm) return [model, objective, "", "", row.Arm is null ? ScoreRow.NotApplicable : "no score", "", ""];
        Gain? gain = task.Gains.FirstOrDefault(g => g.Model == arm.Model && g.Objective == arm.Objective);
        return
        [
            model, objective, Wording.Count(test.N), Number(text.Number(test.Mean)), Number(text.Range(test)),
            gain is null ? "" : Bold(Number(text.Signed(gain.Difference.Mean)), gain.Seen), gain is null ? "" : Number(text.Range(gain.Difference)),
        ];
    }

    private static void Gaps(StringBuilder page, TaskSummary task, string label)
    {
        MetricText text = task.Text;
        var percent = new MetricText("", true, 0);
        string[] headings = ["Gap", "Objective", text.IsPercent ? "Points" : Escape(task.Metric), "95\\,\\% interval", "Share closed", "95\\,\\% interval"];
        var groups = task.Gaps.GroupBy(g => (g.Model, g.Reference)).Select(pair => pair.Select((gap, i) => new[]
        {
            i == 0 ? $"{Escape(gap.Model)} $-$ {Escape(gap.Reference)}" : "", Escape(gap.Objective), Bold(Number(text.Signed(gap.Difference.Mean)), gap.Seen), Number(text.Range(gap.Difference)),
            gap.ShareClosed is null ? "" : Number(percent.Number(gap.ShareClosed.Mean)) + "\\,\\%", gap.ShareClosed is null ? "" : Number(percent.Range(gap.ShareClosed)),
        }).ToArray());
        Table(page, "llrlrl", headings, [.. groups], $"{Escape(task.Name)}: gaps between models, paired by seed and item; positive where the first is better.", $"tab:gaps-{label}");
    }

    private static void Averages(StringBuilder page, IReadOnlyList<ArenaAverage> averages)
    {
        var text = new MetricText("accuracy", true, 1);
        foreach (IGrouping<ArenaConvention, ArenaAverage> convention in averages.GroupBy(a => a.Convention).OrderBy(g => g.Key))
        {
            var groups = convention.GroupBy(a => a.Model).Select(model => model.Select((a, i) => new[]
            {
                i == 0 ? Escape(a.Model) : "", Escape(a.Objective), Wording.Count(a.Tasks.Count), Number(text.Number(a.Accuracy.Mean)), Number(text.Range(a.Accuracy)),
            }).ToArray());
            Table(page, "llrrl", ["Model", "Objective", "Tasks", "Average", "95\\,\\% interval"], [.. groups],
                $"Average accuracy over Long Range Arena in percent: {ArenaAverage.Name(convention.Key)}.", $"tab:arena-{convention.Key.ToString().ToLowerInvariant()}");
        }
    }

    private static void Table(StringBuilder page, string columns, string[] headings, string[][][] groups, string caption, string label)
    {
        bool isLong = groups.Sum(g => g.Length) > MostRowsOnPage;
        string head = $"\\toprule\n{string.Join(" & ", headings)} \\\\\n\\midrule\n", title = $"\\caption{{{caption}}}\\label{{{label}}}";
        page.Append(isLong ? $"\n{{\\small\n\\begin{{longtable}}{{{columns}}}\n{title} \\\\\n{head}\\endhead\n\\bottomrule\n\\endfoot\n" : $"\n\\begin{{table}}\n\\centering\\small\n{title}\n\\begin{{tabular}}{{{columns}}}\n{head}");
        page.AppendJoin("\\midrule\n", groups.Select(rows => string.Concat(rows.Select(row => string.Join(" & ", row) + " \\\\\n"))));
        page.Append(isLong ? "\\end{longtable}}\n" : "\\bottomrule\n\\end{tabular}\n\\end{table}\n");
    }

    private static string Bold(string text, bool isBold) => isBold ? $"\\textbf{{{text}}}" : text;

    /// <summary>A minus sign that is one; brackets guarded, since LaTeX reads one after a line break as an argument.</summary>
    private static string Number(string text) => text.Replace("-", "$-$", StringComparison.Ordinal).Replace("[", "{[}", StringComparison.Ordinal).Replace("]", "{]}", StringComparison.Ordinal);

    /// <summary>Names may come from a person's files: nothing in them becomes a command.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (char c in text)
            _ = c switch
            {
                '\\' => escaped.Append("\\textbackslash{}"),
                '~' => escaped.Append("\\textasciitilde{}"),
                '^' => escaped.Append("\\textasciicircum{}"),
                '<' => escaped.Append("\\textless{}"),
                '>' => escaped.Append("\\textgreater{}"),
                '|' => escaped.Append("\\textbar{}"),
                '"' => escaped.Append("\\char34{}"),
                '−' => escaped.Append("$-$"),
                '&' or '%' or '$' or '#' or '_' or '{' or '}' => escaped.Append('\\').Append(c),
                '[' or ']' => escaped.Append('{').Append(c).Append('}'),
                _ when char.IsControl(c) => escaped.Append(' '),
                _ => escaped.Append(c),
            };
        return escaped.ToString();
    }

    private static string Comment(string text) => new([.. text.Select(c => char.IsControl(c) ? ' ' : c)]);
}

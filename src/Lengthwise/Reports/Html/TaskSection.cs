using System.Globalization;

namespace Lengthwise.Reports.Html;

/// <summary>Everything about one task: scores, figures, costs and diagnoses.</summary>
internal static class TaskSection
{
    private const int MostGapsInSight = 16;

    /// <summary>Writes the section.</summary>
    public static void Write(Markup page, Summary summary, TaskSummary task, string id)
    {
        MetricText text = task.Text;
        page.Add($"<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{task.Name}</h2>\n");
        if (task.Description.Length > 0) page.Add($"<p>{Wording.FullSentence(task.Description)}</p>\n");
        foreach (string answer in task.Answers.Skip(1)) page.Add($"<p>{Typography.Minus(answer)}</p>\n");
        Scores(page, task, text);
        if (task.OtherMetrics.Count > 0) Others(page, task);
        TaskFigures.Write(page, summary, task, id);
        if (task.Gaps.Count > 0) Gaps(page, task, text);
        EvidenceSection.Write(page, task);
        CostSection.Write(page, task, id);
        LiteratureSection.Write(page, task);
        DiagnosisSection.Write(page, task, id);
        page.Add($"</section>\n");
    }

    private static void Scores(Markup page, TaskSummary task, MetricText text)
    {
        page.Add($"<h3>Scores and gains</h3>\n");
        Table.Open(
            page, $"Scores on {task.Name}",
            $"Mean over seeds; {task.Metric}, {(task.HigherIsBetter ? "higher" : "lower")} is better; chance {text.Score(task.Chance)}; {Wording.Count(task.TestItems)} test items. "
                + "The gain is the difference to the same model from scratch, seed by seed; positive is better.",
            ["Model", "Objective", "Seeds", $"Test{(text.IsPercent ? ", %" : "")}", "95 % interval", "Validation", text.IsPercent ? "Gain, points" : "Gain", "95 % interval", new Cell("Seen", "left")], 2);
        foreach (IGrouping<string, ScoreRow> model in task.Rows.GroupBy(r => r.Model))
            Table.Group(page, model.Key, 2, [.. model.Select(row => row.Arm is { } arm ? Score(task, text, arm) : NotApplicable(row.Objective))]);
        Table.Close(page);
        if (task.Gains.Any(g => g.IncludesDirection))
            page.Add($"<p class=\"note\">† This gain includes the change between a bidirectional and a causal model.</p>\n");
    }

    private static IReadOnlyList<Cell> Score(TaskSummary task, MetricText text, Aggregate arm)
    {
        Gain? gain = task.Gains.FirstOrDefault(g => g.Model == arm.Model && g.Objective == arm.Objective);
        string seen = gain is null ? "" : (gain.Seen ? "● seen" : "○ not seen") + (gain.IncludesDirection ? " †" : "") + Needed(gain.Seen, gain.Evidence);
        return
        [
            arm.Objective,
            Wording.Count(arm.Test?.N ?? 0),
            arm.Test is null ? "–" : text.Number(arm.Test.Mean),
            new(arm.Test is null ? "–" : text.Range(arm.Test), "range"),
            arm.Validation is { } validation ? text.Number(validation) : "–",
            gain is null ? "" : text.Signed(gain.Difference.Mean),
            new(gain is null ? "" : text.Range(gain.Difference), "range"),
            new(seen, gain is { Seen: true } ? "left seen" : "left unseen"),
        ];
    }

    /// <summary>What it would take to see an effect.</summary>
    private static string Needed(bool isSeen, EffectEvidence? evidence) =>
        isSeen || Wording.Needed(evidence?.Needed) is not { Length: > 0 } needed ? "" : $": {needed}";

    private static IReadOnlyList<Cell> NotApplicable(string objective) =>
        [objective, "", "", new(ScoreRow.NotApplicable, "range"), "", "", new("", "range"), new("", "left unseen")];

    private static void Others(Markup page, TaskSummary task)
    {
        page.Add($"<h3>Other metrics</h3>\n");
        Table.Open(
            page, $"Other metrics on {task.Name}", $"Means over seeds on the test split, with the weights that validation selected by {task.Metric}.",
            ["Model", "Objective", .. task.OtherMetrics.Select(m => (Cell)m.Heading)], 2);
        foreach (IGrouping<string, Aggregate> model in task.Aggregates.GroupBy(a => a.Model))
            Table.Group(page, model.Key, 2, [.. model.Select(a => (IReadOnlyList<Cell>)[a.Objective, .. task.OtherMetrics.Select(m => (Cell)Typography.Minus(m.Mean(a)))])]);
        Table.Close(page);
    }

    private static void Gaps(Markup page, TaskSummary task, MetricText text)
    {
        var percent = new MetricText("", true, 0);
        page.Add($"<h3>Gaps between models</h3>\n");
        bool isFolded = task.Gaps.Count > MostGapsInSight;
        if (isFolded) page.Add($"<details class=\"part\">\n<summary>{Wording.Count(task.Gaps.Count)} gaps of all pairs</summary>\n");
        Table.Open(
            page, $"Gaps on {task.Name}",
            "Test score of the first model minus that of the second, seed by seed; positive where the first is better. The share closed is one minus this gap "
                + "over the gap from scratch (Fieller's interval), given only where the gap from scratch is seen."
                + (task.Models.Count > 2 && task.Models[0] == Arms.ReferenceModel ? " The first model is the best of the others by validation from scratch." : ""),
            ["Gap", "Objective", "Pairs", text.IsPercent ? "Points" : task.Metric, "95 % interval", "Share closed", "95 % interval", "p, Holm", new Cell("Seen", "left")], 2);
        foreach (IGrouping<string, Gap> pair in task.Gaps.GroupBy(g => $"{g.Model} − {g.Reference}"))
            Table.Group(page, pair.Key, 2,
            [
                .. pair.Select(gap => (IReadOnlyList<Cell>)
                [
                    gap.Objective, Wording.Count(gap.Difference.N), text.Signed(gap.Difference.Mean), new(text.Range(gap.Difference), "range"),
                    gap.ShareClosed is null ? "" : percent.Score(gap.ShareClosed.Mean), new(gap.ShareClosed is null ? "" : percent.Range(gap.ShareClosed), "range"),
                    gap.HolmPValue is { } p ? P(p) : "", new((gap.Seen ? "● seen" : "○ not seen") + Needed(gap.Seen, gap.Evidence), gap.Seen ? "left seen" : "left unseen"),
                ])
            ]);
        Table.Close(page);
        if (isFolded) page.Add($"</details>\n");
    }

    private static string P(double p) => p < 0.0005 ? "< 0.001" : p.ToString("0.000", CultureInfo.InvariantCulture);
}

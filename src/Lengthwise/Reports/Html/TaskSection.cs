namespace Lengthwise.Reports.Html;

/// <summary>Everything about one task: scores, figures, costs and diagnoses.</summary>
internal static class TaskSection
{
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
        Costs(page, task);
        LiteratureSection.Write(page, task);
        Diagnoses(page, task);
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
        string seen = gain is null ? "" : (gain.Seen ? "● seen" : "○ not seen") + (gain.IncludesDirection ? " †" : "");
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
        Table.Open(
            page, $"Gaps on {task.Name}",
            "Test score of the first model minus that of the second, seed by seed; positive where the first is better. The share closed is one minus this gap "
                + "over the gap from scratch (Fieller's interval), given only where the gap from scratch is seen."
                + (task.Models.Count > 2 && task.Models[0] == Arms.ReferenceModel ? " The first model is the best of the others by validation from scratch." : ""),
            ["Gap", "Objective", "Pairs", text.IsPercent ? "Points" : task.Metric, "95 % interval", "Share closed", "95 % interval"], 2);
        foreach (IGrouping<string, Gap> pair in task.Gaps.GroupBy(g => $"{g.Model} − {g.Reference}"))
            Table.Group(page, pair.Key, 2,
            [
                .. pair.Select(gap => (IReadOnlyList<Cell>)
                [
                    gap.Objective, Wording.Count(gap.Difference.N), text.Signed(gap.Difference.Mean), new(text.Range(gap.Difference), "range"),
                    gap.ShareClosed is null ? "" : percent.Score(gap.ShareClosed.Mean), new(gap.ShareClosed is null ? "" : percent.Range(gap.ShareClosed), "range"),
                ])
            ]);
        Table.Close(page);
    }

    private static void Costs(Markup page, TaskSummary task)
    {
        page.Add($"<h3>Cost</h3>\n");
        Table.Open(
            page, $"Cost on {task.Name}",
            "Mean over seeds; memory is the largest resident memory of the process over seeds. Seconds include evaluation, not the preparation of data.",
            ["Model", "Objective", "Parameters", "Pretraining steps", "Label steps", "Total steps", "Time", "Tokens/s", "Peak memory", "Learning rate"], 2);
        foreach (IGrouping<string, Aggregate> model in task.Aggregates.GroupBy(a => a.Model))
            Table.Group(page, model.Key, 2,
            [
                .. model.Select(a => (IReadOnlyList<Cell>)
                [
                    a.Objective, Wording.Count(a.Parameters), Wording.Count(a.PretrainSteps), Wording.Count(a.FinetuneSteps),
                    Wording.Count(a.PretrainSteps + a.FinetuneSteps), Wording.Duration(a.Seconds), Wording.Count(a.TokensPerSecond),
                    Wording.Memory(a.PeakMemoryBytes), Wording.Rates(a.LearningRates),
                ])
            ]);
        Table.Close(page);
    }

    private static void Diagnoses(Markup page, TaskSummary task)
    {
        if (task.Diagnoses.Count == 0) return;
        page.Add($"<h3>Diagnoses</h3>\n<ul>\n");
        foreach (DiagnosisCount d in task.Diagnoses)
            page.Add($"<li><span class=\"code\">{d.Code}</span> ({d.Severity.ToString().ToLowerInvariant()}): {d.Model} {d.Objective}, {d.Runs} of {d.OutOf} runs, phase {d.Phase}. {Typography.Minus(Wording.FullSentence(d.Example))}</li>\n");
        page.Add($"</ul>\n");
    }
}

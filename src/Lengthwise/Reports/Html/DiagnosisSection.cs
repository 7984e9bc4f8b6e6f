using Lengthwise.Reports.Diagnoses;
using Lengthwise.Reports.Plots;

namespace Lengthwise.Reports.Html;

/// <summary>Why scores are what they are: diagnoses of runs, plateaus, pretraining loss against gain, confusion and calibration.</summary>
internal static class DiagnosisSection
{
    private const int MostMatrices = 24;

    /// <summary>Writes what there is.</summary>
    public static void Write(Markup page, TaskSummary task, string id)
    {
        bool hasPlateaus = task.Plateaus.Any(p => p.Stayed > 0 || p.LeftAfter > 0.1);
        if (task.Diagnoses.Count == 0 && !hasPlateaus && task.PretrainingGains.Count < 3 && task.Aggregates.All(a => a.Confusion is null)) return;
        page.Add($"<h3>Diagnoses</h3>\n");
        OfRuns(page, task);
        if (hasPlateaus) Plateaus(page, task);
        if (task.PretrainingGains.Count >= 3) Gains(page, task, id);
        Calibrations(page, task, id);
        Confusions(page, task, id);
    }

    private static void OfRuns(Markup page, TaskSummary task)
    {
        if (task.Diagnoses.Count == 0) return;
        page.Add($"<ul>\n");
        foreach (DiagnosisCount d in task.Diagnoses)
            page.Add($"<li><span class=\"code\">{d.Code}</span> ({d.Severity.ToString().ToLowerInvariant()}): {d.Model} {d.Objective}, {d.Runs} of {d.OutOf} runs, phase {d.Phase}. {Typography.Minus(Wording.FullSentence(d.Example))}</li>\n");
        page.Add($"</ul>\n");
    }

    private static void Plateaus(Markup page, TaskSummary task)
    {
        page.Add($"<h4>Plateaus at chance</h4>\n");
        Table.Open(
            page, $"Plateaus on {task.Name}",
            $"A seed has left the plateau when its validation {task.Metric} is a tenth of the way from chance to perfect. A mean over seeds hides that some never did.",
            ["Model", "Objective", "Seeds that stayed", "Others left after"], 2);
        foreach (IGrouping<string, Plateau> model in task.Plateaus.GroupBy(p => p.Model))
            Table.Group(page, model.Key, 2,
            [
                .. model.Select(p => (IReadOnlyList<Cell>)
                [
                    p.Objective, new($"{Wording.Count(p.Stayed)} of {Wording.Count(p.OutOf)}", p.Stayed > 0 ? "seen" : ""),
                    p.LeftAfter is { } share ? $"{Wording.Count(Math.Round(100 * share))} % of label steps" : "–",
                ])
            ]);
        Table.Close(page);
    }

    private static void Gains(Markup page, TaskSummary task, string id)
    {
        page.Add($"<h4>Pretraining loss and gain</h4>\n<div class=\"figures\">\n");
        int number = 0;
        foreach (IGrouping<string, PretrainingGain> objective in task.PretrainingGains.GroupBy(g => g.Objective).ByObjective(g => g.Key))
            page.Add($"<figure>\n{GainChart.Render($"{id}-loss-{Wording.Count(number++)}", task, objective.Key, [.. objective])}</figure>\n");
        page.Add($"<p class=\"note\">A mark a run: where its pretraining ended, and what it gained over the same model and seed from scratch. Losses of different objectives measure different things.</p>\n</div>\n");
    }

    private static void Calibrations(Markup page, TaskSummary task, string id)
    {
        Aggregate[] arms = [.. task.Aggregates.Where(a => a.Calibration is not null)];
        if (arms.Length == 0) return;
        page.Add($"<details class=\"part\">\n<summary>Calibration: does a probability of 80 % mean right in 80 of 100?</summary>\n");
        Table.Open(
            page, $"Calibration on {task.Name}",
            "Expected calibration error in 15 bins of equal width, all seeds together. It depends on the bins and is above zero for a perfectly calibrated model on few items: the last column says what that would be.",
            ["Model", "Objective", "ECE", "By chance alone"], 2);
        foreach (IGrouping<string, Aggregate> model in arms.GroupBy(a => a.Model))
            Table.Group(page, model.Key, 2, [.. model.Select(a => (IReadOnlyList<Cell>)[a.Objective, ReliabilityChart.Percent(a.Calibration!.Error), ReliabilityChart.Percent(a.Calibration.ExpectedByChance)])]);
        Table.Close(page);
        page.Add($"<div class=\"figures\">\n");
        string[] models = [.. arms.Select(a => a.Model).Distinct()];
        for (int m = 0; m < models.Length; m++) page.Add($"<figure>\n{ReliabilityChart.Render($"{id}-reliability-{Wording.Count(m)}", task, models[m])}</figure>\n");
        page.Add($"<p class=\"note\">Reliability: on the dotted diagonal, probabilities are what they say; below it a model is too sure. Larger marks hold more items.</p>\n</div>\n</details>\n");
    }

    private static void Confusions(Markup page, TaskSummary task, string id)
    {
        Aggregate[] arms = [.. task.Aggregates.Where(a => a.Confusion is not null)];
        if (arms.Length == 0) return;
        int all = arms.Length;
        // Of many arms the best of each model by validation, as everywhere.
        int sign = task.HigherIsBetter ? 1 : -1;
        if (all > MostMatrices) arms = [.. arms.GroupBy(a => a.Model).Select(m => m.MaxBy(a => sign * (a.Validation ?? double.NegativeInfinity))!).Take(MostMatrices)];
        page.Add($"<details class=\"part\">\n<summary>Confusion: which classes are taken for which</summary>\n");
        page.Add($"<p class=\"note\">A row a true class, all seeds together, in percent of the row.{(arms.Length < all ? $" Of {Wording.Count(all)} arms the best of each model on validation." : "")}</p>\n<div class=\"figures\">\n");
        for (int i = 0; i < arms.Length; i++)
            page.Add($"<figure>\n{ConfusionChart.Render($"{id}-confusion-{Wording.Count(i)}", $"{arms[i].Model} {arms[i].Objective}", arms[i].Confusion!)}</figure>\n");
        page.Add($"</div>\n</details>\n");
    }
}

using System.Globalization;

namespace Lengthwise.Reports.Html;

/// <summary>The differences of a task by other routes: drawn anew, and item by item. Folded away.</summary>
internal static class EvidenceSection
{
    /// <summary>Writes it; nothing without differences.</summary>
    public static void Write(Markup page, TaskSummary task)
    {
        (string Name, string Objective, EffectEvidence Evidence)[] effects =
        [
            .. task.Gains.Concat(task.FurtherGains).Where(g => g.Evidence is not null).Select(g => ($"{g.Model}: gain over {g.Baseline}", g.Objective, g.Evidence!)),
            .. task.Gaps.Where(g => g.Evidence is not null).Select(g => ($"{g.Model} − {g.Reference}", g.Objective, g.Evidence!)),
        ];
        if (effects.Length == 0) return;
        MetricText text = task.Text;
        page.Add($"<details class=\"part\">\n<summary>The same differences by other routes</summary>\n");
        Table.Open(
            page, $"Other routes on {task.Name}",
            "Crossed: the interval of the tables. Drawn anew: seeds and items by bootstrap, too narrow for few seeds. These models: items alone drawn anew, the trained models held fixed; it says nothing "
                + "about other seeds. McNemar: seeds in which an exact test of the items that only one model gets right finds a difference at 5 %, and those items (first only, second only) over all seeds.",
            ["Difference", "Objective", "Mean", "Crossed", "Drawn anew", "These models", "McNemar", "Only one right"], 2);
        foreach (var group in effects.GroupBy(e => e.Name))
            Table.Group(page, group.Key, 2,
            [
                .. group.Select(e => (IReadOnlyList<Cell>)
                [
                    e.Objective, text.Signed(e.Evidence.Estimate.Mean), new(text.Range(e.Evidence.Estimate.Interval()), "range"),
                    new(e.Evidence.Bootstrap is { } drawn ? text.Range(drawn.Interval) : "–", "range"), new(e.Evidence.OfItems is { } items ? text.Range(items.Interval) : "–", "range"),
                    .. Tests(e.Evidence),
                ])
            ]);
        Table.Close(page);
        page.Add($"</details>\n");
    }

    private static Cell[] Tests(EffectEvidence evidence)
    {
        SeedTest[] tested = [.. evidence.Seeds.Where(s => s.Test is not null)];
        if (tested.Length == 0) return [evidence.IsGrouped ? "items in groups" : "–", "–"];
        string p = tested is [{ Test: { } only }] ? $", p = {only.PValue.ToString("0.###", CultureInfo.InvariantCulture)}" : "";
        return
        [
            $"{Wording.Count(tested.Count(s => s.Test!.PValue < 0.05))} of {Wording.Count(tested.Length)}{p}",
            $"{Wording.Count(tested.Sum(s => s.Test!.OnlyFirst))}, {Wording.Count(tested.Sum(s => s.Test!.OnlySecond))}",
        ];
    }
}

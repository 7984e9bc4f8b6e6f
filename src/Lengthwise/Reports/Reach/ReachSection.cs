using Lengthwise.Diagnoses;
using Lengthwise.Reports.Html;

namespace Lengthwise.Reports.Reach;

/// <summary>How far the layers of some runs look, as a section of a page: figures, levels, differences, and every layer.</summary>
internal static class ReachSection
{
    /// <summary>Writes it.</summary>
    /// <param name="page">The page.</param>
    /// <param name="document">What was measured.</param>
    /// <param name="id">Anchor, unique on the page.</param>
    public static void Write(Markup page, ReachDocument document, string id)
    {
        page.Add($"<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">Where it looks</h2>\n");
        page.Add($"<p class=\"note\">Attention: weights on {document.Runs.Max(r => r.Rows)} validation rows, mean over rows and their queries. Kernels: absolute values of impulse responses, without the skip, mean over channels. "
            + $"Means over layers and heads; thin lines are seeds. The dotted line is attention that is equal over all keys in sight (edges cut far ones off), or a kernel of equal taps.</p>\n");
        Figures(page, document, id);
        Levels(page, document);
        if (document.Summary.Changes.Count > 0) Changes(page, document);
        Layers(page, document);
        if (document.Summary.Levels.Any(l => l.Kind == ReachKind.Kernel)) Channels(page, document);
        Notes(page, document);
        page.Add($"</section>\n");
    }

    private static void Figures(Markup page, ReachDocument document, string id)
    {
        page.Add($"<div class=\"figures\">\n");
        IReadOnlyList<ReachChart> charts = ReachChart.Of(document);
        for (int i = 0; i < charts.Count; i++)
            page.Add($"<figure>\n{charts[i].Render($"{id}-{i}")}<figcaption><b>{charts[i].Heading}</b></figcaption>\n</figure>\n");
        page.Add($"</div>\n");
    }

    private static void Levels(Markup page, ReachDocument document)
    {
        page.Add($"<h3>Mass that is near</h3>\n");
        Table.Open(
            page, "Mass that is near", $"Share of the mass within {document.Within} steps and mean distance; intervals over seeds. Reach: the distance within which 90 % of a kernel's absolute mass lies, median over channels.",
            ["Model", "Objective", "Of", "When", "Seeds", $"Within {document.Within}, %", "95 % interval", "Uniform, %", "Mean distance", "Reach"], 4);
        foreach (IGrouping<ReachArm, ReachLevel> arm in document.Summary.Levels.GroupBy(l => l.Arm))
            Table.Group(page, arm.Key.Model, 4, [.. arm.Select(Level)]);
        Table.Close(page);
    }

    private static IReadOnlyList<Cell> Level(ReachLevel level) =>
    [
        level.Arm.Objective, ReachWording.Name(level.Kind), ReachWording.Name(level.Moment), Wording.Count(level.Near.N), ReachWording.Share.Number(level.Near.Mean),
        new(ReachWording.Share.Range(level.Near), "range"), ReachWording.Share.Number(level.UniformNear),
        ReachWording.Steps.Number(level.MeanDistance.Mean), level.Reach is { } reach ? ReachWording.Steps.Number(reach.Mean) : "",
    ];

    private static void Changes(Markup page, ReachDocument document)
    {
        page.Add($"<h3>What changed</h3>\n");
        Table.Open(
            page, "What changed", $"Differences of the second column's value to the first's, seed by seed: points of mass within {document.Within} steps, and steps of mean distance.",
            ["Model", "Of", "From", "To", "Pairs", "Points", "95 % interval", "Mean distance", "95 % interval", new Cell("Seen", "left")], 4);
        foreach (IGrouping<string, ReachChange> model in document.Summary.Changes.GroupBy(c => c.ToArm.Model))
            Table.Group(page, model.Key, 4, [.. model.Select(Change)]);
        Table.Close(page);
    }

    private static IReadOnlyList<Cell> Change(ReachChange change) =>
    [
        ReachWording.Name(change.Kind), $"{change.FromArm.Objective}, {ReachWording.Name(change.From)}", $"{change.ToArm.Objective}, {ReachWording.Name(change.To)}",
        Wording.Count(change.Near.N), ReachWording.Share.Signed(change.Near.Mean), new(ReachWording.Share.Range(change.Near), "range"),
        ReachWording.Steps.Signed(change.MeanDistance.Mean), new(ReachWording.Steps.Range(change.MeanDistance), "range"),
        new(change.Near.ExcludesZero ? "● seen" : "○ not seen", change.Near.ExcludesZero ? "left seen" : "left unseen"),
    ];

    private static void Layers(Markup page, ReachDocument document)
    {
        page.Add($"<details>\n<summary>Layer by layer</summary>\n");
        Table.Open(
            page, "Layers", $"Share of the mass within {document.Within} steps in %, mean over seeds; heads in brackets where there are several.", ["Model", "Objective", "Layer", "Of", "When", "Within, %", "Heads, %", "Mean distance"], 5);
        foreach (IGrouping<(string Model, string Objective), RunReach> arm in document.Runs.GroupBy(r => (r.Model, r.Objective)))
            Table.Group(page, arm.Key.Model, 5, [.. LayerRows([.. arm], document.Within)]);
        Table.Close(page);
        page.Add($"</details>\n");
    }

    private static IEnumerable<IReadOnlyList<Cell>> LayerRows(RunReach[] runs, int within) =>
        from found in runs.SelectMany(run => run.Moments.SelectMany(m => m.Layers.Select(layer => (run.UpTo, m.Moment, Layer: layer))))
        group found by (found.Layer.Layer, found.Layer.Kind, found.Moment) into same
        orderby same.Key.Layer, same.Key.Kind, same.Key.Moment
        let heads = same.First().Layer.Profiles.Count
        select (IReadOnlyList<Cell>)
        [
            runs[0].Objective, same.Key.Layer, ReachWording.Name(same.Key.Kind), ReachWording.Name(same.Key.Moment),
            ReachWording.Share.Number(same.Average(s => s.Layer.Mean().Within(s.UpTo, within))),
            new(heads == 1 ? "" : string.Join(" ", Enumerable.Range(0, heads).Select(h => ReachWording.Share.Number(same.Average(s => s.Layer.Profiles[h].Within(s.UpTo, within))))), "range"),
            ReachWording.Steps.Number(same.Average(s => s.Layer.Mean().MeanDistance)),
        ];

    private static void Channels(Markup page, ReachDocument document)
    {
        page.Add($"<details>\n<summary>Reach of the channels</summary>\n");
        Table.Open(
            page, "Channels", "Distance within which 50, 90 and 99 % of a channel's mass lie, in steps: median over channels, first and third quartile in brackets; mean over seeds.",
            ["Model", "Objective", "Layer", "When", "Mass", "50 %", "90 %", "99 %"], 5);
        foreach (IGrouping<(string Model, string Objective), RunReach> arm in document.Runs.GroupBy(r => (r.Model, r.Objective)))
        {
            IReadOnlyList<IReadOnlyList<Cell>> rows = [.. ChannelRows([.. arm])];
            if (rows.Count > 0) Table.Group(page, arm.Key.Model, 5, rows);
        }
        Table.Close(page);
        page.Add($"</details>\n");
    }

    private static IEnumerable<IReadOnlyList<Cell>> ChannelRows(RunReach[] runs) =>
        from found in runs.SelectMany(run => run.Moments.SelectMany(m => m.Layers.SelectMany(l => l.Channels.Select(channel => (l.Layer, m.Moment, Channel: channel)))))
        group found by (found.Layer, found.Channel.Mass, found.Moment) into same
        orderby same.Key.Layer, same.Key.Mass, same.Key.Moment
        select (IReadOnlyList<Cell>)
        [
            runs[0].Objective, same.Key.Layer, ReachWording.Name(same.Key.Moment), same.Key.Mass == KernelMassKind.Absolute ? "absolute" : "squared",
            .. same.GroupBy(s => s.Channel.Share).OrderBy(g => g.Key).Select(g => (Cell)
                $"{ReachWording.Steps.Number(g.Average(s => s.Channel.Median))} [{ReachWording.Steps.Number(g.Average(s => s.Channel.Lower))}, {ReachWording.Steps.Number(g.Average(s => s.Channel.Upper))}]"),
        ];

    private static void Notes(Markup page, ReachDocument document)
    {
        string[] notes = [.. document.Runs.SelectMany(r => r.Notes.Select(n => $"{r.Run}: {n}")), .. document.Without.Select(w => $"{w.Run}: {w.Reason}")];
        if (notes.Length == 0) return;
        page.Add($"<h3>Not measured</h3>\n<ul>\n");
        foreach (string note in notes) page.Add($"<li>{note}</li>\n");
        page.Add($"</ul>\n");
    }
}

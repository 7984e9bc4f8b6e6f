using System.Globalization;
using System.Text;
using Lengthwise.Reports.Diagnoses;
using Lengthwise.Reports.Html;

namespace Lengthwise.Reports.Plots;

/// <summary>Test score against what it cost, on a logarithmic axis, with the line of arms that none beats in both.</summary>
internal sealed class CostChart
{
    private const double Width = 460, PlotHeight = 230, Left = 46, Right = 14, Top = 34, Bottom = 46;

    /// <summary>What the cost is, with its unit.</summary>
    public required string CostTitle { get; init; }

    /// <summary>Cost of an arm; 0 where it is not known.</summary>
    public required Func<Aggregate, double> Cost { get; init; }

    /// <summary>A cost in words.</summary>
    public required Func<double, string> CostText { get; init; }

    /// <summary>Draws the arms that have a score and a cost.</summary>
    public Markup Render(string id, TaskSummary task)
    {
        Aggregate[] arms = [.. task.Aggregates.Where(a => a.Test is not null && Cost(a) > 0)];
        IReadOnlyList<Aggregate> front = ParetoFront.Of(arms, Cost, task.HigherIsBetter);
        string[] models = [.. arms.Select(a => a.Model).Distinct()];
        double bottom = Top + PlotHeight, keyTop = bottom + Bottom + 4, keyWidth = Width - Left - Right;
        var drawing = new Drawing(Width, keyTop + Legend.Height(models, keyWidth));
        Axis y = ScoreChart.ValueAxis(task, bottom, Top);
        var x = LogAxis.Around(arms.Select(Cost), Left, Width - Right);

        drawing.Text(Left, 14, "test " + task.Text.Heading, "muted");
        drawing.VerticalAxis(y, Left, Width - Right, task.Text.IsPercent ? 100 : 1);
        drawing.LogAxis(x, bottom, CostTitle, CostText);
        drawing.Line(x.From, y.At(task.Chance), x.To, y.At(task.Chance), "chance");
        DrawFront(drawing, x, y, front);
        foreach (Aggregate arm in arms) DrawArm(drawing, x, y, arm, StyleOf(task, arm));
        DrawNames(drawing, x, y, front);
        Legend.Draw(drawing, [.. models.Select(m => (m, new SeriesStyle(task.NumberOf(m), "masked")))], Left, keyTop, keyWidth, marked: true);
        return drawing.Render(id, $"{task.Name}: test {task.Metric} by {CostTitle}", Describe(task, arms, front));
    }

    private void DrawFront(Drawing drawing, LogAxis x, Axis y, IReadOnlyList<Aggregate> front)
    {
        var path = new StringBuilder();
        foreach (Aggregate arm in front)
        {
            double px = x.At(Cost(arm)), py = y.At(arm.Test!.Mean);
            if (path.Length == 0) path.Append(CultureInfo.InvariantCulture, $"M{px:0.#} {py:0.#}");
            else path.Append(CultureInfo.InvariantCulture, $"H{px:0.#}V{py:0.#}");
        }
        if (front.Count > 0) drawing.Body.Add($"<path class=\"front\" d=\"{path.Append(CultureInfo.InvariantCulture, $"H{x.To:0.#}").ToString()}\"/>");
    }

    private void DrawArm(Drawing drawing, LogAxis x, Axis y, Aggregate arm, SeriesStyle style)
    {
        double px = x.At(Cost(arm));
        if (arm.Test is { Low: { } low, High: { } high }) drawing.Line(px, y.At(low), px, y.At(high), $"interval {style.Colour}");
        drawing.Mark(style, px, y.At(arm.Test!.Mean), 4.5);
    }

    private void DrawNames(Drawing drawing, LogAxis x, Axis y, IReadOnlyList<Aggregate> front)
    {
        double[] places = LabelSpread.Apart([.. front.Select(a => y.At(a.Test!.Mean) - 9)], 14, Top + 6, Top + PlotHeight - 4);
        for (int i = 0; i < front.Count; i++)
        {
            double px = x.At(Cost(front[i]));
            bool isRight = px > (x.From + x.To) / 2;
            drawing.Text(px + (isRight ? -8 : 8), places[i], $"{front[i].Model} {front[i].Objective}", isRight ? "end halo small" : "halo small");
        }
    }

    private string Describe(TaskSummary task, Aggregate[] arms, IReadOnlyList<Aggregate> front) =>
        string.Join(" ", arms.Select(a => $"{a.Model} {a.Objective}: {task.Text.Score(a.Test!.Mean)} for {CostText(Cost(a))}."))
        + $" Not beaten in both: {Wording.Join([.. front.Select(a => $"{a.Model} {a.Objective}")])}.";

    private static SeriesStyle StyleOf(TaskSummary task, Aggregate arm) => new(task.NumberOf(arm.Model), arm.Objective);
}

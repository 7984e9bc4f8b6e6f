using Lengthwise.Reports.Html;
using Lengthwise.Web.Tracking;

namespace Lengthwise.Web.Pages;

/// <summary>Pictures of single runs.</summary>
internal static class RunCards
{
    /// <summary>A card for a run under way.</summary>
    public static void Card(Markup page, WatchedRun run, string name, string address)
    {
        page.Add($"<article class=\"card\">\n<h3><a id=\"card-{run.Identity.Name}\" href=\"{address}\">{name}</a></h3>\n");
        Bar(page, run.Share, $"{name}: done");
        page.Add($"<p class=\"facts\">{RunText.Progress(run)}</p>\n");
        bool isPretraining = run.Phase == "pretrain";
        Curve[] curves = [.. Losses(run, isPretraining)];
        if (curves.Length > 0) page.Add($"<figure>{new CurveChart { Title = $"{name}: loss of {RunText.PhaseName(run.Phase)}", Height = 90, MostPoints = 120 }.Render(curves)}<figcaption>loss of {RunText.PhaseName(run.Phase)}: line training, dots validation</figcaption></figure>\n");
        page.Add($"</article>\n");
    }

    /// <summary>A bar with its percentage.</summary>
    public static void Bar(Markup page, double? share, string label)
    {
        if (share is { } s) page.Add($"<div class=\"bar\"><progress max=\"1\" value=\"{s}\" aria-label=\"{label}\"></progress><span>{RunText.Percent(s)}</span></div>\n");
    }

    /// <summary>Loss curves of a phase.</summary>
    public static IEnumerable<Curve> Losses(WatchedRun run, bool isPretraining) => Curves(run, isPretraining, p => p.Loss);

    /// <summary>Curves of the metric of a phase.</summary>
    public static IEnumerable<Curve> Metrics(WatchedRun run, bool isPretraining) => Curves(run, isPretraining, p => p.Metric);

    private static IEnumerable<Curve> Curves(WatchedRun run, bool isPretraining, Func<CurvePoint, double> value)
    {
        foreach ((string name, string style, bool isTraining) in ((string, string, bool)[])[("training", "c0", true), ("validation", "c1 dots", false)])
        {
            (double, double)[] points = [.. run.Points.Where(p => p.IsPretraining == isPretraining && p.IsTraining == isTraining && double.IsFinite(value(p))).Select(p => ((double)p.Step, value(p)))];
            if (points.Length > 0) yield return new Curve(name, style, points);
        }
    }
}

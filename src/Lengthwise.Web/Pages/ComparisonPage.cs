using Lengthwise.Reports;
using Lengthwise.Reports.Html;
using Lengthwise.Reports.Plots;
using Lengthwise.Web.Access;
using Lengthwise.Web.Tracking;

namespace Lengthwise.Web.Pages;

/// <summary>The page of a comparison.</summary>
/// <param name="comparison">The comparison.</param>
/// <param name="path">Its place, as in its address.</param>
/// <param name="token">The page's secret.</param>
/// <param name="drawn">The curves that were drawn last.</param>
internal sealed class ComparisonPage(WatchedComparison comparison, string path, AccessToken token, DrawnCurves drawn)
{
    private const string Cells = "cells", Trials = "tuning";
    private readonly WatchedRun[] _runs = [.. comparison.Runs];
    private readonly bool _hasOneTask = comparison.Arms.Select(a => a.Task).Distinct().Count() <= 1;

    /// <summary>The page as it is now.</summary>
    public PageState State()
    {
        bool isDone = _runs.Length > 0 && Array.TrueForAll(_runs, r => r.Standing == Standing.Finished);
        string share = RunText.Percent(Done);
        string heading = _hasOneTask && comparison.Arms.Count > 0 ? $"{comparison.Title}: {comparison.Arms[0].Task}" : comparison.Title;
        return new PageState($"{(isDone ? "done" : share)} · {comparison.Title}", heading,
        [
            PresencePart.Of(comparison.Presence, isDone, Left(isDone), path, token),
            Numbers(),
            Running(),
            Failures(),
            drawn.Unless(Shown(), Curves),
            RunTable.Of(comparison, _hasOneTask, AddressOf),
            Log(),
        ], Facts(isDone));
    }

    private double Done => _runs.Length == 0 ? 0 : _runs.Average(r => r.IsOver ? 1 : r.Share ?? 0);

    private string Left(bool isDone)
    {
        int open = _runs.Count(r => r.Standing != Standing.Finished);
        if (isDone || _runs.Length == 0) return "";
        return comparison.Presence.IsActive ? "" : $"{Wording.Count(open)} of {Wording.Count(_runs.Length)} runs have no result; what is finished is kept, and the rest continues from its checkpoints.";
    }

    private Part Numbers() => Part.Of("numbers", page =>
    {
        page.Add($"<section id=\"numbers\" aria-label=\"Progress and cost\">\n");
        if (comparison.Problem.Length > 0) page.Add($"<p class=\"notice\">The plan cannot be read at the moment: {comparison.Problem}</p>\n");
        RunCards.Bar(page, Done, "Whole comparison: done");
        page.Add($"<ul class=\"counts\">");
        foreach (Standing standing in (Standing[])[Standing.Running, Standing.Finished, Standing.Failed, Standing.Paused, Standing.Queued])
        {
            (string sign, string word) = RunText.Of(standing);
            page.Add($"<li class=\"{word}\"><span aria-hidden=\"true\">{sign}</span> <b>{comparison.Count(standing)}</b> {word}</li>");
        }
        page.Add($"</ul>\n<dl>\n");
        Fact(page, "time left", TimeLeftText());
        Fact(page, "cost so far", CostText());
        if (comparison.Preset.Length > 0) Fact(page, "preset", comparison.Preset);
        if (comparison.Command.Length > 0) Command(page);
        page.Add($"</dl>\n</section>");
    });

    // Lines break between words, never after the hyphens of an option.
    private void Command(Markup page)
    {
        page.Add($"<div><dt>command</dt><dd><code>");
        foreach (string word in comparison.Command.Split(' ')) page.Add($"<span class=\"word\">{word}</span> ");
        page.Add($"</code></dd></div>\n");
    }

    private static void Fact(Markup page, string name, string value) => page.Add($"<div><dt>{name}</dt><dd>{value}</dd></div>\n");

    private string TimeLeftText()
    {
        if (Array.TrueForAll(_runs, r => r.IsOver)) return _runs.Length == 0 ? "–" : "none";
        if (comparison.TimeLeft is not { Seconds: { } seconds, WorkSeconds: { } work }) return "not known before the first runs show it";
        return comparison.Presence.IsActive ? RunText.About(seconds) : $"{RunText.About(work)} of training, once it is resumed";
    }

    private string CostText()
    {
        double seconds = _runs.Sum(r => r.Seconds);
        long memory = _runs.Select(r => r.Record?.PeakMemoryBytes ?? 0).DefaultIfEmpty(0).Max();
        double tokens = _runs.Sum(r => r.Record is { } record ? record.Seconds * record.TokensPerSecond : r.Tokens);
        var facts = new List<string> { $"{Wording.Duration(seconds)} of training", $"{Wording.Short(tokens)} positions read" };
        if (memory > 0) facts.Add($"at most {Wording.Memory(memory)} a run");
        return string.Join(", ", facts);
    }

    private Part Running() => Part.Of("running", page =>
    {
        WatchedRun[] running = [.. _runs.Where(r => r.Standing == Standing.Running)];
        page.Add($"<section id=\"running\" aria-label=\"Runs under way\">\n");
        if (running.Length > 0) page.Add($"<h2>Under way</h2>\n<div class=\"cards\">\n");
        foreach (WatchedRun run in running) RunCards.Card(page, run, NameOf(run), AddressOf(run));
        if (running.Length > 0) page.Add($"</div>\n");
        else if (comparison.Presence.IsActive) page.Add($"<p class=\"note\">No run is under way at this moment: speed is being measured, or the next run starts.</p>\n");
        page.Add($"</section>");
    });

    private Part Failures() => Part.Of("failures", page =>
    {
        WatchedRun[] failed = [.. _runs.Where(r => r.Standing == Standing.Failed)];
        page.Add($"<section id=\"failures\" aria-label=\"Failures\">\n");
        if (failed.Length > 0) page.Add($"<h2>Failed</h2>\n<ul>\n");
        foreach (WatchedRun run in failed) page.Add($"<li><a id=\"failed-{run.Identity.Name}\" href=\"{AddressOf(run)}\">{NameOf(run)}</a>: {run.Reason}</li>\n");
        if (failed.Length > 0) page.Add($"</ul>\n<p class=\"note\">Resuming tries these again.</p>\n");
        page.Add($"</section>");
    });

    // What the curves are made from: with 500 runs they are most of the page, and most of its changes are not theirs.
    private IEnumerable<object?> Shown() => comparison.Arms.SelectMany(a => a.Cells).SelectMany(c => (object?[])[c.Evaluations, c.Record?.Metric]);

    private Part Curves() => Part.Of("curves", page =>
    {
        page.Add($"<section id=\"curves\" aria-label=\"Learning curves\">\n");
        var figures = new List<Markup>();
        foreach (IGrouping<string, WatchedArm> task in comparison.Arms.GroupBy(a => a.Task))
        {
            string metric = task.SelectMany(a => a.Cells).Select(r => r.Record?.Metric).FirstOrDefault(m => m is not null) ?? "";
            string of = _hasOneTask ? "" : $"{task.Key}: ";
            figures.AddRange(Figure($"{of}{(metric.Length > 0 ? metric : "metric")} on validation, labels", [.. task], p => !p.IsPretraining, p => p.Metric, MetricText.IsShare(metric) ? 100 : 1));
            figures.AddRange(Figure($"{of}loss on validation, pretraining", [.. task], p => p.IsPretraining, p => p.Loss, 1));
        }
        if (figures.Count > 0)
        {
            page.Add($"<h2>Learning curves</h2>\n{Legend()}<div class=\"figures\">\n");
            foreach (Markup figure in figures) page.Add($"{figure}");
            page.Add($"</div>\n");
        }
        page.Add($"</section>");
    });

    private IEnumerable<Markup> Figure(string title, WatchedArm[] arms, Func<CurvePoint, bool> isWanted, Func<CurvePoint, double> value, double scale)
    {
        var curves = new List<Curve>();
        foreach (WatchedArm arm in arms)
        {
            foreach (WatchedRun run in arm.Cells)
            {
                (double, double)[] points = [.. run.Evaluations.Where(p => isWanted(p) && double.IsFinite(value(p))).Select(p => ((double)p.Step, value(p)))];
                if (points.Length > 0) curves.Add(new Curve($"{arm.Model} {arm.Objective} {run.Identity.Label}", StyleOf(arm), points));
            }
        }
        if (curves.Count == 0) yield break;
        yield return Markup.Of(m => m.Add($"<figure><figcaption><b>{title}</b>, a line a seed</figcaption>{new CurveChart { Title = title, Scale = scale, MostPoints = 60 }.Render(curves)}</figure>\n"));
    }

    private Markup Legend() => Markup.Of(page =>
    {
        page.Add($"<ul class=\"legend\">");
        foreach (WatchedArm arm in comparison.Arms.Where(a => a.Cells.Any(c => c.Evaluations.Count > 0)).DistinctBy(a => (a.Model, a.Objective)))
            page.Add($"<li><svg viewBox=\"0 0 30 10\" aria-hidden=\"true\"><path class=\"line {StyleOf(arm)}\" d=\"M1 5L29 5\"/></svg> {arm.Model} {arm.Objective}</li>");
        page.Add($"</ul>\n");
    });

    private string StyleOf(WatchedArm arm)
    {
        var style = new SeriesStyle(comparison.Arms.Select(a => a.Model).Distinct().ToList().IndexOf(arm.Model), arm.Objective);
        return $"{style.Colour} {style.Dash}";
    }

    private Part Log() => Part.Of("log", page =>
    {
        page.Add($"<section id=\"log\" aria-labelledby=\"log-heading\">\n<h2 id=\"log-heading\">Log</h2>\n");
        page.Add($"<pre class=\"log\" tabindex=\"0\" aria-labelledby=\"log-heading\">{(comparison.Log.Length > 0 ? comparison.Log : "Nothing has been written yet.")}</pre>\n</section>");
    });

    private Dictionary<string, string> Facts(bool isDone)
    {
        var facts = new Dictionary<string, string> { ["presence"] = PresencePart.Sentence(comparison.Presence, isDone) };
        foreach (WatchedRun run in _runs.Where(r => r.IsOver))
            facts[$"{run.Identity.IsTrial}/{run.Identity.Name}"] = run.Standing == Standing.Failed ? $"{NameOf(run)} failed." : $"{NameOf(run)} finished with {RunText.Score(run)}.";
        return facts;
    }

    private string NameOf(WatchedRun run)
    {
        var outline = run.Identity.Outline;
        string name = $"{outline.Model} {outline.Objective} {run.Identity.Label}";
        return _hasOneTask ? name : $"{outline.Task} {name}";
    }

    private string AddressOf(WatchedRun run)
    {
        string below = $"{(run.Identity.IsTrial ? Trials : Cells)}/{run.Identity.Name}";
        return PageShell.Address(path.Length == 0 ? below : $"{path}/{below}");
    }
}

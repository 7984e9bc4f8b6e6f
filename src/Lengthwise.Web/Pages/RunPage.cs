using Lengthwise.Experiments;
using Lengthwise.Reports;
using Lengthwise.Reports.Html;
using Lengthwise.Web.Access;
using Lengthwise.Web.Tracking;

namespace Lengthwise.Web.Pages;

/// <summary>The page of one run.</summary>
internal sealed class RunPage(WatchedRun run, Presence presence, string log, string path, bool isPart, AccessToken token)
{
    /// <summary>The page as it is now.</summary>
    public PageState State()
    {
        bool isDone = run.Standing == Standing.Finished;
        (string sign, string word) = RunText.Of(run.Standing);
        var facts = new Dictionary<string, string>
        {
            ["presence"] = PresencePart.Sentence(presence, isDone),
            ["standing"] = run.IsOver ? $"The run has {word}." : "",
        };
        string left = isPart && !isDone ? "It belongs to a comparison, which starts and stops it." : "";
        return new PageState($"{sign} {run.Identity.Name}", run.Identity.Name,
            [PresencePart.Of(presence, isDone, left, path, token, hasButtons: !isPart), Numbers(sign, word), Curves(), Log()], facts);
    }

    private Part Numbers(string sign, string word) => Part.Of("numbers", page =>
    {
        RunOutline outline = run.Identity.Outline;
        page.Add($"<section id=\"numbers\" aria-label=\"Progress and result\">\n");
        RunCards.Bar(page, run.Share, "Done");
        page.Add($"<p class=\"standing {word}\"><span aria-hidden=\"true\">{sign}</span> <b>{word}</b>{(run.Reason.Length > 0 ? $": {run.Reason}" : "")}</p>\n<dl>\n");
        Fact(page, "what", string.Join(", ", new[] { outline.Task, outline.Model, outline.Objective, FormattableString.Invariant($"seed {outline.Seed}") }.Where(s => s.Length > 0)));
        if (!run.IsOver) Fact(page, "progress", RunText.Progress(run));
        if (run.Record is { } record)
        {
            MetricText text = MetricText.Of(record.Metric, [record.Test ?? record.Validation ?? 0], record.TestItems);
            if (record.Test is not null) Fact(page, $"test {record.Metric}", text.Score(record.Test));
            if (record.Validation is not null) Fact(page, $"validation {record.Metric}", text.Score(record.Validation));
            Fact(page, "steps", $"{Wording.Count(record.PretrainSteps)} of pretraining, {Wording.Count(record.FinetuneSteps)} on labels");
            Fact(page, "parameters", Wording.Count(record.Parameters));
            Fact(page, "peak memory", Wording.Memory(record.PeakMemoryBytes));
        }
        Fact(page, "training time", Wording.Duration(run.Seconds));
        if (Left() is { } left) Fact(page, "time left", left);
        page.Add($"</dl>\n");
        foreach (Diagnosis diagnosis in run.Record?.Diagnoses ?? []) page.Add($"<p class=\"notice\">{diagnosis.Message}</p>\n");
        if (run.BadLines > 0) page.Add($"<p class=\"notice\">{run.BadLines} line(s) of metrics.jsonl cannot be read and are left out.</p>\n");
        page.Add($"</section>");
    });

    private string? Left()
    {
        if (run.IsOver || run.Share is not > 0) return null;
        double left = run.Seconds * (1 - run.Share.Value) / run.Share.Value;
        return $"{RunText.About(left)}{(presence.IsActive ? "" : " of training, once it is resumed")}";
    }

    private static void Fact(Markup page, string name, string value) => page.Add($"<div><dt>{name}</dt><dd>{value}</dd></div>\n");

    private Part Curves() => Part.Of("curves", page =>
    {
        page.Add($"<section id=\"curves\" aria-label=\"Learning curves\">\n");
        bool isShare = run.Record is { } record && MetricText.IsShare(record.Metric);
        (string Title, Curve[] Curves, double Scale)[] figures =
        [
            ("pretraining: loss", [.. RunCards.Losses(run, true)], 1),
            ("pretraining: metric", [.. RunCards.Metrics(run, true)], 1),
            ("labels: loss", [.. RunCards.Losses(run, false)], 1),
            ($"labels: {run.Record?.Metric ?? "metric"}", [.. RunCards.Metrics(run, false)], isShare ? 100 : 1),
        ];
        if (Array.Exists(figures, f => f.Curves.Length > 0))
        {
            page.Add($"<h2>Learning curves</h2>\n<ul class=\"legend\"><li><svg viewBox=\"0 0 30 10\" aria-hidden=\"true\"><path class=\"line c0\" d=\"M1 5L29 5\"/></svg> training</li><li><svg viewBox=\"0 0 30 10\" aria-hidden=\"true\"><path class=\"line c1\" d=\"M1 5L29 5\"/><circle class=\"c1 dots\" cx=\"15\" cy=\"5\" r=\"2.6\"/></svg> validation</li></ul>\n<div class=\"figures\">\n");
            foreach ((string title, Curve[] curves, double scale) in figures.Where(f => f.Curves.Length > 0))
                page.Add($"<figure><figcaption><b>{title}</b></figcaption>{new CurveChart { Title = title, Scale = scale }.Render(curves)}</figure>\n");
            page.Add($"</div>\n");
        }
        page.Add($"</section>");
    });

    private Part Log() => Part.Of("log", page =>
        page.Add($"<section id=\"log\" aria-labelledby=\"log-heading\">\n<h2 id=\"log-heading\">Log</h2>\n<pre class=\"log\" tabindex=\"0\" aria-labelledby=\"log-heading\">{(log.Length > 0 ? log : "Nothing has been written yet.")}</pre>\n</section>"));
}

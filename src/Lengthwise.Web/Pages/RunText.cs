using System.Globalization;
using Lengthwise.Reports;
using Lengthwise.Web.Tracking;

namespace Lengthwise.Web.Pages;

/// <summary>Runs in words and numbers.</summary>
internal static class RunText
{
    /// <summary>A sign and a word for where a run stands; nothing is said by colour alone.</summary>
    public static (string Sign, string Word) Of(Standing standing) => standing switch
    {
        Standing.Running => ("▶", "running"),
        Standing.Paused => ("‖", "paused"),
        Standing.Finished => ("✓", "finished"),
        Standing.Failed => ("✗", "failed"),
        _ => ("·", "queued"),
    };

    /// <summary>Class name of where a run stands.</summary>
    public static string ClassOf(Standing standing) => Of(standing).Word;

    /// <summary>The phase as a person calls it.</summary>
    public static string PhaseName(string phase) => phase switch { "finetune" => "labels", "pretrain" => "pretraining", "" => "starting", _ => phase };

    /// <summary>The score that is compared, or that chose a learning rate.</summary>
    public static string Score(WatchedRun run)
    {
        if (run.Record is not { } record) return "";
        double? value = run.Identity.IsTrial ? record.Validation : record.Test ?? record.Validation ?? record.PretrainValidation;
        return value is { } v ? MetricText.Of(record.Metric, [v], record.TestItems).Number(v) : "–";
    }

    /// <summary>A share as percent, never 100 before the end.</summary>
    public static string Percent(double share) => Math.Floor(100 * Math.Clamp(share, 0, 1)).ToString("0", CultureInfo.InvariantCulture) + " %";

    /// <summary>Where a run is within its phase.</summary>
    public static string Steps(WatchedRun run) => run.TotalSteps > 0
        ? $"step {Wording.Count(run.Step)} of {Wording.Count(run.TotalSteps)}"
        : $"step {Wording.Count(run.Step)}";

    /// <summary>An estimated time: no fractions of seconds.</summary>
    public static string About(double seconds) =>
        seconds < 99.5 ? string.Create(CultureInfo.InvariantCulture, $"about {Math.Round(seconds):0} s") : "about " + Wording.Duration(seconds);

    /// <summary>A number of unknown size in few digits.</summary>
    public static string Number(double value) => double.IsFinite(value) ? value.ToString("0.####", CultureInfo.InvariantCulture) : "not a number";

    /// <summary>Where a run is in one line: phase, step, loss, validation, speed.</summary>
    public static string Progress(WatchedRun run)
    {
        var words = new List<string> { PhaseName(run.Phase) };
        if (run.Step > 0) words.Add(Steps(run));
        if (run.Loss is { } loss) words.Add($"loss {Number(loss)}");
        if (run.Validation is { } v) words.Add($"validation {Number(v)}");
        if (run.TokensPerSecond is { } rate) words.Add($"{Wording.Short(rate)} tokens/s");
        return string.Join(" · ", words);
    }
}

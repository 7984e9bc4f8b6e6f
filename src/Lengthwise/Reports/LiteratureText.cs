using System.Globalization;
using Lengthwise.Literature;

namespace Lengthwise.Reports;

/// <summary>How published scores are written beside ours, in every form of the report.</summary>
internal static class LiteratureText
{
    /// <summary>The metric of published scores.</summary>
    public static string Metric(IReadOnlyList<PublishedResult> published) => published[0].HigherIsBetter ? "accuracy in percent" : "root mean square error";

    /// <summary>What makes the scores hard to compare.</summary>
    public static string Conditions(TaskSummary task)
    {
        long[] sizes = [.. task.Aggregates.Select(a => a.Parameters)];
        int rows = task.Cells.Max(c => c.LabelledRows);
        return $"Published models were trained on the whole task and mostly are larger; ours have {Span(sizes.Min(), sizes.Max())} parameters, {Wording.Count(rows)} labelled rows and "
            + $"{Wording.Count(task.TestItems)} test items. 'lengthwise leaderboard {task.Name}' lists all that was published.";
    }

    /// <summary>The model's published name, with the part of the task that the score is for.</summary>
    public static string Name(PublishedResult result) => result.Part.Length > 0 ? $"{result.Model}, {result.Part}" : result.Model;

    /// <summary>The score.</summary>
    public static string Score(PublishedResult result) => result.Value?.ToString("0.0###", CultureInfo.InvariantCulture) ?? "failed";

    /// <summary>Our score under the same objective; empty where we have none.</summary>
    public static string Ours(TaskSummary task, PublishedResult result) =>
        OurArm(task, result) is { Test: { } test } arm ? $"{task.Text.Number(test.Mean)} {task.Text.Range(test)}, {Wording.Short(arm.Parameters)} parameters" : "";

    /// <summary>Our arm under the same objective; null where we have none.</summary>
    public static Aggregate? OurArm(TaskSummary task, PublishedResult result) =>
        task.Arm(ModelFamily.Of(result.Model), result.Variant) ?? (result.Variant == Arms.Scratch ? task.Arm(ModelFamily.Of(result.Model), Arms.MatchedScratch) : null);

    /// <summary>Where the score stands, and how sure we are of it.</summary>
    public static string Source(PublishedResult result) =>
        $"{result.Source}, {result.Place}{(result.Confidence == PublishedConfidence.Exact ? "" : "; quoted by another article")}{(result.Note.Length > 0 ? $"; {result.Note}" : "")}";

    private static string Span(long least, long most) => least == most ? Wording.Count(least) : $"{Wording.Count(least)} to {Wording.Count(most)}";
}

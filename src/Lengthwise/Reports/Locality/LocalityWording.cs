using System.Globalization;
using Lengthwise.Diagnoses;

namespace Lengthwise.Reports.Locality;

/// <summary>A locality profile in words.</summary>
internal static class LocalityWording
{
    /// <summary>How scores are written.</summary>
    public static MetricText Text(LocalityDocument document) => MetricText.Of(document.Metric, document.Points.Select(p => p.Test.Mean), document.TestItems);

    /// <summary>A model of the profile.</summary>
    public static string Name(LocalityArm arm) => arm.Kind switch
    {
        LocalityKind.Bag => "bag",
        LocalityKind.Convolution => "small CNN",
        LocalityKind.Whole => "whole attention",
        _ => string.Create(CultureInfo.InvariantCulture, $"window {arm.Window}"),
    };

    /// <summary>The answer in a sentence.</summary>
    public static string Answer(LocalityDocument document)
    {
        MetricText text = Text(document);
        LocalityPoint? whole = document.Points.FirstOrDefault(p => p.Arm.Kind == LocalityKind.Whole);
        LocalityPoint? enough = document.Points.FirstOrDefault(p => p.Arm.Kind == LocalityKind.Window && p.Arm.Window == document.Sufficient);
        string near = text.IsPercent ? "1 point" : text.Number(document.Tolerance);
        string windows = whole is null ? "whole attention was not trained"
            : !document.HasLearned ? $"whole attention ({text.Score(whole.Test.Mean)}) is hardly better than guessing, so that windows say nothing about the task"
            : enough is null ? $"no window comes within {near} of whole attention ({text.Score(whole.Test.Mean)})"
            : string.Create(CultureInfo.InvariantCulture, $"a window of {Steps(enough.Arm.Window!.Value)} in each layer, {Steps(enough.Arm.ReceptiveField)} of {document.Length} in all, scores {text.Score(enough.Test.Mean)} where whole attention scores {text.Score(whole.Test.Mean)}");
        string[] floors = [.. document.Points.Where(p => p.Arm.Kind is LocalityKind.Bag or LocalityKind.Convolution).Select(p => $"{Floor(p.Arm)} {text.Score(p.Test.Mean)}")];
        return Wording.FullSentence($"{document.Task}: {windows}{Better(document, text, whole, enough)}; {string.Join(", ", floors.Append($"guessing {text.Score(document.Chance)}"))}");
    }

    /// <summary>What the columns hold.</summary>
    public static string Explanation(LocalityDocument document) => string.Create(
        CultureInfo.InvariantCulture,
        $"Test {document.Metric}, {(document.HigherIsBetter ? "higher" : "lower")} is better, mean and 95 % interval over {Wording.Seeds(document.Points.Select(p => p.Test))}; {Wording.Count(document.TestItems)} test items. Every model: {document.Layers} layers, {document.Budget}. The receptive field is that of one output behind the last layer, which pooling then brings together; differences to whole attention are paired by seed.");

    /// <summary>Headings of the table.</summary>
    public static string[] Headings(LocalityDocument document) =>
        ["model", "receptive field", "parameters", Text(document).Heading, "95 % interval", "to whole", "95 % interval"];

    /// <summary>The cells of a row.</summary>
    public static string[] Cells(LocalityDocument document, LocalityPoint point)
    {
        MetricText text = Text(document);
        return
        [
            Name(point.Arm), point.Arm.Kind == LocalityKind.Bag ? "-" : point.Arm.ReceptiveField.ToString(CultureInfo.InvariantCulture), Wording.Count(point.Parameters), text.Number(point.Test.Mean), text.Range(point.Test),
            point.ToWhole is { } d ? text.Signed(d.Mean) : "-", point.ToWhole is { } i ? text.Range(i) : "-",
        ];
    }

    /// <summary>The best window where it leaves whole attention behind: what is near is then easier to learn alone.</summary>
    private static string Better(LocalityDocument document, MetricText text, LocalityPoint? whole, LocalityPoint? enough)
    {
        double sign = document.HigherIsBetter ? 1 : -1;
        LocalityPoint? best = document.Points.Where(p => p.Arm.Kind == LocalityKind.Window).MaxBy(p => sign * p.Test.Mean);
        double named = Math.Max(sign * (whole?.Test.Mean ?? double.NaN), sign * (enough?.Test.Mean ?? double.NegativeInfinity));
        return whole is null || best is null || sign * best.Test.Mean <= named + document.Tolerance
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $", and one of {Steps(best.Arm.Window!.Value)} scores {text.Score(best.Test.Mean)}");
    }

    private static string Floor(LocalityArm arm) =>
        arm.Kind == LocalityKind.Bag ? "a bag without order" : string.Create(CultureInfo.InvariantCulture, $"a small CNN over {Steps(arm.ReceptiveField)}");

    private static string Steps(int count) => string.Create(CultureInfo.InvariantCulture, $"{count} step{(count == 1 ? "" : "s")}");
}

using System.Globalization;
using Lengthwise.Diagnoses;
using Lengthwise.Statistics;

namespace Lengthwise.Reports.Reach;

/// <summary>How far layers look, in words.</summary>
internal static class ReachWording
{
    /// <summary>Shares as percent.</summary>
    public static MetricText Share { get; } = new("mass", true, 1);

    /// <summary>Distances in steps.</summary>
    public static MetricText Steps { get; } = new("steps", false, 1);

    /// <summary>A moment as a row of a table.</summary>
    public static string Name(TrainingMoment moment) => moment switch
    {
        TrainingMoment.Initialisation => "initial",
        TrainingMoment.Pretraining => "pretrained",
        _ => "after labels",
    };

    /// <summary>What has the mass.</summary>
    public static string Name(ReachKind kind) => kind == ReachKind.Attention ? "attention" : "kernels";

    /// <summary>What stands at the top of what was found: what pretraining did to each arm, or else training.</summary>
    public static IReadOnlyList<string> Answers(ReachDocument document)
    {
        ReachChange[] changes = [.. document.Summary.Changes.Where(c => c.FromArm == c.ToArm && c.From == TrainingMoment.Initialisation)];
        ReachChange[] first = [.. changes.Where(c => c.To == TrainingMoment.Pretraining)];
        return [.. (first.Length > 0 ? first : changes).Select(c => Sentence(c, document.Within))];
    }

    /// <summary>A change as a sentence.</summary>
    public static string Sentence(ReachChange change, int within)
    {
        string who = $"{Wording.Model(change.ToArm.Model)} on {change.ToArm.Task}, {change.ToArm.Objective}";
        string when = change.To == TrainingMoment.Pretraining ? "after pretraining" : "after training";
        string than = change.FromArm != change.ToArm ? $"than after training '{change.FromArm.Objective}'"
            : change.From == TrainingMoment.Initialisation ? "than at initialisation" : "than after pretraining";
        string whose = change.Kind == ReachKind.Attention ? "of its attention lie" : "of the mass of its kernels lie";
        string direction = change.Near.Mean >= 0 ? "more" : "less";
        string seen = !change.Near.HasBounds ? "one seed, no interval" : $"{(change.Near.ExcludesZero ? "seen" : "not seen")}, 95 % interval {Range(change.Near)}, {Wording.Seeds([change.Near])}";
        return Wording.FullSentence(string.Create(
            CultureInfo.InvariantCulture,
            $"{who}: {when} {Share.Size(change.Near.Mean)} {direction} {whose} within {within} steps {than} ({seen})"));
    }

    private static string Range(Interval near) => $"[{Share.Signed(near.Low!.Value)}, {Share.Signed(near.High!.Value)}]";
}

using Lengthwise.Statistics;

namespace Lengthwise.Reports;

/// <summary>Says in sentences what the numbers of a task allow, and no more: effects whose interval holds zero are not called effects.</summary>
internal static class Answer
{
    private const int MostNamed = 4;

    /// <summary>One sentence group per pretraining objective; a ranking when nothing was pretrained.</summary>
    public static IReadOnlyList<string> Of(TaskSummary task)
    {
        string[] pretrained = [.. task.Gains.Select(g => g.Objective).Distinct().ByObjective(o => o)];
        if (pretrained.Length == 0) return [Levels(task)];
        return [.. pretrained.Select(o => OfObjective(task, o)), .. task.FurtherGains.Count == 0 ? (string[])[] : [Baselines(task)]];
    }

    /// <summary>What the gains are over the other arm from scratch, and which of the two is the stronger.</summary>
    private static string Baselines(TaskSummary task)
    {
        if (task.FurtherGains.Count > MostNamed)
        {
            Gain least = task.FurtherGains.MinBy(g => g.Difference.Mean)!, most = task.FurtherGains.MaxBy(g => g.Difference.Mean)!;
            int matched = task.StrongerBaselines.Values.Count(b => b == Arms.MatchedScratch);
            return $"Gains above are over the compute-matched arm from scratch; over the one with equal fine-tuning they are {Named(task, least)} to {Named(task, most)}. "
                + $"The compute-matched arm is the stronger of the two on validation for {Wording.Count(matched)} of {Wording.Count(task.StrongerBaselines.Count)} models.";
        }
        string[] gains = [.. task.FurtherGains.Select(g => Named(task, g))];
        IEnumerable<string> stronger = task.StrongerBaselines.GroupBy(p => p.Value, p => Wording.Model(p.Key)).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => $"{g.Key} for {Wording.Join([.. g])}");
        return $"Gains above are over the compute-matched arm from scratch; over the one with equal fine-tuning: {Wording.Join(gains)}. "
            + $"The stronger of the two on validation is {Wording.Join([.. stronger])}.";
    }

    private static string Named(TaskSummary task, Gain gain) =>
        $"{Wording.Model(gain.Model)} {task.Text.Signed(gain.Difference.Mean)}{Bounds(task.Text, gain.Difference)} ({gain.Objective})";

    private static string OfObjective(TaskSummary task, string objective)
    {
        MetricText text = task.Text;
        Gain[] gains = [.. task.Gains.Where(g => g.Objective == objective)];
        Gain[] better = [.. gains.Where(g => g.Seen && g.Difference.Mean > 0)];
        Gain[] worse = [.. gains.Where(g => g.Seen && g.Difference.Mean < 0)];
        Gain[] unseen = [.. gains.Where(g => !g.Seen && g.Difference.HasBounds)];
        Gain[] single = [.. gains.Where(g => !g.Difference.HasBounds)];
        string over = $" over {Wording.Seeds(gains.Select(g => g.Difference))}";

        var clauses = new List<string>();
        if (better.Length > 0) clauses.Add($"{Wording.Pretraining(objective)} {Effects(task, text, better, "lifts", "improves")}{over}");
        if (worse.Length > 0)
            clauses.Add((clauses.Count == 0 ? Wording.Pretraining(objective) : "it") + $" {Effects(task, text, worse, "lowers", "worsens")}"
                + (clauses.Count == 0 ? over : ""));
        if (unseen.Length > 0)
        {
            string nothing = Nothing(text, unseen);
            clauses.Add(clauses.Count == 0 ? $"From {Wording.PretrainingInside(objective)}, {nothing}{over}" : nothing);
        }
        if (single.Length > 0)
        {
            string changes = Wording.Join([.. single.Select(g => $"{Wording.Model(g.Model)} by {text.Signed(g.Difference.Mean)}")]);
            clauses.Add($"{(clauses.Count == 0 ? Wording.Pretraining(objective) : "it")} changes {changes} in one seed, which cannot tell an effect from luck");
        }
        return string.Join("; ", clauses) + "." + GapSentence(task, text, objective) + DirectionSentence(gains);
    }

    private static string Nothing(MetricText text, Gain[] unseen) => unseen switch
    {
        [var only] => $"{Wording.Model(only.Model)} gains nothing that can be seen ({text.SignedRange(only.Difference)})",
        { Length: <= 3 } => $"{Wording.Join([.. unseen.Select(g => $"{Wording.Model(g.Model)} ({text.SignedRange(g.Difference)})")])} gain nothing that can be seen",
        _ => $"{unseen.Length} models gain nothing that can be seen ({text.Signed(unseen.Min(g => g.Difference.Mean))} to {text.Signed(unseen.Max(g => g.Difference.Mean))})",
    };

    private static string Effects(TaskSummary task, MetricText text, Gain[] gains, string verbOfShares, string verbOfOthers)
    {
        bool isPlain = text.IsPercent && task.HigherIsBetter;
        string metric = isPlain ? "" : $" in {task.Metric}";
        string verb = isPlain ? verbOfShares : verbOfOthers;
        if (gains.Length <= MostNamed) return $"{verb} {Wording.Join([.. gains.Select(g => $"{Wording.Model(g.Model)} by {Size(g)}")])}";
        Gain[] ordered = [.. gains.OrderBy(g => Math.Abs(g.Difference.Mean))];
        return $"{verb} {Wording.Count(gains.Length)} models by {Size(ordered[0])} ({Wording.Model(ordered[0].Model)}) to {Size(ordered[^1])} ({Wording.Model(ordered[^1].Model)})";

        string Size(Gain gain) => $"{text.Size(gain.Difference.Mean)}{metric} {SizeRange(text, gain.Difference)}";
    }

    /// <summary>Bounds of an effect that is stated by its size, so that "lowers by 2.0 [1.5, 2.5]" reads right.</summary>
    private static string SizeRange(MetricText text, Interval difference) =>
        text.Range(difference.Mean >= 0 ? difference : new Interval(-difference.High, -difference.Mean, -difference.Low, difference.N));

    private static string GapSentence(TaskSummary task, MetricText text, string objective)
    {
        if (task.Gaps.Select(g => (g.Model, g.Reference)).Distinct().Count() != 1) return "";
        Gap? before = task.Gaps.FirstOrDefault(g => g.Objective == Arms.MatchedScratch) ?? task.Gaps.FirstOrDefault(g => g.Objective == Arms.Scratch);
        Gap? after = task.Gaps.FirstOrDefault(g => g.Objective == objective);
        if (before is null || after is null) return "";

        string subject = task.Models.Count == 2
            ? "The gap between them"
            : $"The gap between {Wording.Model(before.Model)} and {Wording.Model(before.Reference)}";
        if (before.Difference.HasBounds && !before.Seen && !after.Seen)
            return $" {subject} cannot be told from zero before ({text.SignedRange(before.Difference)}) or after ({text.SignedRange(after.Difference)}).";
        bool reverses = before.Seen && after.Seen && before.Difference.Mean * after.Difference.Mean < 0;
        string verb = after.ShareClosed switch
        {
            _ when reverses => "reverses",
            { ExcludesZero: true, Mean: > 0 } => "shrinks",
            { ExcludesZero: true } => "grows",
            _ => "goes",
        };
        string first = $"{text.Number(before.Difference.Mean)}{(text.IsPercent ? " points" : "")}{Bounds(text, before.Difference)}";
        return $" {subject} {verb} from {first} to {text.Number(after.Difference.Mean)}{Bounds(text, after.Difference)}.";
    }

    private static string Bounds(MetricText text, Interval interval) => interval.HasBounds ? " " + text.Range(interval) : "";

    private static string DirectionSentence(Gain[] gains)
    {
        Gain[] mixed = [.. gains.Where(g => g.IncludesDirection)];
        return mixed.Length == 0
            ? ""
            : $" The gain of {(mixed.Length > MostNamed ? $"{Wording.Count(mixed.Length)} models" : Wording.Join([.. mixed.Select(g => Wording.Model(g.Model))]))} includes the change between a bidirectional and a causal model.";
    }

    private static string Levels(TaskSummary task)
    {
        MetricText text = task.Text;
        Aggregate[] scored = [.. task.Aggregates.Where(a => a.Test is not null)];
        if (task.Cells.All(Arms.IsPretrainingAlone)) return "The task has no labels: its models were pretrained and not scored.";
        if (scored.Length == 0) return "No run has a test score yet.";

        IOrderedEnumerable<Aggregate> ranked = task.HigherIsBetter ? scored.OrderByDescending(a => a.Test!.Mean) : scored.OrderBy(a => a.Test!.Mean);
        string[] levels = [.. ranked.Select(a => $"{Wording.Model(a.Model)} ({a.Objective}) reaches {text.Score(a.Test!.Mean)}{Bounds(text, a.Test!)}")];
        if (levels.Length > MostNamed + 2) levels = [.. levels.Take(MostNamed - 1), $"{Wording.Count(levels.Length - MostNamed + 1)} further arms less"];
        string sentence = Wording.Sentence($"{Wording.Join(levels)} {task.Metric} over {Wording.Seeds(scored.Select(a => a.Test!))}.");
        if (task.Gaps is not [{ Difference.HasBounds: true } gap]) return sentence;
        return sentence + (gap.Seen
            ? $" The difference of {text.Size(gap.Difference.Mean)} {SizeRange(text, gap.Difference)} is seen."
            : $" The difference ({text.SignedRange(gap.Difference)}) cannot be told from zero.");
    }
}

using Lengthwise.Diagnoses;
using Lengthwise.Experiments;
using Lengthwise.Reports;
using Lengthwise.Statistics;

namespace Lengthwise.Evidence;

/// <summary>The finished cells of a claim, asked for by arm.</summary>
public sealed class ClaimCells
{
    private readonly ILookup<(string Task, string Model, string Objective), RunRecord> _arms;
    private readonly IReadOnlyDictionary<string, TestItems> _items;
    private readonly IReadOnlyDictionary<string, IReadOnlyDictionary<TrainingMoment, double>> _near;

    /// <summary>Groups cells by the names of their arms.</summary>
    public ClaimCells(IEnumerable<EvidenceCell> cells)
    {
        EvidenceCell[] all = [.. cells.OrderBy(c => c.Record.Run, StringComparer.Ordinal)];
        _arms = all.Select(c => c.Record.Labelled()).ToLookup(r => (r.Task, r.Model, r.Objective));
        _items = all.Where(c => c.Items is not null).ToDictionary(c => c.Record.Run, c => c.Items!, StringComparer.Ordinal);
        _near = all.Where(c => c.Near is not null).ToDictionary(c => c.Record.Run, c => c.Near!, StringComparer.Ordinal);
    }

    /// <summary>Scores of an arm by seed, more being better; null without any.</summary>
    internal SeedScores? Scores(string task, string model, string objective)
    {
        RunRecord[] arm = [.. _arms[(task, model, objective)]];
        return arm.Any(Arms.HasTest) ? SeedScores.Of(arm, _items, arm[0].HigherIsBetter ? 1 : -1) : null;
    }

    /// <summary>What pretraining adds to an arm from scratch, by seed; null where either is missing.</summary>
    internal SeedScores? Gain(string task, string model, string objective, string scratch) =>
        Scores(task, model, objective) is { } after && Scores(task, model, scratch) is { } before ? after.Minus(before) : null;

    /// <summary>Of some arms the one with the best mean validation score: choosing on the test split would favour the winner. Null without any.</summary>
    internal (string Model, string Objective)? Best(string task, params IEnumerable<(string Model, string Objective)> arms)
    {
        var scored = arms.Select(a => (Arm: a, Score: Validation(task, a.Model, a.Objective))).Where(a => a.Score is not null).ToArray();
        return scored.Length == 0 ? null : scored.MaxBy(a => a.Score).Arm;
    }

    /// <summary>How much more of the attention lies near at one moment than at another, over seeds; null without any.</summary>
    internal CrossedEstimate? NearChange(string task, string model, string objective, TrainingMoment from, TrainingMoment to)
    {
        double[] changes = [.. _arms[(task, model, objective)].OrderBy(r => r.Seed).Select(r => _near.GetValueOrDefault(r.Run))
            .Where(near => near is not null && near.ContainsKey(from) && near.ContainsKey(to)).Select(near => near![to] - near[from])];
        return changes.Length == 0 ? null : CrossedEstimate.Of(changes, null);
    }

    /// <summary>Labelled training rows of an arm.</summary>
    internal int? LabelledRows(string task, string model, string objective) => _arms[(task, model, objective)].FirstOrDefault()?.LabelledRows;

    private double? Validation(string task, string model, string objective)
    {
        RunRecord[] scored = [.. _arms[(task, model, objective)].Where(c => c.Validation is { } v && double.IsFinite(v))];
        return scored.Length == 0 ? null : scored.Average(c => c.HigherIsBetter ? c.Validation!.Value : -c.Validation!.Value);
    }
}

using Lengthwise.Recipes;

namespace Lengthwise.Experiments;

/// <summary>Everything that a comparison will run: tasks x models x objectives and what else it varies, each arm with its trials and seeds.</summary>
/// <param name="Arms">The arms, in the order of presets, models and objectives.</param>
public sealed record ComparisonPlan(IReadOnlyList<ArmPlan> Arms)
{
    /// <summary>Arms that were asked for and do not exist; nothing is run for them.</summary>
    public IReadOnlyList<InapplicableArm> NotApplicable { get; init; } = [];

    /// <summary>Runs of the plan that choose learning rates.</summary>
    public int TrialCount => Arms.Sum(a => a.Tuning.TrialCount);

    /// <summary>Runs that are compared.</summary>
    public int CellCount => Arms.Sum(a => a.Seeds.Count);

    /// <summary>Makes the plan of one preset a task.</summary>
    /// <param name="presets">Presets; their tasks differ.</param>
    /// <param name="allCausal">Makes every arm unidirectional and replaces masked by causal pretraining.</param>
    /// <exception cref="LengthwiseException">Two presets are for the same task, or no model admits any of the objectives.</exception>
    public static ComparisonPlan Create(IReadOnlyList<Preset> presets, bool allCausal)
    {
        ArmPlan[] asked = [.. presets.SelectMany(preset => ArmsOf(preset, allCausal))];
        if (asked.GroupBy(a => a.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new LengthwiseException(ExitCode.Usage, $"planning the comparison: the arm '{twice.Key}' appears twice", "name each task once");
        ArmPlan[] arms = [.. asked.Where(a => a.Obstacle is null)];
        InapplicableArm[] others =
            [.. asked.Where(a => a.Obstacle is not null).Select(a => new InapplicableArm(a.TaskLabel, a.ModelLabel, a.ObjectiveLabel, a.Obstacle!))];
        if (arms.Length == 0)
            throw new LengthwiseException(
                ExitCode.Usage,
                "planning the comparison: none of the objectives is applicable to any of the models\n  " + string.Join("\n  ", others.Select(o => $"{o.Model} {o.Objective}: {o.Reason}")),
                "'lengthwise ls models' says which objectives each model admits");
        return new ComparisonPlan(arms) { NotApplicable = others };
    }

    private static IEnumerable<ArmPlan> ArmsOf(Preset preset, bool allCausal)
    {
        long[] seeds = [.. Enumerable.Range(0, preset.Compare.Seeds).Select(s => preset.Compare.FirstSeed + s)];
        ObjectiveKind[] objectives = [.. ArmVariants.Objectives(preset.Compare).Select(o => allCausal && o == ObjectiveKind.Masked ? ObjectiveKind.Causal : o).Distinct()];
        Tuning tuning = Tuning.Of(preset.Compare);
        return from model in preset.Compare.Models
               from objective in objectives
               from variant in ArmVariants.Of(preset.Models[model], objective, preset.Compare)
               select new ArmPlan(variant, objective, allCausal, tuning.Rounds == 1 && tuning.Points.All(p => p.BatchSize is null) ? [.. tuning.Points.Select(p => p.Lr)] : [], preset.Compare.TuningSeed, seeds) { Tuning = tuning };
    }
}

using System.Globalization;
using Lengthwise.Recipes;

namespace Lengthwise.Experiments;

/// <summary>The recipes that one model of a preset becomes where a comparison varies more than objective and seed, each under a name of its own.</summary>
internal static class ArmVariants
{
    /// <summary>The variants of a model under one objective; the recipe itself when nothing is varied.</summary>
    /// <param name="model">The model's recipe, from the preset.</param>
    /// <param name="objective">What the arms learn from before the labels.</param>
    /// <param name="compare">What is varied.</param>
    public static IEnumerable<Recipe> Of(Recipe model, ObjectiveKind objective, ComparisonSettings compare) =>
        from fraction in OrPreset(compare.DataFractions)
        from init in compare.Inits.Select(i => Initialised(Reduced(model, fraction), i)).Distinct()
        from share in objective.Pretrains() ? OrPreset(compare.PretrainShares.Where(s => s > 0)) : [null]
        from rows in objective.Pretrains() ? OrPreset(Rows(compare)) : [Rows(compare).Cast<PretrainingRows?>().FirstOrDefault()]
        select OnRows(Divided(init, share), objective, rows, isNamed: Rows(compare).Count > 1);

    /// <summary>What is compared: a share of nothing for pretraining is the compute-matched arm from scratch.</summary>
    public static IEnumerable<ObjectiveKind> Objectives(ComparisonSettings compare) =>
        compare.PretrainShares.Contains(0) && !compare.Objectives.Contains(ObjectiveKind.ScratchMatched)
            ? compare.Objectives.Prepend(ObjectiveKind.ScratchMatched)
            : compare.Objectives;

    private static Recipe Reduced(Recipe model, double? fraction) => fraction is not { } kept ? model
        : kept == 1 ? model with { Data = model.Data with { Fraction = 1 } }
        : model with { Data = model.Data with { Fraction = kept }, Arm = Labels(model) with { Task = $"{model.TaskLabel}-data{Percent(kept)}" } };

    // A model without a structure to leave out has one arm, whichever initialisations are asked for.
    private static Recipe Initialised(Recipe model, InitKind init) =>
        init == InitKind.Random && model.Model.WithRandomInit() is { } random && random != model.Model
            ? model with { Model = random, Arm = Labels(model) with { Model = model.ModelLabel + "-random" } }
            : model;

    private static Recipe Divided(Recipe model, double? share)
    {
        if (share is not { } given) return model;
        double total = model.Budget.Pretrain + model.Budget.Finetune, pretrain = given * total;
        return model with
        {
            Budget = model.Budget with { Pretrain = pretrain, Finetune = total - pretrain },
            Arm = Labels(model) with { Objective = $"pre{Percent(given)}" },
        };
    }

    // The label so far holds what is appended to the objective's name, which is known here.
    private static Recipe OnRows(Recipe model, ObjectiveKind objective, PretrainingRows? rows, bool isNamed)
    {
        string suffix = (model.Arm?.Objective is { } share ? $"-{share}" : "")
            + (isNamed && objective.Pretrains() && rows is { } named ? $"-on-{Naming.ToKey(named)}" : "");
        return model with
        {
            Data = rows is { } read ? model.Data with { PretrainOn = read } : model.Data,
            Arm = suffix.Length > 0 ? Labels(model) with { Objective = Naming.ToKey(objective) + suffix } : model.Arm,
        };
    }

    private static ValueList<PretrainingRows> Rows(ComparisonSettings compare) =>
        compare.PretrainOn.Count == 0 && compare.DataFractions.Count > 0 ? [PretrainingRows.Subset] : compare.PretrainOn;

    private static IEnumerable<T?> OrPreset<T>(IEnumerable<T> values) where T : struct => values.Cast<T?>().DefaultIfEmpty(null);

    private static ArmLabels Labels(Recipe recipe) => recipe.Arm ?? new ArmLabels();

    private static string Percent(double share) => (100 * share).ToString("0.####", CultureInfo.InvariantCulture);
}

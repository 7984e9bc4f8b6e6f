using System.ComponentModel.DataAnnotations;

namespace Lengthwise.Recipes;

/// <summary>What a preset compares, its <c>[compare]</c> section; options of <c>lengthwise compare</c> override single keys.</summary>
public sealed record ComparisonSettings
{
    /// <summary>Models; each needs a file <c>MODEL.toml</c> in the preset's folder.</summary>
    public ValueList<string> Models { get; init; } = [];

    /// <summary>Objectives; the scratch arm gets the labels for as many steps as the others spend on both phases.</summary>
    public ValueList<ObjectiveKind> Objectives { get; init; } = [ObjectiveKind.Scratch, ObjectiveKind.Masked];

    /// <summary>Number of seeds: 1, 2, …</summary>
    [Range(1, 1000)] public int Seeds { get; init; } = 3;

    /// <summary>Learning rates of which each arm takes the best on validation. One value means no tuning runs.</summary>
    [Range(1e-8, 10.0)] public ValueList<double> LrGrid { get; init; } = [];

    /// <summary>Seed of the tuning runs; never one of the compared seeds.</summary>
    [Range(0, long.MaxValue)] public long TuningSeed { get; init; } = 9001;

    /// <summary>Problems that concern several settings at once; empty when there are none.</summary>
    public IEnumerable<string> Validate()
    {
        if (Models.Count == 0) yield return "'models' is empty: nothing to compare";
        if (Objectives.Count == 0) yield return "'objectives' is empty: nothing to compare";
        if (Models.Distinct().Count() < Models.Count) yield return "'models' lists a model twice";
        if (Objectives.Distinct().Count() < Objectives.Count) yield return "'objectives' lists an objective twice";
        if (LrGrid.Distinct().Count() < LrGrid.Count) yield return "'lr_grid' lists a rate twice";
        if (TuningSeed >= 1 && TuningSeed <= Seeds)
            yield return $"'tuning_seed' is {TuningSeed}, one of the compared seeds 1 to {Seeds}: a rate tuned on a seed favours it";
    }
}

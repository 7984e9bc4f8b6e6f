using System.ComponentModel.DataAnnotations;

namespace Lengthwise.Recipes;

/// <summary>What a preset compares, its <c>[compare]</c> section; options of <c>lengthwise compare</c> override single keys.</summary>
public sealed record ComparisonSettings
{
    /// <summary>Models; each needs a file <c>MODEL.toml</c> in the preset's folder.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Objectives; the scratch arm gets the labels for as many steps as the others spend on both phases.</summary>
    public IReadOnlyList<ObjectiveKind> Objectives { get; init; } = [ObjectiveKind.Scratch, ObjectiveKind.Masked];

    /// <summary>Number of seeds: 1, 2, …</summary>
    [Range(1, 1000)] public int Seeds { get; init; } = 3;

    /// <summary>Learning rates of which each arm takes the best on validation. One value means no tuning runs.</summary>
    public IReadOnlyList<double> LrGrid { get; init; } = [];

    /// <summary>Seed of the tuning runs; never one of the compared seeds.</summary>
    [Range(0, long.MaxValue)] public long TuningSeed { get; init; } = 9001;
}

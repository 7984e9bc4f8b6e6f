using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Records.Readers;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tasks.Files;

/// <summary>What all tasks on published files have in common.</summary>
public abstract record FileTaskSettings : TaskSettings
{
    /// <summary>Full path of the files: a folder, or an archive of one. Empty for what <c>lengthwise data get</c> brought.</summary>
    public string Path { get; init; } = "";

    /// <summary>Whether splits are clean, or as published with all leaks, which the notes of every run name.</summary>
    public SplitRule Split { get; init; } = SplitRule.Clean;

    /// <summary>What becomes of files and rows that cannot be read.</summary>
    public BadRowRule OnBadRow { get; init; } = BadRowRule.Error;

    /// <summary>Share of the rows of every split that is used; smaller shares are contained in larger ones.</summary>
    [Range(0.0001, 1)] public double Share { get; init; } = 1;

    /// <summary>Seed of the division into splits; not the run's seed, so that all runs see the same data.</summary>
    [Range(0, long.MaxValue)] public long Seed { get; init; } = 1;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (Path.Length > 0 && !System.IO.Path.IsPathFullyQualified(Path))
            yield return $"'path' is '{Path}'; expected a full path, since results must not depend on the current folder";
    }
}

/// <summary>Where splits come from.</summary>
public enum SplitRule
{
    /// <summary>Nothing of a patient, speaker or document stands in two splits; validation comes from the training rows.</summary>
    Clean,

    /// <summary>As in the published comparisons.</summary>
    Published,
}

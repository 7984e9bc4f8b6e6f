using System.ComponentModel.DataAnnotations;
using Lengthwise.Recipes;

namespace Lengthwise.Tests.Recipes;

/// <summary>Two tasks and two models whose settings have every type that recipes can hold.</summary>
internal sealed class TestCatalog : ISettingsCatalog
{
    public IReadOnlyDictionary<string, Type> Tasks { get; } = new SortedDictionary<string, Type>(StringComparer.Ordinal)
    {
        ["sorting"] = typeof(SortingSettings),
        ["counting"] = typeof(CountingSettings),
    };

    public IReadOnlyDictionary<string, Type> Models { get; } = new SortedDictionary<string, Type>(StringComparer.Ordinal)
    {
        ["attention"] = typeof(AttentionSettings),
        ["recurrence"] = typeof(RecurrenceSettings),
    };
}

internal sealed record SortingSettings : TaskSettings
{
    [Range(1, 1_000_000)] public int Length { get; init; } = 128;

    [Range(0, long.MaxValue)] public long Seed { get; init; } = 1;

    [Range(0.0, 1.0)] public ValueList<double> Weights { get; init; } = [0.6, 0.25];

    public ValueList<string> Columns { get; init; } = [];

    public string? File { get; init; }

    public override IEnumerable<string> Validate()
    {
        if (Weights.Sum() > 1) yield return "'weights' add up to more than 1";
    }
}

internal sealed record CountingSettings : TaskSettings
{
    [AllowedValues(14, 28)] public int Side { get; init; } = 28;
}

internal sealed record AttentionSettings : ModelSettings
{
    [Range(1, 1024)] public int NHeads { get; init; } = 4;

    public override IEnumerable<string> Validate()
    {
        if (DModel % NHeads != 0) yield return $"'d_model' {DModel} is not a multiple of 'n_heads' {NHeads}";
    }
}

internal sealed record RecurrenceSettings : ModelSettings
{
    [Range(1, 1024)] public int DState { get; init; } = 64;

    public float Scale { get; init; } = 0.5f;

    public PoolingKind? Gate { get; init; }

    public override ModelSettings? WithRandomInit() => this with { Scale = 0.1f };
}

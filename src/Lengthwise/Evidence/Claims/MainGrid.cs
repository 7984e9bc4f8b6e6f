using Lengthwise.Reports;

namespace Lengthwise.Evidence.Claims;

/// <summary>What claims 1 to 3 share: three tasks, the Transformer, two state space models, and which of two arms from scratch counts.</summary>
internal static class MainGrid
{
    public const string Transformer = Arms.ReferenceModel;

    public static IReadOnlyList<string> Tasks { get; } = ["fashion-mnist", "listops", "markov-sources"];

    public static IReadOnlyList<string> StateSpaceModels { get; } = ["s4", "s4d"];

    public static IReadOnlyList<string> Models { get; } = [Transformer, .. StateSpaceModels];

    private static readonly string[] FromScratch = [Arms.Scratch, Arms.MatchedScratch];

    /// <summary>The settings that name models and objectives.</summary>
    public static IReadOnlyList<string> Settings(IEnumerable<string> models, params IEnumerable<string> objectives) =>
        [$"compare.models=[{string.Join(',', models)}]", $"compare.objectives=[{string.Join(',', objectives)}]"];

    /// <summary>Of a model's two arms from scratch the one that is better on validation.</summary>
    public static SeedScores? BestScratch(ClaimCells cells, string task, string model) =>
        cells.Best(task, FromScratch.Select(o => (model, o))) is { } best ? cells.Scores(task, best.Model, best.Objective) : null;

    /// <summary>Of all state space models and arms from scratch the one that is best on validation.</summary>
    public static (string Model, string Objective)? BestStateSpace(ClaimCells cells, string task) =>
        cells.Best(task, from model in StateSpaceModels from objective in FromScratch select (model, objective));
}
